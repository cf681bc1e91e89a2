# ccache, when it is installed. Paths are made relative to the checkout before they are hashed, so that two
# checkouts of the same sources share one cache; the sloppiness is what ccache needs for precompiled headers.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    /usr/bin/env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(ONNXCHECK_PCH_FLAGS -fpch-preprocess)
else()
  set(ONNXCHECK_PCH_FLAGS "")
endif()
