// Which packages are chosen: versions, pins, virtual names, bans, conflicts, and what is said where it fails.
//
// SPDX-License-Identifier: Apache-2.0
#include "resolve/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>

#include "resolve/test_suite.h"

namespace hauberk {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Row {
  std::string summary;
  std::vector<std::string> list;
  std::string packages;
  std::string expected;  // the outcome, or how it begins
};

std::string p(std::string_view name, std::string_view fields = "", std::string_view version = "1") {
  return test_stanza(name, version, fields);
}

std::string resolved(const std::vector<std::string>& list, const std::vector<SuiteIndex>& suites,
                     const ResolveOptions& options = {}) {
  return outcome_of(resolve(test_definition(list), Platform::amd64(), suites, options));
}

void expect_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const std::vector<SuiteIndex> suites{test_suite(row.packages)};
    const std::string outcome = resolved(row.list, suites);
    if (row.expected.find(": ") == std::string::npos) {
      EXPECT_EQ(outcome, row.expected) << row.summary;
    } else {
      EXPECT_THAT(outcome, StartsWith(row.expected)) << row.summary;
    }
  }
}

TEST(Resolve, Dependencies) {
  expect_rows({
      {"nothing asked for", {}, p("a"), ""},
      {"a package alone", {"a"}, p("a"), "a=1"},
      {"the same twice", {"a", "a"}, p("a"), "a=1"},
      {"a chain", {"a"}, p("a", "Depends: b\n") + p("b", "Pre-Depends: c\n") + p("c"), "a=1 b=1 c=1"},
      {"recommended is not needed", {"a"}, p("a", "Recommends: b\nSuggests: b\n") + p("b"), "a=1"},
      {"essential is not needed by itself", {"a"}, p("a") + p("b", "Essential: yes\n"), "a=1"},
      {"a cycle", {"a"}, p("a", "Depends: b\n") + p("b", "Depends: a\n"), "a=1 b=1"},
      {"depends on itself", {"a"}, p("a", "Depends: a\n"), "a=1"},
      {"depends on what it provides itself",
       {"a"},
       p("a", "Depends: v\nProvides: v\n") + p("b", "Provides: v\n"),
       "a=1"},
      {"the architecture by name", {"a:amd64"}, p("a"), "a=1"},
      {"another architecture", {"a:arm64"}, p("a"), "not_found: cannot find package a:arm64"},
      {"a foreign stanza does not exist", {"a"}, test_stanza("a", "2", "", "arm64") + p("a"), "a=1"},
      {"a foreign pin does not exist",
       {"a=2"},
       test_stanza("a", "2", "", "arm64") + p("a"),
       "not_found: cannot find a=2: the repositories have a 1:"},
      {"for all architectures", {"a"}, test_stanza("a", "2", "", "all"), "a=2"},
      {"a restricted dependency", {"a"}, p("a", "Depends: b [arm64], c [amd64]\n") + p("c"), "a=1 c=1"},
  });
}

TEST(Resolve, Alternatives) {
  const std::string ab = p("a", "Depends: b | c\n");
  expect_rows({
      {"the first", {"a"}, ab + p("b") + p("c"), "a=1 b=1"},
      {"the second, if the first is not there", {"a"}, ab + p("c"), "a=1 c=1"},
      {"what is listed satisfies", {"a", "c"}, ab + p("b") + p("c"), "a=1 c=1"},
      {"the first cannot be satisfied itself", {"a"}, ab + p("b", "Depends: nothing\n") + p("c"), "a=1 c=1"},
      {"the first conflicts with what is listed",
       {"a", "d"},
       ab + p("b", "Conflicts: d\n") + p("c") + p("d"),
       "a=1 c=1 d=1"},
      {"what is listed conflicts with the first",
       {"a", "d"},
       ab + p("b") + p("c") + p("d", "Conflicts: b\n"),
       "a=1 c=1 d=1"},
      {"what is listed breaks the first",
       {"a", "d"},
       ab + p("b") + p("c") + p("d", "Breaks: b (<< 2)\n"),
       "a=1 c=1 d=1"},
      {"what is listed breaks older ones",
       {"a", "d"},
       ab + p("b") + p("c") + p("d", "Breaks: b (<< 1)\n"),
       "a=1 b=1 d=1"},
      {"... deep down",
       {"a", "d"},
       p("a", "Depends: x\n") + p("x", "Depends: b | c\n") + p("b") + p("c") + p("d", "Depends: e\n") +
           p("e", "Conflicts: b\n"),
       "a=1 c=1 d=1 e=1 x=1"},
      {"a later version is needed", {"a"}, p("a", "Depends: b (>= 2) | c\n") + p("b") + p("c"), "a=1 c=1"},
      {"a failed try leaves nothing behind",
       {"a"},
       ab + p("b", "Depends: x, nothing\n") + p("x") + p("c"),
       "a=1 c=1"},
  });
}

