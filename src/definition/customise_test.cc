// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "definition/definition.h"

namespace hauberk {
namespace {

constexpr std::string_view base_text = R"(# syntax=dhi.io/build:2-debian13
name: Web
image: example.org/web
tags: ["1", 1-debian13]
contents:
  packages: [tini, bash]
accounts:
  run-as: nonroot
  users: [{name: nonroot, uid: 65532, gid: 65532}]
  groups: [{name: nonroot, gid: 65532, members: [nonroot]}]
environment: {A: "1", B: "2"}
entrypoint: [tini, --]
cmd: [web]
compression: gzip
)";

constexpr std::string_view overlay_text = R"(name: Golang with git
targets:
  - destination: my-org/web
    tag_definition_id: web/debian-13/1
platforms: [linux/amd64]
compression: ZSTD
contents:
  packages: [git]
  artifacts:
    - name: my-org/certs:1
      includes: [etc/ssl/**]
accounts:
  root: true
  runs-as: app
  users: [{name: app, uid: 1000}]
  groups: [{name: app, gid: 2000}]
paths:
  - path: /app/run.sh
    contents: |
      echo ${HOME}
    mode: "0755"
    uid: 0
    gid: 0
  - {type: directory, path: /srv/site, source: site}
environment: {B: "3", C: "4"}
labels: {l: x}
annotations: {hauberk.writable: /tmp}
entrypoint: [--verbose]
cmd: [serve]
)";

Definition base() {
  const auto parsed = parse_definition(base_text, "base.yaml", {});
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
  return parsed->definition;
}

TEST(Customise, LaysAnOverlayOnADefinition) {
  const auto result = customise(base(), overlay_text, "over.yaml", {});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  const Definition& d = result->definition;
  EXPECT_EQ(d.name, "Golang with git");
  EXPECT_EQ(d.image, "my-org/web");
  EXPECT_EQ(d.tags, (std::vector<std::string>{"1_golang-with-git", "1-debian13_golang-with-git"}));
  EXPECT_EQ(d.platforms, std::vector<Platform>{Platform::amd64()});
  EXPECT_EQ(d.compression, "zstd");
  EXPECT_EQ(d.packages.size(), 3u);
  EXPECT_EQ(d.artifacts[0].includes, std::vector<std::string>{"etc/ssl/**"});
  EXPECT_TRUE(d.accounts.root);
  EXPECT_EQ(d.accounts.run_as, "app");
  EXPECT_EQ(d.accounts.users[1], (User{"app", 1000, 2000, {}})) << "the group of the same name gives the gid";
  EXPECT_EQ(d.paths[0].type, PathEntry::Type::file);
  EXPECT_EQ(*d.paths[0].content, "echo ${HOME}\n");
  EXPECT_EQ(d.paths[1].source, "site");
  EXPECT_EQ(d.environment, (std::map<std::string, std::string>{{"A", "1"}, {"B", "3"}, {"C", "4"}}));
  EXPECT_EQ(d.entrypoint, (std::vector<std::string>{"tini", "--", "--verbose"}));
  EXPECT_EQ(d.cmd, (std::vector<std::string>{"web", "serve"}));
  EXPECT_EQ(d.labels.at("l"), "x");
  const auto again = definition_of_document(d.document);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(*again, d);
}

TEST(Customise, IsToldFromADefinition) {
  EXPECT_TRUE(is_customisation(overlay_text));
  EXPECT_FALSE(is_customisation(base_text));
  EXPECT_FALSE(is_customisation("name: x\nimage: y\n"));
  EXPECT_FALSE(is_customisation("a: ["));
  EXPECT_TRUE(is_customisation("name: x\ntarets: []\n")) << "so that the misspelt key is complained of";
  EXPECT_TRUE(
      is_customisation("name: x\nsource: dhi/node\ntag_definition_id: node/alpine-3.23/24\ndestination: "
                       "o/n\ntag_suffix: _x\n"));
}

TEST(Customise, PrintsAndReadsBack) {
  const auto parsed = parse_customisation(overlay_text, "over.yaml");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const auto again = parse_customisation(print_customisation(parsed->document), "again");
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->document, parsed->document);
}

TEST(Customise, SaysWhatIsWrong) {
  struct Row {
    std::string_view summary, from, to, message;
  };
  const Row rows[] = {
      {"the definition's spelling", "runs-as:", "run-as:",
       "over.yaml:14:3: there is no key \"run-as\" in accounts; did you mean \"runs-as\"?"},
      {"nothing included", "      includes: [etc/ssl/**]\n", "", "contents.artifacts[0] lacks \"includes\""},
      {"empty includes", "[etc/ssl/**]", "[]", "contents.artifacts[0].includes is empty"},
      {"no destination", "destination: my-org/web\n    ", "", "targets[0] lacks \"destination\""},
      {"compression", "ZSTD", "XZ", "compression cannot be \"XZ\"; it is one of ZSTD, GZIP"},
      {"a file without text", "    contents: |\n      echo ${HOME}\n", "", "a file needs \"contents\""},
      {"mode without quotes", "\"0755\"", "0755", "must be a string, but is an integer"},
      {"accounts for many targets",
       "platforms:", "  - destination: my-org/b\n    tag_definition_id: web/debian-13/2\nplatforms:",
       "\"accounts\" is not possible with more than one target"},
      {"a key of definitions", "labels:", "vars:", "there is no key \"vars\""},
      {"user of nowhere", "runs-as: app", "runs-as: ape", "there is no account \"ape\""},
  };
  for (const Row& row : rows) {
    std::string text(overlay_text);
    const std::size_t at = text.find(row.from);
    ASSERT_NE(at, std::string::npos) << row.summary;
    text.replace(at, row.from.size(), row.to);
    const auto result = customise(base(), text, "over.yaml", {});
    ASSERT_FALSE(result.has_value()) << row.summary;
    EXPECT_NE(result.error().message.find(row.message), std::string::npos)
        << row.summary << ": " << result.error().message;
  }
}

}  // namespace
}  // namespace hauberk
