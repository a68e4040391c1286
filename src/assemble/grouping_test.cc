// Which packages share a layer, and in which order.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/grouping.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hauberk {
namespace {

LockedPackage package(const std::string& name, const std::string& source, std::uint64_t size_bytes = 1,
                      const std::string& replaces = "") {
  return {.name = name,
          .version = "1",
          .architecture = "amd64",
          .source = source,
          .source_version = "1",
          .digest = Digest::of(name),
          .size_bytes = size_bytes,
          .url = "",
          .platforms = {Platform::amd64()},
          .index = 0,
          .reason = "",
          .replaces = replaces};
}

// "source: package package; ..."
std::string grouped(std::vector<LockedPackage> packages) {
  Lock lock;
  lock.packages = std::move(packages);
  const auto groups = group_packages(lock, Platform::amd64());
  if (!groups) return groups.error().message;
  std::string text;
  for (const LayerGroup& group : *groups) {
    text += group.name + ":";
    for (const LockedPackage* one : group.packages) text += " " + one->name;
    text += "; ";
  }
  return text;
}

TEST(Grouping, BySource) {
  struct Row {
    std::string summary;
    std::vector<LockedPackage> packages;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {"nothing", {}, ""},
      {"one source, one layer",
       {package("libc6", "glibc"), package("libc-bin", "glibc"), package("a", "b")},
       "b: a; glibc: libc-bin libc6; "},
      {"base-files first",
       {package("a", "a"), package("base-files", "base-files")},
       "base-files: base-files; a: a; "},
      {"who replaces comes first, in one layer",
       {package("a", "s1"), package("b", "s2", 1, "a")},
       "s1: b a; "},
      {"a chain of replacers",
       {package("a", "s1"), package("b", "s2", 1, "a"), package("c", "s3", 1, "b (= 1)")},
       "s1: c b a; "},
      {"replacers in a circle", {package("a", "s1", 1, "b"), package("b", "s2", 1, "a")}, "s1: a b; "},
      {"of another version", {package("a", "s1"), package("b", "s2", 1, "a (<< 1)")}, "s1: a; s2: b; "},
      {"of itself", {package("a", "s1", 1, "a")}, "s1: a; "},
      {"of what is not there", {package("a", "s1", 1, "z")}, "s1: a; "},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(grouped(row.packages), row.expected) << row.summary;
    auto turned = row.packages;
    std::reverse(turned.begin(), turned.end());
    EXPECT_EQ(grouped(turned), row.expected) << row.summary << ", turned round";
  }
}

TEST(Grouping, OtherPlatformsPackagesAreNotThere) {
  Lock lock;
  lock.packages = {package("a", "a"), package("b", "b")};
  lock.packages[0].platforms = {Platform::arm64()};
  const auto groups = group_packages(lock, Platform::amd64());
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 1U);
  EXPECT_EQ(groups->front().name, "b");
}

TEST(Grouping, AtMostSixteen) {
  std::vector<LockedPackage> packages;
  for (std::uint64_t i = 0; i < 30; ++i)
    packages.push_back(package(fmt::format("p{:02}", i), fmt::format("s{:02}", i), 100 + i));
  packages.push_back(package("small", "small", 1, "p20"));
  Lock lock;
  lock.packages = packages;
  const auto groups = group_packages(lock, Platform::amd64());
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), most_package_layers);
  EXPECT_EQ(groups->back().name, "other packages");
  EXPECT_EQ(groups->back().packages.size(), 15U);
  EXPECT_EQ(groups->front().name, "s15");
  for (const LayerGroup& group : *groups) {
    if (group.name == "s20" || group.name == "small") {
      ASSERT_EQ(group.packages.size(), 2U);
      EXPECT_EQ(group.packages[0]->name, "small");
    }
  }
}

TEST(Grouping, RefusesWhatIsNoRelation) {
  EXPECT_NE(grouped({package("a", "a", 1, "b ((")}).find("relation"), std::string::npos);
}

}  // namespace
}  // namespace hauberk
