// SPDX-License-Identifier: Apache-2.0
#include "assemble/alternatives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assemble/test_tree.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Alternatives : public testing::Test {
 protected:
  void add(const std::string& path, TarEntry::Type type = TarEntry::Type::file) {
    tree[path].path = path;
    tree[path].type = type;
  }
  AlternativesOutcome choose(std::vector<Alternative> all, bool has_dpkg = false) {
    return choose_alternatives(std::move(all),
                               EffectsInput{
                                   .type_at = type_at(tree), .contents = contents, .has_dpkg = has_dpkg});
  }
  static std::vector<std::string> listing(const AlternativesOutcome& outcome) {
    std::vector<std::string> lines;
    for (const auto& file : outcome.files) {
      const bool link = file.entry.type == TarEntry::Type::symlink;
      lines.push_back(file.entry.path + (link ? " -> " + file.entry.link_target : ""));
    }
    return lines;
  }

  const Alternative mawk{"awk",
                         "/usr/bin/awk",
                         "/usr/bin/mawk",
                         5,
                         {{"nawk", "/usr/bin/nawk", "/usr/bin/mawk"},
                          {"awk.1.gz", "/usr/share/man/man1/awk.1.gz", "/usr/share/man/man1/mawk.1.gz"}},
                         "mawk: alternative awk"};
  const Alternative gawk{"awk", "/usr/bin/awk", "/usr/bin/gawk", 10, {}, "gawk: alternative awk"};
  std::map<std::string, TarEntry> tree;
  std::map<std::string, std::string> contents;
};

TEST_F(Alternatives, LinkThroughEtcAlternatives) {
  add("usr/bin/mawk");
  EXPECT_THAT(listing(choose({mawk})),
              ElementsAre("usr/bin/awk -> /etc/alternatives/awk", "etc/alternatives/awk -> /usr/bin/mawk",
                          "usr/bin/nawk -> /etc/alternatives/nawk", "etc/alternatives/nawk -> /usr/bin/mawk"))
      << "the manual page is not in the tree, so it has no link";
}

TEST_F(Alternatives, HighestPriorityWinsWhateverTheOrder) {
  add("usr/bin/mawk");
  add("usr/bin/gawk");
  const auto one = listing(choose({mawk, gawk}));
  EXPECT_THAT(one,
              ElementsAre("usr/bin/awk -> /etc/alternatives/awk", "etc/alternatives/awk -> /usr/bin/gawk"));
  EXPECT_EQ(one, listing(choose({gawk, mawk})));
}

TEST_F(Alternatives, FirstTargetWinsAmongEquals) {
  add("usr/bin/mawk");
  add("usr/bin/gawk");
  auto equal = mawk;
  equal.priority = gawk.priority;
  EXPECT_THAT(listing(choose({equal, gawk})), testing::Contains("etc/alternatives/awk -> /usr/bin/gawk"));
}

TEST_F(Alternatives, ChoiceWithoutItsProgramIsNone) {
  add("usr/bin/mawk");
  EXPECT_THAT(listing(choose({gawk, mawk})), testing::Contains("etc/alternatives/awk -> /usr/bin/mawk"));
  tree.clear();
  EXPECT_THAT(choose({gawk, mawk}).files, IsEmpty());
}

TEST_F(Alternatives, OldPathsMeanMergedUsr) {
  add("usr/bin/more");
  EXPECT_THAT(
      listing(choose({{"pager", "/bin/pager", "/bin/more", 50, {}, "util-linux: alternative pager"}})),
      ElementsAre("usr/bin/pager -> /etc/alternatives/pager", "etc/alternatives/pager -> /bin/more"));
}

TEST_F(Alternatives, AFileInThePlaceOfTheLinkStays) {
  add("usr/bin/mawk");
  add("usr/bin/awk");
  const auto outcome = choose({mawk});
  EXPECT_THAT(listing(outcome), testing::Not(testing::Contains(HasSubstr("usr/bin/awk"))));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("usr/bin/awk is a file of a package and stays")));
}

TEST_F(Alternatives, RecordHasTheFormatOfUpdateAlternatives) {
  add("usr/bin/mawk");
  add("usr/bin/gawk");
  const auto outcome = choose({mawk, gawk}, true);
  ASSERT_EQ(outcome.files.back().entry.path, "var/lib/dpkg/alternatives/awk");
  EXPECT_EQ(outcome.files.back().content,
            "auto\n/usr/bin/awk\n"
            "awk.1.gz\n/usr/share/man/man1/awk.1.gz\nnawk\n/usr/bin/nawk\n\n"
            "/usr/bin/gawk\n10\n\n\n"
            "/usr/bin/mawk\n5\n/usr/share/man/man1/mawk.1.gz\n/usr/bin/mawk\n\n");
}

}  // namespace
}  // namespace hauberk
