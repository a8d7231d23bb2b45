# Compiler settings, and the functions that declare a layer, its tests and embedded files.

option(AUTOGEN_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(AUTOGEN_LIBFUZZER "tests/fuzz with clang's libFuzzer instead of the driver of our own" OFF)
option(AUTOGEN_WERROR "Warnings are errors" ON)

# -O3 costs a third of the build's time and gains nothing here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(autogen_settings INTERFACE)
# -pthread for all alike: one precompiled header serves them.
target_compile_options(autogen_settings INTERFACE -pthread -Wall -Wextra -Wpedantic
  -Wno-unused-parameter -Wno-missing-field-initializers $<$<BOOL:${AUTOGEN_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Wrong about std::string in GCC 12 (its bug 105651).
  target_compile_options(autogen_settings INTERFACE -Wno-restrict)
endif()
target_link_options(autogen_settings INTERFACE -Wl,--as-needed)
if(AUTOGEN_SANITIZE)
  target_compile_options(autogen_settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(autogen_settings INTERFACE -fsanitize=address,undefined)
endif()
if(AUTOGEN_LIBFUZZER)
  target_compile_options(autogen_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
find_program(AUTOGEN_CCACHE ccache)
if(AUTOGEN_CCACHE)
  # Paths below the checkout count as relative, so that two checkouts share what they compile. The sloppiness is
  # what ccache asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${AUTOGEN_CCACHE})
endif()
find_program(AUTOGEN_MOLD mold)
if(AUTOGEN_MOLD)
  target_link_options(autogen_settings INTERFACE -fuse-ld=mold)
endif()

# The headers that nearly every file includes, compiled once: a third of the time for a full build. Files still
# include what they use; -DAUTOGEN_PCH=OFF shows where one does not.
option(AUTOGEN_PCH "Precompiled headers" ON)
function(autogen_precompile)
  if(NOT AUTOGEN_PCH)
    return()
  endif()
  # Written once: a new time would make everything compile again.
  if(NOT EXISTS ${PROJECT_BINARY_DIR}/pch.cc)
    file(WRITE ${PROJECT_BINARY_DIR}/pch.cc "")
  endif()
  add_library(autogen_pch OBJECT ${PROJECT_BINARY_DIR}/pch.cc)
  target_link_libraries(autogen_pch PRIVATE autogen_settings autogen_proto absl::status absl::statusor
    absl::strings absl::flat_hash_map absl::flat_hash_set)
  target_precompile_headers(autogen_pch PRIVATE
    <algorithm> <functional> <map> <memory> <optional> <set> <string> <utility> <vector>
    <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h> <absl/status/statusor.h>
    <absl/strings/str_cat.h> <absl/strings/str_join.h> <absl/strings/str_split.h> <autogen/schema.pb.h>)
endfunction()
function(autogen_use_precompiled target)
  if(AUTOGEN_PCH)
    target_precompile_headers(${target} REUSE_FROM autogen_pch)
  endif()
endfunction()

# autogen_layer(NAME SOURCES a.cc … DEPENDS other …): the library autogen_NAME of this folder.
function(autogen_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(autogen_${name} STATIC ${ARG_SOURCES})
  target_include_directories(autogen_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(autogen_${name} PRIVATE autogen_settings)
  autogen_use_precompiled(autogen_${name})
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
  autogen_use_precompiled(${name}_test)
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
