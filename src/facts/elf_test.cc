// SPDX-License-Identifier: Apache-2.0
#include "facts/elf.h"

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <random>

#include "facts/test_elf.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

ElfFacts facts_of(const std::string& file) {
  const auto facts = read_elf(bytes_of(file));
  if (!facts) ADD_FAILURE() << facts.error().message;
  return facts.value_or(ElfFacts{});
}

TEST(Elf, HardenedProgramOfEveryWidthAndOrder) {
  for (const bool is_64_bit : {true, false}) {
    for (const auto order : {TestElf::Order::little, TestElf::Order::big}) {
      SCOPED_TRACE(testing::Message() << is_64_bit << (order == TestElf::Order::big));
      const ElfFacts facts = facts_of(hardened_elf(is_64_bit, order).file());
      const ElfFacts expected = {.kind = ElfFacts::Kind::program,
                                 .machine = 62,
                                 .word_bits = static_cast<std::uint8_t>(is_64_bit ? 64 : 32),
                                 .is_position_independent = true,
                                 .has_stack_header = true,
                                 .has_relro = true,
                                 .binds_now = true,
                                 .uses_stack_protector = true,
                                 .uses_fortify = true,
                                 .could_fortify = true,
                                 .is_stripped = true,
                                 .interpreter = "/lib/ld.so",
                                 .build_id = "abcdef",
                                 .needed = {"libb.so.1", "liba.so.2"},
                                 .runpath = {"/opt/lib", "$ORIGIN"}};
      EXPECT_EQ(facts, expected);
    }
  }
}