TEST(Resolve, VirtualNames) {
  const std::string a = p("a", "Depends: v\n");
  expect_rows({
      {"one provider", {"a"}, a + p("b", "Provides: v\n"), "a=1 b=1"},
      {"the name itself before a provider", {"a"}, a + p("b", "Provides: v\n") + p("v"), "a=1 v=1"},
      {"an essential provider",
       {"a"},
       a + p("b", "Provides: v\n") + p("c", "Provides: v\nEssential: yes\n") + p("d", "Provides: v\n"),
       "a=1 c=1"},
      {"an important provider",
       {"a"},
       a + p("b", "Provides: v\n") + p("c", "Provides: v\nImportant: yes\n") + p("d", "Provides: v\n"),
       "a=1 c=1"},
      {"a provider of higher priority",
       {"a"},
       a + p("b", "Provides: v\nPriority: optional\n") + p("c", "Provides: v\nPriority: standard\n") +
           p("d", "Provides: v\nPriority: extra\n"),
       "a=1 c=1"},
      {"the provider that apt meets last",
       {"a"},
       a + p("b", "Provides: v\n") + p("c", "Provides: v\n"),
       "a=1 c=1"},
      {"... also by a mention",
       {"a"},
       p("a", "Depends: v\nSuggests: c\n") + p("b", "Provides: v\n") + p("c", "Provides: v\n"),
       "a=1 b=1"},
      {"a listed provider satisfies",
       {"a", "b"},
       a + p("b", "Provides: v\n") + p("c", "Provides: v\n"),
       "a=1 b=1"},
      {"a versioned relation needs a versioned Provides",
       {"a"},
       p("a", "Depends: v (>= 1)\n") + p("b", "Provides: v\n") + p("c", "Provides: v (= 2)\n"),
       "a=1 c=1"},
      {"... of the right version",
       {"a"},
       p("a", "Depends: v (>= 3)\n") + p("c", "Provides: v (= 2)\n"),
       "conflict: cannot satisfy the dependencies of a (listed): a Depends: v (>= 3)"},
      {"listed, with one provider", {"v"}, p("b", "Provides: v\n"), "b=1"},
      {"listed, with several",
       {"v"},
       p("b", "Provides: v\n") + p("c", "Provides: v\n"),
       "conflict: cannot choose a package for v: it is a virtual name, provided by b c"},
      {"any, of a package that allows it",
       {"a"},
       p("a", "Depends: b:any\n") + p("b", "Multi-Arch: allowed\n"),
       "a=1 b=1"},
      {"any, of one that does not",
       {"a"},
       p("a", "Depends: b:any\n") + p("b", "Multi-Arch: foreign\n"),
       "conflict: cannot satisfy the dependencies of a (listed): a Depends: b:any"},
      {"of this architecture by name", {"a"}, p("a", "Depends: b:amd64\n") + p("b"), "a=1 b=1"},
      {"of another architecture",
       {"a"},
       p("a", "Depends: b:i386\n") + p("b"),
       "conflict: cannot satisfy the dependencies of a (listed): a Depends: b:i386"},
  });
}

