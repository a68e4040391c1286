// SPDX-License-Identifier: Apache-2.0
#include "deb/release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string hash_a(64, 'a');
const std::string hash_b(64, 'b');

std::string release_text(const std::string& more = "",
                         const std::string& date = "Sat, 21 Nov 2026 09:15:44 UTC") {
  return "Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nVersion: 12\nCodename: "
         "bookworm-security\n"
         "Date: " +
         date +
         "\nAcquire-By-Hash: yes\nArchitectures: amd64 arm64\nComponents: main\n contrib\n"
         "Description: Debian\n" +
         more;
}

std::string files_text(const std::string& lines) { return release_text("SHA256:\n" + lines); }

TEST(Release, Fields) {
  const auto release =
      parse_release(release_text("Valid-Until: Sat, 28 Nov 2026 09:15:44 UTC\nNotAutomatic: "
                                 "yes\nButAutomaticUpgrades: yes\nMD5Sum:\n 00 1 x\n"
                                 "SHA256:\n " +
                                 hash_a + "      1234 main/binary-amd64/Packages.xz\n " + hash_b +
                                 " 0 main/Contents\n"));
  ASSERT_TRUE(release) << release.error().message;
  EXPECT_EQ(release->origin, "Debian");
  EXPECT_EQ(release->label, "Debian-Security");
  EXPECT_EQ(release->suite, "stable-security");
  EXPECT_EQ(release->codename, "bookworm-security");
  EXPECT_EQ(release->version, "12");
  EXPECT_EQ(to_rfc3339(release->date), "2026-11-21T09:15:44Z");
  ASSERT_TRUE(release->valid_until);
  EXPECT_EQ(to_rfc3339(*release->valid_until), "2026-11-28T09:15:44Z");
  EXPECT_THAT(release->architectures, ElementsAre("amd64", "arm64"));
  EXPECT_THAT(release->components, ElementsAre("main", "contrib"));
  EXPECT_TRUE(release->acquire_by_hash);
  EXPECT_TRUE(release->not_automatic);
  EXPECT_TRUE(release->but_automatic_upgrades);
  ASSERT_EQ(release->files.size(), 2U);
  const auto& packages = release->files.at("main/binary-amd64/Packages.xz");
  EXPECT_EQ(packages.digest.hex(), hash_a);
  EXPECT_EQ(packages.size_bytes, 1234U);
}

TEST(Release, WhatIsNotThereIsOff) {
  const auto release =
      parse_release("Suite: s\nDate: Sat, 21 Nov 2026 09:15:44 UTC\nSHA256:\n " + hash_a + " 1 a\n");
  ASSERT_TRUE(release) << release.error().message;
  EXPECT_FALSE(release->valid_until);
  EXPECT_FALSE(release->acquire_by_hash);
  EXPECT_FALSE(release->not_automatic);
  EXPECT_EQ(release->codename, "");
}

TEST(Release, TheSameFileTwiceIsFine) {
  const std::string line = " " + hash_a + " 1 a\n";
  EXPECT_TRUE(parse_release(files_text(line + line)));
}

TEST(Release, Refused) {
  const struct {
    const char* summary;
    std::string text;
    const char* why;
    ErrorKind kind = ErrorKind::invalid_input;
  } rows[] = {
      {"empty", "", "there is no field"},
      {"two stanzas", files_text(" " + hash_a + " 1 a\n") + "\nSuite: x\n", "more than one stanza"},
      {"no suite", "Date: Sat, 21 Nov 2026 09:15:44 UTC\n", "neither Suite nor Codename"},
      {"no date", "Suite: s\n", "cannot read the Release file"},
      {"bad date", release_text("", "yesterday"), "cannot read the Release file"},
      {"bad Valid-Until", release_text("Valid-Until: never\n"), "cannot read the Release file"},
      {"only MD5", release_text("MD5Sum:\n 00 1 x\n"), "SHA256", ErrorKind::unsupported},
      {"empty list", release_text("SHA256:\n"), "SHA256", ErrorKind::unsupported},
      {"a short hash", files_text(" aa 1 a\n"), "64 lowercase hex"},
      {"a hash in capitals", files_text(" " + std::string(64, 'A') + " 1 a\n"), "64 lowercase hex"},
      {"no size", files_text(" " + hash_a + " a\n"), "expected a hash, a size and a path"},
      {"four words", files_text(" " + hash_a + " 1 a b\n"), "expected a hash, a size and a path"},
      {"negative size", files_text(" " + hash_a + " -1 a\n"), "the size is no number"},
      {"size above 64 bits", files_text(" " + hash_a + " 99999999999999999999 a\n"), "the size is no number"},
      {"path out of the suite", files_text(" " + hash_a + " 1 ../a\n"), "does not stay below"},
      {"path that goes out within", files_text(" " + hash_a + " 1 a/../../b\n"), "does not stay below"},
      {"absolute path", files_text(" " + hash_a + " 1 /a\n"), "does not stay below"},
      {"doubled slash", files_text(" " + hash_a + " 1 a//b\n"), "does not stay below"},
      {"escaped path", files_text(" " + hash_a + " 1 a/%2e%2e/b\n"), "does not stay below"},
      {"two contents of one path", files_text(" " + hash_a + " 1 a\n " + hash_b + " 1 a\n"), "there twice"},
      {"a field twice", files_text(" " + hash_a + " 1 a\n") + "Suite: x\n", "the field Suite is there twice"},
      {"HTML", "<html>\n", "neither a field"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto release = parse_release(row.text);
    ASSERT_FALSE(release);
    EXPECT_EQ(release.error().kind, row.kind);
    EXPECT_THAT(release.error().message, HasSubstr(row.why));
    EXPECT_THAT(release.error().message, testing::StartsWith("cannot read the Release file: "));
  }
}

TEST(Release, Limit) {
  const auto release = parse_release(std::string((64 << 20) + 1, '\n'));
  ASSERT_FALSE(release);
  EXPECT_EQ(release.error().kind, ErrorKind::limit_exceeded);
}

}  // namespace
}  // namespace hauberk
