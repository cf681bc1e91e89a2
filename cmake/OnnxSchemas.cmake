# One line for every operator schema of the linked ONNX, taken from the headers that list them, so that a
# run builds the few schemas that its model needs and not all of them:
#   SCHEMA(kOnnx, 13, "Relu", Relu_Onnx_ver13)
function(onnxcheck_schema_table output)
  set(lines "")
  foreach(header operator_sets operator_sets_ml)
    file(STRINGS ${ONNXCHECK_ONNX_PREFIX}/include/onnx/defs/${header}.h found REGEX "GetOpSchema<")
    list(APPEND lines ${found})
  endforeach()
  set(table "")
  set(name "([A-Za-z0-9_]+)")
  foreach(line IN LISTS lines)
    if(line MATCHES "ONNX_OPERATOR_SET_SCHEMA_CLASS_NAME\\(${name}, ([0-9]+), ${name}\\)")
      set(domain ${CMAKE_MATCH_1})
      string(APPEND table "SCHEMA(k${domain}, ${CMAKE_MATCH_2}, \"${CMAKE_MATCH_3}\", "
        "${CMAKE_MATCH_3}_${domain}_ver${CMAKE_MATCH_2})\n")
    endif()
  endforeach()
  # Keeps the file's time when nothing has changed.
  file(CONFIGURE OUTPUT ${output} CONTENT "${table}" @ONLY)
endfunction()