TEST(Resolve, Bans) {
  const std::string a = p("a", "Depends: b | c, d\n");
  const std::string rest = p("b") + p("c") + p("d");
  expect_rows({
      {"a banned alternative: the next", {"a", "!b"}, a + rest, "a=1 c=1 d=1"},
      {"all banned: dropped", {"a", "!b", "!c"}, a + rest, "a=1 d=1"},
      {"listed wins", {"a", "b", "!b"}, a + rest, "a=1 b=1 d=1"},
      {"of nothing known", {"a", "!nothing"}, a + rest, "a=1 b=1 d=1"},
      {"of a virtual name: providers stay",
       {"a", "!v"},
       p("a", "Depends: v\n") + p("b", "Provides: v\n"),
       "a=1 b=1"},
      {"of a provider",
       {"a", "!b"},
       p("a", "Depends: v\n") + p("b", "Provides: v\n") + p("c", "Provides: v\n"),
       "a=1 c=1"},
      {"with the architecture", {"a", "!d:amd64"}, a + rest, "a=1 b=1"},
      {"what only a banned one needs is not there",
       {"a", "!d"},
       p("a", "Depends: d\n") + p("d", "Depends: e\n") + p("e"),
       "a=1"},
      {"no way out of a real failure",
       {"a", "!b"},
       p("a", "Depends: b | c\n") + p("b") + p("c", "Depends: nothing\n"),
       "conflict: cannot satisfy the dependencies of c (a Depends: b | c; listed): c Depends: nothing"},
  });
}

TEST(Resolve, DroppedDependenciesAreRecorded) {
  const std::vector<SuiteIndex> suites{
      test_suite(p("a", "Depends: b (>= 1) | c\nPre-Depends: c\n") + p("b") + p("c"))};
  const auto resolution = resolve(test_definition({"a", "!b", "!c"}), Platform::amd64(), suites, {});
  ASSERT_TRUE(resolution) << resolution.error().message;
  EXPECT_THAT(resolution->dropped,
              ElementsAre(DroppedDependency{"a", "Pre-Depends", "c", {Platform::amd64()}},
                          DroppedDependency{"a", "Depends", "b (>= 1) | c", {Platform::amd64()}}));
}

TEST(Resolve, SaysWhyEachPackageIsThere) {
  const std::vector<SuiteIndex> suites{
      test_suite(p("a", "Depends: b (>= 1) | x\n") + p("b", "Replaces: c (<< 2)\n"))};
  const auto resolution = resolve(test_definition({"a"}), Platform::amd64(), suites, {});
  ASSERT_TRUE(resolution) << resolution.error().message;
  ASSERT_EQ(resolution->packages.size(), 2U);
  EXPECT_EQ(resolution->packages[0].reason, "listed");
  EXPECT_EQ(resolution->packages[1].reason, "a Depends: b (>= 1) | x");
  EXPECT_EQ(resolution->packages[1].replaces, "c (<< 2)");
  EXPECT_EQ(resolution->packages[1].url, "http://mirror/pool/b_1.deb");
}

TEST(Resolve, VersionsOverSuites) {
  struct SuiteRow {
    std::string summary;
    std::vector<std::string> list;
    std::vector<SuiteIndex> suites;
    std::string expected;
  };
  const auto one = [](std::string_view version, int priority = 500) {
    return test_suite(p("a", "", version), priority);
  };
  for (const SuiteRow& row : std::vector<SuiteRow>{
           {"the newest", {"a"}, {one("1"), one("2"), one("1.5")}, "a=2"},
           {"by Debian's order", {"a"}, {one("1.10"), one("1.9"), one("1.10~rc1")}, "a=1.10"},
           {"priority before version", {"a"}, {one("1"), one("2", 100), one("3", 1)}, "a=1"},
           {"only where nothing else has it", {"a"}, {test_suite(p("b")), one("3", 1)}, "a=3"},
           {"a pin reaches any suite", {"a=3"}, {one("1"), one("3", 1)}, "a=3"},
           {"a pin and the plain name are one", {"a", "a=1"}, {one("1"), one("2")}, "a=1"},
           {"two pins", {"a=1", "a=2"}, {one("1"), one("2")}, "conflict: cannot install both a 1 and a 2"},
           {"a pin that is not there",
            {"a=9"},
            {one("1"), one("2", 1)},
            "not_found: cannot find a=9: the repositories have a 2, 1: pin one of these"},
           {"a pin decides for a virtual name before it",
            {"v", "z=1"},
            {test_suite(p("z", "Provides: v\n", "2") + p("z", "Provides: v\n", "1"))},
            "z=1"},
           {"a provider whose candidate does not provide",
            {"a"},
            {test_suite(p("a", "Depends: v\n") + p("b", "Provides: v\n", "1") + p("b", "", "2"))},
            "conflict: cannot satisfy the dependencies of a (listed): a Depends: v"},
           {"updates win over main",
            {"a"},
            {test_suite(p("a", "Depends: b (>= 2)\n") + p("b", "", "1")),
             test_suite(p("b", "", "2"), 500, "updates")},
            "a=1 b=2"}}) {
    EXPECT_THAT(resolved(row.list, row.suites), StartsWith(row.expected)) << row.summary;
  }
}