TEST(Elf, EachFactOfTheHeaders) {
  struct Row {
    const char* summary;
    std::function<void(TestElf&)> change;
    std::function<bool(const ElfFacts&)> holds;
  };
  using Kind = ElfFacts::Kind;
  const auto dynamic = [](std::uint64_t tag, std::uint64_t value) {
    return [=](TestElf& elf) { elf.add_dynamic({{tag, value}}); };
  };
  const Row rows[] = {
      {"a fixed address", [](TestElf& e) { e.type = 2; },
       [](const ElfFacts& f) {
         return f.kind == Kind::program && !f.is_position_independent && f.is_static;
       }},
      {"a library", dynamic(0, 0), [](const ElfFacts& f) { return f.kind == Kind::library && !f.is_static; }},
      {"a static PIE", dynamic(0x6ffffffb, 0x08000000),
       [](const ElfFacts& f) { return f.kind == Kind::program && f.is_static && f.is_position_independent; }},
      {"a library that can be started",
       [](TestElf& e) {
         e.add_segment(ElfSegment::interpreter, 4, std::string_view("/lib/ld.so\0", 11));
         e.add_dynamic({}, {{14, "libc.so.6"}});
       },
       [](const ElfFacts& f) { return f.kind == Kind::library && f.soname == "libc.so.6"; }},
      {"an object file", [](TestElf& e) { e.type = 1; },
       [](const ElfFacts& f) { return f.kind == Kind::object && !f.has_executable_stack; }},
      {"a core file", [](TestElf& e) { e.type = 4; }, [](const ElfFacts& f) { return f.kind == Kind::core; }},
      {"a type of its own", [](TestElf& e) { e.type = 0xfe00; },
       [](const ElfFacts& f) { return f.kind == Kind::other; }},
      {"an executable stack", [](TestElf& e) { e.segments.push_back({ElfSegment::gnu_stack, 7, 0, 0}); },
       [](const ElfFacts& f) { return f.has_stack_header && f.has_executable_stack; }},
      {"no word on the stack", [](TestElf&) {},
       [](const ElfFacts& f) { return !f.has_stack_header && f.has_executable_stack; }},
      {"no word on the stack, RISC-V", [](TestElf& e) { e.machine = 243; },
       [](const ElfFacts& f) { return !f.has_stack_header && !f.has_executable_stack; }},
      {"a writable and executable segment", [](TestElf& e) { e.add_segment(ElfSegment::load, 7, "code"); },
       [](const ElfFacts& f) { return f.has_writable_executable_segment; }},
      {"a writable segment", [](TestElf& e) { e.add_segment(ElfSegment::load, 6, "data"); },
       [](const ElfFacts& f) { return !f.has_writable_executable_segment; }},
      {"text relocations by tag", dynamic(22, 0), [](const ElfFacts& f) { return f.has_text_relocations; }},
      {"text relocations by flag", dynamic(30, 4), [](const ElfFacts& f) { return f.has_text_relocations; }},
      {"binds now by tag", dynamic(24, 0), [](const ElfFacts& f) { return f.binds_now; }},
      {"binds now by the second flags", dynamic(0x6ffffffb, 1),
       [](const ElfFacts& f) { return f.binds_now; }},
      {"binds late", dynamic(30, 2), [](const ElfFacts& f) { return !f.binds_now; }},
      {"RPATH", [](TestElf& e) { e.add_dynamic({}, {{15, "/home/me::lib"}}); },
       [](const ElfFacts& f) { return f.rpath == std::vector<std::string>{"/home/me", "", "lib"}; }},
      {"could be fortified and is not", [](TestElf& e) { e.add_dynamic({}, {}, {"printf@GLIBC_2.2.5"}); },
       [](const ElfFacts& f) { return f.could_fortify && !f.uses_fortify && !f.uses_stack_protector; }},
      {"a symbol table", [](TestElf& e) { e.add_section(".symtab", "", ElfSection::symbols); },
       [](const ElfFacts& f) { return !f.is_stripped; }},
      {"Go, by its section", [](TestElf& e) { e.add_section(".go.buildinfo", "x"); },
       [](const ElfFacts& f) { return f.is_go; }},
      {"Go, by its note",
       [](TestElf& e) {
         e.add_segment(ElfSegment::note, 4,
                       e.number(4, 4) + e.number(4, 4) + e.number(4, 4) + std::string("Go\0\0abcd", 8));
       },
       [](const ElfFacts& f) { return f.is_go; }},
      {"only debugging information",
       [](TestElf& e) {
         e.sections.push_back({".text", ElfSection::no_bits, ElfSection::executable, 0, 99});
       },
       [](const ElfFacts& f) { return f.kind == Kind::other; }},
      {"a section that claims so beside loaded code",
       [](TestElf& e) {
         e.type = 2;
         e.add_segment(ElfSegment::load, 5, "code");
         e.sections.push_back({".text", ElfSection::no_bits, ElfSection::executable, 0, 99});
       },
       [](const ElfFacts& f) { return f.kind == Kind::program; }},
  };
  for (const Row& row : rows) {
    TestElf elf;
    row.change(elf);
    EXPECT_TRUE(row.holds(facts_of(elf.file()))) << row.summary;
  }
}

TEST(Elf, StaticProgramsAreJudgedByTheirSymbolTable) {
  TestElf elf;
  elf.type = 2;
  elf.add_section(".strtab", std::string_view("\0__stack_chk_fail\0__sprintf_chk\0", 32), 3);
  elf.add_section(".symtab",
                  std::string(24, '\0') + elf.number(1, 4) + elf.number(0x1000000000002, 8) +
                      std::string(12, '\0') + elf.number(18, 4) + std::string(20, '\0'),
                  ElfSection::symbols);
  elf.sections.back().link = 1;
  const ElfFacts facts = facts_of(elf.file());
  EXPECT_TRUE(facts.is_static);
  EXPECT_TRUE(facts.uses_stack_protector);
  EXPECT_TRUE(facts.uses_fortify);
  EXPECT_FALSE(facts.is_stripped);

  TestElf stripped;
  stripped.type = 2;
  EXPECT_FALSE(facts_of(stripped.file()).uses_stack_protector);
  stripped.add("*** stack smashing detected ***: terminated");
  EXPECT_TRUE(facts_of(stripped.file()).uses_stack_protector);
}

