// SPDX-License-Identifier: Apache-2.0
#include "deb/package_tables.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "deb/relation.h"

namespace hauberk {
namespace {

constexpr std::string_view magic_kind = "hbkidx";
constexpr std::string_view magic = "hbkidx01";
constexpr std::size_t header_bytes = 8 + 8 + 4 * 4;
constexpr std::size_t entry_bytes = 8;

std::uint32_t get_u32(std::string_view bytes, std::size_t offset) {
  std::uint32_t value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return std::endian::native == std::endian::little ? value : __builtin_bswap32(value);
}

void put_u32(std::string& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(value >> shift));
}

std::uint32_t hash_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

std::size_t bucket_of(std::string_view name, unsigned bits) {
  return static_cast<std::size_t>((std::uint64_t{hash_of(name)} << bits) >> 32);
}

// About one entry in a bucket.
unsigned bits_for(std::size_t entries) { return static_cast<unsigned>(std::bit_width(entries)); }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Where a name that begins here ends, in Package, Provides and all relations alike.
std::string_view name_from(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of(" \t\n,(:|"), std::min<std::size_t>(text.size(), 256)));
}

// Appends bucket starts and entries, grouped by bucket in a stable counting sort.
void put_table(std::string& out, std::string_view text, const std::vector<PackageTableEntry>& entries,
               unsigned bits) {
  std::vector<std::uint32_t> buckets(entries.size());
  std::vector<std::uint32_t> next((std::size_t{1} << bits) + 1);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    buckets[i] = static_cast<std::uint32_t>(bucket_of(name_from(text.substr(entries[i].name_offset)), bits));
    ++next[buckets[i] + 1];
  }
  for (std::size_t b = 1; b < next.size(); ++b) next[b] += next[b - 1];
  for (const std::uint32_t start : next) put_u32(out, start);
  std::vector<PackageTableEntry> grouped(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) grouped[next[buckets[i]]++] = entries[i];
  for (const PackageTableEntry& entry : grouped) {
    put_u32(out, entry.name_offset);
    put_u32(out, entry.stanza);
  }
}

