# SPDX-License-Identifier: Apache-2.0
# Warnings for all of our code, Debian's hardening for releases, sanitizers for their presets.
add_library(hauberk_flags INTERFACE)
target_include_directories(hauberk_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(hauberk_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
target_compile_definitions(hauberk_flags INTERFACE HAUBERK_VERSION="${PROJECT_VERSION}")

option(HAUBERK_WERROR "Warnings are errors" OFF)
if(HAUBERK_WERROR)
  target_compile_options(hauberk_flags INTERFACE -Werror)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(hauberk_flags INTERFACE
    -fstack-protector-strong -fstack-clash-protection -Wformat -Werror=format-security
    -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fPIE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
  target_link_options(hauberk_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

set(HAUBERK_SANITIZE "" CACHE STRING "-fsanitize= list, for example address,undefined or thread")
if(HAUBERK_SANITIZE)
  target_compile_options(hauberk_flags INTERFACE
    -fsanitize=${HAUBERK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # Debian's SOCI hides the type information that this one check would compare.
  target_compile_options(hauberk_flags INTERFACE -fno-sanitize=vptr)
  # GCC 12 sees uninitialized members in what the checks themselves put in.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(hauberk_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(hauberk_flags INTERFACE -fsanitize=${HAUBERK_SANITIZE})
endif()

# The libraries need the coverage too, or libFuzzer is blind to everything but the target itself.
if(HAUBERK_FUZZ)
  target_compile_options(hauberk_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
