// What an ELF file says of itself that decides how hardened it is, and what it needs to run.
//
// Spec: System V ABI, chapters 4 and 5; the GNU program headers (PT_GNU_STACK, PT_GNU_RELRO). Both word sizes
// and byte orders. The file is hostile input: every offset and count is checked against its size. What the
// loader goes by (segments) must be sound; sections that lie are taken as missing, for it does not look at
// them.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace hauberk {

struct ElfFacts {
  enum class Kind { program, library, object, core, other };

  // A program is not shared, or says that it is a PIE, or has an interpreter and no soname; a file of
  // debugging information alone is `other`.
  Kind kind = Kind::other;
  std::uint16_t machine = 0;  // e_machine: 62 is x86-64, 183 is AArch64
  std::uint8_t word_bits = 64;
  bool is_position_independent = false;  // ET_DYN
  bool is_static = false;  // a program without interpreter
  bool has_stack_header = false;  // PT_GNU_STACK
  bool has_executable_stack = false;  // by it, or by its absence where that means so
  bool has_relro = false;
  bool binds_now = false;  // its dynamic segment says so; a static program has none
  bool has_text_relocations = false;
  bool has_writable_executable_segment = false;
  bool uses_stack_protector = false;  // refers to __stack_chk_fail (in static programs: has it)
  bool uses_fortify = false;  // refers to a *_chk function
  bool could_fortify = false;  // refers to a function that has a *_chk form
  bool is_stripped = false;  // no symbol table
  bool is_go = false;  // has Go's build information or note: judged by other rules
  std::string interpreter = {};
  std::string soname = {};
  std::string build_id = {};  // lowercase hex of NT_GNU_BUILD_ID
  std::vector<std::string> needed = {};  // in the file's order
  std::vector<std::string> rpath = {};  // the parts of DT_RPATH, as they stand
  std::vector<std::string> runpath = {};

  friend bool operator==(const ElfFacts&, const ElfFacts&) = default;
};

// True if the bytes begin as an ELF file does.
bool is_elf(std::span<const std::byte> start);

// invalid_input: the headers contradict the file's size or each other; limit_exceeded: tables larger than any
// real file has.
Result<ElfFacts> read_elf(std::span<const std::byte> file);

}  // namespace hauberk