// The one pass. Lines are found with memchr; most are passed over after a look at their first letter.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<std::string> tables() {
    if (text_.size() > most_bytes) {
      return fail(ErrorKind::limit_exceeded, "cannot index packages: {} bytes, more than the {} allowed",
                  text_.size(), most_bytes);
    }
    if (const auto nul = text_.find('\0'); nul != std::string_view::npos) return wrong(nul, "a NUL");
    for (at_ = 0; at_ < text_.size(); at_ = line_end_ + 1) {
      line_end_ = std::min(text_.find('\n', at_), text_.size());
      TRY_STATUS(at_ == line_end_ ? end_stanza() : take_line());
    }
    TRY_STATUS(end_stanza());
    return written();
  }

 private:
  static constexpr std::size_t most_bytes = std::size_t{1} << 30;
  static constexpr std::size_t most_provides = 50'000'000;

  Status take_line() {
    if (is_blank(text_[at_])) return take_continuation();
    if (!in_stanza_) {
      in_stanza_ = true;
      offsets_.push_back(static_cast<std::uint32_t>(at_));
    }
    in_provides_ = false;
    one_line_ = false;
    const std::string_view line = text_.substr(at_, line_end_ - at_);
    switch (line[0] | 0x20) {
      case 'p':
        if (is_field(line, "package:")) return take_name(line.substr(8));
        if (is_field(line, "provides:")) {
          in_provides_ = true;
          return take_provides(line.substr(9));
        }
        break;
      case 'v':
        if (is_field(line, "version:")) return take_once(has_version_, line.substr(8), "Version");
        break;
      case 'a':
        if (is_field(line, "architecture:"))
          return take_once(has_architecture_, line.substr(13), "Architecture");
        break;
      default: break;
    }
    if (line.find(':') == std::string_view::npos)
      return wrong(at_, "neither a field (\"Name: value\") nor an empty line");
    return {};
  }

  Status take_continuation() {
    const std::string_view line = text_.substr(at_, line_end_ - at_);
    if (!in_stanza_) return wrong(at_, "a line that begins with a blank, without a field before it");
    if (line.find_first_not_of(" \t") == std::string_view::npos)
      return wrong(at_, "a line of nothing but blanks");
    // A folded name would be one thing here and another to who parses the stanza.
    if (one_line_) return wrong(at_, "a second line of a field that has but one");
    return in_provides_ ? take_provides(line) : Status();
  }

  static bool is_field(std::string_view line, std::string_view lower_name) {
    if (line.size() < lower_name.size()) return false;
    for (std::size_t i = 0; i + 1 < lower_name.size(); ++i) {
      if ((line[i] | 0x20) != lower_name[i]) return false;
    }
    return line[lower_name.size() - 1] == ':';
  }

  static std::string_view trimmed(std::string_view value) {
    while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
    while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
    return value;
  }

  Status take_once(bool& seen, std::string_view value, std::string_view field) {
    if (seen) return wrong(at_, fmt::format("the field {} is there twice in one stanza", field));
    if (trimmed(value).empty()) return wrong(at_, fmt::format("the field {} is empty", field));
    seen = true;
    one_line_ = true;
    return {};
  }

  Status take_name(std::string_view value) {
    TRY_STATUS(take_once(has_name_, value, "Package"));
    const std::string_view name = trimmed(value);
    if (!is_package_name(name)) return wrong(at_, "a package name with characters that are not allowed");
    names_.push_back(entry(name));
    return {};
  }

  Status take_provides(std::string_view value) {
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(','), value.size());
      const std::string_view name = name_from(trimmed(value.substr(0, comma)));
      value.remove_prefix(std::min(value.size(), comma + 1));
      if (name.empty()) continue;
      if (!is_package_name(name)) return wrong(at_, "a provided name with characters that are not allowed");
      if (provides_.size() == most_provides) {
        return wrong(at_, "too many provided names", ErrorKind::limit_exceeded);
      }
      provides_.push_back(entry(name));
    }
    return {};
  }

  PackageTableEntry entry(std::string_view name) const {
    return {static_cast<std::uint32_t>(name.data() - text_.data()),
            static_cast<std::uint32_t>(offsets_.size() - 1)};
  }

  Status end_stanza() {
    if (!in_stanza_) return {};
    if (!has_name_ || !has_version_ || !has_architecture_) {
      return wrong(offsets_.back(), fmt::format("a stanza without {}", !has_name_      ? "Package"
                                                                       : !has_version_ ? "Version"
                                                                                       : "Architecture"));
    }
    in_stanza_ = in_provides_ = has_name_ = has_version_ = has_architecture_ = false;
    return {};
  }

  std::string written() const {
    const unsigned name_bits = bits_for(names_.size());
    const unsigned provides_bits = bits_for(provides_.size());
    std::string out(magic);
    put_u32(out, static_cast<std::uint32_t>(text_.size()));
    put_u32(out, 0);  // the text's size has 64 bits in the format
    put_u32(out, static_cast<std::uint32_t>(names_.size()));
    put_u32(out, static_cast<std::uint32_t>(provides_.size()));
    put_u32(out, name_bits);
    put_u32(out, provides_bits);
    for (const std::uint32_t offset : offsets_) put_u32(out, offset);
    put_table(out, text_, names_, name_bits);
    put_table(out, text_, provides_, provides_bits);
    return out;
  }

  [[nodiscard]] std::unexpected<Error> wrong(std::size_t offset, std::string_view why,
                                             ErrorKind kind = ErrorKind::invalid_input) const {
    const std::string_view before = text_.substr(0, offset);
    return fail(kind, "line {}: {}", 1 + std::count(before.begin(), before.end(), '\n'), why);
  }

  std::string_view text_;
  std::size_t at_ = 0, line_end_ = 0;
  std::vector<std::uint32_t> offsets_;
  std::vector<PackageTableEntry> names_, provides_;
  bool in_stanza_ = false, in_provides_ = false, one_line_ = false;
  bool has_name_ = false, has_version_ = false, has_architecture_ = false;
};

[[nodiscard]] std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorKind::invalid_input, "{} is damaged: delete it, and it will be built again", what);
}

}  // namespace