TEST(Resolve, AliasesAndRelaxedPins) {
  const std::vector<SuiteIndex> suites{test_suite(p("real", "", "2") + p("a", "Depends: real\n"))};
  const ResolveOptions options{.aliases = {{"vendor", "real"}, {"x", "y"}, {"y", "x"}, {"real", "a"}}};
  EXPECT_EQ(resolved({"vendor"}, suites, options), "real=2");
  EXPECT_EQ(resolved({"vendor=2"}, suites, options), "real=2");
  EXPECT_EQ(resolved({"real"}, suites, options), "real=2") << "a name that is there needs no alias";
  EXPECT_EQ(resolved({"a", "!vendor"}, suites, options), "a=1") << "a ban of the vendor's name";
  EXPECT_THAT(resolved({"x"}, suites, options), StartsWith("invalid_input: cannot find package"));
  EXPECT_THAT(resolved({"vendor=1.vendor"}, suites, options),
              StartsWith("not_found: cannot find real=1.vendor"));

  ResolveOptions relaxed = options;
  relaxed.relax_vendor_pins = true;
  const auto resolution = resolve(test_definition({"vendor=1.vendor"}), Platform::amd64(), suites, relaxed);
  ASSERT_TRUE(resolution) << resolution.error().message;
  EXPECT_THAT(resolution->relaxed_pins, ElementsAre("real=1.vendor -> real 2"));
}

TEST(Resolve, MessagesSayTheWayOut) {
  const std::vector<SuiteIndex> suites{test_suite(p("nginx", "Depends: libfoo\n") +
                                                  p("libfoo", "Depends: libbar (>= 5)\n") +
                                                  p("libbar", "", "3"))};
  EXPECT_THAT(resolved({"ngnix"}, suites),
              AllOf(StartsWith("not_found: cannot find package ngnix"), HasSubstr("did you mean nginx?"),
                    HasSubstr("http://mirror stable")));
  EXPECT_THAT(resolved({"nginx"}, suites),
              AllOf(StartsWith("conflict: cannot satisfy the dependencies of "),
                    HasSubstr("libfoo Depends: libbar (>= 5)"), HasSubstr("nginx"), HasSubstr("listed")));
  const std::vector<SuiteIndex> short_chain{test_suite(p("a", "Depends: b (>= 5)\n") + p("b", "", "3"))};
  EXPECT_THAT(resolved({"a"}, short_chain), HasSubstr("the repositories have b 3:"));
  const std::vector<SuiteIndex> against{test_suite(p("a", "Conflicts: b\n") + p("b"))};
  EXPECT_THAT(resolved({"a", "b"}, against),
              AllOf(StartsWith("conflict: "), HasSubstr("a conflicts with b")));
}

TEST(Resolve, RefusesWhatCouldNotBeChecked) {
  const std::vector<SuiteIndex> suites{test_suite("Package: a\nVersion: 1\nArchitecture: amd64\n\n")};
  EXPECT_THAT(resolved({"a"}, suites), StartsWith("verification_failed: cannot lock a 1: "));
  const std::vector<SuiteIndex> broken{test_suite(p("a", "Depends: b (>>> 1)\n"))};
  EXPECT_THAT(resolved({"a"}, broken), StartsWith("invalid_input: cannot read Depends of a 1: "));
}

// Sanitizers make frames several times as large: there, the walk gets a stack to match.
void with_stack_to_match(const std::function<void()>& body) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, std::size_t{64} << 20);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  const int failed = pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&body));
  ASSERT_EQ(failed, 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
#else
  body();
#endif
}

TEST(Resolve, DeepChains) {
  for (const std::size_t length : {1000U, 2990U, 10'000U}) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) {
      text += p(fmt::format("p{}", i), fmt::format("Depends: p{}\n", i + 1));
    }
    const std::vector<SuiteIndex> suites{test_suite(text + p(fmt::format("p{}", length)))};
    with_stack_to_match([&] {
      const auto resolution = resolve(test_definition({"p0"}), Platform::amd64(), suites, {});
      ASSERT_TRUE(resolution) << resolution.error().message.substr(0, 500);
      EXPECT_EQ(resolution->packages.size(), length + 1);
    });
  }
}

}  // namespace
}  // namespace hauberk
