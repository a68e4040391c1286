// Users, groups and homes of an image.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assemble/test_tree.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

std::string file(const Overlay& overlay, const std::string& path) {
  const auto at = overlay.additions().find(path);
  return at == overlay.additions().end() ? "none" : std::get<std::string>(at->second.content);
}

TEST(Accounts, RunAs) {
  Definition definition;
  definition.accounts.users = {{"app", 1000, 1001, std::nullopt}, {"5", 6, 7, std::nullopt}};
  definition.accounts.groups = {{"staff", 50, {}}};
  struct Row {
    std::string run_as;
    Variant variant;
    std::string expected;
  };
  for (const Row& row :
       std::vector<Row>{{"", Variant::runtime, "65532:65532"},
                        {"", Variant::dev, "0:0"},
                        {"app", Variant::runtime, "1000:1001"},
                        {"1000", Variant::runtime, "1000:1001"},
                        {"5", Variant::runtime, "6:7"},
                        {"12", Variant::runtime, "12:12"},
                        {"root", Variant::runtime, "0:0"},
                        {"app:staff", Variant::runtime, "1000:50"},
                        {"app:9", Variant::runtime, "1000:9"},
                        {"12:9", Variant::runtime, "12:9"},
                        {"nobody", Variant::runtime, "accounts.users has no such name"},
                        {"app:nobody", Variant::runtime, "accounts.groups has no \"nobody\""},
                        {"app:", Variant::runtime, "accounts.groups has no \"\""},
                        {"4294967296", Variant::runtime, "accounts.users has no such name"}}) {
    definition.variant = row.variant;
    definition.accounts.run_as = row.run_as;
    const auto ids = run_as(definition);
    EXPECT_THAT(ids ? fmt::format("{}:{}", ids->uid, ids->gid) : ids.error().message, HasSubstr(row.expected))
        << row.run_as;
  }
}

TEST(Accounts, OfADefinition) {
  const Tree tree;
  Overlay overlay(tree, 0);
  Definition definition;
  definition.accounts.root = true;
  definition.accounts.users = {{"b", 1000, 1000, 0700}, {"a", 1000, 100, std::nullopt}};
  definition.accounts.groups = {{"staff", 50, {"a", "b"}}};
  ASSERT_TRUE(add_accounts(overlay, definition, {}));
  EXPECT_EQ(file(overlay, "etc/passwd"),
            "root:x:0:0:root:/root:/usr/sbin/nologin\nb:x:1000:1000:b:/home/b:/usr/sbin/nologin\n"
            "a:x:1000:100:a:/home/a:/usr/sbin/nologin\n");
  EXPECT_EQ(file(overlay, "etc/group"), "root:x:0:\nstaff:x:50:a,b\n");
  EXPECT_EQ(overlay.find("home/b")->mode, 0700U);
  EXPECT_EQ(overlay.find("home/a")->mode, 0755U);
  EXPECT_EQ(overlay.find("home/a")->gid, 100U);
  EXPECT_EQ(overlay.find("home")->uid, 0U);
}

TEST(Accounts, WithoutRootThereIsNone) {
  const Tree tree;
  Overlay overlay(tree, 0);
  Definition definition;
  definition.accounts.users = {{"root", 0, 0, std::nullopt}, {"a", 1, 1, std::nullopt}};
  definition.accounts.groups = {{"root", 0, {}}};
  ASSERT_TRUE(add_accounts(overlay, definition, {}));
  EXPECT_EQ(file(overlay, "etc/passwd"), "a:x:1:1:a:/home/a:/usr/sbin/nologin\n");
  EXPECT_EQ(file(overlay, "etc/group"), "none");
}

TEST(Accounts, GroupsAlone) {
  const Tree tree;
  Overlay overlay(tree, 0);
  Definition definition;
  definition.accounts.groups = {{"staff", 50, {}}};
  ASSERT_TRUE(add_accounts(overlay, definition, {}));
  EXPECT_EQ(file(overlay, "etc/passwd"), "none");
  EXPECT_EQ(file(overlay, "etc/group"), "staff:x:50:\n");
}

TEST(Accounts, BaseAndSystemAccountsOfAnImageWithDpkg) {
  const Tree tree = tree_of({{"usr/bin/bash", {}}});
  Overlay overlay(tree, 0);
  Definition definition;
  definition.accounts.root = true;
  EffectsOutcome effects;
  effects.base_accounts = {
      "root:*:0:0:root:/root:/bin/bash\nmail:*:8:8:mail:/var/mail:/usr/sbin/nologin\nbad line\n",
      "root:*:0:\nmail:*:8:\n"};
  effects.accounts = {
      {.name = "_apt", .uid = 42, .group = "nogroup", .home = "", .shell = ""},
      {.name = "messagebus", .uid = {}, .group = "messagebus", .home = "/x", .shell = "/y"},
      {.name = "crontab", .uid = {}, .group = "crontab", .home = "", .shell = "", .has_group_only = true}};
  ASSERT_TRUE(add_accounts(overlay, definition, effects));
  EXPECT_EQ(file(overlay, "etc/passwd"),
            "root:x:0:0:root:/root:/bin/bash\nmail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
            "_apt:x:42:42::/nonexistent:/usr/sbin/nologin\nmessagebus:x:100:100::/x:/y\n");
  EXPECT_EQ(file(overlay, "etc/group"),
            "root:x:0:\nmail:x:8:\nnogroup:x:42:\nmessagebus:x:100:\ncrontab:x:101:\n");
}

}  // namespace
}  // namespace hauberk
