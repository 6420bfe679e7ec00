# The library targets in; install rules for headers, libraries, CMake package and pkg-config file out.
set(rowan_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rowan)

install(TARGETS rowan rowan_soci rowan_testing EXPORT rowanTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT rowanTargets NAMESPACE rowan:: DESTINATION ${rowan_package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/rowanConfig.cmake.in
  ${PROJECT_BINARY_DIR}/rowanConfig.cmake INSTALL_DESTINATION ${rowan_package_dir}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rowanConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rowanConfig.cmake ${PROJECT_BINARY_DIR}/rowanConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/RowanSoci.cmake DESTINATION ${rowan_package_dir})

# pkg-config. What the archive needs is named library by library: Debian's SOCI has no .pc file, and the
# "--static" half of Debian's libpq.pc names libraries that libpq-dev does not bring.
set(rowan_pc_dependencies "")
foreach(target IN LISTS rowan_private_libraries)
  if(NOT target STREQUAL "Threads::Threads")
    get_target_property(location ${target} LOCATION)
    cmake_path(GET location PARENT_PATH directory)
    if(NOT directory IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
      list(APPEND rowan_pc_dependencies "-L${directory}")
    endif()
    cmake_path(GET location STEM name)
    string(REGEX REPLACE "^lib" "-l" name ${name})
    list(APPEND rowan_pc_dependencies ${name})
  endif()
endforeach()
list(APPEND rowan_pc_dependencies -pthread)
list(REMOVE_DUPLICATES rowan_pc_dependencies)
list(JOIN rowan_pc_dependencies " " rowan_pc_dependencies)
get_target_property(rowan_type rowan TYPE)
if(rowan_type STREQUAL "STATIC_LIBRARY")  # there is no other way to link it: right with and without --static
  set(rowan_pc_public " ${rowan_pc_dependencies}")
  set(rowan_pc_private "")
else()
  set(rowan_pc_public "")
  set(rowan_pc_private " ${rowan_pc_dependencies}")
endif()
# Relative to the file itself, so that the installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE rowan_pc_prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/rowan.pc.in ${PROJECT_BINARY_DIR}/rowan.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/rowan.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
