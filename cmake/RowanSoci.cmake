# SOCI 4.0 or 4.1 however it was installed, SQLite and libpq in; SOCI::Core, SOCI::SQLite3, SOCI::PostgreSQL,
# SQLite::SQLite3 and PostgreSQL::PostgreSQL out, or RowanSoci_FOUND false and a message that says what is missing.
#
# SOCI 4.1 installs these targets. SOCI 4.0 installs them under other names, and Debian's and Ubuntu's
# libsoci-dev 4.0 ships no CMake package at all.
set(RowanSoci_FOUND TRUE)
set(RowanSoci_NOT_FOUND_MESSAGE "")
set(rowan_soci_missing "")

find_package(SQLite3 QUIET)
if(NOT TARGET SQLite::SQLite3)
  list(APPEND rowan_soci_missing "SQLite 3 with its headers (Debian: libsqlite3-dev)")
endif()
find_package(PostgreSQL QUIET)
if(NOT TARGET PostgreSQL::PostgreSQL)
  list(APPEND rowan_soci_missing "libpq with its headers (Debian: libpq-dev)")
endif()

if(NOT TARGET SOCI::Core)
  find_package(SOCI CONFIG QUIET)
endif()
if(NOT TARGET SOCI::Core AND TARGET SOCI::soci_core)  # SOCI's own 4.0 package
  add_library(SOCI::Core ALIAS SOCI::soci_core)
  foreach(backend IN ITEMS SQLite3 PostgreSQL)
    string(TOLOWER "soci_${backend}" old_name)
    if(TARGET SOCI::${old_name})
      add_library(SOCI::${backend} ALIAS SOCI::${old_name})
    endif()
  endforeach()
endif()

if(NOT TARGET SOCI::Core)  # Debian's 4.0: headers and libraries only
  find_path(ROWAN_SOCI_INCLUDE_DIR soci/soci.h)
  find_path(ROWAN_BOOST_INCLUDE_DIR boost/fusion/container.hpp)  # <soci/soci.h> of 4.0 includes it
  mark_as_advanced(ROWAN_SOCI_INCLUDE_DIR ROWAN_BOOST_INCLUDE_DIR)
  if(ROWAN_SOCI_INCLUDE_DIR AND NOT ROWAN_BOOST_INCLUDE_DIR)
    list(APPEND rowan_soci_missing "Boost's headers, which SOCI 4.0 needs (Debian: libboost-dev)")
  endif()
  if(ROWAN_SOCI_INCLUDE_DIR AND ROWAN_BOOST_INCLUDE_DIR)
    foreach(part IN ITEMS Core SQLite3 PostgreSQL)
      string(TOLOWER "soci_${part}" library)
      find_library(ROWAN_SOCI_${part}_LIBRARY ${library})
      mark_as_advanced(ROWAN_SOCI_${part}_LIBRARY)
      if(ROWAN_SOCI_${part}_LIBRARY)
        add_library(SOCI::${part} UNKNOWN IMPORTED)
        set_target_properties(SOCI::${part} PROPERTIES
          IMPORTED_LOCATION "${ROWAN_SOCI_${part}_LIBRARY}"
          INTERFACE_INCLUDE_DIRECTORIES "${ROWAN_SOCI_INCLUDE_DIR};${ROWAN_BOOST_INCLUDE_DIR}")
      endif()
    endforeach()
    if(TARGET SOCI::Core AND TARGET SOCI::SQLite3 AND TARGET SQLite::SQLite3)
      target_link_libraries(SOCI::SQLite3 INTERFACE SOCI::Core SQLite::SQLite3)
    endif()
    if(TARGET SOCI::Core AND TARGET SOCI::PostgreSQL AND TARGET PostgreSQL::PostgreSQL)
      target_link_libraries(SOCI::PostgreSQL INTERFACE SOCI::Core PostgreSQL::PostgreSQL)
    endif()
  elseif(NOT ROWAN_SOCI_INCLUDE_DIR)
    list(APPEND rowan_soci_missing "SOCI (Debian: libsoci-dev, with libboost-dev)")
  endif()
endif()
if(TARGET SOCI::Core OR (ROWAN_SOCI_INCLUDE_DIR AND ROWAN_BOOST_INCLUDE_DIR))
  foreach(part IN ITEMS Core SQLite3 PostgreSQL)
    if(NOT TARGET SOCI::${part})
      list(APPEND rowan_soci_missing "SOCI's ${part} library (Debian: libsoci-dev)")
    endif()
  endforeach()
endif()

if(rowan_soci_missing)
  set(RowanSoci_FOUND FALSE)
  list(JOIN rowan_soci_missing "\n  - " rowan_soci_missing)
  set(RowanSoci_NOT_FOUND_MESSAGE
    "Rowan needs, and did not find:\n  - ${rowan_soci_missing}\n\
On Debian or Ubuntu: apt-get install libsoci-dev libboost-dev libpq-dev libsqlite3-dev\n\
Elsewhere: install SOCI 4.0 or 4.1 with its SQLite and PostgreSQL backends, and name its place in CMAKE_PREFIX_PATH.")
endif()
unset(rowan_soci_missing)
