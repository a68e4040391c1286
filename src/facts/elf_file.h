// The tables of an ELF file: what elf.cc, go_build_info.cc and rust_audit.cc look into.
//
// Spec: System V ABI, chapters 4 and 5. Segments are what the system loads by, so they must be sound.
// Sections are for people and tools, and no program needs them: where they contradict the file's size, the
// file has none, or a lie there would keep a program from being judged. Thread rule: a value; it views the
// bytes that it was made of.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/byte_view.h"

namespace hauberk {

struct ElfSegment {
  enum Type : std::uint32_t {
    load = 1,
    dynamic = 2,
    interpreter = 3,
    note = 4,
    gnu_stack = 0x6474e551,
    gnu_relro = 0x6474e552,
  };
  enum Flag : std::uint32_t { executable = 1, writable = 2, readable = 4 };

  std::uint32_t type = 0;
  std::uint32_t flags = 0;
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  std::uint64_t size_bytes = 0;         // in the file
  std::uint64_t memory_size_bytes = 0;  // once loaded
  std::uint64_t alignment = 0;
};

struct ElfSection {
  enum Type : std::uint32_t { null = 0, symbols = 2, note = 7, no_bits = 8, dynamic_symbols = 11 };
  enum Flag : std::uint64_t { executable = 4 };

  std::string_view name = {};
  std::uint32_t type = 0;
  std::uint64_t flags = 0;
  std::uint64_t address = 0;
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
  std::uint32_t link = 0;
};

class ElfFile {
 public:
  enum class Type { relocatable = 1, executable = 2, shared = 3, core = 4, other = 0 };

  // invalid_input: not ELF, or its headers contradict its size or each other; limit_exceeded: more segments
  // or sections than any real file has. Of a core file only the header is read.
  static Result<ElfFile> parse(std::span<const std::byte> file);

  Type type() const { return type_; }
  std::uint16_t machine() const { return machine_; }
  bool is_64_bit() const { return is_64_bit_; }
  const ByteView& bytes() const { return bytes_; }
  const std::vector<ElfSegment>& segments() const { return segments_; }
  const std::vector<ElfSection>& sections() const { return sections_; }

  // True for the other half of a stripped file: sections say that there is code, and nothing loads any.
  bool is_debug_only() const;

  // Null if there is none.
  const ElfSegment* segment(ElfSegment::Type type) const;
  const ElfSection* section(std::string_view name) const;

  ByteView content(const ElfSegment& segment) const {
    return bytes_.part(segment.offset, segment.size_bytes);
  }
  // Empty if the section has no bytes in the file, or says that they are beyond its end.
  ByteView content(const ElfSection& section) const;

  // The loaded bytes from `address` to the end of their segment in the file; empty if nothing is loaded
  // there.
  ByteView at_address(std::uint64_t address) const;

  // The width of an address: 4 or 8.
  std::size_t word_bytes() const { return is_64_bit_ ? 8 : 4; }

 private:
  Status read_segments();
  Status check_loads() const;
  Status check_once(ElfSegment::Type type, std::string_view what) const;
  Status read_sections();
  ElfSegment segment_at(std::uint64_t at) const;
  ElfSection section_at(std::uint64_t at) const;
  void name_sections(ByteView headers, std::uint64_t entry_bytes, std::uint64_t names);

  ByteView bytes_;
  Type type_ = Type::other;
  std::uint16_t machine_ = 0;
  bool is_64_bit_ = true;
  std::vector<ElfSegment> segments_ = {};
  std::vector<ElfSection> sections_ = {};
};

}  // namespace hauberk
