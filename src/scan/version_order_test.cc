// SPDX-License-Identifier: Apache-2.0
#include "scan/version_order.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace hauberk {
namespace {

// Each inner list holds spellings of one version; the lists ascend.
struct Chain {
  const char* summary;
  VersionOrder order;
  std::vector<std::vector<const char*>> ascending;
};

const Chain chains[] = {
    {"Debian: tildes, epochs, revisions",
     VersionOrder::debian,
     {{"1.0~~"},
      {"1.0~rc1"},
      {"1.0", "1.00", "0:1.0", "1.0-0"},
      {"1.0-1~deb12u1"},
      {"1.0-1"},
      {"1.0-1+b1"},
      {"1.0a"},
      {"1.0+dfsg"},
      {"1.0.1"},
      {"1:0.1"}}},
    {"apk: numbers, letters, suffixes, revisions",
     VersionOrder::apk,
     {{"1.2.3_alpha"},
      {"1.2.3_alpha1"},
      {"1.2.3_beta"},
      {"1.2.3_pre2"},
      {"1.2.3_rc1"},
      {"1.2.3_rc1-r1"},
      {"1.2.3_rc2"},
      {"1.2.3"},
      {"1.2.3-r0"},
      {"1.2.3-r1"},
      {"1.2.3-r10"},
      {"1.2.3_cvs1"},
      {"1.2.3_git20240101"},
      {"1.2.3_p1"},
      {"1.2.3_p1-r1"},
      {"1.2.3a"},
      {"1.2.3b"},
      {"1.2.3.1"},
      {"1.2.10"}}},
    {"apk: a leading zero is a fraction",
     VersionOrder::apk,
     {{"1.05"}, {"1.1"}, {"1.2"}, {"1.10"}, {"01.11", "1.11"}}},
    {"semver: the example of section 11",
     VersionOrder::semver,
     {{"1.0.0-alpha"},
      {"1.0.0-alpha.1"},
      {"1.0.0-alpha.beta"},
      {"1.0.0-beta"},
      {"1.0.0-beta.2"},
      {"1.0.0-beta.11"},
      {"1.0.0-rc.1"},
      {"1.0.0", "v1.0.0", "1.0.0+build.7", "1.0", "1", "=1.0.0"},
      {"1.0.1-0"},
      {"1.0.1"},
      {"1.2.0"},
      {"1.10.0"},
      {"2.0.0"}}},
    {"semver: Go's pseudo-versions",
     VersionOrder::semver,
     {{"v0.0.0-20190308221718-c2843e01d9a2"},
      {"v0.0.0-20201016220609-9e8e0b390897"},
      {"v0.0.0"},
      {"v1.2.4-0.20191109021931-daa7c04131f5"},
      {"v1.2.4", "v1.2.4+incompatible"}}},
    {"PEP 440: the summary's order",
     VersionOrder::pep440,
     {{"1.dev0", "1.0.dev0", "1.0dev"},
      {"1.0.dev456"},
      {"1.0a1", "1.0alpha1", "1.0-ALPHA.1", "v1.0.a1"},
      {"1.0a2.dev456"},
      {"1.0a12.dev456"},
      {"1.0a12"},
      {"1.0b1.dev456"},
      {"1.0b2"},
      {"1.0b2.post345.dev456"},
      {"1.0b2.post345", "1.0b2-345"},
      {"1.0rc1.dev456"},
      {"1.0rc1", "1.0c1", "1.0-pre1", "1.0.preview_1"},
      {"1.0", "1", "1.0.0", "01.0"},
      {"1.0+abc.5"},
      {"1.0+abc.7"},
      {"1.0+5", "1.0+05"},
      {"1.0.post456.dev34"},
      {"1.0.post456", "1.0-456", "1.0.r456", "1.0rev456"},
      {"1.0.15"},
      {"1.1.dev1"},
      {"1.2"},
      {"1!0.1"}}},
    {"Maven: the specification's examples",
     VersionOrder::maven,
     {{"1-alpha-1", "1-a1", "1.0-alpha1"},
      {"1-beta-1", "1b1"},
      {"1-milestone-1", "1m1"},
      {"1-rc-1", "1-cr1"},
      {"1-snapshot"},
      {"1", "1.0", "1.0.0", "1-ga", "1.0-final", "1.0.RELEASE", "1-0"},
      {"1-sp"},
      {"1-foo2"},
      {"1-foo10"},
      {"1-1"},
      {"1.1"},
      {"1.2"},
      {"1.10"},
      {"2"}}},
    {"Maven: qualifiers with a dot are as with a hyphen",
     VersionOrder::maven,
     {{"1.0.0.Alpha2", "1.0.0-alpha2"}, {"1.0.0.Final", "1.0.0"}, {"1.0.0.x1", "1.0.0-X1"}, {"1.0.0.x2"}}},
    {"RubyGems: words before numbers, zeros at the end",
     VersionOrder::gem,
     {{"1.0.a"},
      {"1.0.b2"},
      {"1.0.pre.1", "1.0-1", "1.pre.1"},
      {"1.0.rc1", "1.0.0.rc1"},
      {"1", "1.0", "1.0.0"},
      {"1.0.1"},
      {"1.2"},
      {"1.10"},
      {"2.0.0.a"},
      {"2"}}},
};

TEST(VersionOrder, FollowsEachSpecification) {
  for (const Chain& chain : chains) {
    for (std::size_t i = 0; i < chain.ascending.size(); ++i) {
      for (std::size_t k = 0; k < chain.ascending.size(); ++k) {
        for (const char* a : chain.ascending[i]) {
          for (const char* b : chain.ascending[k]) {
            const auto order = compare_versions(chain.order, a, b);
            ASSERT_TRUE(order) << chain.summary << ": " << a << ", " << b;
            EXPECT_TRUE(*order == (i <=> k)) << chain.summary << ": " << a << " against " << b;
          }
        }
      }
    }
  }
}

TEST(VersionOrder, SaysWhatIsNoVersion) {
  const struct {
    VersionOrder order;
    std::string text;
  } rows[] = {
      {VersionOrder::apk, ""},           {VersionOrder::apk, "1.2-1"},
      {VersionOrder::apk, "1._p1"},      {VersionOrder::apk, "1_foo"},
      {VersionOrder::apk, "1-r"},        {VersionOrder::apk, "1~"},
      {VersionOrder::semver, ""},        {VersionOrder::semver, "1.2.3.4"},
      {VersionOrder::semver, "1.x"},     {VersionOrder::semver, "1.0.0-"},
      {VersionOrder::semver, "1..0"},    {VersionOrder::semver, "1.0.0-a..b"},
      {VersionOrder::semver, "(devel)"}, {VersionOrder::pep440, ""},
      {VersionOrder::pep440, "1.0+"},    {VersionOrder::pep440, "1.0-foo"},
      {VersionOrder::pep440, "french"},  {VersionOrder::maven, ""},
      {VersionOrder::maven, "1 0"},      {VersionOrder::gem, ""},
      {VersionOrder::gem, "1..2"},       {VersionOrder::gem, "a.1"},
      {VersionOrder::gem, "1.0!"},       {VersionOrder::gem, "1.0-"},
  };
  for (const auto& row : rows) {
    EXPECT_FALSE(compare_versions(row.order, row.text, "1")) << row.text;
    EXPECT_FALSE(compare_versions(row.order, "1", row.text)) << row.text;
  }
  for (int order = 0; order < 6; ++order) {
    const std::string huge(1025, '1');
    EXPECT_FALSE(compare_versions(static_cast<VersionOrder>(order), huge, "1"));
  }
}

TEST(VersionOrder, NumbersMayHaveAnyLength) {
  const std::string nines(300, '9');
  const std::string more = "1" + std::string(300, '0');
  for (int order = 0; order < 6; ++order) {
    const auto result = compare_versions(static_cast<VersionOrder>(order), nines, more);
    ASSERT_TRUE(result) << order;
    EXPECT_TRUE(*result < 0) << order;
  }
}

// Texts that look like versions: short pieces, so that equal and nearly equal ones are frequent.
rc::Gen<std::string> version_text() {
  static const std::vector<std::string> pieces = {"0",    "1",     "2",  "10",  "00", ".",  "-",
                                                  "_rc",  "_p",    "~",  "a",   "b",  "rc", "alpha",
                                                  ".dev", ".post", "+x", "-r1", "sp", "x"};
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](const std::vector<std::string>& chosen) {
                        std::string text = "1";
                        for (std::size_t i = 0; i < chosen.size() && i < 6; ++i) text += chosen[i];
                        return text;
                      });
}

RC_GTEST_PROP(VersionOrder, IsTotal, ()) {
  const auto order = static_cast<VersionOrder>(*rc::gen::inRange(0, 6));
  const std::string a = *version_text();
  const std::string b = *version_text();
  const std::string c = *version_text();
  const auto ab = compare_versions(order, a, b);
  const auto bc = compare_versions(order, b, c);
  const auto ac = compare_versions(order, a, c);
  if (!ab || !bc) return;
  RC_ASSERT(ac.has_value());
  RC_ASSERT((*compare_versions(order, a, a) == 0));
  RC_ASSERT((*ab == (0 <=> *compare_versions(order, b, a))));
  if (*ab <= 0 && *bc <= 0) RC_ASSERT((*ac <= 0));
  if (*ab == 0) RC_ASSERT((*ac == *bc));
}

}  // namespace
}  // namespace hauberk
