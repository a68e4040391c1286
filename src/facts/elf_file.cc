// SPDX-License-Identifier: Apache-2.0
#include "facts/elf_file.h"

#include <algorithm>

#include "facts/elf.h"

namespace hauberk {
namespace {

// The largest real files have some 20 segments; object files can have a section for each function.
constexpr std::uint64_t most_segments = 4096;
constexpr std::uint64_t most_sections = 1 << 20;
constexpr std::size_t longest_section_name = 256;

// The file header, after the 16 bytes that say how to read the rest:
//   offset    64 bit                     32 bit
//   16, 18    type, machine (2 bytes)    the same
//   32 / 28   offset of program headers
//   40 / 32   offset of section headers
//   54 / 42   size of a program header, 56 / 44 their number
//   58 / 46   size of a section header, 60 / 48 their number, 62 / 50 the section of their names
struct Layout {
  std::uint64_t file_header, program_header, section_header;
  std::uint64_t program_offset, section_offset, sizes;
};
constexpr Layout layout_64 = {64, 56, 64, 32, 40, 54};
constexpr Layout layout_32 = {52, 32, 40, 28, 32, 42};

// Numbers that do not fit into the header's two bytes stand in section 0.
constexpr std::uint64_t segments_in_section_0 = 0xffff;
constexpr std::uint64_t names_in_section_0 = 0xffff;

const Layout& layout_of(bool is_64_bit) { return is_64_bit ? layout_64 : layout_32; }

ElfFile::Type type_of(std::uint16_t type) {
  return type >= 1 && type <= 4 ? static_cast<ElfFile::Type>(type) : ElfFile::Type::other;
}

}  // namespace

bool is_elf(std::span<const std::byte> start) {
  constexpr std::string_view magic =
      "\x7f"
      "ELF";
  return ByteView(start, ByteView::Order::little).text().starts_with(magic);
}

Result<ElfFile> ElfFile::parse(std::span<const std::byte> file) {
  if (!is_elf(file)) return fail(ErrorKind::invalid_input, "not an ELF file");
  const ByteView start(file, ByteView::Order::little);
  const std::uint8_t width = start.u8(4);
  const std::uint8_t order = start.u8(5);
  if ((width != 1 && width != 2) || (order != 1 && order != 2)) {
    return fail(ErrorKind::invalid_input, "word size {} and byte order {} are none of ELF's", width, order);
  }
  ElfFile elf;
  elf.is_64_bit_ = width == 2;
  elf.bytes_ = ByteView(file, order == 2 ? ByteView::Order::big : ByteView::Order::little);
  if (file.size() < layout_of(elf.is_64_bit_).file_header) {
    return fail(ErrorKind::invalid_input, "ends inside its header");
  }
  elf.type_ = type_of(elf.bytes_.u16(16));
  elf.machine_ = elf.bytes_.u16(18);
  if (elf.type_ == Type::core) return elf;
  TRY_STATUS(elf.read_sections());
  TRY_STATUS(elf.read_segments());
  if (elf.is_debug_only()) return elf;
  TRY_STATUS(elf.check_once(ElfSegment::dynamic, "dynamic"));
  TRY_STATUS(elf.check_once(ElfSegment::interpreter, "interpreter"));
  TRY_STATUS(elf.check_loads());
  return elf;
}

ElfSegment ElfFile::segment_at(std::uint64_t at) const {
  const ByteView& b = bytes_;
  if (is_64_bit_) {
    return {.type = b.u32(at),
            .flags = b.u32(at + 4),
            .offset = b.u64(at + 8),
            .address = b.u64(at + 16),
            .size_bytes = b.u64(at + 32),
            .memory_size_bytes = b.u64(at + 40),
            .alignment = b.u64(at + 48)};
  }
  return {.type = b.u32(at),
          .flags = b.u32(at + 24),
          .offset = b.u32(at + 4),
          .address = b.u32(at + 8),
          .size_bytes = b.u32(at + 16),
          .memory_size_bytes = b.u32(at + 20),
          .alignment = b.u32(at + 28)};
}

ElfSection ElfFile::section_at(std::uint64_t at) const {
  const ByteView& b = bytes_;
  if (is_64_bit_) {
    return {.type = b.u32(at + 4),
            .flags = b.u64(at + 8),
            .address = b.u64(at + 16),
            .offset = b.u64(at + 24),
            .size_bytes = b.u64(at + 32),
            .link = b.u32(at + 40)};
  }
  return {.type = b.u32(at + 4),
          .flags = b.u32(at + 8),
          .address = b.u32(at + 12),
          .offset = b.u32(at + 16),
          .size_bytes = b.u32(at + 20),
          .link = b.u32(at + 24)};
}

Status ElfFile::read_segments() {
  const Layout& layout = layout_of(is_64_bit_);
  const std::uint64_t offset = bytes_.number(layout.program_offset, word_bytes());
  const std::uint64_t entry = bytes_.u16(layout.sizes);
  std::uint64_t count = bytes_.u16(layout.sizes + 2);
  if (count == segments_in_section_0) {
    const std::uint64_t section_0 = bytes_.number(layout.section_offset, word_bytes());
    const std::uint64_t in_section = bytes_.part(section_0, layout.section_header).u32(is_64_bit_ ? 44 : 28);
    if (in_section != 0) count = in_section;
  }
  if (count == 0) return {};
  if (count > most_segments) {
    return fail(ErrorKind::limit_exceeded, "{} segments, more than the {} that we read", count,
                most_segments);
  }
  if (entry != layout.program_header || !bytes_.holds(offset, count * entry)) {
    return fail(ErrorKind::invalid_input, "the table of segments is outside of the file or of another form");
  }
  segments_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) segments_.push_back(segment_at(offset + i * entry));
  return {};
}

