// SPDX-License-Identifier: Apache-2.0
#include "assemble/effects_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string hash_a(64, 'a');
const std::string hash_b(64, 'b');

TEST(ReviewedTable, TheWholeTableParses) {
  const auto table = parse_effects_table(reviewed_table_text());
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(*table, reviewed_table());
  EXPECT_GT(table->scripts.size(), 150U);
  EXPECT_THAT(table->sources, testing::Contains("usr/share/libc-bin/nsswitch.conf"));
}

TEST(ReviewedTable, ScriptsThatImagesCannotDoWithoutHaveTheirEffects) {
  struct Row {
    ScriptName script;
    Effect::Kind kind;
  };
  const Row rows[] = {
      {{"ca-certificates", "postinst"}, Effect::Kind::ca_bundle},
      {{"base-files", "postinst"}, Effect::Kind::symlink},
      {{"base-passwd", "postinst"}, Effect::Kind::base_passwd},
      {{"libc-bin", "postinst"}, Effect::Kind::copy},
      {{"mawk", "postinst"}, Effect::Kind::alternative},
      {{"libpam-runtime", "postinst"}, Effect::Kind::pam_common},
      {{"debianutils", "postinst"}, Effect::Kind::shells},
      {{"nginx-common", "postinst"}, Effect::Kind::symlink},
      {{"tzdata", "postinst"}, Effect::Kind::symlink},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.script.package);
    const auto& scripts = reviewed_table().scripts;
    ASSERT_TRUE(scripts.contains(row.script));
    EXPECT_THAT(scripts.at(row.script).newest, testing::Contains(testing::Field(&Effect::kind, row.kind)));
  }
}

TEST(EffectsTable, ReadsBlocksConditionsAndContinuations) {
  const auto table = parse_effects_table(fmt::format(R"(# a comment
none bare preinst {0}

script tool postinst
sha256 {0} 1.0 1.1
sha256 {1} 2.0
[dpkg] [when usr/bin/sh] [unless etc/x] copy usr/share/tool/a etc/a 0644
file etc/b 0600 one\ttwo \
    three\n\\
alternative awk /usr/bin/awk /usr/bin/tool -5 \
  slave nawk /usr/bin/nawk /usr/bin/tool
)",
                                                     hash_a, hash_b));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_TRUE(table->scripts.at({"bare", "preinst"}).by_hash.at(hash_a).empty());
  const auto& effects = table->scripts.at({"tool", "postinst"}).newest;
  ASSERT_EQ(effects.size(), 3U);
  EXPECT_EQ(effects[0],
            (Effect{
                Effect::Kind::copy, {"usr/share/tool/a", "etc/a", "0644"}, true, {"usr/bin/sh"}, {"etc/x"}}));
  EXPECT_EQ(effects[1].arguments, (std::vector<std::string>{"etc/b", "0600", "one\ttwo three\n\\"}));
  EXPECT_EQ(effects[2].arguments, (std::vector<std::string>{"awk", "/usr/bin/awk", "/usr/bin/tool", "-5",
                                                            "nawk", "/usr/bin/nawk", "/usr/bin/tool"}));
  EXPECT_EQ(table->scripts.at({"tool", "postinst"}).by_hash.at(hash_a), effects);
  EXPECT_EQ(table->scripts.at({"tool", "postinst"}).by_hash.at(hash_b), effects);
  EXPECT_THAT(table->sources, ElementsAre("usr/share/tool/a"));
}

TEST(EffectsTable, TheLastBlockIsTheNewest) {
  const auto table = parse_effects_table(
      fmt::format("script t postinst\nsha256 {}\ngroup old 7\nscript t postinst\nsha256 {}\ngroup new -\n",
                  hash_a, hash_b));
  ASSERT_TRUE(table) << table.error().message;
  const auto& script = table->scripts.at({"t", "postinst"});
  EXPECT_THAT(script.newest[0].arguments, ElementsAre("new", "-"));
  EXPECT_THAT(script.by_hash.at(hash_a)[0].arguments, ElementsAre("old", "7"));
}

TEST(EffectsTable, RefusesWhatItDoesNotUnderstand) {
  struct Row {
    std::string_view summary;
    std::string line;  // after "script t postinst" and its hash
    std::string_view part;
  };
  const Row rows[] = {
      {"unknown effect", "explode now", "no effect \"explode\""},
      {"too few arguments", "copy a b", "argument 3 of copy"},
      {"too many arguments", "symlink a b c", "too many"},
      {"an absolute path", "copy usr/a /etc/a 0644", "argument 2 of copy"},
      {"a path that leaves the tree", "symlink ../a b", "argument 1 of symlink"},
      {"a mode of three digits", "file a 644 x", "argument 2 of file"},
      {"a mode that is not octal", "file a 0888 x", "argument 2 of file"},
      {"an id that is no number", "directory a 0755 root 0", "argument 3 of directory"},
      {"an id too large", "directory a 0755 99999999999 0", "argument 3 of directory"},
      {"a relative alternative", "alternative a usr/bin/a /usr/bin/b 5", "argument 2 of alternative"},
      {"a half slave", "alternative a /usr/bin/a /usr/bin/b 5 slave c /usr/bin/c", "slave name link target"},
      {"an unknown condition", "[if x] shells", "a condition is"},
      {"a condition without end", "[dpkg shells", "ends with ]"},
      {"a wrong escape", "file a 0644 \\q", "backslash"},
      {"a hash after an effect", "shells\nsha256 " + hash_b, "a hash after an effect"},
      {"one hash twice", "shells\nnone t postinst " + hash_a, "there already"},
      {"a short hash", "shells\nnone t postinst abc", "64 lowercase hex"},
      {"another script", "shells\nnone t prerm " + hash_b, "preinst or postinst"},
      {"no effect at all", "script u postinst", "no hash or no effect"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto table =
        parse_effects_table(fmt::format("script t postinst\nsha256 {}\n{}\n", hash_a, row.line));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(table.error().message, HasSubstr(row.part));
  }
  EXPECT_FALSE(parse_effects_table("shells\n")) << "an effect before the first script";
}

}  // namespace
}  // namespace hauberk
