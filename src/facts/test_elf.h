// Small ELF files for tests, made in memory: of either width and byte order, sound or lying.
//
// What is added lies at address == offset, and one readable segment loads the whole file, so that a test
// names a place once. Thread rule: one thread at a time.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/byte_view.h"
#include "facts/elf_file.h"

namespace hauberk {

class TestElf {
 public:
  using Order = ByteView::Order;
  struct Segment {
    std::uint32_t type = 0, flags = 0;
    std::uint64_t offset = 0, size_bytes = 0;
  };
  struct Section {
    std::string name = {};
    std::uint32_t type = 1;
    std::uint64_t flags = 0, offset = 0, size_bytes = 0;
    std::uint32_t link = 0;
  };

  explicit TestElf(bool is_64_bit = true, Order order = Order::little)
      : is_64_bit_(is_64_bit), order_(order), body_(first_offset, '\0') {}

  std::uint16_t type = 3;  // ET_DYN
  std::uint16_t machine = 62;
  std::vector<Segment> segments = {};
  std::vector<Section> sections = {};

  std::size_t word_bytes() const { return is_64_bit_ ? 8 : 4; }

  // Bytes of a number as this file writes it.
  std::string number(std::uint64_t value, std::size_t width) const {
    std::string text;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t byte = order_ == Order::little ? i : width - 1 - i;
      text += static_cast<char>(value >> (8 * byte) & 0xff);
    }
    return text;
  }
  std::string word(std::uint64_t value) const { return number(value, word_bytes()); }

  // Puts bytes into the file, aligned to 16, and returns where.
  std::uint64_t add(std::string_view bytes) {
    body_.resize((body_.size() + 15) / 16 * 16);
    const std::size_t at = body_.size();
    body_ += bytes;
    return at;
  }
  void add_segment(std::uint32_t segment_type, std::uint32_t flags, std::string_view bytes) {
    const std::uint64_t at = add(bytes);
    segments.push_back({segment_type, flags, at, bytes.size()});
  }
  void add_section(std::string name, std::string_view bytes, std::uint32_t section_type = 1) {
    const std::uint64_t at = add(bytes);
    sections.push_back({std::move(name), section_type, 0, at, bytes.size()});
  }

  // A dynamic segment. Names of undefined symbols become a symbol table; `texts` are (tag, string).
  void add_dynamic(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& numbers,
                   const std::vector<std::pair<std::uint64_t, std::string>>& texts = {},
                   const std::vector<std::string>& undefined = {}) {
    std::string strings(1, '\0'), table, symbols(symbol_bytes(), '\0');
    const auto entry = [&](std::uint64_t tag, std::uint64_t value) { table += word(tag) + word(value); };
    const auto string = [&](const std::string& text) {
      strings += text + '\0';
      return strings.size() - text.size() - 1;
    };
    for (const auto& [tag, value] : numbers) entry(tag, value);
    for (const auto& [tag, text] : texts) entry(tag, string(text));
    for (const std::string& name : undefined) symbols += symbol(string(name));
    entry(6, add(symbols));
    entry(5, add(strings));
    entry(10, strings.size());
    // DT_HASH: one bucket, a chain entry for each symbol.
    entry(4, add(number(1, 4) + number(undefined.size() + 1, 4)));
    entry(0, 0);
    add_segment(ElfSegment::dynamic, 6, table);
  }

  // The file's bytes. A section of names is added if there are sections.
  std::string file() const {
    std::string bytes = body_, names(1, '\0'), headers(section_bytes(), '\0');
    for (const Section& section : sections) {
      headers += section_header(section, names.size());
      names += section.name + '\0';
    }
    const Section last = {
        .name = {}, .type = 3, .flags = 0, .offset = bytes.size(), .size_bytes = names.size()};
    headers += section_header(last, 0);
    bytes += names;
    const std::uint64_t headers_at = sections.empty() ? 0 : bytes.size();
    if (!sections.empty()) bytes += headers;
    const std::string start = file_header(headers_at) + program_headers(bytes.size());
    return bytes.replace(0, start.size(), start);
  }

 private:
  static constexpr std::size_t first_offset = 2048;  // room for the headers of 16 segments and more
  std::size_t symbol_bytes() const { return is_64_bit_ ? 24 : 16; }
  std::size_t section_bytes() const { return is_64_bit_ ? 64 : 40; }

  std::string symbol(std::uint64_t name) const {
    return is_64_bit_ ? number(name, 4) + std::string(20, '\0') : number(name, 4) + std::string(12, '\0');
  }
  std::string section_header(const Section& s, std::uint64_t name) const {
    return number(name, 4) + number(s.type, 4) + word(s.flags) + word(s.offset) + word(s.offset) +
           word(s.size_bytes) + number(s.link, 4) + number(0, 4) + word(1) + word(0);
  }
  std::string program_header(const Segment& s, std::uint64_t address) const {
    const std::string flags = number(s.flags, 4);
    return number(s.type, 4) + (is_64_bit_ ? flags : "") + word(s.offset) + word(address) + word(address) +
           word(s.size_bytes) + word(s.size_bytes) + (is_64_bit_ ? "" : flags) + word(4);
  }
  std::string program_headers(std::uint64_t file_size) const {
    std::string text = program_header({ElfSegment::load, ElfSegment::readable, 0, file_size}, 0);
    for (const Segment& segment : segments) {
      // A second load of the same bytes lies elsewhere, or the two would overlap.
      const std::uint64_t base = segment.type == ElfSegment::load ? 0x10000000 : 0;
      text += program_header(segment, base + segment.offset);
    }
    return text;
  }
  std::string file_header(std::uint64_t sections_at) const {
    std::string text =
        "\x7f"
        "ELF";
    text += static_cast<char>(is_64_bit_ ? 2 : 1);
    text += static_cast<char>(order_ == Order::little ? 1 : 2);
    text += '\1' + std::string(9, '\0');
    const std::uint64_t count = sections.empty() ? 0 : sections.size() + 2;
    text += number(type, 2) + number(machine, 2) + number(1, 4) + word(0);
    text += word(is_64_bit_ ? 64 : 52) + word(sections_at) + number(0, 4);
    text +=
        number(is_64_bit_ ? 64 : 52, 2) + number(is_64_bit_ ? 56 : 32, 2) + number(segments.size() + 1, 2);
    text += number(section_bytes(), 2) + number(count, 2) + number(count == 0 ? 0 : count - 1, 2);
    return text;
  }

  bool is_64_bit_;
  Order order_;
  std::string body_;
};

// The usual set of a hardened position-independent program.
inline TestElf hardened_elf(bool is_64_bit = true, TestElf::Order order = TestElf::Order::little) {
  TestElf elf(is_64_bit, order);
  elf.add_segment(ElfSegment::interpreter, 4, std::string_view("/lib/ld.so\0", 11));
  elf.segments.push_back({ElfSegment::gnu_stack, 6, 0, 0});
  elf.segments.push_back({ElfSegment::gnu_relro, 4, 0, 0});
  elf.add_segment(ElfSegment::note, 4,
                  elf.number(4, 4) + elf.number(3, 4) + elf.number(3, 4) + std::string("GNU\0", 4) +
                      "\xab\xcd\xef");
  elf.add_dynamic({{30, 8}, {0x6ffffffb, 0x08000001}},
                  {{1, "libb.so.1"}, {1, "liba.so.2"}, {29, "/opt/lib:$ORIGIN"}},
                  {"puts", "__stack_chk_fail", "__memcpy_chk", "strcpy"});
  return elf;
}

}  // namespace hauberk
