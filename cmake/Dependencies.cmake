# Everything that is not ours. Headers come in as SYSTEM, so that warnings are errors in our code alone.
#
# Libraries are named to the linker as -lNAME, not by a file, so that a program which links with -static
# (ONNXCHECK_STATIC) takes the archives and everything else the shared ones.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(FastFloat REQUIRED)

# onnxcheck_package(NAME MODULE...): an interface library of pkg-config modules.
function(onnxcheck_package name)
  pkg_check_modules(${name} REQUIRED ${ARGN})
  add_library(${name} INTERFACE)
  target_include_directories(${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIRS})
  target_link_libraries(${name} INTERFACE ${${name}_LDFLAGS})
endfunction()

onnxcheck_package(onnxcheck_zlib zlib)
onnxcheck_package(onnxcheck_nettle nettle)
onnxcheck_package(onnxcheck_re2 re2)
onnxcheck_package(onnxcheck_yaml yaml-cpp)
onnxcheck_package(onnxcheck_minizip minizip)
# Not in the program itself: it cannot be linked statically, and loading it takes a millisecond.
onnxcheck_package(onnxcheck_libzip libzip)
# Not find_package: a libtorch in CMAKE_PREFIX_PATH brings protobuf headers of its own, and ONNX was built
# against the system's.
onnxcheck_package(onnxcheck_protobuf protobuf)
# The parts of Abseil that Debian's 20220623 has (no log, no crc).
onnxcheck_package(onnxcheck_absl absl_base absl_btree absl_flat_hash_map absl_flat_hash_set absl_hash
  absl_inlined_vector absl_memory absl_span absl_status absl_statusor absl_str_format absl_strings
  absl_synchronization absl_time)

add_library(onnxcheck_toml INTERFACE)
target_compile_definitions(onnxcheck_toml INTERFACE TOML_HEADER_ONLY=1)
# Its assertions fail on damaged files, which its parser reports all the same.
target_compile_options(onnxcheck_toml INTERFACE "-DTOML_ASSERT(expr)=static_assert(true)")

# RapidJSON's package file defines variables only.
find_path(RAPIDJSON_INCLUDE rapidjson/document.h REQUIRED)
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE})
# xxHash is used as a header.
find_path(XXHASH_INCLUDE xxhash.h REQUIRED)
add_library(xxhash INTERFACE)
target_include_directories(xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE})
if(ONNXCHECK_FUZZ)
  target_compile_options(rapidjson INTERFACE
    -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/fuzz/ignore.txt)
endif()

# ONNX as tools/build-onnx left it.
set(ONNXCHECK_ONNX_PREFIX ${PROJECT_SOURCE_DIR}/.deps/onnx CACHE PATH "ONNX built by tools/build-onnx")
if(NOT EXISTS ${ONNXCHECK_ONNX_PREFIX}/stamp)
  message(FATAL_ERROR "ONNX is not built yet: run tools/setup (or make build, which does).")
endif()
add_library(onnxcheck_onnx INTERFACE)
target_include_directories(onnxcheck_onnx SYSTEM INTERFACE ${ONNXCHECK_ONNX_PREFIX}/include)
target_compile_definitions(onnxcheck_onnx INTERFACE ONNX_NAMESPACE=onnxcheck_onnx ONNX_ML=1)
target_link_libraries(onnxcheck_onnx INTERFACE
  ${ONNXCHECK_ONNX_PREFIX}/lib/libonnx.a onnxcheck_protobuf Threads::Threads)

# tree-sitter and its Python grammar as tools/build-tree-sitter left them.
set(ONNXCHECK_TREE_SITTER_PREFIX ${PROJECT_SOURCE_DIR}/.deps/tree-sitter CACHE PATH
  "tree-sitter built by tools/build-tree-sitter")
if(NOT EXISTS ${ONNXCHECK_TREE_SITTER_PREFIX}/stamp)
  message(FATAL_ERROR "tree-sitter is not built yet: run tools/setup (or make build, which does).")
endif()
add_library(onnxcheck_tree_sitter INTERFACE)
target_include_directories(onnxcheck_tree_sitter SYSTEM INTERFACE ${ONNXCHECK_TREE_SITTER_PREFIX}/include)
target_link_libraries(onnxcheck_tree_sitter INTERFACE
  ${ONNXCHECK_TREE_SITTER_PREFIX}/lib/libtree-sitter-python.a)

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
