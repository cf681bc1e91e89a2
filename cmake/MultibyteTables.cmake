# Decoding tables of GBK, EUC-KR, Shift_JIS, Big5 and EUC-JP, from Python's codecs: a static program cannot
# load glibc's converters.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(onnxcheck_multibyte_tables target output)
  set(script ${PROJECT_SOURCE_DIR}/cmake/multibyte_tables.py)
  cmake_path(GET output PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${output} COMMAND Python3::Interpreter ${script} ${output}
    DEPENDS ${script} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
