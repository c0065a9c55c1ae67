# cmake -D OUT=migration_steps.cpp -D FOLDER=migrations -D FILES=0001_a.sql,0002_b.sql -P embed_migrations.cmake
# Refuses a file that is not in the list: a migration that somebody forgot there would never run.
cmake_minimum_required(VERSION 3.25)
string(REPLACE "," ";" files "${FILES}")
file(GLOB there RELATIVE "${FOLDER}" "${FOLDER}/[0-9]*.sql")
foreach(file IN LISTS there)
  if(NOT file IN_LIST files)
    message(FATAL_ERROR "${file} is not listed in storage/postgres/CMakeLists.txt")
  endif()
endforeach()
set(steps "")
set(last 0)
foreach(file IN LISTS files)
  get_filename_component(stem "${file}" NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: not NNNN_name.sql")
  endif()
  set(name "${CMAKE_MATCH_2}")
  string(REGEX REPLACE "^0+" "" version "${CMAKE_MATCH_1}")
  math(EXPR last "${last} + 1")
  if(NOT version EQUAL last)
    message(FATAL_ERROR "${file}: version ${last} is missing")
  endif()
  file(READ "${FOLDER}/${file}" sql)
  string(APPEND steps "      {${version}, \"${name}\", R\"migration(${sql})migration\"},\n")
endforeach()
file(READ "${FOLDER}/grants.sql" grants)
file(WRITE "${OUT}" "// Made from migrations/ by embed_migrations.cmake.
#include \"migration_steps.hpp\"

namespace gateway::postgres {

const std::vector<MigrationStep>& migration_steps() {
  static const std::vector<MigrationStep> steps{
${steps}  };
  return steps;
}

std::string_view grants_sql() {
  return R\"migration(${grants})migration\";
}

}  // namespace gateway::postgres
")
