// SPDX-License-Identifier: Apache-2.0
#include "facts/go_build_info.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "facts/test_elf.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view magic = "\xff Go buildinf:";

const std::string modules =
    "path\texample.org/app\nmod\texample.org/app\t(devel)\t\ndep\texample.org/a\tv1.0.0\th1:x=\n"
    "dep\texample.org/b\tv2.0.0\n=>\texample.org/fork\tv2.0.1\th1:y=\nbuild\tCGO_ENABLED=0\n";

std::string marked(const std::string& text) {
  return std::string(16, '0') + text + (text.ends_with('\n') ? "" : "\n") + std::string(16, '1');
}

std::string counted(const std::string& text) {
  std::string count;
  for (std::size_t left = text.size(); count.empty() || left > 0; left >>= 7) {
    count += static_cast<char>((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return count + text;
}

std::string inline_info(const std::string& release, const std::string& text) {
  return std::string(magic) + '\x08' + '\x02' + std::string(16, '\0') + counted(release) +
         counted(marked(text));
}

Result<std::vector<Package>> read(const TestElf& elf) {
  const std::string file = elf.file();
  const auto parsed = ElfFile::parse(std::as_bytes(std::span(file)));
  if (!parsed) return std::unexpected(parsed.error());
  return read_go_build_info("usr/bin/app", *parsed);
}

std::vector<std::string> lines_of(const Result<std::vector<Package>>& packages) {
  std::vector<std::string> lines;
  if (!packages) lines.push_back(packages.error().message);
  for (const Package& package : packages.value_or(std::vector<Package>{})) {
    EXPECT_EQ(package.kind, Package::Kind::golang);
    EXPECT_EQ(package.record, "usr/bin/app");
    lines.push_back(fmt::format("{} {}", package.name, package.version));
  }
  return lines;
}

TEST(GoBuildInfo, InlineInItsSection) {
  TestElf elf;
  elf.add_section(".go.buildinfo", inline_info("go1.21.3", modules));
  const auto packages = read(elf);
  EXPECT_THAT(lines_of(packages), ElementsAre("stdlib 1.21.3", "example.org/app ", "example.org/a v1.0.0",
                                              "example.org/fork v2.0.1"));
  EXPECT_THAT(packages->at(1).depends, ElementsAre("example.org/a", "example.org/fork", "stdlib"));
}

TEST(GoBuildInfo, FoundByItsMagicWhereSectionsAreStripped) {
  TestElf elf;
  elf.add_segment(ElfSegment::load, 6, std::string(32, 'x') + inline_info("go1.22", modules));
  EXPECT_EQ(lines_of(read(elf)).size(), 4U);
  TestElf in_code;
  in_code.add_segment(ElfSegment::load, 5, inline_info("go1.22", modules));
  EXPECT_THAT(lines_of(read(in_code)), IsEmpty());
  TestElf unaligned;
  unaligned.add_segment(ElfSegment::load, 6, "x" + inline_info("go1.22", modules));
  EXPECT_THAT(lines_of(read(unaligned)), IsEmpty());
}

TEST(GoBuildInfo, PointersOfEveryWidthAndOrder) {
  for (const bool is_64_bit : {true, false}) {
    for (const auto order : {TestElf::Order::little, TestElf::Order::big}) {
      TestElf elf(is_64_bit, order);
      const auto add_string = [&](const std::string& text) {
        const std::uint64_t at = elf.add(text);
        return elf.add(elf.word(at) + elf.word(text.size()));
      };
      const std::uint64_t release = add_string("go1.17.2"), text = add_string(marked(modules));
      std::string header = std::string(magic) + static_cast<char>(elf.word_bytes());
      header += order == TestElf::Order::big ? '\1' : '\0';
      header += elf.word(release) + elf.word(text);
      header.resize(32);
      elf.add_section(".go.buildinfo", header);
      EXPECT_THAT(lines_of(read(elf)), ElementsAre("stdlib 1.17.2", "example.org/app ",
                                                   "example.org/a v1.0.0", "example.org/fork v2.0.1"))
          << is_64_bit;
    }
  }
}

TEST(GoBuildInfo, Releases) {
  for (const auto& [release, expected] : std::vector<std::pair<std::string, std::string>>{
           {"go1.20", "stdlib 1.20"},
           {"go1.19.8 X:boringcrypto", "stdlib 1.19.8"},
           {"devel go1.22-abcdef Mon Jan 1", "stdlib 1.22-abcdef"}}) {
    TestElf elf;
    elf.add_section(".go.buildinfo", inline_info(release, ""));
    EXPECT_THAT(lines_of(read(elf)), ElementsAre(expected));
  }
}

TEST(GoBuildInfo, OtherFilesHaveNone) {
  EXPECT_THAT(lines_of(read(hardened_elf())), IsEmpty());
  TestElf empty;
  empty.add_section(".go.buildinfo", inline_info("", ""));
  EXPECT_THAT(lines_of(read(empty)), IsEmpty());
}

TEST(GoBuildInfo, LiesAreErrors) {
  const std::string head(magic);
  std::string many;
  for (int i = 0; i < 20'002; ++i) many += "dep\tm\tv1\n";
  const std::pair<std::string, const char*> rows[] = {
      {head + "\x08\x02" + std::string(16, '\0') + "\xff\xff\xff\xff\x7f", "bytes, more than"},
      {head + "\x08\x02" + std::string(16, '\0') + "\x60go1", "outside of the file"},
      {head + "\x08\x02" + std::string(16, '\0') + std::string(20, '\xff'), "a count without an end"},
      {head + std::string("\x07\0", 2) + std::string(16, '\0'), "pointers of 7 bytes"},
      {head + std::string("\x08\0", 2) + std::string(16, '\x7f'), "outside of what is loaded"},
      {inline_info("go1.20", many), "more than 20000 modules"},
  };
  for (const auto& [content, why] : rows) {
    TestElf elf;
    elf.add_section(".go.buildinfo", content);
    EXPECT_THAT(lines_of(read(elf)), ElementsAre(HasSubstr(why)));
  }
}

}  // namespace
}  // namespace hauberk
