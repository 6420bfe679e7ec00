# cmake -DPROGRAM=<file> [-DARGUMENTS=<list>] -DEXPECTED=<regular expression> -P check_output.cmake: a program in;
# success out if it ends with 0 and what it writes matches. (PASS_REGULAR_EXPRESSION alone ignores how it ends.)
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS}
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output ECHO_OUTPUT_VARIABLE ECHO_ERROR_VARIABLE)
if(NOT status STREQUAL "0")
  message(FATAL_ERROR "${PROGRAM}: ${status}")
endif()
if(NOT output MATCHES "${EXPECTED}")
  message(FATAL_ERROR "${PROGRAM} did not write\n  ${EXPECTED}")
endif()
