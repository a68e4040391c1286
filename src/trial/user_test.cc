// SPDX-License-Identifier: Apache-2.0
#include "trial/user.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "trial/case.h"
#include "trial/namespaces.h"

namespace hauberk {
namespace {

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/sh\nbroken\nredis:x:100:200:redis:/:/none\n";
constexpr std::string_view group = "root:x:0:\nredis:x:200:\nssl-cert:x:300:nobody,redis\nbad:x:y:redis\n";

TEST(ContainerUser, NumbersAndNames) {
  struct Row {
    std::string summary, user;
    ContainerUser expected;
  };
  const std::vector<Row> rows{
      {"none is root", "", {0, 0, {}}},
      {"numbers", "65532:65533", {65532, 65533, {}}},
      {"a number that the image does not know", "65532", {65532, 0, {}}},
      {"a number that it knows", "100", {100, 200, {300}}},
      {"a name", "redis", {100, 200, {300}}},
      {"a name with a group", "redis:ssl-cert", {100, 300, {}}},
      {"a name with a number", "redis:7", {100, 7, {}}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto user = container_user(row.user, passwd, group);
    ASSERT_TRUE(user) << user.error().message;
    EXPECT_EQ(*user, row.expected);
  }
}

TEST(ContainerUser, RefusesUnknownNames) {
  for (const std::string user : {"nginx", "redis:nginx", "nginx:0", "-1", "4294967296", "redis:"}) {
    const auto found = container_user(user, passwd, group);
    ASSERT_FALSE(found) << user;
    EXPECT_EQ(found.error().kind, ErrorKind::not_found) << user;
  }
}

TEST(FindSubIds, TakesTheLargestRangeOfTheUser) {
  struct Row {
    std::string summary, text;
    std::optional<SubIds> expected;
  };
  const std::vector<Row> rows{
      {"no file", "", {}},
      {"somebody else's", "bob:100000:65536\n", {}},
      {"by name", "bob:1:2\nann:100000:65536\n", SubIds{100000, 65536}},
      {"by number", "1000:200000:65536", SubIds{200000, 65536}},
      {"the largest", "ann:1:10\nann:5000:70000\n1000:9:20\n", SubIds{5000, 70000}},
      {"lines that are none", "ann\nann:x:5\nann:5\nann:1:0\nann:1:-5\n", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    EXPECT_EQ(find_sub_ids(row.text, "ann", 1000), row.expected);
  }
}

TEST(SignalNumber, NamesAndNumbers) {
  const std::vector<std::pair<std::string, int>> rows{{"", 15},         {"SIGTERM", 15},    {"TERM", 15},
                                                      {"15", 15},       {"SIGQUIT", 3},     {"SIGWINCH", 28},
                                                      {"SIGRTMIN", 34}, {"SIGRTMIN+3", 37}, {"RTMIN+30", 64}};
  for (const auto& [name, number] : rows) EXPECT_EQ(signal_number(name).value_or(-1), number) << name;
  for (const std::string name : {"SIGNOTHING", "0", "65", "-1", "SIGRTMIN+31", "SIG", "SIGRTMIN+", "term"}) {
    EXPECT_FALSE(signal_number(name)) << name;
  }
}

}  // namespace
}  // namespace hauberk
