# cmake -DROWAN_BINARY_DIR=<build tree> ... -P install_and_consume.cmake: a built Rowan in; success out if it can be
# installed, moved, and then used by another project through find_package and through pkg-config.
cmake_minimum_required(VERSION 3.25)
set(work ${ROWAN_BINARY_DIR}/package-test)
set(here ${CMAKE_CURRENT_LIST_DIR})
file(REMOVE_RECURSE ${work})

function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status STREQUAL "0")
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${what} failed (${status}): ${command}\n${output}")
  endif()
  message(STATUS "${what}: ok")
endfunction()

run("install" ${CMAKE_COMMAND} --install ${ROWAN_BINARY_DIR} --config "${CONFIG}" --prefix ${work}/first)
file(RENAME ${work}/first ${work}/installed)

string(REPLACE ";" "\\;" PREFIX_PATH "${work}/installed;${PREFIX_PATH}")
run("find_package" ${CMAKE_COMMAND} -S ${here} -B ${work}/build -G ${GENERATOR}
  -DCMAKE_CXX_COMPILER=${CXX} "-DCMAKE_BUILD_TYPE=${CONFIG}" "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}")
run("build" ${CMAKE_COMMAND} --build ${work}/build --config "${CONFIG}")
run("run" ${CMAKE_COMMAND} -E chdir ${work}/build ./user)
run("run with SOCI" ${CMAKE_COMMAND} -E chdir ${work}/build ./soci_user)

find_program(PKG_CONFIG NAMES pkg-config pkgconf)
if(NOT PKG_CONFIG)
  message(STATUS "pkg-config is not installed: left out")
  return()
endif()
set(ENV{PKG_CONFIG_PATH} "${work}/installed/${LIBDIR}/pkgconfig:$ENV{PKG_CONFIG_PATH}")
foreach(how IN ITEMS "" --static)
  execute_process(COMMAND ${PKG_CONFIG} --cflags --libs ${how} rowan
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  set(directories ${flags})  # SOCI may be installed where the loader does not look by itself
  list(FILTER directories INCLUDE REGEX "^-L")
  list(TRANSFORM directories REPLACE "^-L" "-Wl,-rpath,")
  run("compile with pkg-config ${how}" ${CXX} -std=c++20 ${here}/main.cpp -o ${work}/pkg_config_user ${flags}
    ${directories} -Wl,-rpath,${work}/installed/${LIBDIR})
  run("run with pkg-config ${how}" ${CMAKE_COMMAND} -E chdir ${work} ./pkg_config_user)
endforeach()
