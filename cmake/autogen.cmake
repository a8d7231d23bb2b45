# Compiler settings, and the functions that declare a layer, its tests and embedded files.

option(AUTOGEN_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(AUTOGEN_WERROR "Warnings are errors" ON)

# -O3 costs a third of the build's time and gains nothing here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(autogen_settings INTERFACE)
target_compile_options(autogen_settings INTERFACE -Wall -Wextra -Wpedantic
  -Wno-unused-parameter -Wno-missing-field-initializers $<$<BOOL:${AUTOGEN_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Wrong about std::string in GCC 12 (its bug 105651).
  target_compile_options(autogen_settings INTERFACE -Wno-restrict)
endif()
if(AUTOGEN_SANITIZE)
  target_compile_options(autogen_settings INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(autogen_settings INTERFACE -fsanitize=address,undefined)
endif()
find_program(AUTOGEN_CCACHE ccache)
if(AUTOGEN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${AUTOGEN_CCACHE})
endif()
find_program(AUTOGEN_MOLD mold)
if(AUTOGEN_MOLD)
  target_link_options(autogen_settings INTERFACE -fuse-ld=mold)
endif()

# autogen_layer(NAME SOURCES a.cc … DEPENDS other …): the library autogen_NAME of this folder.
function(autogen_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(autogen_${name} STATIC ${ARG_SOURCES})
  target_include_directories(autogen_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(autogen_${name} PRIVATE autogen_settings)
  foreach(dep ${ARG_DEPENDS})
    target_link_libraries(autogen_${name} PUBLIC autogen_${dep})
  endforeach()
  target_link_libraries(autogen_${name} PUBLIC ${ARG_LIBRARIES})
endfunction()

# autogen_test(NAME SOURCES a_test.cc … DEPENDS layer … [LABELS server …]): one doctest program, one ctest.
# The label "server" is for tests that need PostgreSQL; without one they fail.
function(autogen_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES;LABELS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/doctest_main.cc)
  target_link_libraries(${name}_test PRIVATE autogen_settings doctest::doctest ${ARG_LIBRARIES})
  foreach(dep ${ARG_DEPENDS})
    target_link_libraries(${name}_test PRIVATE autogen_${dep})
  endforeach()
  target_compile_definitions(${name}_test PRIVATE
    AUTOGEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" AUTOGEN_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name}_test)
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
endfunction()

# autogen_embed(OUTPUT NAMESPACE FUNCTION FILE…): a .cc with
#   absl::Span<const std::pair<absl::string_view, absl::string_view>> NAMESPACE::FUNCTION()
# that gives (path below the current folder, content) for each file.
function(autogen_embed output namespace function)
  set(files)
  foreach(file ${ARGN})
    list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  list(JOIN ARGN "|" names)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${namespace} -DFUNCTION=${function}
      "-DNAMES=${names}" -DROOT=${CMAKE_CURRENT_SOURCE_DIR} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
endfunction()
