// SPDX-License-Identifier: Apache-2.0
#include "signer/message.h"

#include <gmock/gmock.h>

#include <vector>

namespace hauberk {
namespace {

using namespace std::string_literals;

std::string bytes(std::string_view header, std::string_view payload) {
  std::string text;
  for (const std::size_t length : {header.size(), payload.size()}) {
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(length >> shift & 0xff);
  }
  return text.append(header).append(payload);
}

TEST(Message, IsReadHoweverItComes) {
  const Message first{{{"request", "sign_statement"}, {"key", "build"}}, std::string("\0\xff bytes", 8)};
  const Message second{{{"request", "keys"}}, ""};
  const std::string text = bytes_of(first).value() + bytes_of(second).value();
  for (std::size_t step = 1; step <= text.size(); ++step) {
    MessageReader reader;
    std::vector<Message> read;
    for (std::size_t at = 0; at < text.size(); at += step) {
      reader.feed(std::string_view(text).substr(at, step));
      for (auto message = reader.next().value(); message; message = reader.next().value())
        read.push_back(*message);
    }
    ASSERT_EQ(read.size(), 2u) << step;
    EXPECT_EQ(read[0], first);
    EXPECT_EQ(read[1], second);
    EXPECT_FALSE(reader.is_within());
  }
}

TEST(Message, IsWrittenAsItsHeadSays) {
  EXPECT_EQ(bytes_of({{{"a", 1}}, "xy"}).value(), bytes(R"({"a":1})", "xy"));
  EXPECT_EQ(bytes_of({{}, std::string(most_payload_bytes + 1, 'x')}).error().kind, ErrorKind::limit_exceeded);
}

struct Refused {
  std::string summary;
  std::string bytes;
  ErrorKind kind;
};

TEST(Message, RefusesOthers) {
  const std::vector<Refused> rows = {
      {"a header of 4 GiB", "\xff\xff\xff\xff\0\0\0\0"s, ErrorKind::limit_exceeded},
      {"a payload of 4 GiB", "\0\0\0\2\xff\xff\xff\xff{}"s, ErrorKind::limit_exceeded},
      {"a header one byte too long", "\0\1\0\1\0\0\0\0"s, ErrorKind::limit_exceeded},
      {"no JSON", bytes("{", ""), ErrorKind::invalid_input},
      {"a list", bytes("[]", ""), ErrorKind::invalid_input},
      {"an empty header", bytes("", "xy"), ErrorKind::invalid_input},
      {"a key twice", bytes(R"({"key":"build","key":"root"})", ""), ErrorKind::invalid_input},
      {"deep", bytes(std::string(100, '[') + std::string(100, ']'), ""), ErrorKind::limit_exceeded},
  };
  for (const auto& row : rows) {
    MessageReader reader;
    reader.feed(row.bytes);
    const auto message = reader.next();
    ASSERT_FALSE(message) << row.summary;
    EXPECT_EQ(message.error().kind, row.kind) << row.summary;
  }
}

}  // namespace
}  // namespace hauberk
