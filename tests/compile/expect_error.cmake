# cmake -DSOURCE=<file> -DCXX=<compiler> -DFLAGS=<list> -P expect_error.cmake: one program in; success out if the
# compiler does with it what the program's first lines say:
#   // expect: TEXT    it does not compile, and the compiler's output contains TEXT (more such lines may follow)
#   // compiles        it compiles
cmake_minimum_required(VERSION 3.25)
file(READ ${SOURCE} text)
set(ENV{LC_ALL} C)  # plain quotation marks in the compiler's sentences
execute_process(COMMAND ${CXX} ${FLAGS} -fsyntax-only ${SOURCE}
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(text MATCHES "^// compiles *\n")
  if(NOT status STREQUAL "0")
    message(FATAL_ERROR "${SOURCE} must compile, and does not:\n${output}")
  endif()
  return()
endif()

if(NOT text MATCHES "^// expect: ")
  message(FATAL_ERROR "${SOURCE}: the first line must be '// expect: TEXT' or '// compiles'")
endif()
if(status STREQUAL "0")
  message(FATAL_ERROR "${SOURCE} must not compile, and does")
endif()
while(text MATCHES "^// expect: ([^\n]+)\n(.*)$")
  set(expected "${CMAKE_MATCH_1}")
  set(text "${CMAKE_MATCH_2}")
  string(STRIP "${expected}" expected)
  string(FIND "${output}" "${expected}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "${SOURCE} does not compile, but for another reason than\n  ${expected}\n${output}")
  endif()
endwhile()
