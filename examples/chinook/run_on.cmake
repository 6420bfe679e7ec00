# cmake -DDATABASE=<sqlite|postgresql> -DPROGRAM=... -DLOADER=... -DSCRIPTS=<folder> -DFOLDER=<for files> -P run_on.cmake
# A database filled with Chinook's script in; the verdict of two tours of it out, the second on what the first left.
# Without the scripts, or without the server that ROWAN_TEST_POSTGRES names, it skips.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
  if(NOT status STREQUAL "0")
    list(GET ARGV 0 program)
    cmake_path(GET program FILENAME program)
    message(FATAL_ERROR "${program}: ${status}")
  endif()
endfunction()

if(DATABASE STREQUAL "sqlite")
  set(script ${SCRIPTS}/Chinook_Sqlite.sql)
else()
  set(script ${SCRIPTS}/Chinook_PostgreSql.sql)
endif()
if(NOT EXISTS ${script})
  message(STATUS "chinook: skipped, as its script for ${DATABASE} is not there; see examples/chinook/CMakeLists.txt")
  return()
endif()

if(DATABASE STREQUAL "sqlite")
  run(${LOADER} ${script} ${FOLDER}/chinook.db)
  set(url sqlite3://${FOLDER}/chinook.db)
else()
  set(server "$ENV{ROWAN_TEST_POSTGRES}")
  find_program(psql psql)
  if(server STREQUAL "" OR NOT psql)
    if("$ENV{ROWAN_REQUIRE_POSTGRES}" STREQUAL "1")
      message(FATAL_ERROR "ROWAN_REQUIRE_POSTGRES=1, but ROWAN_TEST_POSTGRES names no database, or there is no psql")
    endif()
    message(STATUS "chinook: skipped, as ROWAN_TEST_POSTGRES names no database, or there is no psql")
    return()
  endif()
  # The script makes a database of its own, named chinook, and goes on in there. Without autocommit it would be one
  # transaction, which CREATE DATABASE cannot be part of; as it is, each of its INSERTs has up to a thousand rows.
  set(ENV{PGOPTIONS} "-c synchronous_commit=off -c client_min_messages=warning")
  set(ENV{PGCLIENTENCODING} UTF8)
  run(${psql} --dbname=${server} --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=${script})
  set(ENV{PGOPTIONS} "")
  # Of two options of one name the last counts.
  set(url "postgresql://${server} dbname=chinook")
endif()

run(${PROGRAM} ${url})
message(STATUS "chinook: once more, on what the first tour left")
run(${PROGRAM} ${url})
