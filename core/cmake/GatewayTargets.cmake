# How targets of this tree are declared, so that each room's CMakeLists.txt is a list of its files and its dependencies.

# What ./dev run needs: the program and its plugins, without the tests.
add_custom_target(run_tree)

# gateway_room(NAME SOURCES a.cpp … LINK other_room lib …)
#   A room of the core: static library gateway_NAME; includes are written "core/NAME/file.hpp".
function(gateway_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  add_library(gateway_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(gateway_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(gateway_${name} PUBLIC ${ROOM_LINK} PRIVATE gateway_build_flags)
endfunction()

# gateway_plugin(ID SOURCES a.cpp … LINK lib …)
#   A plugin of this tree: shared library ID.so that sees the SDK and the toolkit only. Staged and installed.
function(gateway_plugin id)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;LINK" ${ARGN})
  add_library(plugin_${id} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(plugin_${id} PRIVATE IdentityGateway::sdk IdentityGateway::toolkit ${PLUGIN_LINK}
                        gateway_build_flags)
  target_link_options(plugin_${id} PRIVATE -Wl,--exclude-libs,ALL)
  set_target_properties(plugin_${id} PROPERTIES PREFIX "" OUTPUT_NAME "${id}"
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/plugins")
  add_dependencies(run_tree plugin_${id})
  install(TARGETS plugin_${id} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR_GATEWAY_PLUGINS}" COMPONENT gateway)
endfunction()
set(CMAKE_INSTALL_LIBDIR_GATEWAY_PLUGINS "lib/identity-gateway/plugins")

# gateway_test(NAME SOURCES a.cpp … LINK lib … [LABELS …] [TIMEOUT seconds])
#   One GoogleTest program, one ctest entry.
function(gateway_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  string(REPLACE "." "_" target "test_${name}")
  add_executable(${target} ${T_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE ${T_LINK} GTest::gtest GTest::gmock GTest::gtest_main gateway_build_flags)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${target})
  # Who may take long begins first, so that nothing long is left to run alone at the end. Only a build with the thread
  # sanitizer reads the variable.
  set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} COST ${T_TIMEOUT} LABELS "${T_LABELS}"
    ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp")
endfunction()

# gateway_fuzz_target(NAME SOURCES a.cpp … LINK lib …)
#   One libFuzzer entry point (LLVMFuzzerTestOneInput). With GATEWAY_FUZZ a fuzzer; otherwise a program that replays
#   tests/fuzz/corpus/NAME/, registered as ctest fuzz.NAME, so that every input ever found goes on being tested.
function(gateway_fuzz_target name)
  cmake_parse_arguments(F "" "" "SOURCES;LINK" ${ARGN})
  set(target "fuzz_${name}")
  add_executable(${target} ${F_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE ${F_LINK} gateway_build_flags)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  if(GATEWAY_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
    add_test(NAME fuzz.${name} COMMAND ${target} "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}")
    set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 60 LABELS fuzz)
  endif()
endfunction()
