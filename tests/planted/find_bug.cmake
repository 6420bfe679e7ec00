# cmake -DNAME=<test> -DBUG=<name> -DCLEAN=<program> -DPLANTED=<program> -DEXPECTED=<regex> [-DPOSTGRES=ON] -P
# find_bug.cmake: success out if the test of the bug passes without it, and with it fails of what is expected. Which
# cases those are, and when they are skipped: run_cases.cmake.
cmake_minimum_required(VERSION 3.25)
function(run program)
  execute_process(COMMAND ${CMAKE_COMMAND} -DNAME=${NAME} -DPROGRAM=${program} -DPOSTGRES=${POSTGRES}
    -DFILES=*/${BUG}.test.cpp -P ${CMAKE_CURRENT_LIST_DIR}/../run_cases.cmake
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(status "${status}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CLEAN})
message(STATUS "without the bug:\n${output}")
if(NOT status STREQUAL "0")
  message(FATAL_ERROR "${NAME}: does not pass without the bug")
endif()
if(output MATCHES "${NAME}: skipped")
  return()
endif()

run(${PLANTED})
message(STATUS "with the bug:\n${output}")
if(status STREQUAL "0")
  message(FATAL_ERROR "${NAME}: the bug is not found")
endif()
if(NOT output MATCHES "${EXPECTED}")
  message(FATAL_ERROR "${NAME}: what is found is not '${EXPECTED}'")
endif()