bool ElfFile::is_debug_only() const {
  const bool misses_code = std::ranges::any_of(sections_, [](const ElfSection& section) {
    return section.type == ElfSection::no_bits && (section.flags & ElfSection::executable) != 0 &&
           section.size_bytes > 0;
  });
  const bool loads_code = std::ranges::any_of(segments_, [this](const ElfSegment& segment) {
    return segment.type == ElfSegment::load && (segment.flags & ElfSegment::executable) != 0 &&
           !content(segment).empty();
  });
  return misses_code && !loads_code;
}

Status ElfFile::check_once(ElfSegment::Type type, std::string_view what) const {
  const auto is_it = [type](const ElfSegment& segment) { return segment.type == type; };
  if (std::ranges::count_if(segments_, is_it) <= 1) return {};
  return fail(ErrorKind::invalid_input, "more than one {} segment", what);
}

// What is loaded where must have one answer, or the loader would see another file than we do.
Status ElfFile::check_loads() const {
  std::vector<const ElfSegment*> loads;
  for (const ElfSegment& segment : segments_) {
    const bool has_bytes = segment.type == ElfSegment::load || segment.type == ElfSegment::dynamic ||
                           segment.type == ElfSegment::interpreter || segment.type == ElfSegment::note;
    if (has_bytes && !bytes_.holds(segment.offset, segment.size_bytes)) {
      return fail(ErrorKind::invalid_input, "a segment of {} bytes at {} is outside of the file's {} bytes",
                  segment.size_bytes, segment.offset, bytes_.size());
    }
    if (segment.type == ElfSegment::load && segment.memory_size_bytes > 0) loads.push_back(&segment);
  }
  std::ranges::sort(loads, {}, &ElfSegment::address);
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const std::uint64_t end = loads[i]->address + loads[i]->memory_size_bytes;
    const bool wraps = end < loads[i]->address && end != 0;
    if (wraps || loads[i]->size_bytes > loads[i]->memory_size_bytes) {
      return fail(ErrorKind::invalid_input, "a loaded segment is larger than where it is loaded to");
    }
    if (i + 1 < loads.size() && (end == 0 || end > loads[i + 1]->address)) {
      return fail(ErrorKind::invalid_input, "two loaded segments overlap at {:#x}", loads[i + 1]->address);
    }
  }
  return {};
}

Status ElfFile::read_sections() {
  const Layout& layout = layout_of(is_64_bit_);
  const std::uint64_t offset = bytes_.number(layout.section_offset, word_bytes());
  const std::uint64_t entry = bytes_.u16(layout.sizes + 4);
  std::uint64_t count = bytes_.u16(layout.sizes + 6);
  std::uint64_t names = bytes_.u16(layout.sizes + 8);
  if (offset == 0 || entry != layout.section_header || !bytes_.holds(offset, entry)) return {};
  if (count == 0) count = section_at(offset).size_bytes;
  if (names == names_in_section_0) names = section_at(offset).link;
  if (count > most_sections) {
    return fail(ErrorKind::limit_exceeded, "{} sections, more than the {} that we read", count,
                most_sections);
  }
  if (!bytes_.holds(offset, count * entry)) return {};
  sections_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) sections_.push_back(section_at(offset + i * entry));
  name_sections(bytes_.part(offset, count * entry), entry, names);
  return {};
}

void ElfFile::name_sections(ByteView headers, std::uint64_t entry_bytes, std::uint64_t names) {
  if (names >= sections_.size()) return;
  const ByteView texts = content(sections_[names]);
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    sections_[i].name = texts.text_at(headers.u32(i * entry_bytes), longest_section_name);
  }
}

const ElfSegment* ElfFile::segment(ElfSegment::Type type) const {
  const auto at = std::ranges::find_if(segments_, [type](const ElfSegment& s) { return s.type == type; });
  return at == segments_.end() ? nullptr : &*at;
}

const ElfSection* ElfFile::section(std::string_view name) const {
  const auto at = std::ranges::find(sections_, name, &ElfSection::name);
  return at == sections_.end() ? nullptr : &*at;
}

ByteView ElfFile::content(const ElfSection& section) const {
  if (section.type == ElfSection::no_bits || section.type == ElfSection::null) return {};
  return bytes_.part(section.offset, section.size_bytes);
}

ByteView ElfFile::at_address(std::uint64_t address) const {
  for (const ElfSegment& segment : segments_) {
    if (segment.type != ElfSegment::load || address < segment.address) continue;
    const std::uint64_t inside = address - segment.address;
    if (inside < segment.size_bytes) return content(segment).from(inside);
  }
  return ByteView({}, bytes_.order());
}

}  // namespace hauberk
