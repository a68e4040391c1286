// SPDX-License-Identifier: Apache-2.0
#include "facts/layer_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/byte_codec.h"
#include "facts/layer_codec.h"
#include "facts/secrets_corpus.h"
#include "oci/test_layout.h"
#include "tar/test_tar.h"

namespace hauberk {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Result<LayerFacts> read(std::string_view tar) {
  MemorySource source(tar);
  return read_layer_facts(source);
}

const LayerFile* find(const LayerFacts& facts, std::string_view path) {
  const auto at = std::ranges::find_if(facts.files, [&](const LayerFile& f) { return f.entry.path == path; });
  return at == facts.files.end() ? nullptr : &*at;
}

TEST(LayerFacts, HashesEveryFile) {
  const auto facts = read(test_tar({{"empty", ""},
                                    {"etc/", ""},
                                    {"etc/hello", "hello\n"},
                                    {"large", std::string(3'000'000, 'x')},
                                    {"link", "-> etc/hello"}}));
  ASSERT_TRUE(facts) << facts.error().message;
  ASSERT_THAT(facts->files, SizeIs(5));
  EXPECT_EQ(find(*facts, "etc/hello")->sha256, Digest::of("hello\n"));
  EXPECT_EQ(find(*facts, "etc/hello")->md5, "b1946ac92492d2347c6235b4d2611184");
  EXPECT_EQ(find(*facts, "empty")->md5, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(find(*facts, "large")->sha256, Digest::of(std::string(3'000'000, 'x')));
  EXPECT_EQ(find(*facts, "link")->sha256, std::nullopt);
  EXPECT_EQ(find(*facts, "etc")->md5, "");
  EXPECT_THAT(facts->problems, IsEmpty());
}

TEST(LayerFacts, KeepsTheTextsThatRecordsAreReadFrom) {
  const std::string large(3 << 20, 's');
  const auto facts = read(test_tar({{"etc/passwd", "root:x:0:0::/:/bin/sh\n"},
                                    {"etc/ld.so.conf.d/a.conf", "/opt/lib\n"},
                                    {"etc/other", "x"},
                                    {"var/lib/dpkg/info/a.list", "/.\n"},
                                    {"var/lib/dpkg/info/a.postinst", "#!/bin/sh\n"},
                                    {"var/lib/dpkg/status", large},
                                    {"var/lib/dpkg/status.d/b", "Package: b\n"}}));
  ASSERT_TRUE(facts) << facts.error().message;
  std::vector<std::string> paths;
  for (const auto& [path, text] : facts->texts) paths.push_back(path);
  EXPECT_THAT(paths, ElementsAre("etc/ld.so.conf.d/a.conf", "etc/passwd", "var/lib/dpkg/info/a.list",
                                 "var/lib/dpkg/status", "var/lib/dpkg/status.d/b"));
  EXPECT_EQ(facts->texts.at("var/lib/dpkg/status"), large);
}

TEST(LayerFacts, FindsSecretsAlsoInProgramsAndInWhatIsNotHeld) {
  corpus::Random random(1);
  const std::string key = corpus::openssh_key(random).content;
  const auto facts = read(test_tar({{"root/.ssh/id_rsa", key},
                                    {"srv/dump.sql", std::string(2 << 20, '\n') + key},
                                    {"srv/none", "nothing"},
                                    {"opt/app/bin/server",
                                     "\x7f"
                                     "ELF" +
                                         std::string(64, '\0') + key}}));
  ASSERT_TRUE(facts) << facts.error().message;
  std::vector<std::string> paths;
  for (const FoundSecret& secret : facts->secrets) paths.push_back(secret.path);
  EXPECT_THAT(paths, Contains("root/.ssh/id_rsa"));
  EXPECT_THAT(paths, Contains("srv/dump.sql"));
  EXPECT_THAT(paths, Contains("opt/app/bin/server"));
  EXPECT_THAT(paths, Not(Contains("srv/none")));
}

TEST(LayerFacts, AbsolutePathsAreReadAsBuildersMeanThem) {
  const std::string tar = raw_block({.name = "/etc/x", .size = "0"}) +
                          raw_block({.name = "/etc/y", .type = '1', .link = "/etc/x"}) + end_of_tar();
  const auto facts = read(tar);
  ASSERT_TRUE(facts) << facts.error().message;
  ASSERT_THAT(facts->files, SizeIs(2));
  EXPECT_EQ(facts->files[0].entry.path, "etc/x");
  EXPECT_EQ(facts->files[1].entry.link_target, "etc/x");
}

TEST(LayerFacts, AnArchiveThatIsBrokenIsAnError) {
  const std::string tar = test_tar({{"a", std::string(2000, 'a')}});
  EXPECT_FALSE(read(std::string_view(tar).substr(0, 1000)));
  EXPECT_FALSE(read(raw_block({.name = "../up"}) + end_of_tar()));
  EXPECT_FALSE(read("nonsense"));
}

LayerFacts everything() {
  LayerFacts facts;
  LayerFile file{TarEntry{.type = TarEntry::Type::file,
                          .path = "usr/bin/x",
                          .link_target = "",
                          .mode = 04755,
                          .uid = 4'000'000'000,
                          .gid = 1,
                          .size_bytes = 1ULL << 40,
                          .mtime_seconds = -5,
                          .device_major = 0,
                          .device_minor = 0,
                          .xattrs = {{"security.capability", std::string("\0\1", 2)}}}};
  file.sha256 = Digest::of("x");
  file.md5 = "0123456789abcdef0123456789abcdef";
  file.elf = ElfFacts{.kind = ElfFacts::Kind::program,
                      .machine = 62,
                      .is_static = true,
                      .is_go = true,
                      .interpreter = "/lib64/ld-linux-x86-64.so.2",
                      .build_id = "ab",
                      .needed = {"libc.so.6", "libm.so.6"},
                      .runpath = {"$ORIGIN"}};
  facts.files = {
      file, LayerFile{TarEntry{.type = TarEntry::Type::symlink, .path = "usr/bin/xy", .link_target = "x"}},
      LayerFile{TarEntry{.type = TarEntry::Type::block_device, .path = "\xff", .device_major = 8}}};
  facts.texts = {{"etc/passwd", "root"}, {"etc/shadow", ""}};
  facts.packages = {{.kind = Package::Kind::npm,
                     .name = "left-pad",
                     .version = "1.3.0",
                     .depends = {"a", "b"},
                     .licences = {{"MIT", "LICENSE"}},
                     .record = "app/package.json",
                     .owner = "node-left-pad"}};
  facts.licences = {{"GPL-2.0-only", "usr/share/doc/x/copyright"}};
  facts.certificates = {{"etc/ssl/certs/a.pem", "CN=a", Digest::of("a"), -1}};
  facts.secrets = {{.kind = "private-key", .path = "root/key", .line = 3, .hint = "----"}};
  facts.problems = {"x: y"};
  return facts;
}

TEST(LayerCodec, ComesBack) {
  for (const LayerFacts& facts : {LayerFacts(), everything()}) {
    const auto read = parse_layer_facts(bytes_of(facts));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, facts);
  }
}

TEST(LayerCodec, RefusesWhatIsCutOrDamaged) {
  const std::string bytes = bytes_of(everything());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(parse_layer_facts(std::string_view(bytes).substr(0, size))) << size;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(parse_layer_facts(damaged)) << i;
  }
  EXPECT_FALSE(parse_layer_facts(bytes + "x"));
}

TEST(ByteCodec, NumbersComeBackAndOthersBreak) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, UINT64_MAX}) {
    ByteWriter writer;
    writer.number(value);
    writer.signed_number(static_cast<std::int64_t>(value));
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.number(), value);
    EXPECT_EQ(reader.signed_number(), static_cast<std::int64_t>(value));
    EXPECT_TRUE(reader.is_whole());
  }
  const std::string rows[] = {"", "\x80", std::string(10, '\x80'), std::string(9, '\xff') + "\x02"};
  for (const std::string& row : rows) {
    ByteReader reader(row);
    EXPECT_EQ(reader.number(), 0U);
    EXPECT_TRUE(reader.is_broken());
  }
  ByteReader lying(
      "\x05"
      "ab");
  EXPECT_EQ(lying.text(), "");
  EXPECT_FALSE(lying.is_whole());
}

}  // namespace
}  // namespace hauberk