Result<std::string> build_package_tables(std::string_view text) { return Scanner(text).tables(); }

Result<PackageTables> PackageTables::of_file(std::string_view file, std::string_view what) {
  if (file.size() < header_bytes || !file.starts_with(magic_kind)) return damaged(what);
  if (!file.starts_with(magic)) {
    return fail(ErrorKind::conflict,
                "{} was written by another version: delete it, and it will be built again", what);
  }
  const std::uint64_t text_bytes = get_u32(file, 8) | (std::uint64_t{get_u32(file, 12)} << 32);
  if (text_bytes > file.size() - header_bytes) return damaged(what);
  const std::size_t tables_bytes = file.size() - static_cast<std::size_t>(text_bytes);
  auto tables = of_parts(file.substr(0, tables_bytes), file.substr(tables_bytes));
  if (!tables) return damaged(what);
  return tables;
}

Result<PackageTables> PackageTables::of_parts(std::string_view tables, std::string_view text) {
  constexpr std::string_view what = "the package index";
  if (tables.size() < header_bytes) return damaged(what);
  const std::uint64_t stanzas = get_u32(tables, 16);
  const std::uint64_t provides = get_u32(tables, 20);
  PackageTables view;
  view.text_ = text;
  view.stanza_count_ = get_u32(tables, 16);
  view.names_.bits = get_u32(tables, 24);
  view.provides_.bits = get_u32(tables, 28);
  if (view.names_.bits > 31 || view.provides_.bits > 31) return damaged(what);
  std::string_view rest = tables.substr(header_bytes);
  const auto cut = [&](std::uint64_t bytes) {
    const std::string_view part = rest.substr(0, static_cast<std::size_t>(bytes));
    rest.remove_prefix(part.size());
    return part;
  };
  const std::uint64_t name_starts = 4 * ((std::uint64_t{1} << view.names_.bits) + 1);
  const std::uint64_t provides_starts = 4 * ((std::uint64_t{1} << view.provides_.bits) + 1);
  if (rest.size() !=
      4 * stanzas + name_starts + entry_bytes * stanzas + provides_starts + entry_bytes * provides) {
    return damaged(what);
  }
  view.offsets_ = cut(4 * stanzas);
  view.names_.starts = cut(name_starts);
  view.names_.entries = cut(entry_bytes * stanzas);
  view.provides_.starts = cut(provides_starts);
  view.provides_.entries = rest;
  return view;
}

Result<std::string_view> PackageTables::stanza(std::uint32_t number) const {
  if (number >= stanza_count_) return damaged("the package index");
  const std::size_t begin = get_u32(offsets_, std::size_t{4} * number);
  const std::size_t end =
      number + 1 < stanza_count_ ? get_u32(offsets_, std::size_t{4} * (number + 1)) : text_.size();
  if (begin > end || end > text_.size()) return damaged("the package index");
  return text_.substr(begin, end - begin);
}

Result<std::vector<std::uint32_t>> PackageTables::find_name(std::string_view name) const {
  return find(names_, name);
}

Result<std::vector<std::uint32_t>> PackageTables::find_provided(std::string_view name) const {
  return find(provides_, name);
}

Result<std::vector<std::uint32_t>> PackageTables::find(const Table& table, std::string_view name) const {
  const std::size_t bucket = bucket_of(name, table.bits);
  const std::size_t begin = get_u32(table.starts, 4 * bucket);
  const std::size_t end = get_u32(table.starts, 4 * (bucket + 1));
  if (begin > end || end > table.entries.size() / entry_bytes) return damaged("the package index");
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t offset = get_u32(table.entries, entry_bytes * i);
    if (offset >= text_.size()) return damaged("the package index");
    if (name_from(text_.substr(offset)) != name) continue;
    const std::uint32_t number = get_u32(table.entries, entry_bytes * i + 4);
    if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
  }
  return numbers;
}

std::string_view PackageTables::name_at(std::uint32_t entry) const {
  const std::size_t offset = get_u32(names_.entries, entry_bytes * entry);
  return offset < text_.size() ? name_from(text_.substr(offset)) : std::string_view();
}

}  // namespace hauberk
