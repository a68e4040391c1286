// SPDX-License-Identifier: Apache-2.0
#include "deb/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

namespace hauberk {
namespace {

TEST(Version, Parse) {
  const struct {
    const char* summary;
    std::string text;
    bool ok;
  } rows[] = {
      {"plain", "1.2.3", true},
      {"all parts", "1:2.3-4~deb12u1", true},
      {"hyphens in the upstream version", "1.0-rc1-2", true},
      {"a colon in it after an epoch", "0:1:2", true},
      {"a letter first, as dpkg tolerates", "v1", true},
      {"native with plus", "2.36-9+deb12u9", true},
      {"leading zeros in the epoch", "0000000000001:1", true},
      {"256 bytes", std::string(256, '1'), true},
      {"empty", "", false},
      {"257 bytes", std::string(257, '1'), false},
      {"empty epoch", ":1", false},
      {"letters in the epoch", "a:1", false},
      {"negative epoch", "-1:1", false},
      {"an epoch that overflows", "99999999999:1", false},
      {"nothing after the epoch", "1:", false},
      {"empty revision", "1.0-", false},
      {"only a revision", "-1", false},
      {"a blank", "1 2", false},
      {"a newline at the end", "1\n", false},
      {"an underscore", "1_2", false},
      {"a slash", "1/2", false},
      {"a NUL", std::string("1\0", 2), false},
      {"beyond ASCII", "1\xc3\xa9", false},
      {"a colon in the revision", "1:1-2:3", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto version = Version::parse(row.text);
    EXPECT_EQ(version.has_value(), row.ok);
    if (version) {
      EXPECT_EQ(version->text(), row.text);
    } else {
      EXPECT_EQ(version.error().kind, ErrorKind::invalid_input);
    }
  }
}

TEST(Version, Order) {
  // Each row: the left before the right, or equal to it.
  const struct {
    const char* summary;
    const char* a;
    const char* b;
    std::strong_ordering order;
  } rows[] = {
      {"numbers by value", "1.9", "1.10", std::strong_ordering::less},
      {"leading zeros", "1.00", "1.0", std::strong_ordering::equal},
      {"tilde before the end", "1.0~rc1", "1.0", std::strong_ordering::less},
      {"two tildes before one", "1~~", "1~", std::strong_ordering::less},
      {"tilde and then letters", "1~~a", "1~", std::strong_ordering::less},
      {"letters before other characters", "1a", "1+", std::strong_ordering::less},
      {"the end before letters", "1", "1a", std::strong_ordering::less},
      {"epoch first", "9", "1:0", std::strong_ordering::less},
      {"no epoch is epoch 0", "0:1", "1", std::strong_ordering::equal},
      {"no revision is revision 0", "1-0", "1", std::strong_ordering::equal},
      {"revision last", "1-9", "1-10", std::strong_ordering::less},
      {"a number of 30 digits", "1.999999999999999999999999999999", "1.1000000000000000000000000000000",
       std::strong_ordering::less},
      {"security update", "2.36-9+deb12u9", "2.36-9+deb12u13", std::strong_ordering::less},
      {"backport before the release", "1.2-1~bpo12+1", "1.2-1", std::strong_ordering::less},
      {"capitals before small letters", "1A", "1a", std::strong_ordering::less},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    EXPECT_EQ(compare_versions(row.a, row.b), row.order);
    EXPECT_EQ(compare_versions(row.b, row.a), 0 <=> row.order);
  }
}

TEST(Version, AnyTextHasAnOrder) {
  EXPECT_EQ(compare_versions("", ""), std::strong_ordering::equal);
  EXPECT_TRUE(compare_versions("", "1") < 0);
  EXPECT_TRUE(compare_versions("~", "") < 0);
  EXPECT_TRUE(compare_versions("a:b", "b:a") < 0);
}

std::string random_version(std::mt19937& random) {
  const auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
  const auto part = [&](std::string_view letters) {
    std::string text;
    for (std::size_t n = 1 + below(5); n > 0; --n) text += letters[below(letters.size())];
    return text;
  };
  std::string text;
  if (below(4) == 0) text += std::to_string(below(3)) + ":";
  text += std::to_string(below(3)) + part("0019ab~+.Z");
  if (below(2) == 0) text += "-" + part("01~+.a");
  return text;
}

TEST(Version, OrderIsTotal) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = random_version(random);
    const std::string b = random_version(random);
    const std::string c = random_version(random);
    SCOPED_TRACE(a + " " + b + " " + c);
    ASSERT_TRUE(compare_versions(a, a) == 0);
    ASSERT_EQ(compare_versions(a, b), 0 <=> compare_versions(b, a));
    if (compare_versions(a, b) <= 0 && compare_versions(b, c) <= 0) {
      ASSERT_TRUE(compare_versions(a, c) <= 0);
    }
  }
}

constexpr const char* dpkg = "/usr/bin/dpkg";

bool dpkg_says(const std::string& a, const char* relation, const std::string& b) {
  std::string words[] = {dpkg, "--compare-versions", a, relation, b};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(),
                  words[3].data(), words[4].data(), nullptr};
  pid_t pid = 0;
  int status = -1;
  EXPECT_EQ(posix_spawn(&pid, dpkg, nullptr, nullptr, argv, environ), 0);
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Asks dpkg whether it agrees with the order that we found: the answer is yes, so it can be wrong only
// if ours is.
void expect_dpkg_agrees(const std::string& a, const std::string& b) {
  const auto order = compare_versions(a, b);
  const char* relation = order < 0 ? "lt" : order > 0 ? "gt" : "eq";
  EXPECT_TRUE(dpkg_says(a, relation, b)) << a << " " << relation << " " << b;
}

TEST(Version, AgreesWithDpkgOnRandomVersions) {
  if (!std::filesystem::exists(dpkg)) GTEST_SKIP() << "skipped: there is no dpkg";
  std::mt19937 random(2);
  for (int i = 0; i < 600; ++i) expect_dpkg_agrees(random_version(random), random_version(random));
}

// The versions of the machine's own apt lists or dpkg status, whichever there is.
std::vector<std::string> real_versions() {
  std::vector<std::filesystem::path> files{"/var/lib/dpkg/status"};
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/var/lib/apt/lists", error)) {
    if (entry.path().filename().string().ends_with("_Packages")) files.push_back(entry.path());
  }
  std::vector<std::string> versions;
  for (const auto& file : files) {
    std::ifstream in(file);
    for (std::string line; versions.size() < 300'000 && std::getline(in, line);) {
      if (line.starts_with("Version: ")) versions.push_back(line.substr(9));
    }
  }
  return versions;
}

TEST(Version, AgreesWithDpkgOnRealVersions) {
  std::vector<std::string> versions = real_versions();
  if (versions.size() < 100) GTEST_SKIP() << "skipped: no list of packages on this machine";
  for (const auto& version : versions) ASSERT_TRUE(Version::parse(version)) << version;
  std::mt19937 random(3);
  std::shuffle(versions.begin(), versions.end(), random);
  versions.resize(std::min<std::size_t>(versions.size(), 700));
  // Neighbours in our order are the hardest pairs, strangers the most common ones.
  for (std::size_t i = 0; i + 1 < versions.size(); ++i) expect_dpkg_agrees(versions[i], versions[i + 1]);
  std::sort(versions.begin(), versions.end(),
            [](const auto& a, const auto& b) { return compare_versions(a, b) < 0; });
  for (std::size_t i = 0; i + 1 < versions.size(); ++i) expect_dpkg_agrees(versions[i], versions[i + 1]);
}

}  // namespace
}  // namespace hauberk
