// SPDX-License-Identifier: Apache-2.0
#include "store/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/mirror.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Config, EveryKeyIsRead) {
  const auto config = parse_config_yaml(R"(version: 1
compression: zstd
parallel_downloads: 3
upstreams:
  repositories:
    trixie:
      - deb http://ftp.debian.org/debian trixie main contrib
      - deb [signed-by=/usr/share/keyrings/x.gpg] https://packages.example/d stable main
  keyrings:
    default: /usr/share/keyrings/debian-archive-keyring.gpg
    https://packages.example/: /etc/keys/x.gpg
  rewrites:
    - {from: "http://a.example/debian", to: "https://b.example/debian"}
  vendor_prefixes: [https://dhi.io/deb/]
  aliases: {nginx-mainline: nginx}
  relax_vendor_pins: true
  maximum_age_days: 30
  allow_private_addresses: true
  allow_private_hosts: [mirror.example]
)",
                                        "config.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->compression, "zstd");
  EXPECT_EQ(config->parallel_downloads, 3);
  const Upstreams& upstreams = config->upstreams;
  EXPECT_EQ(upstreams.repositories.at("trixie").size(), 2U);
  EXPECT_EQ(upstreams.keyrings.at(""), "/usr/share/keyrings/debian-archive-keyring.gpg");
  EXPECT_EQ(upstreams.keyrings.at("https://packages.example/"), "/etc/keys/x.gpg");
  EXPECT_THAT(upstreams.rewrites,
              ElementsAre(Upstreams::Rewrite{"http://a.example/debian", "https://b.example/debian"}));
  EXPECT_THAT(upstreams.vendor_prefixes, ElementsAre("https://dhi.io/deb/"));
  EXPECT_EQ(upstreams.aliases.at("nginx-mainline"), "nginx");
  EXPECT_TRUE(upstreams.relax_vendor_pins);
  EXPECT_EQ(upstreams.maximum_age_days, 30);
  EXPECT_TRUE(upstreams.allow_private_addresses);
  EXPECT_THAT(upstreams.allow_private_hosts, ElementsAre("mirror.example"));
}

TEST(Config, WhatIsAbsentOrEmptyHasItsDefault) {
  const auto config = parse_config_yaml("version: 1\nupstreams:\n  rewrites:\n", "config.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(*config, Config());
}

TEST(Config, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text, position, message;
    ErrorKind kind = ErrorKind::invalid_input;
  };
  const Row rows[] = {
      {"misspelt key", "version: 1\ncompresion: gzip\n", "c:2:1: ", "did you mean \"compression\"?"},
      {"misspelt key below", "version: 1\nupstreams:\n  aliasses: {}\n",
       "c:3:3: ", "did you mean \"aliases\"?"},
      {"unknown key", "version: 1\nwhatever: 1\n", "c:2:1: ", "there are: version, upstreams"},
      {"unknown key of a rewrite", "version: 1\nupstreams:\n  rewrites:\n    - {form: http://a}\n",
       "c:4:8: ", "did you mean \"from\"?"},
      {"no version", "compression: gzip\n", "c:1:1: ", "write \"version: 1\""},
      {"a newer version", "version: 2\nnew_key: 1\n", "c:1:10: ", "newer Hauberk", ErrorKind::unsupported},
      {"version a word", "version: one\n", "c:1:10: ", "whole number"},
      {"version quoted", "version: \"1\"\n", "c:1:10: ", "whole number"},
      {"a list", "- version: 1\n", "c:1:1: ", "must be a mapping"},
      {"a scalar", "version\n", "c:1:1: ", "must be a mapping"},
      {"upstreams a list", "version: 1\nupstreams: []\n", "c:2:12: ", "must be a mapping"},
      {"compression unknown", "version: 1\ncompression: xz\n", "c:2:14: ", "gzip or zstd"},
      {"compression a list", "version: 1\ncompression: [gzip]\n", "c:2:14: ", "expected a string"},
      {"no downloads at all", "version: 1\nparallel_downloads: 0\n", "c:2:21: ", "from 1 to 64"},
      {"too many downloads", "version: 1\nparallel_downloads: 65\n", "c:2:21: ", "from 1 to 64"},
      {"a number with a tail", "version: 1\nparallel_downloads: 8x\n", "c:2:21: ", "from 1 to 64"},
      {"a number too large", "version: 1\nparallel_downloads: 99999999999\n", "c:2:21: ", "from 1 to 64"},
      {"yes for true", "version: 1\nupstreams: {relax_vendor_pins: yes}\n", "c:2:32: ", "true or false"},
      {"quoted true", "version: 1\nupstreams: {relax_vendor_pins: \"true\"}\n", "c:2:32: ", "true or false"},
      {"a negative age", "version: 1\nupstreams: {maximum_age_days: -1}\n", "c:2:31: ", "from 0"},
      {"repositories a list", "version: 1\nupstreams: {repositories: []}\n", "c:2:27: ", "a mapping"},
      {"repository a string", "version: 1\nupstreams: {repositories: {trixie: deb}}\n", "c:2:36: ", "a list"},
      {"no repository", "version: 1\nupstreams: {repositories: {trixie: [trixie main]}}\n",
       "c:2:37: ", "no repository"},
      {"an unsigned repository",
       "version: 1\nupstreams: {repositories: {trixie: ['deb [trusted=yes] http://a.b/c d e']}}\n",
       "c:2:37: ", "always checked"},
      {"a file: repository", "version: 1\nupstreams: {repositories: {trixie: ['deb file:/x d e']}}\n",
       "c:2:37: ", "no repository"},
      {"a relative keyring", "version: 1\nupstreams: {keyrings: {default: key.gpg}}\n",
       "c:2:33: ", "no absolute path"},
      {"an empty keyring", "version: 1\nupstreams: {keyrings: {default: ''}}\n", "c:2:33: ", "empty"},
      {"half a rewrite", "version: 1\nupstreams: {rewrites: [{from: 'http://a'}]}\n",
       "c:2:24: ", "and a \"to\""},
      {"a rewrite to a file", "version: 1\nupstreams: {rewrites: [{from: 'file:///a', to: 'http://b'}]}\n",
       "c:2:31: ", "no URL"},
      {"a URL without host", "version: 1\nupstreams: {vendor_prefixes: ['http:///a']}\n",
       "c:2:31: ", "no URL"},
      {"a control character", "version: 1\nupstreams: {aliases: {a: \"b\\n\"}}\n", "c:2:26: ", "control"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto config = parse_config_yaml(row.text, "c");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, row.kind);
    EXPECT_THAT(config.error().message, StartsWith(row.position));
    EXPECT_THAT(config.error().message, HasSubstr(row.message));
  }
  EXPECT_THAT(parse_config_yaml("", "c").error().message, HasSubstr("run `hauberk init`"));
  EXPECT_FALSE(parse_config_yaml("version: 1\nversion: 1\n", "c"));
}

