// Each guard: how it is switched off, and what it says of a path.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/guards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

TEST(Guards, AllAreInForceUnlessNamed) {
  const auto all = guard_states("");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), all_guards().size());
  for (const Guard& guard : all_guards()) {
    EXPECT_TRUE(all->at(std::string(guard.name))) << guard.name;
    const auto one_off = guard_states(guard.name);
    ASSERT_TRUE(one_off) << guard.name;
    for (const auto& [name, is_on] : *one_off)
      EXPECT_EQ(is_on, name != guard.name) << guard.name << " " << name;
  }
  const auto two_off = guard_states("  setuid,logs\n");
  ASSERT_TRUE(two_off);
  EXPECT_FALSE(two_off->at("setuid") || two_off->at("logs"));
}

TEST(Guards, UnknownNamesAreRefusedWithTheNearest) {
  const auto near = guard_states("setuids");
  ASSERT_FALSE(near);
  EXPECT_EQ(near.error().kind, ErrorKind::invalid_input);
  EXPECT_THAT(near.error().message, HasSubstr("did you mean setuid?"));
  EXPECT_THAT(guard_states("everything").error().message, HasSubstr("there are caches, documentation"));
}

TEST(Guards, PathsLeftOut) {
  struct Row {
    std::string path;
    bool is_directory;
    std::string guard;
  };
  const std::vector<Row> rows = {
      {"usr/share/doc", true, ""},
      {"usr/share/doc/a", true, ""},
      {"usr/share/doc/a/copyright", false, ""},
      {"usr/share/doc/a/copyright", true, "documentation"},
      {"usr/share/doc/a/README", false, "documentation"},
      {"usr/share/doc/a/b", true, "documentation"},
      {"usr/share/doc/a/b/copyright", false, "documentation"},
      {"usr/share/lintian", true, "documentation"},
      {"usr/share/man", true, "manual-pages"},
      {"usr/share/man/de/man1/a", false, "manual-pages"},
      {"usr/share/mankind", false, ""},
      {"usr/share/locale/de/LC_MESSAGES/a.mo", false, "locales"},
      {"usr/share/locales", false, ""},
      {"usr/share/i18n/a", false, ""},
      {"var/cache", true, ""},
      {"var/cache/a/b", false, "caches"},
      {"var/lib/apt/lists/a", false, "caches"},
      {"var/log/a", false, "logs"},
      {"var/log", true, ""},
      {"var/log", false, ""},
      {"usr/share/doc-base/a", false, "documentation"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(left_out_by(row.path, row.is_directory, guard_states("").value()).value_or(""), row.guard)
        << row.path;
    if (row.guard.empty()) continue;
    EXPECT_EQ(left_out_by(row.path, row.is_directory, guard_states(row.guard).value()), std::nullopt)
        << row.path;
  }
}

TEST(Guards, Modes) {
  TarEntry entry;
  entry.mode = 07777;
  EXPECT_EQ(guarded_mode(entry, guard_states("").value()), 01775U);
  EXPECT_EQ(guarded_mode(entry, guard_states("setuid").value()), 05775U);
  EXPECT_EQ(guarded_mode(entry, guard_states("setgid").value()), 03775U);
  EXPECT_EQ(guarded_mode(entry, guard_states("world-writable").value()), 01777U);
  entry.type = TarEntry::Type::directory;
  EXPECT_EQ(guarded_mode(entry, guard_states("").value()), 01777U) << "a sticky folder";
  entry.mode = 0777;
  EXPECT_EQ(guarded_mode(entry, guard_states("").value()), 0775U);
  entry.type = TarEntry::Type::symlink;
  EXPECT_EQ(guarded_mode(entry, guard_states("").value()), 0777U);
}

}  // namespace
}  // namespace hauberk
