# Every folder below tests/ that holds *_test.cc becomes one binary and one ctest entry, named after its
# path: tests/parsers/log -> parsers_log_test. Other .cc files in the folder are linked into it, and
# tests/support/*.cc into all. Fuzz targets (tests/fuzz/*_fuzz.cc) and benchmarks (tests/bench/*_bench.cc)
# are one binary a file and not part of `all`.
find_package(GTest REQUIRED)

set(ONNXCHECK_TEST_DEFINITIONS
  ONNXCHECK_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  ONNXCHECK_BINARY="${PROJECT_BINARY_DIR}/onnxcheck"
  ONNXCHECK_TRAINER="${PROJECT_BINARY_DIR}/onnxcheck-trainer")

file(GLOB_RECURSE test_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/tests
  ${PROJECT_SOURCE_DIR}/tests/*_test.cc)
# Model fixtures as text and ONNX's tensors need ONNX alone, so that tests of parsers can have them too.
add_library(onnxcheck_onnx_text STATIC ${PROJECT_SOURCE_DIR}/tests/support/onnx_text.cc
  ${PROJECT_SOURCE_DIR}/tests/support/proto_tensors.cc)
onnxcheck_options(onnxcheck_onnx_text)
target_link_libraries(onnxcheck_onnx_text PUBLIC onnxcheck_onnx)

file(GLOB support_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.cc)
list(FILTER support_files EXCLUDE REGEX "/(onnx_text|proto_tensors)\\.cc$")
if(support_files)
  add_library(onnxcheck_test_support STATIC ${support_files})
  onnxcheck_options(onnxcheck_test_support)
  target_compile_definitions(onnxcheck_test_support PRIVATE ${ONNXCHECK_TEST_DEFINITIONS})
  target_link_libraries(onnxcheck_test_support PUBLIC onnxcheck_onnx_text onnxcheck_parsers GTest::gtest
    PRIVATE nlohmann_json::nlohmann_json rapidjson)
else()
  add_library(onnxcheck_test_support INTERFACE)
endif()

set(test_folders "")
foreach(file IN LISTS test_files)
  get_filename_component(folder ${file} DIRECTORY)
  list(APPEND test_folders ${folder})
endforeach()
list(REMOVE_DUPLICATES test_folders)

foreach(folder IN LISTS test_folders)
  if(folder MATCHES "^trainer" AND NOT TARGET onnxcheck_trainer)
    continue()
  endif()
  string(REPLACE "/" "_" name "${folder}_test")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cc)
  add_executable(${name} ${sources})
  onnxcheck_options(${name})
  target_compile_definitions(${name} PRIVATE ${ONNXCHECK_TEST_DEFINITIONS})
  # The folder under test and what it stands on, so that a test of a parser does not wait for the rules.
  if(folder MATCHES "^(layout|ir)$")
    target_link_libraries(${name} PRIVATE onnxcheck_ir)
  elseif(folder MATCHES "^parsers")
    target_link_libraries(${name} PRIVATE onnxcheck_test_support onnxcheck_parsers onnxcheck_onnx
      onnxcheck_onnx_text onnxcheck_libzip onnxcheck_zlib)
  elseif(folder MATCHES "^facts")
    target_link_libraries(${name} PRIVATE onnxcheck_facts onnxcheck_parsers onnxcheck_onnx
      onnxcheck_onnx_text)
  elseif(folder MATCHES "^engine")
    target_link_libraries(${name} PRIVATE onnxcheck_engine)
  elseif(folder MATCHES "^trainer")
    target_link_libraries(${name} PRIVATE onnxcheck_trainer onnxcheck_onnx onnxcheck_libzip
      onnxcheck_test_support)
    if(NOT ONNXCHECK_TRAINER_EMPTY)
      target_precompile_headers(${name} REUSE_FROM onnxcheck_trainer)
      target_compile_options(${name} PRIVATE ${ONNXCHECK_PCH_FLAGS})
    endif()
  else()
    target_link_libraries(${name} PRIVATE onnxcheck_cli onnxcheck_onnx onnxcheck_onnx_text
      onnxcheck_libzip rapidjson)
    if(TARGET onnxcheck_test_support)
      target_link_libraries(${name} PRIVATE onnxcheck_test_support)
    endif()
    # Tests that start the program need it up to date.
    add_dependencies(${name} onnxcheck)
    if(TARGET onnxcheck-trainer)
      add_dependencies(${name} onnxcheck-trainer)
    endif()
  endif()
  target_link_libraries(${name} PRIVATE GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
    "ONNXCHECK_SOURCE_DIR=${PROJECT_SOURCE_DIR};ONNXCHECK_BINARY=${PROJECT_BINARY_DIR}/onnxcheck")
endforeach()

# tests/<folder>/<name>_test.py runs in the private environment that `tools/setup test` makes.
file(GLOB_RECURSE python_tests CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/tests
  ${PROJECT_SOURCE_DIR}/tests/*_test.py)
foreach(file IN LISTS python_tests)
  string(REGEX REPLACE "[/.]" "_" name ${file})
  add_test(NAME ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMAND ${PROJECT_SOURCE_DIR}/.venv-test/bin/python -B tests/${file})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 ENVIRONMENT
    "ONNXCHECK_SOURCE_DIR=${PROJECT_SOURCE_DIR};ONNXCHECK_BINARY=${PROJECT_BINARY_DIR}/onnxcheck")
endforeach()

# docs/rules and docs/operators.md are what rules and operators say of themselves.
add_test(NAME docs COMMAND ${PROJECT_SOURCE_DIR}/tools/docs --check)
set_tests_properties(docs PROPERTIES ENVIRONMENT "ONNXCHECK_BINARY=${PROJECT_BINARY_DIR}/onnxcheck")

if(ONNXCHECK_FUZZ)
  file(GLOB fuzz_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzz.cc)
  add_library(onnxcheck_mutate_model STATIC ${PROJECT_SOURCE_DIR}/tests/fuzz/model_parts.cc
    ${PROJECT_SOURCE_DIR}/tests/fuzz/mutate_model.cc)
  onnxcheck_options(onnxcheck_mutate_model)
  target_link_libraries(onnxcheck_mutate_model PUBLIC onnxcheck_onnx)
  add_custom_target(fuzzers)
  foreach(file IN LISTS fuzz_files)
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${file})
    onnxcheck_options(${name})
    target_compile_definitions(${name} PRIVATE ${ONNXCHECK_TEST_DEFINITIONS})
    if(name MATCHES "^(rules|run)_fuzz$")
      target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/check_folder.cc)
      target_link_libraries(${name} PRIVATE onnxcheck_cli onnxcheck_mutate_model)
    else()  # a reader: it need not wait for the rules
      target_link_libraries(${name} PRIVATE onnxcheck_parsers onnxcheck_zlib)
    endif()
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers ${name})
  endforeach()
endif()

find_package(benchmark QUIET)
file(GLOB bench_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/bench/*_bench.cc)
add_custom_target(benchmarks)
add_dependencies(benchmarks onnxcheck)
if(benchmark_FOUND)
  foreach(file IN LISTS bench_files)
    get_filename_component(name ${file} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${file})
    onnxcheck_options(${name})
    target_compile_definitions(${name} PRIVATE ${ONNXCHECK_TEST_DEFINITIONS})
    target_link_libraries(${name} PRIVATE onnxcheck_cli onnxcheck_onnx benchmark::benchmark benchmark::benchmark_main)
    add_dependencies(benchmarks ${name})
  endforeach()
endif()
