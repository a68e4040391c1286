// SPDX-License-Identifier: Apache-2.0
#include "sbom/dependencies.h"

#include <gtest/gtest.h>

#include "sbom/test_facts.h"

namespace hauberk {
namespace {

using Needs = std::vector<std::vector<std::size_t>>;

Package providing(Package package, std::vector<std::string> provides) {
  package.provides = std::move(provides);
  return package;
}

Package at(Package::Kind kind, std::string name, std::string record, std::vector<std::string> depends = {}) {
  Package package{.kind = kind, .name = std::move(name), .version = "1"};
  package.record = std::move(record);
  package.depends = std::move(depends);
  return package;
}

TEST(Dependencies, OfDebianPackages) {
  struct Row {
    const char* summary;
    std::vector<Package> packages;
    Needs needs;
  };
  const Row rows[] = {
      {"a version that holds, and one that does not",
       {deb("a", "1", {"b (>= 2)", "c (>= 2)"}), deb("b", "2"), deb("c", "1")},
       {{1}, {}, {}}},
      {"the first alternative that holds",
       {deb("a", "1", {"x | c | b"}), deb("b", "1"), deb("c", "1")},
       {{2}, {}, {}}},
      {"a package before one that provides it",
       {deb("a", "1", {"v"}), providing(deb("b", "1"), {"v"}), deb("v", "1")},
       {{2}, {}, {}}},
      {"a provided version", {deb("a", "1", {"v (>= 2)"}), providing(deb("b", "1"), {"v (= 2)"})}, {{1}, {}}},
      {"a provided name has no version",
       {deb("a", "1", {"v (>= 2)"}), providing(deb("b", "9"), {"v"})},
       {{}, {}}},
      {"a whole field in one text",
       {deb("a", "1", {"b, c"}), deb("b", "1"), deb("c", "1")},
       {{1, 2}, {}, {}}},
      {"a cycle", {deb("a", "1", {"b"}), deb("b", "1", {"a"})}, {{1}, {0}}},
      {"itself and twice the same", {deb("a", "1", {"a", "b", "b"}), deb("b", "1")}, {{1}, {}}},
      {"a broken field costs only itself",
       {deb("a", "1", {"b (", "c"}), deb("b", "1"), deb("c", "1")},
       {{2}, {}, {}}},
      {"nothing present", {deb("a", "1", {"nowhere"})}, {{}}},
  };
  for (const Row& row : rows) EXPECT_EQ(resolve_dependencies(row.packages), row.needs) << row.summary;
}

TEST(Dependencies, OfTheSameArchitectureFirst) {
  Package foreign = deb("b", "1");
  foreign.architecture = "i386";
  EXPECT_EQ(resolve_dependencies({deb("a", "1", {"b"}), foreign, deb("b", "1")}), (Needs{{2}, {}, {}}));
}

TEST(Dependencies, OfOtherWorlds) {
  using enum Package::Kind;
  EXPECT_EQ(resolve_dependencies({at(apk, "a", "", {"so:libc.so.1", "b>=1", "!c"}),
                                  providing(at(apk, "musl", ""), {"so:libc.so.1=1"}), at(apk, "b", ""),
                                  at(apk, "c", "")}),
            (Needs{{1, 2}, {}, {}, {}}));
  EXPECT_EQ(resolve_dependencies({at(python, "a", "", {"Zope.Thing[x]>=2; extra == 'y'"}),
                                  at(python, "zope_thing", "")}),
            (Needs{{1}, {}}));
  EXPECT_EQ(resolve_dependencies({at(npm, "a", "app/node_modules/a/package.json", {"b"}),
                                  at(npm, "b", "app/node_modules/a/node_modules/b/package.json"),
                                  at(npm, "b", "app/node_modules/b/package.json"),
                                  at(npm, "b", "app/node_modules/c/node_modules/b/package.json")}),
            (Needs{{1}, {}, {}, {}}));
  EXPECT_EQ(resolve_dependencies({at(npm, "d", "app/node_modules/d/package.json", {"b"}),
                                  at(npm, "b", "app/node_modules/c/node_modules/b/package.json"),
                                  at(npm, "b", "app/node_modules/b/package.json")}),
            (Needs{{2}, {}, {}}));
  EXPECT_EQ(resolve_dependencies({at(gem, "a", "", {"b"}), at(npm, "b", "")}), (Needs{{}, {}}));
}

}  // namespace
}  // namespace hauberk
