# cmake -DPATCH=<file> -DPROGRAM=<patch> -DROOT=<project> -DINTO=<folder> -DFILES=<list> -P apply.cmake: the sources of
# ROOT that the patch touches in; the same in INTO, patched, out. It has to fit what they are today.
cmake_minimum_required(VERSION 3.25)
foreach(file IN LISTS FILES)
  cmake_path(GET file PARENT_PATH folder)
  file(MAKE_DIRECTORY ${INTO}/${folder})
  file(COPY_FILE ${ROOT}/${file} ${INTO}/${file})
endforeach()
execute_process(COMMAND ${PROGRAM} --batch --forward --fuzz=0 --strip=1 --directory=${INTO} --input=${PATCH}
  RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status STREQUAL "0")
  foreach(file IN LISTS FILES)
    file(TOUCH ${INTO}/${file})  # it may have been copied with the time of its source
  endforeach()
  return()
endif()
foreach(file IN LISTS FILES)
  file(REMOVE ${INTO}/${file})  # nothing is built of half a patch
endforeach()
message(FATAL_ERROR "${PATCH} does not fit the sources any more; the bug has to be planted anew:\n${output}")
