// SPDX-License-Identifier: Apache-2.0
#include "fetch/keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

std::string armoured(const std::string& body) {
  return "-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: a key\n\n" + body +
         "\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";
}

TEST(Unarmoured, ReadsTextAndBinary) {
  struct Row {
    std::string summary, text, bytes;
  };
  const std::vector<Row> rows = {
      {"binary", std::string("\x99\x01\x00", 3), std::string("\x99\x01\x00", 3)},
      {"a block", armoured("aGF1YmVyaw=="), "hauberk"},
      {"over two lines", armoured("aGF1\nYmVyaw=="), "hauberk"},
      {"with carriage returns", armoured("aGF1\r\nYmVyaw==\r"), "hauberk"},
      {"without checksum", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\naGF1\n-----END PGP PUBLIC KEY BLOCK-----",
       "hau"},
      {"two blocks", armoured("aGF1") + "and\n" + armoured("YmVyaw=="), "hauberk"},
      {"words before", "A key of ours:\n" + armoured("aGF1"), "hau"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto bytes = unarmoured(row.text, "a.asc");
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(*bytes, row.bytes);
  }
}

TEST(Unarmoured, RefusesDamage) {
  struct Row {
    std::string summary, text, message;
  };
  const std::vector<Row> rows = {
      {"no end", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\naGF1\n", "no end"},
      {"not base64", armoured("a*b"), "no base64"},
      {"nothing in it", armoured(""), "no base64"},
      {"a private key", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "private key"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto bytes = unarmoured(row.text, "a.asc");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(bytes.error().message, HasSubstr(row.message));
  }
}

}  // namespace
}  // namespace hauberk
