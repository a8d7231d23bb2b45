# Everything comes from the distribution's packages; see tools/install-dependencies.

# Static where there is such a library: to load forty shared ones and find their symbols took longer, at every
# start, than to read a model. libpq stays shared, since it brings the
# machine's TLS and Kerberos, and is loaded when it is needed (src/postgres/libpq.cc).
option(AUTOGEN_STATIC "Link Protobuf, abseil, re2 and libpg_query statically" ON)
set(Protobuf_USE_STATIC_LIBS ${AUTOGEN_STATIC})
find_package(Protobuf REQUIRED)
find_package(absl REQUIRED)
find_package(PostgreSQL REQUIRED)
add_library(libpq_headers INTERFACE IMPORTED)
target_include_directories(libpq_headers INTERFACE ${PostgreSQL_INCLUDE_DIRS})
target_link_libraries(libpq_headers INTERFACE ${CMAKE_DL_LIBS})
find_package(SQLite3 REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

# The static library beside a shared one: libx.so.1.2.3 -> libx.a; as given where there is none.
function(autogen_static_beside path result)
  string(REGEX REPLACE "\\.so(\\.[0-9.]+)?$" ".a" static "${path}")
  if(AUTOGEN_STATIC AND EXISTS "${static}")
    set(path "${static}")
  endif()
  set(${result} "${path}" PARENT_SCOPE)
endfunction()

get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(target IN LISTS imported)
  if(target MATCHES "^absl::")
    get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
    foreach(configuration IN LISTS configurations)
      get_target_property(path ${target} IMPORTED_LOCATION_${configuration})
      if(path)
        autogen_static_beside("${path}" path)
        set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_${configuration} "${path}")
      endif()
    endforeach()
  endif()
endforeach()
find_library(RE2_LIBRARY re2 REQUIRED)
autogen_static_beside("${RE2_LIBRARY}" RE2_LIBRARY)
set_target_properties(PkgConfig::re2 PROPERTIES INTERFACE_LINK_LIBRARIES "${RE2_LIBRARY};Threads::Threads")

# libpg_query and kainjow's mustache ship neither a CMake package nor a pkg-config file.
find_path(PG_QUERY_INCLUDE_DIR pg_query.h REQUIRED)
find_library(PG_QUERY_LIBRARY pg_query REQUIRED)
autogen_static_beside("${PG_QUERY_LIBRARY}" PG_QUERY_LIBRARY)
add_library(pg_query UNKNOWN IMPORTED)
set_target_properties(pg_query PROPERTIES
  IMPORTED_LOCATION "${PG_QUERY_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${PG_QUERY_INCLUDE_DIR}")
find_path(MUSTACHE_INCLUDE_DIR kainjow/mustache.hpp REQUIRED)
find_path(NLOHMANN_INCLUDE_DIR nlohmann/json.hpp REQUIRED)
