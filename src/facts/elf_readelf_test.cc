// The programs and libraries of the machine that the tests run on, as we read them and as readelf does.
//
// SPDX-License-Identifier: Apache-2.0
#include "facts/elf.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include "base/fields.h"
#include "io/subprocess.h"

namespace hauberk {
namespace {

constexpr std::size_t most_files = 60;

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Files of a folder, spread over the alphabet so that not all of them come from one package.
std::vector<std::string> some_files(const char* folder) {
  std::vector<std::string> all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.is_regular_file(error) && entry.file_size(error) < 4 << 20) all.push_back(entry.path());
  }
  std::ranges::sort(all);
  std::vector<std::string> some;
  const std::size_t step = std::max<std::size_t>(1, all.size() / most_files);
  for (std::size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
  return some;
}

std::vector<std::string> needed_in(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string_view line : split(text, '\n')) {
    if (line.find("(NEEDED)") == std::string_view::npos) continue;
    const std::size_t begin = line.find('[') + 1;
    names.emplace_back(line.substr(begin, line.rfind(']') - begin));
  }
  return names;
}

// True if one line of `text` has all of `parts`.
bool says(std::string_view text, std::initializer_list<std::string_view> parts) {
  const auto has_all = [&](std::string_view line) {
    return std::ranges::all_of(parts, [&](auto part) { return line.find(part) != std::string_view::npos; });
  };
  return std::ranges::any_of(split(text, '\n'), has_all);
}

void compare(const ElfFacts& facts, std::string_view text) {
  EXPECT_EQ(facts.is_position_independent, says(text, {"Type:", "DYN"}));
  EXPECT_EQ(facts.has_stack_header, says(text, {"GNU_STACK", "0x"}));
  EXPECT_EQ(facts.has_stack_header && facts.has_executable_stack, says(text, {"GNU_STACK", " RWE "}));
  EXPECT_EQ(facts.has_relro, says(text, {"GNU_RELRO", "0x"}));
  EXPECT_EQ(facts.binds_now, says(text, {"(BIND_NOW)"}) || says(text, {"(FLAGS)", "BIND_NOW"}) ||
                                 says(text, {"(FLAGS_1)", "NOW"}));
  EXPECT_EQ(facts.has_text_relocations, says(text, {"(TEXTREL)"}) || says(text, {"(FLAGS)", "TEXTREL"}));
  EXPECT_EQ(facts.needed, needed_in(text));
  EXPECT_EQ(facts.is_stripped, !says(text, {" SYMTAB "}));
  if (facts.is_static) return;
  EXPECT_EQ(facts.uses_stack_protector, says(text, {" UND __stack_chk_fail"}));
  EXPECT_EQ(facts.uses_fortify, says(text, {" UND __", "_chk@"}));
}

TEST(ElfReadelf, AgreesOnThisMachinesFiles) {
  if (!find_program("readelf")) GTEST_SKIP() << "skipped: there is no readelf";
  std::size_t compared = 0;
  for (const char* folder :
       {"/usr/bin", "/usr/sbin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"}) {
    for (const std::string& path : some_files(folder)) {
      const std::string file = content_of(path);
      if (!is_elf(std::as_bytes(std::span(file)))) continue;
      const auto text = run({.argv = {"readelf", "--file-header", "--segments", "--dynamic", "--sections",
                                      "--dyn-syms", "--wide", path},
                             .environment = {{"LC_ALL", "C"}}});
      const auto facts = read_elf(std::as_bytes(std::span(file)));
      ASSERT_TRUE(text) << path;
      ASSERT_TRUE(facts) << path << ": " << facts.error().message;
      SCOPED_TRACE(path);
      compare(*facts, text->output);
      ++compared;
    }
  }
  if (compared == 0) GTEST_SKIP() << "skipped: this machine has no ELF files where they were looked for";
}

}  // namespace
}  // namespace hauberk
