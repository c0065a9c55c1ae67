# Language level, warnings and sanitizers for everything in this tree. Not installed: a plugin author chooses their own.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

option(GATEWAY_TESTS "Build the tests" ON)
option(GATEWAY_UNITY_TESTS "Compile tests eight sources at a time, as CI does: half the work, and no incremental build" OFF)
option(GATEWAY_CONFORMANCE "Build gateway-conformance, the suites for plugins (wants GoogleTest)" ON)
set(GATEWAY_SANITIZE "" CACHE STRING "Sanitizers for the whole build: empty, 'address,undefined' or 'thread'")
option(GATEWAY_FUZZ "Build the fuzz targets with libFuzzer (clang only); otherwise they replay their corpora" OFF)

# One linker and one compiler cache for everybody; both optional.
find_program(GATEWAY_CCACHE ccache)
if(GATEWAY_CCACHE)
  # What was compiled in one clone or worktree serves the others: paths below the tree count from its root.
  set(launcher "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${GATEWAY_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
find_program(GATEWAY_LLD ld.lld)
if(GATEWAY_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(gateway_build_flags INTERFACE)
target_compile_options(gateway_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-qual -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  # g++ 12 fires on designated initialisers that leave a std::optional out, which is what optional fields are for.
  -Wno-missing-field-initializers)
# A unity build includes sources, which makes their unnamed namespaces look like a header's.
if(CMAKE_UNITY_BUILD)
  target_compile_options(gateway_build_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  # g++ 12 reports impossible overreads inside std::string when it inlines across -O2; -O1 and clang do not.
  target_compile_options(gateway_build_flags INTERFACE -Wno-error=restrict -Wno-error=stringop-overread
    -Wno-error=stringop-overflow -Wno-error=array-bounds -Wno-error=maybe-uninitialized)
endif()

if(GATEWAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage in every room, not in the fuzz target alone
endif()
if(GATEWAY_SANITIZE)
  add_compile_options(-fsanitize=${GATEWAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GATEWAY_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options(-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer_ignorelist.txt)
  endif()
else()
  add_compile_options(-fstack-protector-strong -fno-omit-frame-pointer)
  if(CMAKE_BUILD_TYPE MATCHES "Rel")
    add_compile_definitions(_FORTIFY_SOURCE=2)
  endif()
  add_link_options(-Wl,-z,relro,-z,now)
endif()

# gateway_tests_unoptimised()
#   In a folder of tests: optimising their own code takes as long again as compiling it, and no test waits for it.
macro(gateway_tests_unoptimised)
  if(GATEWAY_SANITIZE)
    set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
  elseif(GATEWAY_UNITY_TESTS)
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG")
  endif()
endmacro()
