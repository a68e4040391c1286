// SPDX-License-Identifier: Apache-2.0
#include "definition/packages.h"

#include <gtest/gtest.h>

namespace hauberk {
namespace {

TEST(Packages, ReadsRequests) {
  EXPECT_EQ(*parse_package("nginx"), (PackageRequest{"nginx", "", false}));
  EXPECT_EQ(*parse_package("!mawk"), (PackageRequest{"mawk", "", true}));
  EXPECT_EQ(*parse_package("vim=2:9.1-2"), (PackageRequest{"vim", "2:9.1-2", false}));
}

TEST(Packages, PlainAndPinnedAreOneConstraint) {
  const auto merged = merge_packages({{"b", "", false},
                                      {"a", "", false},
                                      {"a", "1", false},
                                      {"a", "", false},
                                      {"c", "", true},
                                      {"c", "", false},
                                      {"a", "2", false}});
  const std::vector<PackageRequest> expected = {
      {"a", "1", false}, {"a", "2", false}, {"b", "", false}, {"c", "", false}, {"c", "", true}};
  EXPECT_EQ(merged, expected);
}

TEST(Packages, ReadsRepositories) {
  const auto repository =
      deb_repository("deb [arch=amd64 signed-by=/k.gpg] http://ftp.debian.org/debian trixie main contrib");
  ASSERT_TRUE(repository.has_value()) << repository.error().message;
  EXPECT_EQ(repository->url, "http://ftp.debian.org/debian");
  EXPECT_EQ(repository->suite, "trixie");
  EXPECT_EQ(repository->components, (std::vector<std::string>{"main", "contrib"}));
  EXPECT_EQ(repository->options,
            (std::map<std::string, std::string>{{"arch", "amd64"}, {"signed-by", "/k.gpg"}}));
  EXPECT_TRUE(deb_repository("deb http://x ./")->components.empty());
  EXPECT_FALSE(deb_repository("https://dl-cdn.alpinelinux.org/alpine/v3.23/main").has_value());
}

}  // namespace
}  // namespace hauberk
