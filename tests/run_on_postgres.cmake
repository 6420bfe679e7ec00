# cmake -DNAME=<test> -DPROGRAM=<program> -P run_on_postgres.cmake: the database that ROWAN_TEST_POSTGRES names in; the
# verdict of the cases for PostgreSQL out. Without one it skips, or fails where ROWAN_REQUIRE_POSTGRES=1.
cmake_minimum_required(VERSION 3.25)
if("$ENV{ROWAN_TEST_POSTGRES}" STREQUAL "")
  if("$ENV{ROWAN_REQUIRE_POSTGRES}" STREQUAL "1")
    message(FATAL_ERROR "ROWAN_REQUIRE_POSTGRES=1, but ROWAN_TEST_POSTGRES names no database")
  endif()
  message(STATUS "${NAME}: skipped, as ROWAN_TEST_POSTGRES names no database")
  return()
endif()
execute_process(COMMAND ${PROGRAM} --test-case=*postgres*
  RESULT_VARIABLE status OUTPUT_VARIABLE output ECHO_OUTPUT_VARIABLE)
if(NOT status STREQUAL "0")
  message(FATAL_ERROR "${PROGRAM}: ${status}")
endif()
if(output MATCHES "test cases: +0 .* [1-9][0-9]* skipped")
  message(FATAL_ERROR "there are tests, but none has Postgres in its name")
endif()
