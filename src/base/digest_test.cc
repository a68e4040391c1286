// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace hauberk {
namespace {

constexpr std::string_view empty_sha256 =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Digest, HashesKnownTexts) {
  EXPECT_EQ(Digest::of("").text(), empty_sha256);
  EXPECT_EQ(Digest::of("abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Digest::of("abc", Digest::Algorithm::sha512).text().substr(0, 20), "sha512:ddaf35a193617");
}

TEST(Digest, WriterGivesWhatOfGives) {
  const std::string text(100'000, 'x');
  DigestWriter writer;
  const auto bytes = std::as_bytes(std::span(text));
  writer.write(bytes.first(1));
  writer.write(bytes.subspan(1, 70'000));
  writer.write(bytes.subspan(70'001));
  EXPECT_EQ(writer.finish(), Digest::of(text));
}

TEST(Digest, ParsesOnlyTheCanonicalForm) {
  const std::string hex(64, 'a');
  EXPECT_EQ(Digest::parse(empty_sha256)->text(), empty_sha256);
  EXPECT_EQ(Digest::of_hex(Digest::Algorithm::sha256, hex)->text(), "sha256:" + hex);
  struct Row {
    std::string_view summary;
    std::string text;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"empty", "", ErrorKind::invalid_input},
      {"no algorithm", hex, ErrorKind::invalid_input},
      {"upper case", "sha256:" + std::string(64, 'A'), ErrorKind::invalid_input},
      {"short", "sha256:abc", ErrorKind::invalid_input},
      {"long", "sha256:" + hex + "a", ErrorKind::invalid_input},
      {"sha512 too short", "sha512:" + hex, ErrorKind::invalid_input},
      {"trailing newline", "sha256:" + hex + "\n", ErrorKind::invalid_input},
      {"not hexadecimal", "sha256:" + std::string(64, 'g'), ErrorKind::invalid_input},
      {"another algorithm", "sha384:" + std::string(96, 'a'), ErrorKind::unsupported},
  };
  for (const Row& row : rows) {
    const auto digest = Digest::parse(row.text);
    ASSERT_FALSE(digest.has_value()) << row.summary;
    EXPECT_EQ(digest.error().kind, row.kind) << row.summary << ": " << digest.error().message;
  }
}

}  // namespace
}  // namespace hauberk
