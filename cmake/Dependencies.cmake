# Everything that is not ours. Headers come in as SYSTEM, so that warnings are errors in our code alone.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
find_package(absl REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(FastFloat REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
add_library(re2::re2 ALIAS PkgConfig::re2)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
if(NOT TARGET libzip::zip)
  add_library(libzip::zip ALIAS PkgConfig::libzip)
endif()

# RapidJSON's package file defines variables only.
find_path(RAPIDJSON_INCLUDE rapidjson/document.h REQUIRED)
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE})
if(ONNXCHECK_FUZZ)
  target_compile_options(rapidjson INTERFACE
    -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/fuzz/ignore.txt)
endif()

# The parts of Abseil that Debian's 20220623 has (no log, no crc).
add_library(onnxcheck_absl INTERFACE)
target_link_libraries(onnxcheck_absl INTERFACE
  absl::base absl::btree absl::flat_hash_map absl::flat_hash_set absl::hash absl::inlined_vector
  absl::memory absl::span absl::status absl::statusor absl::str_format absl::strings
  absl::synchronization absl::time)

# ONNX as tools/build-onnx left it.
set(ONNXCHECK_ONNX_PREFIX ${PROJECT_SOURCE_DIR}/.deps/onnx CACHE PATH "ONNX built by tools/build-onnx")
if(NOT EXISTS ${ONNXCHECK_ONNX_PREFIX}/stamp)
  message(FATAL_ERROR "ONNX is not built yet: run tools/setup (or make build, which does).")
endif()
# Not find_package: a libtorch in CMAKE_PREFIX_PATH brings protobuf headers of its own, and ONNX was built
# against the system's.
pkg_check_modules(protobuf REQUIRED IMPORTED_TARGET protobuf)
add_library(onnxcheck_onnx INTERFACE)
target_include_directories(onnxcheck_onnx SYSTEM INTERFACE ${ONNXCHECK_ONNX_PREFIX}/include)
target_compile_definitions(onnxcheck_onnx INTERFACE ONNX_NAMESPACE=onnxcheck_onnx ONNX_ML=1)
target_link_libraries(onnxcheck_onnx INTERFACE
  ${ONNXCHECK_ONNX_PREFIX}/lib/libonnx.a PkgConfig::protobuf Threads::Threads)

# libtorch, for the trainer only. Its package file adds flags and include folders for everybody who links
# it, hence a target that only the trainer links.
if(ONNXCHECK_WITH_TRAINER)
  find_package(Torch QUIET)
  if(TORCH_FOUND OR Torch_FOUND)
    add_library(onnxcheck_torch INTERFACE)
    target_include_directories(onnxcheck_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
    target_link_libraries(onnxcheck_torch INTERFACE ${TORCH_LIBRARIES})
    separate_arguments(_torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
    target_compile_options(onnxcheck_torch INTERFACE ${_torch_flags})
    message(STATUS "Trainer: libtorch ${Torch_VERSION}")
  else()
    message(STATUS "Trainer: no libtorch found, onnxcheck-trainer is left out (Debian: libtorch-dev)")
  endif()
endif()