TEST(InitialConfig, ReadsBackAsWhatWasAnswered) {
  const InitAnswers answers{"http://mirror.example:8080/debian", "https://security.example/debian-security",
                            true, true};
  const auto config = parse_config_yaml(initial_config_yaml(answers), "config.yaml");
  ASSERT_TRUE(config) << config.error().message;
  const Upstreams& upstreams = config->upstreams;
  EXPECT_THAT(upstreams.repositories.at("trixie"),
              ElementsAre("deb http://mirror.example:8080/debian trixie main",
                          "deb http://mirror.example:8080/debian trixie-updates main",
                          "deb https://security.example/debian-security trixie-security main"));
  for (const char* release : {"bullseye", "bookworm", "forky"}) {
    EXPECT_TRUE(upstreams.repositories.contains(release)) << release;
  }
  EXPECT_THAT(upstreams.allow_private_hosts, ElementsAre("mirror.example", "security.example"));
  EXPECT_EQ(upstreams.keyrings.at(""), "/usr/share/keyrings/debian-archive-keyring.gpg");
  EXPECT_THAT(upstreams.vendor_prefixes, ElementsAre("http://dhi.io/deb/", "https://dhi.io/deb/"));
  EXPECT_EQ(upstreams.aliases.at("ca-certificates-bundle"), "ca-certificates");
  EXPECT_FALSE(upstreams.relax_vendor_pins);
  EXPECT_FALSE(upstreams.allow_private_addresses);
  EXPECT_EQ(config->compression, "gzip");
}

TEST(InitialConfig, PublicMirrorOpensNothing) {
  const auto config = parse_config_yaml(initial_config_yaml({std::string(public_mirror),
                                                             std::string(public_security_mirror), false}),
                                        "config.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->upstreams.allow_private_hosts.empty());
}

TEST(InitialConfig, OnlyThePrivateOneIsOpened) {
  const auto hosts = [](const InitAnswers& answers) {
    return parse_config_yaml(initial_config_yaml(answers), "config.yaml")
        .value()
        .upstreams.allow_private_hosts;
  };
  EXPECT_THAT(hosts({"http://10.0.0.1/debian", "http://s.example/debian-security", true, false}),
              ElementsAre("10.0.0.1"));
  EXPECT_THAT(hosts({"http://m.example/debian", "http://s.example:81/debian-security", false, true}),
              ElementsAre("s.example"));
  EXPECT_THAT(hosts({"http://one.example/debian", "http://one.example/debian-security", true, true}),
              ElementsAre("one.example"));
}

}  // namespace
}  // namespace hauberk
