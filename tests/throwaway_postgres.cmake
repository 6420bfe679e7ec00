# cmake -DNAME=<test> -DROOT=<dir> -P throwaway_postgres.cmake: cmake/throwaway_postgres.sh in; success out if its server
# ends with its command, however that ends, and nothing of it is left. Without a PostgreSQL to start it skips, or fails
# where ROWAN_REQUIRE_POSTGRES=1.
cmake_minimum_required(VERSION 3.25)
set(script ${ROOT}/cmake/throwaway_postgres.sh)

# The command line of a server names its folder, and so would that of a grep that is told it.
function(check_end what command expected)
  execute_process(COMMAND ${script} run sh -c "printf '<%s>' \"$ROWAN_TEST_POSTGRES\"; ${command}"
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(errors MATCHES "no PostgreSQL server found" AND NOT "$ENV{ROWAN_REQUIRE_POSTGRES}" STREQUAL "1")
    message(STATUS "${NAME}: skipped, as there is no PostgreSQL server")
    return()
  endif()
  if(NOT output MATCHES "<host=([^ ]+) ")
    message(FATAL_ERROR "${what}: the command was told no server: ${output}${errors}")
  endif()
  set(folder ${CMAKE_MATCH_1})
  if(NOT status STREQUAL expected)
    message(SEND_ERROR "${what}: the status is ${status}, not ${expected}: ${errors}")
  endif()
  if(EXISTS ${folder})
    message(SEND_ERROR "${what}: ${folder} is left")
  endif()
  file(WRITE folder.txt "${folder}/\n")
  execute_process(COMMAND sh -c "grep -l -F -f folder.txt /proc/[0-9]*/cmdline 2>/dev/null" OUTPUT_VARIABLE running)
  if(running)
    message(SEND_ERROR "${what}: the server runs on: ${running}")
  endif()
endfunction()

check_end("a command that succeeds" "true" 0)
check_end("a command that fails" "exit 7" 7)
check_end("a script that is told to end" "kill -TERM $PPID" 143)
