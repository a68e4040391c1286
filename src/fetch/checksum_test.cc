// SPDX-License-Identifier: Apache-2.0
#include "fetch/checksum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

const std::string sha256_of_a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
const std::string sha256_of_b = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";

TEST(Checksum, ReadsWhatDefinitionsSay) {
  struct Row {
    std::string summary, text;
    std::string digest;  // "sha256:..." or empty
    std::string url;
  };
  const std::string sha512_hex = Digest::of("a", Digest::Algorithm::sha512).hex();
  const std::vector<Row> rows = {
      {"with the algorithm", "sha256:" + sha256_of_a, "sha256:" + sha256_of_a, ""},
      {"sha512", "sha512:" + sha512_hex, "sha512:" + sha512_hex, ""},
      {"bare hex", sha256_of_a, "sha256:" + sha256_of_a, ""},
      {"a URL", "https://example.org/a.sha256", "", "https://example.org/a.sha256"},
      {"nothing", "", "", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto checksum = parse_checksum(row.text);
    ASSERT_TRUE(checksum) << checksum.error().message;
    EXPECT_EQ(checksum->digest ? checksum->digest->text() : "", row.digest);
    EXPECT_EQ(checksum->url, row.url);
  }
}

TEST(Checksum, RefusesTheRest) {
  struct Row {
    std::string summary, text;
    ErrorKind kind;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"a git commit", "2d15f633f7076791f4e9397429b09fcc79ae8609", ErrorKind::unsupported, "git commit"},
      {"a word", "latest", ErrorKind::invalid_input, "neither sha256"},
      {"a hash of another length", "abc123", ErrorKind::invalid_input, "neither sha256"},
      {"an ftp URL", "ftp://example.org/a", ErrorKind::invalid_input, ""},
      {"md5", "md5:d41d8cd98f00b204e9800998ecf8427e", ErrorKind::invalid_input, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto checksum = parse_checksum(row.text);
    ASSERT_FALSE(checksum);
    EXPECT_EQ(checksum.error().kind, row.kind) << checksum.error().message;
    EXPECT_THAT(checksum.error().message, HasSubstr(row.message));
  }
}

TEST(ChecksumList, FindsTheFile) {
  struct Row {
    std::string summary, list;
    std::string found;  // hex, empty if it must fail
  };
  const std::vector<Row> rows = {
      {"bare", sha256_of_a + "\n", sha256_of_a},
      {"bare without newline", sha256_of_a, sha256_of_a},
      {"with its name", sha256_of_a + "  tool-1.tar.gz\n", sha256_of_a},
      {"with another name, alone", sha256_of_a + "  ./dist/other\n", sha256_of_a},
      {"among several", sha256_of_b + "  other\n" + sha256_of_a + " *tool-1.tar.gz\n", sha256_of_a},
      {"below a folder", sha256_of_b + "  x\n" + sha256_of_a + "  ./dist/tool-1.tar.gz\r\n", sha256_of_a},
      {"BSD form", "SHA256 (x) = " + sha256_of_b + "\nSHA256 (tool-1.tar.gz) = " + sha256_of_a + "\n",
       sha256_of_a},
      {"several, not ours", sha256_of_a + "  x\n" + sha256_of_b + "  y\n", ""},
      {"a page of an error", "<html>not found</html>", ""},
      {"empty", "", ""},
      {"BSD form turned round", ") = (" + sha256_of_a, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto digest = checksum_of_list(row.list, "tool-1.tar.gz");
    ASSERT_EQ(digest.has_value(), !row.found.empty());
    if (digest)
      EXPECT_EQ(digest->hex(), row.found);
    else
      EXPECT_EQ(digest.error().kind, ErrorKind::invalid_input);
  }
}

TEST(ChecksumList, CapitalsAndSha512) {
  std::string capitals = sha256_of_a;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(checksum_of_list(capitals, "x").value().hex(), sha256_of_a);
  const Digest long_one = Digest::of("a", Digest::Algorithm::sha512);
  EXPECT_EQ(checksum_of_list(long_one.hex() + "  x", "x").value(), long_one);
}

}  // namespace
}  // namespace hauberk
