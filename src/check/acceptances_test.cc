// SPDX-License-Identifier: Apache-2.0
#include "check/acceptances.h"

#include <gmock/gmock.h>

#include "check/test_facts.h"

namespace hauberk {
namespace {

using ::testing::HasSubstr;

TEST(Acceptances, AreRead) {
  const auto read = parse_acceptances(
      "metadata:\n  display-name: x\naccepted-findings:\n  - check: ELF-01\n    path: /usr/bin/python3.*\n"
      "    reason: >\n      Debian builds it\n      without PIE\n    until: 2027-06-30\n",
      "info.yaml", acceptances_key);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, (std::vector<Acceptance>{
                       {"ELF-01", "usr/bin/python3.*", "Debian builds it without PIE", "2027-06-30", ""}}));
  for (const char* none : {"", "metadata: {}\n", "accepted-findings:\n"}) {
    EXPECT_TRUE(parse_acceptances(none, "x", acceptances_key)->empty());
  }
}

TEST(Acceptances, AreStrict) {
  struct Row {
    std::string_view summary, text, message;
  };
  const Row rows[] = {
      {"no list", "accepted-findings: x\n", "must be a list"},
      {"no mapping", "accepted-findings: [x]\n", "x:1:21: expected a mapping, and found a string"},
      {"not even that", "- x\n", "expected a mapping with \"accepted-findings\""},
      {"an unknown key", "accepted-findings:\n  - check: ELF-01\n    patch: x\n",
       "x:3:5: there is no key \"patch\"; "
       "did you mean \"path\"?"},
      {"an unknown check", "accepted-findings:\n  - {check: ELF-99, reason: r, until: 2027-01-01}\n",
       "x:2:13: there is no check \"ELF-99\""},
      {"no reason", "accepted-findings:\n  - {check: ELF-01, until: 2027-01-01}\n",
       "has a \"check\", a \"reason\""},
      {"no end", "accepted-findings:\n  - {check: ELF-01, reason: r}\n", "and an \"until\""},
      {"an empty reason", "accepted-findings:\n  - {check: ELF-01, reason: '', until: 2027-01-01}\n",
       "an empty one"},
      {"no such day", "accepted-findings:\n  - {check: ELF-01, reason: r, until: 2027-02-30}\n",
       "\"2027-02-30\" is no day; write it like 2027-06-30"},
      {"for ever", "accepted-findings:\n  - {check: ELF-01, reason: r, until: never}\n", "is no day"},
      {"an escape", "accepted-findings:\n  - {check: ELF-01, reason: \"\\e[2J\", until: 2027-01-01}\n",
       "control"},
  };
  for (const Row& row : rows) {
    const auto read = parse_acceptances(row.text, "x", acceptances_key);
    ASSERT_FALSE(read) << row.summary;
    EXPECT_THAT(read.error().message, HasSubstr(std::string(row.message))) << row.summary;
  }
}

TEST(Acceptances, EndAfterTheirLastDay) {
  const Acceptance acceptance{.until = "2026-09-21"};
  const auto start = *start_of_day("2026-09-21");
  EXPECT_FALSE(has_ended(acceptance, start));
  EXPECT_FALSE(has_ended(acceptance, start + 86'399));
  EXPECT_TRUE(has_ended(acceptance, start + 86'400));
}

TEST(Acceptances, PatternsFit) {
  struct Row {
    std::string_view pattern, path;
    bool fits;
  };
  const Row rows[] = {{"usr/bin/x", "usr/bin/x", true},
                      {"usr/bin/x", "usr/bin/xy", false},
                      {"usr/*/x", "usr/bin/x", true},
                      {"usr/*/x", "usr/a/b/x", false},
                      {"usr/**/x", "usr/a/b/x", true},
                      {"usr/**", "usr/a/b", true},
                      {"**/*.pyc", "a/b/c.pyc", true},
                      {"*.pyc", "a/c.pyc", false},
                      {"python3.*", "python3.13", true},
                      {"pyth?n", "python", true},
                      {"a?b", "a/b", false},
                      {"*a*b*c", "xaxbxc", true},
                      {"*a*b*c", "xaxbx", false},
                      {"**a/*b", "x/a/cb", true},
                      {"**a/*b", "x/a/c/b", false},
                      {"", "", true},
                      {"", "x", false},
                      {"*", "", true}};
  for (const Row& row : rows) {
    EXPECT_EQ(pattern_fits(row.pattern, row.path), row.fits) << row.pattern << " and " << row.path;
  }
}

TEST(Acceptances, HostilePatternsEndSoon) {
  std::string pattern, path(4000, 'a');
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(pattern_fits(pattern + "b", path));
  EXPECT_FALSE(pattern_fits("**a**a**a**a**a**b", path));
}

}  // namespace
}  // namespace hauberk
