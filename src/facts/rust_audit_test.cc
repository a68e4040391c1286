// SPDX-License-Identifier: Apache-2.0
#include "facts/rust_audit.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include "facts/test_elf.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string deflated(const std::string& text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  out.resize(size);
  return out;
}

Result<std::vector<Package>> read(const std::string& section) {
  TestElf elf;
  elf.add_section(".dep-v0", section);
  const std::string file = elf.file();
  const auto parsed = ElfFile::parse(std::as_bytes(std::span(file)));
  if (!parsed) return std::unexpected(parsed.error());
  return read_rust_audit("usr/bin/app", *parsed);
}

TEST(RustAudit, CratesOfTheProgram) {
  const auto packages = read(deflated(
      R"({"packages":[{"name":"app","version":"0.1.0","source":"local","dependencies":[1,2],"root":true},)"
      R"({"name":"cc","version":"1.0.83","source":"crates.io","kind":"build"},)"
      R"({"name":"libc","version":"0.2.150","source":"crates.io"}]})"));
  ASSERT_TRUE(packages) << packages.error().message;
  ASSERT_EQ(packages->size(), 2U);
  EXPECT_EQ(packages->at(0), (Package{.kind = Package::Kind::cargo,
                                      .name = "app",
                                      .version = "0.1.0",
                                      .depends = {"libc"},
                                      .record = "usr/bin/app"}));
  EXPECT_EQ(packages->at(1).name, "libc");
  EXPECT_EQ(packages->at(1).version, "0.2.150");
}

// Few bytes of JSON can ask for the same long name very often.
std::string many_dependencies() {
  std::string indexes = "0";
  for (int i = 0; i < 200'000; ++i) indexes += ",0";
  return R"({"packages":[{"name":"a","version":"1","dependencies":[)" + indexes + "]}]}";
}

TEST(RustAudit, LiesAreErrors) {
  const std::pair<std::string, const char*> rows[] = {
      {"no zlib at all", "corrupt"},
      {deflated("{}").substr(0, 4), "cut"},
      {deflated("{}"), "no \"packages\""},
      {deflated(R"({"packages":[1]})"), "not an object"},
      {deflated(R"({"packages":[{"name":"a"}]})"), "no \"version\""},
      {deflated(R"({"packages":[{"name":"a","version":"1","dependencies":[9]}]})"), "that it does not have"},
      {deflated(R"({"packages":[{"name":"a","version":"1","dependencies":{}}]})"), "not a list"},
      {deflated(R"({"packages":[{"name":"","version":"1"}]})"), "a name of 0 bytes"},
      {deflated(R"({"packages":[{"name":")" + std::string(256, 'a') + R"(","version":"1"}]})"),
       "a name of 256 bytes"},
      {deflated(many_dependencies()), "200000 dependencies"},
      {deflated(std::string(64 << 20, ' ')), "more than 8388608 bytes"},
  };
  for (const auto& [section, why] : rows) {
    const auto packages = read(section);
    ASSERT_FALSE(packages) << why;
    EXPECT_THAT(packages.error().message, HasSubstr(why));
  }
}

TEST(RustAudit, OtherFilesHaveNone) {
  const std::string file = hardened_elf().file();
  const auto elf = ElfFile::parse(std::as_bytes(std::span(file)));
  ASSERT_TRUE(elf);
  EXPECT_THAT(read_rust_audit("x", *elf).value(), ElementsAre());
}

}  // namespace
}  // namespace hauberk