// An empty GNU hash says that its first symbol is 1: the symbols before must be found by other means.
TEST(Elf, SymbolsOfATableWithAnEmptyHash) {
  for (const std::uint32_t bucket : {0U, 1U}) {
    TestElf elf;
    const std::uint64_t hash = elf.add(elf.number(1, 4) + elf.number(1, 4) + elf.number(1, 4) +
                                       elf.number(0, 4) + elf.word(0) + elf.number(bucket, 4));
    elf.add_dynamic({{0x6ffffef5, hash}}, {}, {"__stack_chk_fail"});
    EXPECT_EQ(facts_of(elf.file()).uses_stack_protector, bucket == 0);
  }
}

struct Refused {
  const char* summary;
  std::function<std::string()> file;
  ErrorKind kind;
  const char* why;
};

std::string with_number(std::string file, std::size_t at, std::uint64_t value, std::size_t width) {
  return file.replace(at, width, TestElf().number(value, width));
}

TEST(Elf, LyingHeadersAreRefused) {
  const std::string good = hardened_elf().file();
  constexpr std::size_t first = 64, second = 64 + 56;  // the program headers: the load, the interpreter
  const Refused rows[] = {
      {"empty", [] { return std::string(); }, ErrorKind::invalid_input, "not an ELF file"},
      {"text", [] { return std::string("#!/bin/sh\n"); }, ErrorKind::invalid_input, "not an ELF file"},
      {"only the magic", [&] { return good.substr(0, 4); }, ErrorKind::invalid_input, "word size"},
      {"width 3", [&] { return with_number(good, 4, 3, 1); }, ErrorKind::invalid_input, "word size 3"},
      {"cut header", [&] { return good.substr(0, 40); }, ErrorKind::invalid_input, "ends inside its header"},
      {"cut segments", [&] { return good.substr(0, 200); }, ErrorKind::invalid_input, "table of segments"},
      {"cut content", [&] { return good.substr(0, 2100); }, ErrorKind::invalid_input, "outside of the file"},
      {"segments far outside", [&] { return with_number(good, 32, UINT64_MAX - 8, 8); },
       ErrorKind::invalid_input, "table of segments"},
      {"segments of another size", [&] { return with_number(good, 54, 8, 2); }, ErrorKind::invalid_input,
       "table of segments"},
      {"65,534 segments", [&] { return with_number(good, 56, 65534, 2); }, ErrorKind::limit_exceeded,
       "65534 segments"},
      {"a load whose end wraps around", [&] { return with_number(good, first + 16, UINT64_MAX - 16, 8); },
       ErrorKind::invalid_input, "larger than where it is loaded"},
      {"a load larger in the file than in memory", [&] { return with_number(good, first + 40, 1, 8); },
       ErrorKind::invalid_input, "larger than where it is loaded"},
      {"an offset that overflows with its size", [&] { return with_number(good, second + 8, UINT64_MAX, 8); },
       ErrorKind::invalid_input, "outside of the file"},
      {"two loads of one address",
       [] {
         TestElf elf;
         elf.add_segment(ElfSegment::load, 4, "once");
         elf.segments.push_back(elf.segments[0]);
         return elf.file();
       },
       ErrorKind::invalid_input, "overlap"},
      {"two interpreters",
       [] {
         TestElf elf = hardened_elf();
         elf.add_segment(ElfSegment::interpreter, 4, "/bin/evil");
         return elf.file();
       },
       ErrorKind::invalid_input, "more than one interpreter"},
      {"two dynamic segments",
       [] {
         TestElf elf = hardened_elf();
         elf.add_dynamic({});
         return elf.file();
       },
       ErrorKind::invalid_input, "more than one dynamic"},
      {"a name outside of the strings",
       [] {
         TestElf elf;
         elf.add_dynamic({{1, 1 << 20}});
         return elf.file();
       },
       ErrorKind::invalid_input, "outside of the"},
      {"strings outside of what is loaded",
       [] {
         TestElf elf;
         elf.add_segment(ElfSegment::dynamic, 6,
                         elf.word(5) + elf.word(0x7000) + elf.word(10) + elf.word(64));
         return elf.file();
       },
       ErrorKind::invalid_input, "dynamic strings"},
      {"a name without an end",
       [] {
         TestElf elf;
         const std::uint64_t at = elf.add(std::string(16, 'a'));
         elf.add_segment(ElfSegment::dynamic, 6,
                         elf.word(5) + elf.word(at) + elf.word(10) + elf.word(16) + elf.word(1) +
                             elf.word(2));
         return elf.file();
       },
       ErrorKind::invalid_input, "has no end"},
      {"1,001 libraries needed",
       [] {
         TestElf elf;
         elf.add_dynamic(std::vector<std::pair<std::uint64_t, std::uint64_t>>(1001, {1, 0}));
         return elf.file();
       },
       ErrorKind::limit_exceeded, "1001 libraries"},
      {"70,000 dynamic entries",
       [] {
         TestElf elf;
         elf.add_dynamic(std::vector<std::pair<std::uint64_t, std::uint64_t>>(70'000, {21, 0}));
         return elf.file();
       },
       ErrorKind::limit_exceeded, "dynamic entries"},
  };
  for (const Refused& row : rows) {
    const std::string file = row.file();
    const auto facts = read_elf(bytes_of(file));
    ASSERT_FALSE(facts) << row.summary;
    EXPECT_EQ(facts.error().kind, row.kind) << row.summary;
    EXPECT_THAT(facts.error().message, HasSubstr(row.why)) << row.summary;
  }
}

// The loader does not look at sections: a lie there must not keep a program from being judged.
TEST(Elf, LyingSectionsAreNone) {
  TestElf elf = hardened_elf();
  elf.add_section(".symtab", "", ElfSection::symbols);
  const std::string good = elf.file();
  ASSERT_FALSE(facts_of(good).is_stripped);
  for (const std::string& file :
       {with_number(good, 40, UINT64_MAX - 3, 8), with_number(good, 40, good.size() - 1, 8),
        with_number(good, 58, 1, 2), with_number(good, 60, 65000, 2)}) {
    const ElfFacts facts = facts_of(file);
    EXPECT_TRUE(facts.is_stripped);
    EXPECT_TRUE(facts.uses_stack_protector);
    EXPECT_THAT(facts.needed, ElementsAre("libb.so.1", "liba.so.2"));
  }
}

TEST(Elf, AMillionNotesAreNotRead) {
  TestElf elf;
  std::string notes;
  for (int i = 0; i < 100'000; ++i) notes += elf.number(0, 4) + elf.number(0, 4) + elf.number(1, 4);
  notes += elf.number(4, 4) + elf.number(1, 4) + elf.number(3, 4) + std::string("GNU\0", 4) + "x";
  for (int i = 0; i < 14; ++i) elf.segments.push_back({ElfSegment::note, 4, elf.add(notes), notes.size()});
  EXPECT_THAT(facts_of(elf.file()).build_id, IsEmpty());
}

TEST(Elf, DamagedBytesNeverReadOutside) {
  const std::string good = hardened_elf().file();
  std::mt19937 random(4);
  for (int i = 0; i < 5'000; ++i) {
    std::string file = good;
    for (int changes = 0; changes < 3; ++changes) {
      const std::size_t at = random() % 2 ? random() % 600 : random() % file.size();
      file[at] = static_cast<char>(random() % 4 ? random() : 0xff);
    }
    (void)read_elf(bytes_of(file));
    (void)read_elf(bytes_of(std::string_view(good).substr(0, random() % good.size())));
  }
}

TEST(Elf, AThousandFilesInASecond) {
  const std::string file = hardened_elf().file();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(read_elf(bytes_of(file)));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

}  // namespace
}  // namespace hauberk
