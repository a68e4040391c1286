// SPDX-License-Identifier: Apache-2.0
#include "fetch/repositories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fetch/fetch.h"
#include "fetch/urls.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Definition definition_of(std::vector<std::string> lines, std::vector<std::string> keys = {}) {
  Definition definition;
  definition.name = "Example";
  definition.syntax.distribution = "debian13";
  definition.repositories = std::move(lines);
  definition.keyring = std::move(keys);
  return definition;
}

Upstreams upstreams() {
  Upstreams upstreams;
  upstreams.vendor_prefixes = {"http://dhi.io/deb/"};
  upstreams.repositories["trixie"] = {"deb http://ftp.debian.org/debian trixie main",
                                      "deb http://security.debian.org/debian-security trixie-security main"};
  return upstreams;
}

// "URL suite component,component" of each.
std::vector<std::string> summary(const std::vector<Repository>& repositories) {
  std::vector<std::string> lines;
  for (const Repository& repository : repositories)
    lines.push_back(fmt::format("{} {} {}", repository.url, repository.suite,
                                fmt::join(repository.components, ",")));
  return lines;
}

const std::string main_line = "http://ftp.debian.org/debian trixie main";
const std::string security_line = "http://security.debian.org/debian-security trixie-security main";

TEST(Repositories, WhatALineMeansHere) {
  struct Row {
    std::string summary;
    std::vector<std::string> lines;
    std::vector<std::string> expected;
  };
  const std::string vendor =
      "deb [signed-by=/usr/share/keyrings/dhi-deb-main.gpg] http://dhi.io/deb/debian/main trixie main";
  const std::vector<Row> rows = {
      {"none: the defaults", {}, {main_line, security_line}},
      {"a vendor's: the defaults", {vendor}, {main_line, security_line}},
      {"a vendor's twice: the defaults once", {vendor, vendor}, {main_line, security_line}},
      {"a vendor's and one more",
       {vendor, "deb http://ftp.debian.org/debian trixie-backports main"},
       {main_line, security_line, "http://ftp.debian.org/debian trixie-backports main"}},
      {"its own alone", {"deb https://example.org/deb stable main"}, {"https://example.org/deb stable main"}},
      {"a final slash",
       {"deb https://example.org/deb/ stable main"},
       {"https://example.org/deb stable main"}},
      {"no vendor's, only like it",
       {"deb http://dhi.io/debian trixie main"},
       {"http://dhi.io/debian trixie main"}},
      {"one suite in two lines",
       {"deb http://example.org/deb trixie main", "deb http://example.org/deb trixie contrib main"},
       {"http://example.org/deb trixie contrib,main"}},
      {"another architecture's line",
       {"deb http://example.org/deb trixie main", "deb [arch=arm64] http://example.org/arm trixie main"},
       {"http://example.org/deb trixie main"}},
      {"this architecture's line",
       {"deb [arch=arm64,amd64] http://example.org/deb trixie main"},
       {"http://example.org/deb trixie main"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto repositories = repositories_of(definition_of(row.lines), Platform::amd64(), upstreams());
    ASSERT_TRUE(repositories) << repositories.error().message;
    EXPECT_EQ(summary(*repositories), row.expected);
  }
}

TEST(Repositories, KeysOfADefinitionNeverVouchForWhatTheConfigurationKnows) {
  const std::vector<std::string> keys = {"https://example.org/b.asc", "https://example.org/a.asc"};
  const auto repositories = repositories_of(definition_of({"deb http://ftp.debian.org/debian trixie main",
                                                           "deb https://example.org/deb stable main",
                                                           "deb http://dhi.io/deb/debian/main trixie main"},
                                                          keys),
                                            Platform::amd64(), upstreams());
  ASSERT_TRUE(repositories);
  for (const Repository& repository : *repositories) {
    SCOPED_TRACE(repository.url);
    if (repository.url == "https://example.org/deb")
      EXPECT_THAT(repository.key_urls, ElementsAre("https://example.org/a.asc", "https://example.org/b.asc"));
    else
      EXPECT_THAT(repository.key_urls, IsEmpty());
  }
}

TEST(Repositories, RewritesTakeTheFirstPrefixThatFits) {
  Upstreams config = upstreams();
  config.rewrites = {{"http://ftp.debian.org/debian", "https://user:secret@mirror.example/debian/"},
                     {"http://ftp.debian.org", "https://wrong.example"}};
  struct Row {
    std::string summary, url, expected;
  };
  const std::vector<Row> rows = {
      {"the prefix itself", "http://ftp.debian.org/debian", "https://user:secret@mirror.example/debian"},
      {"below it", "http://ftp.debian.org/debian/pool/a.deb",
       "https://user:secret@mirror.example/debian/pool/a.deb"},
      {"not on a boundary", "http://ftp.debian.org/debian-old/a", "https://wrong.example/debian-old/a"},
      {"another host", "http://example.org/debian", "http://example.org/debian"},
      {"credentials of a known place", "https://mirror.example/debian/pool/a.deb",
       "https://user:secret@mirror.example/debian/pool/a.deb"},
      {"its own credentials stay", "https://me:x@mirror.example/debian/a",
       "https://me:x@mirror.example/debian/a"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    EXPECT_EQ(request_url(config, row.url), row.expected);
  }
}

TEST(Repositories, CredentialsOfAConfiguredRepositoryAreUsedForItsPackages) {
  Upstreams config;
  config.repositories["trixie"] = {"deb https://user:secret@mirror.example/debian trixie main"};
  EXPECT_EQ(request_url(config, "https://mirror.example/debian/pool/a.deb"),
            "https://user:secret@mirror.example/debian/pool/a.deb");
  EXPECT_EQ(request_url(config, "https://mirror.example.org/debian/pool/a.deb"),
            "https://mirror.example.org/debian/pool/a.deb")
      << "credentials go to their host alone";
}

TEST(Repositories, SuiteFolders) {
  EXPECT_EQ((Repository{"http://a/debian", "trixie", {"main"}, {}}).suite_url(),
            "http://a/debian/dists/trixie");
  EXPECT_EQ((Repository{"http://a/deb", "./", {""}, {}}).suite_url(), "http://a/deb");
  EXPECT_EQ((Repository{"http://a/deb", "/", {""}, {}}).suite_url(), "http://a/deb");
  EXPECT_EQ((Repository{"http://a", "x/y/", {""}, {}}).suite_url(), "http://a/x/y");
}

TEST(Repositories, SaysWhatIsMissing) {
  const auto none = repositories_of(definition_of({}), Platform::amd64(), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::unsupported);
  EXPECT_THAT(none.error().message, HasSubstr("config.yaml"));

  const auto others = repositories_of(definition_of({"deb [arch=arm64] http://example.org/deb trixie main"}),
                                      Platform::amd64(), upstreams());
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().kind, ErrorKind::not_found);
}

TEST(HttpOptionsOf, AllowWhatTheConfigurationAllows) {
  Upstreams config;
  EXPECT_FALSE(http_options(config).egress.allow_private_addresses);
  config.allow_private_addresses = true;
  config.allow_private_hosts = {"mirror.internal"};
  EXPECT_TRUE(http_options(config).egress.allow_private_addresses);
  EXPECT_THAT(http_options(config).egress.allow_private_hosts, ElementsAre("mirror.internal"));
}

}  // namespace
}  // namespace hauberk
