// SPDX-License-Identifier: Apache-2.0
#include "attest/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attest/json_bytes.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

TEST(JsonBytes, TakesEitherAlphabetWithAndWithoutPadding) {
  struct Row {
    std::string summary, text;
    std::optional<std::string> bytes;
  };
  const Row rows[] = {
      {"standard", "+/+/", "\xfb\xff\xbf"},
      {"URL", "-_-_", "\xfb\xff\xbf"},
      {"padded", "-_8=", "\xfb\xff"},
      {"padded, standard", "+/8=", "\xfb\xff"},
      {"not padded, standard", "+/8", "\xfb\xff"},
      {"not padded, URL", "-_8", "\xfb\xff"},
      {"one byte", "_w", "\xff"},
      {"one byte, padded", "_w==", "\xff"},
      {"one byte, standard, not padded", "/w", "\xff"},
      {"empty", "", ""},
      {"both alphabets", "+_+_", std::nullopt},
      {"too much padding", "-_8==", std::nullopt},
      {"three of padding", "/===", std::nullopt},
      {"three of padding, URL", "_===", std::nullopt},
      {"padding alone", "====", std::nullopt},
      {"wrong length", "aaaaa", std::nullopt},
      {"a line break", "aaaa\n", std::nullopt},
      {"padding inside", "aa==aaaa", std::nullopt},
      {"padding inside, URL", "a_==aaaa", std::nullopt},
      {"bits that stand for nothing", "/x==", std::nullopt},
      {"bits that stand for nothing, URL", "_x", std::nullopt},
  };
  for (const Row& row : rows) {
    const auto bytes = json_bytes({{"b", row.text}}, "b", "test");
    EXPECT_EQ(bytes.has_value(), row.bytes.has_value()) << row.summary;
    if (bytes && row.bytes) {
      EXPECT_EQ(*bytes, *row.bytes) << row.summary;
    } else if (!bytes) {
      EXPECT_THAT(bytes.error().message, HasSubstr("\"b\"")) << row.summary;
    }
  }
}

TEST(Envelope, SignedBytesAreThoseOfTheProtocol) {
  // The example of DSSE's protocol.md.
  EXPECT_EQ(pae("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(pae("", ""), "DSSEv1 0  0 ");
  EXPECT_NE(pae("a 1", "b"), pae("a", "1 b"));
}

TEST(Envelope, WrittenThenReadIsTheSame) {
  const Envelope written{
      "application/example", std::string("\0\xff bytes", 8), {{"", "one"}, {"key", "two"}}};
  const auto read = parse_envelope(text_of(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, written);
  EXPECT_EQ(text_of(Envelope{"t", "p", {{"", "s"}}}),
            R"({"payload":"cA==","payloadType":"t","signatures":[{"sig":"cw=="}]})");
}

TEST(Envelope, UnknownMembersAndNullKeyIdsAreIgnored) {
  const auto read = parse_envelope(
      R"({"payload":"","payloadType":"t","x":1,"signatures":[{"sig":"cw==","keyid":null,"extension":{}}]})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, (Envelope{"t", "", {{"", "s"}}}));
}

TEST(Envelope, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text;
    ErrorKind kind;
    std::string message;
  };
  const auto with = [](std::string_view signatures) {
    return fmt::format(R"({{"payload":"cA==","payloadType":"t","signatures":{}}})", signatures);
  };
  const auto list = [](std::size_t count) {
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) text += i == 0 ? R"({"sig":"cw=="})" : R"(,{"sig":"cw=="})";
    return text + "]";
  };
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"truncated", with(list(1)).substr(0, 40), bad, "JSON"},
      {"duplicate payload", R"({"payload":"","payload":"cA==","payloadType":"t","signatures":[]})", bad,
       "twice"},
      {"no object", "[]", bad, "not a JSON object"},
      {"no payload", R"({"payloadType":"t","signatures":[{"sig":"cw=="}]})", bad, "payload"},
      {"payload no base64", R"({"payload":"?","payloadType":"t","signatures":[]})", bad, "payload"},
      {"no signature", with("[]"), bad, "no signature"},
      {"signatures no list", with("{}"), bad, "not a list"},
      {"signature no object", with("[1]"), bad, "not an object"},
      {"empty signature", with(R"([{"sig":""}])"), bad, "empty"},
      {"signature without bytes", with(R"([{"keyid":"a"}])"), bad, "sig"},
      {"many signatures", with(list(most_signatures + 1)), ErrorKind::limit_exceeded, "65 signatures"},
      {"long key id", with(fmt::format(R"([{{"sig":"cw==","keyid":"{}"}}])", std::string(1025, 'k'))),
       ErrorKind::limit_exceeded, "keyid"},
      {"long signature", with(fmt::format(R"([{{"sig":"{}"}}])", std::string(24'000, 'A'))),
       ErrorKind::limit_exceeded, "16384"},
      {"deep", with(std::string(20, '[') + std::string(20, ']')), ErrorKind::limit_exceeded, "deeper"},
  };
  for (const Row& row : rows) {
    const auto read = parse_envelope(row.text);
    ASSERT_FALSE(read) << row.summary;
    EXPECT_EQ(read.error().kind, row.kind) << row.summary << ": " << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(row.message)) << row.summary;
  }
  EXPECT_TRUE(parse_envelope(with(list(most_signatures))));
}

}  // namespace
}  // namespace hauberk
