// SPDX-License-Identifier: Apache-2.0
#include "facts/elf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/fields.h"
#include "facts/elf_file.h"

namespace hauberk {
namespace {

constexpr std::size_t most_dynamic_entries = 1 << 16;
constexpr std::size_t most_needed = 1000;
constexpr std::size_t longest_name = 1024;      // of a library
constexpr std::size_t longest_text = 64 << 10;  // a run path can hold many folders
constexpr std::size_t most_notes = 1024;

// Functions that have a form with a check of the buffer's size, which compilers choose under _FORTIFY_SOURCE:
// those of glibc that programs use. Sorted.
constexpr std::array<std::string_view, 78> fortifiable = {
    "asprintf",   "confstr",        "dprintf",         "fgets",      "fgets_unlocked", "fgetws",
    "fprintf",    "fread",          "fread_unlocked",  "fwprintf",   "getcwd",         "getdomainname",
    "getgroups",  "gethostname",    "getlogin_r",      "gets",       "getwd",          "longjmp",
    "mbsnrtowcs", "mbsrtowcs",      "mbstowcs",        "memcpy",     "memmove",        "mempcpy",
    "memset",     "obstack_printf", "obstack_vprintf", "poll",       "ppoll",          "pread",
    "pread64",    "printf",         "ptsname_r",       "read",       "readlink",       "readlinkat",
    "realpath",   "recv",           "recvfrom",        "snprintf",   "sprintf",        "stpcpy",
    "stpncpy",    "strcat",         "strcpy",          "strlcat",    "strlcpy",        "strncat",
    "strncpy",    "swprintf",       "syslog",          "ttyname_r",  "vasprintf",      "vdprintf",
    "vfprintf",   "vfwprintf",      "vprintf",         "vsnprintf",  "vsprintf",       "vswprintf",
    "vsyslog",    "vwprintf",       "wcpcpy",          "wcpncpy",    "wcrtomb",        "wcscat",
    "wcscpy",     "wcsncat",        "wcsncpy",         "wcsnrtombs", "wcsrtombs",      "wcstombs",
    "wctomb",     "wmemcpy",        "wmemmove",        "wmempcpy",   "wmemset",        "wprintf"};
static_assert(std::ranges::is_sorted(fortifiable));

enum Dynamic : std::uint64_t {
  dt_needed = 1,
  dt_hash = 4,
  dt_strtab = 5,
  dt_symtab = 6,
  dt_strsz = 10,
  dt_soname = 14,
  dt_rpath = 15,
  dt_textrel = 22,
  dt_bind_now = 24,
  dt_runpath = 29,
  dt_flags = 30,
  dt_gnu_hash = 0x6ffffef5,
  dt_flags_1 = 0x6ffffffb,
};
constexpr std::uint64_t df_textrel = 4, df_bind_now = 8;
constexpr std::uint64_t df_1_now = 1, df_1_pie = 0x08000000;

// What the dynamic segment says, before its texts are looked up.
struct DynamicTable {
  std::vector<std::uint64_t> needed = {};
  std::optional<std::uint64_t> soname = {}, rpath = {}, runpath = {};
  std::uint64_t strings = 0, strings_size = 0, symbols = 0, hash = 0, gnu_hash = 0;
  std::uint64_t flags = 0, flags_1 = 0;
};

void take(DynamicTable& table, std::uint64_t tag, std::uint64_t value) {
  switch (tag) {
    case dt_needed: table.needed.push_back(value); break;
    case dt_soname: table.soname = value; break;
    case dt_rpath: table.rpath = value; break;
    case dt_runpath: table.runpath = value; break;
    case dt_strtab: table.strings = value; break;
    case dt_strsz: table.strings_size = value; break;
    case dt_symtab: table.symbols = value; break;
    case dt_hash: table.hash = value; break;
    case dt_gnu_hash: table.gnu_hash = value; break;
    case dt_textrel: table.flags |= df_textrel; break;
    case dt_bind_now: table.flags |= df_bind_now; break;
    case dt_flags: table.flags |= value; break;
    case dt_flags_1: table.flags_1 |= value; break;
    default: break;
  }
}

Result<DynamicTable> read_dynamic(const ElfFile& elf, ByteView content) {
  DynamicTable table;
  const std::size_t width = elf.word_bytes();
  for (std::size_t i = 0; content.holds(i * 2 * width, 2 * width); ++i) {
    const std::uint64_t tag = content.number(i * 2 * width, width);
    if (tag == 0) break;
    if (i == most_dynamic_entries) {
      return fail(ErrorKind::limit_exceeded, "more than {} dynamic entries", most_dynamic_entries);
    }
    take(table, tag, content.number(i * 2 * width + width, width));
  }
  if (table.needed.size() > most_needed) {
    return fail(ErrorKind::limit_exceeded, "needs {} libraries, more than the {} that we read",
                table.needed.size(), most_needed);
  }
  return table;
}

// The table of strings that dynamic entries and symbols point into.
Result<ByteView> dynamic_strings(const ElfFile& elf, const DynamicTable& table) {
  const ByteView rest = elf.at_address(table.strings);
  if (!rest.holds(0, table.strings_size)) {
    return fail(ErrorKind::invalid_input, "the dynamic strings are outside of what is loaded");
  }
  return rest.part(0, table.strings_size);
}

Result<std::string> text_of(ByteView strings, std::uint64_t at, std::size_t limit) {
  if (at >= strings.size()) {
    return fail(ErrorKind::invalid_input, "a name at {} is outside of the {} bytes of dynamic strings", at,
                strings.size());
  }
  const std::string_view text = strings.text_at(at, limit);
  if (text.empty() && strings.u8(at) != 0) {
    return fail(ErrorKind::invalid_input, "a name in the dynamic strings has no end within {} bytes", limit);
  }
  return std::string(text);
}

Result<std::vector<std::string>> folders_of(ByteView strings, std::optional<std::uint64_t> at) {
  if (!at) return std::vector<std::string>{};
  TRY(const std::string text, text_of(strings, *at, longest_text));
  std::vector<std::string> folders;
  for (const std::string_view folder : split(text, ':')) folders.emplace_back(folder);
  return folders;
}

Status set_names(ElfFacts& facts, const DynamicTable& table, ByteView strings) {
  for (const std::uint64_t at : table.needed) {
    TRY(std::string name, text_of(strings, at, longest_name));
    facts.needed.push_back(std::move(name));
  }
  if (table.soname) {
    TRY(facts.soname, text_of(strings, *table.soname, longest_name));
  }
  TRY(facts.rpath, folders_of(strings, table.rpath));
  TRY(facts.runpath, folders_of(strings, table.runpath));
  return {};
}

// The number of symbols before those that the GNU hash finds: all undefined ones are among them. None if the
// hash is empty, for then its first number says nothing. Layout (4 bytes each): number of buckets, first
// symbol in the hash, number and shift of the filter's words; then the words and the buckets, where 0 means
// an empty one.
std::optional<std::uint64_t> symbols_before_hash(const ElfFile& elf, const DynamicTable& table) {
  const ByteView hash = elf.at_address(table.gnu_hash);
  const ByteView buckets = hash.from(16 + std::uint64_t{hash.u32(8)} * elf.word_bytes());
  const std::uint64_t count = std::min<std::uint64_t>(hash.u32(0), buckets.size() / 4);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (buckets.u32(i * 4) != 0) return hash.u32(4);
  }
  return std::nullopt;
}

// How many symbols to look at for the undefined ones. The older hash has a chain entry for each symbol;
// without either, the strings follow the symbols, as linkers write them.
std::uint64_t undefined_symbols_end(const ElfFile& elf, const DynamicTable& table) {
  if (table.gnu_hash != 0) {
    if (const auto count = symbols_before_hash(elf, table)) return *count;
  }
  if (table.hash != 0) return elf.at_address(table.hash).u32(4);
  return table.strings > table.symbols ? (table.strings - table.symbols) / (elf.is_64_bit() ? 24 : 16) : 0;
}

void take_name(ElfFacts& facts, std::string_view name) {
  name = name.substr(0, name.find('@'));
  if (name == "__stack_chk_fail" || name == "__stack_chk_fail_local") {
    facts.uses_stack_protector = true;
  } else if (name.starts_with("__") && name.ends_with("_chk")) {
    facts.uses_fortify = true;
  } else if (std::ranges::binary_search(fortifiable, name)) {
    facts.could_fortify = true;
  }
}

// Looks at `count` symbols of a table: all of them, or those that are not defined here.
void take_symbols(ElfFacts& facts, const ElfFile& elf, ByteView symbols, std::uint64_t count,
                  ByteView strings, bool only_undefined) {
  constexpr std::size_t longest_known = 64;  // all that we look for are shorter
  const std::size_t entry = elf.is_64_bit() ? 24 : 16;
  const std::size_t section_at = elf.is_64_bit() ? 6 : 14;
  count = std::min<std::uint64_t>(count, symbols.size() / entry);
  for (std::uint64_t i = 1; i < count; ++i) {
    if (only_undefined && symbols.u16(i * entry + section_at) != 0) continue;
    take_name(facts, strings.text_at(symbols.u32(i * entry), longest_known));
  }
}

// A file has one symbol table: the first is looked at, however many it claims.
void take_static_symbols(ElfFacts& facts, const ElfFile& elf) {
  const auto& sections = elf.sections();
  const auto table = std::ranges::find(sections, ElfSection::symbols, &ElfSection::type);
  if (table != sections.end() && table->link < sections.size()) {
    take_symbols(facts, elf, elf.content(*table), UINT64_MAX, elf.content(sections[table->link]), false);
  }
  // Without symbols, glibc's handler is still known by what it prints.
  constexpr std::string_view message = "stack smashing detected";
  if (facts.is_stripped && elf.bytes().text().find(message) != std::string_view::npos) {
    facts.uses_stack_protector = true;
  }
}

Status set_dynamic(ElfFacts& facts, const ElfFile& elf, const DynamicTable& table) {
  facts.binds_now = (table.flags & df_bind_now) != 0 || (table.flags_1 & df_1_now) != 0;
  facts.has_text_relocations = (table.flags & df_textrel) != 0;
  TRY(const ByteView strings, dynamic_strings(elf, table));
  TRY_STATUS(set_names(facts, table, strings));
  if (table.symbols == 0) return {};
  take_symbols(facts, elf, elf.at_address(table.symbols), undefined_symbols_end(elf, table), strings, true);
  return {};
}

// Notes, each: size of the name, of the description, type (4 bytes each), name and description, both padded.
void take_notes(ElfFacts& facts, ByteView notes, std::uint64_t alignment, std::size_t& left) {
  constexpr std::uint32_t gnu_build_id = 3, go_build_id = 4;
  constexpr std::size_t longest_build_id = 64;
  const std::uint64_t pad = alignment == 8 ? 7 : 3;
  while (notes.size() >= 12 && left > 0) {
    --left;
    const std::uint64_t name_end = 12 + std::uint64_t{notes.u32(0)};
    const std::uint64_t begin = (name_end + pad) & ~pad;
    const ByteView description = notes.part(begin, notes.u32(4));
    const std::string_view name = notes.part(12, notes.u32(0)).text();
    const std::uint32_t type = notes.u32(8);
    if (type == gnu_build_id && name == std::string_view("GNU\0", 4) && facts.build_id.empty() &&
        description.size() <= longest_build_id) {
      for (const std::byte b : description.bytes())
        facts.build_id += fmt::format("{:02x}", std::to_integer<int>(b));
    }
    if (type == go_build_id && name == std::string_view("Go\0\0", 4)) facts.is_go = true;
    notes = notes.from((begin + notes.u32(4) + pad) & ~pad);
  }
}

void set_notes(ElfFacts& facts, const ElfFile& elf) {
  std::size_t left = most_notes;
  for (const ElfSegment& segment : elf.segments()) {
    if (segment.type == ElfSegment::note) take_notes(facts, elf.content(segment), segment.alignment, left);
  }
  for (const ElfSection& section : elf.sections()) {
    if (section.type == ElfSection::note && facts.build_id.empty()) {
      take_notes(facts, elf.content(section), 4, left);
    }
  }
  if (elf.section(".go.buildinfo") != nullptr) facts.is_go = true;
}

// Where nothing is said of the stack, the loader takes the default of the architecture's older binaries. It
// is "not executable" for those that came late enough: 64-bit PowerPC, IA-64, RISC-V, LoongArch.
bool stack_is_executable_by_default(std::uint16_t machine) {
  constexpr std::array<std::uint16_t, 4> later = {21, 50, 243, 258};
  return std::ranges::find(later, machine) == later.end();
}

void set_segments(ElfFacts& facts, const ElfFile& elf) {
  const ElfSegment* stack = elf.segment(ElfSegment::gnu_stack);
  facts.has_stack_header = stack != nullptr;
  facts.has_executable_stack = stack != nullptr ? (stack->flags & ElfSegment::executable) != 0
                                                : stack_is_executable_by_default(elf.machine());
  facts.has_relro = elf.segment(ElfSegment::gnu_relro) != nullptr;
  constexpr std::uint32_t both = ElfSegment::writable | ElfSegment::executable;
  facts.has_writable_executable_segment = std::ranges::any_of(elf.segments(), [](const ElfSegment& segment) {
    return segment.type == ElfSegment::load && (segment.flags & both) == both;
  });
  if (const ElfSegment* interpreter = elf.segment(ElfSegment::interpreter)) {
    facts.interpreter = elf.content(*interpreter).text_at(0, 4096);
  }
}

// A library may have an interpreter (libc prints its version when it is started), and a program without one
// may be a static PIE: the flag tells them apart.
ElfFacts::Kind kind_of(const ElfFile& elf, const ElfFacts& facts, const DynamicTable& table) {
  switch (elf.type()) {
    case ElfFile::Type::relocatable: return ElfFacts::Kind::object;
    case ElfFile::Type::core: return ElfFacts::Kind::core;
    case ElfFile::Type::executable: return ElfFacts::Kind::program;
    case ElfFile::Type::other: return ElfFacts::Kind::other;
    case ElfFile::Type::shared: break;
  }
  if ((table.flags_1 & df_1_pie) != 0) return ElfFacts::Kind::program;
  const bool is_started = !facts.interpreter.empty() && facts.soname.empty();
  return is_started ? ElfFacts::Kind::program : ElfFacts::Kind::library;
}

Status set_loaded(ElfFacts& facts, const ElfFile& elf) {
  set_segments(facts, elf);
  DynamicTable table;
  if (const ElfSegment* dynamic = elf.segment(ElfSegment::dynamic)) {
    TRY(table, read_dynamic(elf, elf.content(*dynamic)));
    TRY_STATUS(set_dynamic(facts, elf, table));
  }
  facts.kind = kind_of(elf, facts, table);
  facts.is_static = facts.kind == ElfFacts::Kind::program && facts.interpreter.empty();
  if (facts.is_static) take_static_symbols(facts, elf);
  return {};
}

}  // namespace

Result<ElfFacts> read_elf(std::span<const std::byte> file) {
  TRY(const ElfFile elf, ElfFile::parse(file));
  ElfFacts facts;
  facts.machine = elf.machine();
  facts.word_bits = elf.is_64_bit() ? 64 : 32;
  set_notes(facts, elf);
  facts.is_stripped =
      std::ranges::find(elf.sections(), ElfSection::symbols, &ElfSection::type) == elf.sections().end();
  if (elf.is_debug_only()) return facts;
  facts.is_position_independent = elf.type() == ElfFile::Type::shared;
  const bool is_loaded = elf.type() == ElfFile::Type::executable || elf.type() == ElfFile::Type::shared;
  if (!is_loaded) {
    facts.kind = kind_of(elf, facts, {});
    return facts;
  }
  TRY_STATUS(set_loaded(facts, elf));
  return facts;
}

}  // namespace hauberk
