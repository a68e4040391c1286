// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(Json, RefusesWhatParsersDisagreeAbout) {
  struct Row {
    std::string_view summary, text, message;
  };
  const Row rows[] = {
      {"duplicate key", R"({"a":1,"a":2})", "\"a\" is there twice"},
      {"duplicate key, deep", R"([{"b":{"a":1,"a":2}}])", "twice"},
      {"bytes after the value", "{} x", "at byte"},
      {"second value", "1 2", "at byte"},
      {"nothing", "", "not acceptable JSON"},
      {"comment", "{/* */}", "not acceptable JSON"},
      {"trailing comma", "[1,]", "not acceptable JSON"},
      {"invalid UTF-8", "\"\xff\"", "not acceptable JSON"},
      {"lone surrogate", R"("\ud800")", "not acceptable JSON"},
      {"cut short", R"({"a":)", "not acceptable JSON"},
  };
  for (const Row& row : rows) {
    const auto value = parse_json(row.text);
    ASSERT_FALSE(value.has_value()) << row.summary;
    EXPECT_EQ(value.error().kind, ErrorKind::invalid_input) << row.summary;
    EXPECT_NE(value.error().message.find(row.message), std::string::npos)
        << row.summary << value.error().message;
  }
}

// What cannot be read may be a file of passwords.
TEST(Json, ErrorsShowNothingOfTheText) {
  for (const char* text :
       {"{\"password\": \"hunter2\n\"}", "{\"password\": hunter2}", "hunter2", "\"hunter2"}) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().message.find("hunter2"), std::string::npos) << json.error().message;
    EXPECT_NE(json.error().message.find("at byte "), std::string::npos) << json.error().message;
  }
}

TEST(Json, HoldsItsLimits) {
  EXPECT_EQ(parse_json(std::string(100'000, '[')).error().kind, ErrorKind::limit_exceeded);
  EXPECT_EQ(parse_json(std::string(5 << 20, ' ')).error().kind, ErrorKind::limit_exceeded);
  EXPECT_TRUE(parse_json("[[1]]", {.depth = 2}).has_value());
  EXPECT_FALSE(parse_json("[[[1]]]", {.depth = 2}).has_value());
}

TEST(Json, WritesCanonically) {
  const auto value = parse_json(R"({ "b": [1, 2], "a": {"z": null, "y": "é"} })");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(canonical_json(*value), R"({"a":{"y":"é","z":null},"b":[1,2]})");
  EXPECT_EQ(pretty_json(Json{{"a", 1}}), "{\n  \"a\": 1\n}\n");
}

TEST(Json, NamesMembersThatAreMissingOrOfAnotherType) {
  const Json object = {{"s", "x"}, {"n", 3u}, {"neg", -3}, {"l", {1}}, {"o", {{"a", 1}}}};
  EXPECT_EQ(*json_string(object, "s", "lock"), "x");
  EXPECT_EQ(*json_size(object, "n", "lock"), 3u);
  EXPECT_EQ((*json_array(object, "l", "lock"))->size(), 1u);
  EXPECT_EQ((*json_object(object, "o", "lock"))->size(), 1u);
  EXPECT_EQ(json_string(object, "t", "lock").error().message, "lock has no \"t\"");
  EXPECT_EQ(json_string(object, "n", "lock").error().message, "lock: \"n\" is not a string");
  EXPECT_FALSE(json_size(object, "neg", "lock").has_value());
  EXPECT_FALSE(json_array(object, "o", "lock").has_value());
  EXPECT_FALSE(json_object(object, "l", "lock").has_value());
  EXPECT_FALSE(json_string(Json(3), "s", "lock").has_value());
}

}  // namespace
}  // namespace hauberk
