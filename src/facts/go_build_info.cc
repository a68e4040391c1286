// SPDX-License-Identifier: Apache-2.0
#include "facts/go_build_info.h"

#include <algorithm>
#include <optional>

#include "base/fields.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

// The header, at a multiple of 16:
//   0   magic (14 bytes)
//   14  size of a pointer
//   15  flags: 1 big-endian pointers, 2 the texts follow the header
//   16  pointers to the texts of the release and of the modules, unless the texts follow at 32
constexpr std::string_view magic = "\xff Go buildinf:";
constexpr std::size_t alignment = 16, header_bytes = 32;
constexpr std::uint8_t flag_big_endian = 1, flag_inline = 2;
constexpr std::uint64_t most_text_bytes = 16 << 20;
constexpr std::size_t most_modules = 20'000;

struct BuildInfo {
  std::string_view release = {};
  std::string_view modules = {};
};

// From the first header in `content` to its end; empty if there is none.
ByteView find_header(ByteView content) {
  for (std::size_t at = content.text().find(magic); at != std::string_view::npos;
       at = content.text().find(magic, at + 1)) {
    if (at % alignment == 0) return content.holds(at, header_bytes) ? content.from(at) : ByteView();
  }
  return {};
}

// In the section that is named for it, else (its name may have been stripped) in the first segment that is
// loaded to be written to. Only there: a hostile file can load the same bytes any number of times.
ByteView header_of(const ElfFile& elf) {
  if (const ElfSection* section = elf.section(".go.buildinfo")) {
    if (const ByteView header = find_header(elf.content(*section)); !header.empty()) return header;
  }
  const auto is_data = [](const ElfSegment& segment) {
    constexpr std::uint32_t mask = ElfSegment::writable | ElfSegment::executable;
    return segment.type == ElfSegment::load && (segment.flags & mask) == ElfSegment::writable;
  };
  const auto data = std::ranges::find_if(elf.segments(), is_data);
  return data == elf.segments().end() ? ByteView() : find_header(elf.content(*data));
}

Result<std::string_view> checked(ByteView bytes, std::uint64_t at, std::uint64_t size) {
  if (size > most_text_bytes) {
    return fail(ErrorKind::limit_exceeded, "Go build information of {} bytes, more than the {} that we read",
                size, most_text_bytes);
  }
  if (!bytes.holds(at, size)) {
    return fail(ErrorKind::invalid_input, "the Go build information is outside of the file");
  }
  return bytes.part(at, size).text();
}

// A number of 7 bits a byte, the lowest first; the top bit says that another byte follows.
std::optional<std::uint64_t> take_varint(ByteView bytes, std::uint64_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    if (at >= bytes.size()) return std::nullopt;
    const std::uint8_t byte = bytes.u8(at++);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

Result<std::string_view> take_counted(ByteView bytes, std::uint64_t& at) {
  const auto size = take_varint(bytes, at);
  if (!size) return fail(ErrorKind::invalid_input, "the Go build information has a count without an end");
  TRY(const std::string_view text, checked(bytes, at, *size));
  at += *size;
  return text;
}

// A Go string: a pointer and a length, both of `width` bytes.
Result<std::string_view> string_at(const ElfFile& elf, std::uint64_t address, std::size_t width,
                                   ByteView::Order order) {
  const ByteView header(elf.at_address(address).bytes(), order);
  if (!header.holds(0, 2 * width)) {
    return fail(ErrorKind::invalid_input, "the Go build information points outside of what is loaded");
  }
  return checked(elf.at_address(header.number(0, width)), 0, header.number(width, width));
}

Result<BuildInfo> texts_of(const ElfFile& elf, ByteView header) {
  const std::uint8_t flags = header.u8(15);
  BuildInfo info;
  if ((flags & flag_inline) != 0) {
    std::uint64_t at = header_bytes;
    TRY(info.release, take_counted(header, at));
    TRY(info.modules, take_counted(header, at));
    return info;
  }
  const std::size_t width = header.u8(14);
  if (width != 4 && width != 8) {
    return fail(ErrorKind::invalid_input, "the Go build information has pointers of {} bytes", width);
  }
  const auto order = (flags & flag_big_endian) != 0 ? ByteView::Order::big : ByteView::Order::little;
  const ByteView pointers(header.bytes(), order);
  TRY(info.release, string_at(elf, pointers.number(16, width), width, order));
  const std::uint64_t modules = pointers.number(16 + width, width);
  if (modules != 0) {
    TRY(info.modules, string_at(elf, modules, width, order));
  }
  return info;
}

// The text of the modules stands between two marks of 16 bytes.
std::string_view without_marks(std::string_view modules) {
  constexpr std::size_t mark = 16;
  if (modules.size() < 2 * mark + 1 || modules[modules.size() - mark - 1] != '\n') return {};
  return modules.substr(mark, modules.size() - 2 * mark);
}

Package golang(std::string_view path, std::string_view name, std::string_view version) {
  Package package;
  package.kind = Package::Kind::golang;
  package.name = name;
  package.version = version == "(devel)" ? "" : version;
  package.record = path;
  return package;
}

// "go1.21.3 X:boringcrypto" is the release 1.21.3; a development one says "devel go1.22-abcdef".
std::string_view release_number(std::string_view release) {
  constexpr std::string_view devel = "devel ";
  if (release.starts_with(devel)) release.remove_prefix(devel.size());
  release = release.substr(0, release.find(' '));
  if (release.starts_with("go")) release.remove_prefix(2);
  return release;
}

// The lines "mod", "dep" and "=>": name, version and sum, with tabs between them.
Status take_modules(std::vector<Package>& packages, std::string_view path, std::string_view text) {
  while (!text.empty()) {
    const std::vector<std::string_view> words = split(take_line(text), '\t');
    if (words.size() < 3 || words[1].empty()) continue;
    const Package module = golang(path, words[1], words[2]);
    if (words[0] == "mod" || words[0] == "dep") {
      packages.push_back(module);
    } else if (words[0] == "=>" && packages.size() > 1) {
      packages.back() = module;
    }
    if (packages.size() > most_modules) {
      return fail(ErrorKind::limit_exceeded, "Go build information of more than {} modules", most_modules);
    }
  }
  return {};
}

// The main module comes first and says of no other what it needs: so it needs all.
void set_depends(std::vector<Package>& packages, std::string_view modules) {
  constexpr std::size_t stdlib = 0, main = 1;
  const bool has_main = modules.find("\nmod\t") != std::string_view::npos || modules.starts_with("mod\t");
  if (packages.size() <= main || !has_main) return;
  for (std::size_t i = main + 1; i < packages.size(); ++i) packages[main].depends.push_back(packages[i].name);
  packages[main].depends.push_back(packages[stdlib].name);
  std::ranges::sort(packages[main].depends);
}

}  // namespace

Result<std::vector<Package>> read_go_build_info(std::string_view path, const ElfFile& elf) {
  std::vector<Package> packages;
  const ByteView header = header_of(elf);
  if (header.empty()) return packages;
  TRY(const BuildInfo info, texts_of(elf, header));
  if (info.release.empty()) return packages;
  packages.push_back(golang(path, "stdlib", release_number(info.release)));
  const std::string_view modules = without_marks(info.modules);
  TRY_STATUS(take_modules(packages, path, modules));
  set_depends(packages, modules);
  return packages;
}

}  // namespace hauberk
