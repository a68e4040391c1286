// SPDX-License-Identifier: Apache-2.0
#include "facts/node.h"

#include <gmock/gmock.h>

namespace hauberk {
namespace {

using testing::IsEmpty;

constexpr std::string_view path = "app/node_modules/demo/package.json";

TEST(Node, AllThatWeAskFor) {
  const auto packages = read_node_package(
      path,
      "\xef\xbb\xbf{\"name\": \"@example/demo\", \"version\": \"1.2.3\", \"license\": \"(MIT OR "
      "Apache-2.0)\","
      " \"author\": {\"name\": \"Example\", \"email\": \"a@example.org\"}, \"homepage\": "
      "\"https://example.org\","
      " \"dependencies\": {\"b\": \"^1\", \"a\": \"2\"}, \"devDependencies\": {\"c\": \"1\"}}");
  ASSERT_TRUE(packages) << packages.error().message;
  ASSERT_EQ(packages->size(), 1U);
  EXPECT_EQ(packages->at(0), (Package{.kind = Package::Kind::npm,
                                      .name = "@example/demo",
                                      .version = "1.2.3",
                                      .supplier = "Example",
                                      .homepage = "https://example.org",
                                      .depends = {"a", "b"},
                                      .licences = {{"MIT OR Apache-2.0", std::string(path)}},
                                      .record = std::string(path)}));
}

TEST(Node, Licences) {
  struct Row {
    const char* member;
    const char* expected;
  };
  const Row rows[] = {
      {R"("license": "ISC")", "ISC"},
      {R"("license": {"type": "BSD-2-Clause", "url": "x"})", "BSD-2-Clause"},
      {R"("licenses": [{"type": "MIT"}, {"type": "GPL-2.0"}])", "MIT OR GPL-2.0-only"},
      {R"("license": "SEE LICENSE IN LICENSE")", "NOASSERTION"},
      {R"("license": 7)", "NOASSERTION"},
      {R"("licenses": ["MIT", 3])", "NOASSERTION"},
      {R"("main": "x")", "NOASSERTION"},
  };
  for (const Row& row : rows) {
    const auto packages =
        read_node_package(path, std::string(R"({"name":"a","version":"1",)") + row.member + "}");
    ASSERT_TRUE(packages) << row.member;
    EXPECT_EQ(packages->at(0).licences.at(0).expression, row.expected) << row.member;
  }
}

TEST(Node, FilesThatDescribeNoPackage) {
  for (const char* text : {R"({"type":"module"})", R"({"name":"a"})", R"({"name":"","version":"1"})",
                           R"({"name":"a/b","version":"1"})", R"({"name":"@a","version":"1"})",
                           R"({"name":"a b","version":"1"})", R"({"name":["a"],"version":"1"})",
                           R"({"name":"a\u0000","version":"1"})"}) {
    const auto packages = read_node_package(path, text);
    ASSERT_TRUE(packages) << text;
    EXPECT_THAT(*packages, IsEmpty()) << text;
  }
}

TEST(Node, WhatIsRefused) {
  for (const char* text : {"", "{", "[]", "{}{}", R"({"name":"a","name":"b","version":"1"})"}) {
    EXPECT_FALSE(read_node_package(path, text)) << text;
  }
  const auto deep = read_node_package(path, std::string(100'000, '['));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().kind, ErrorKind::limit_exceeded);
}

TEST(Node, Paths) {
  for (const char* good : {"package.json", "srv/app/package.json", "a/node_modules/b/package.json",
                           "a/node_modules/@b/c/package.json", "a/node_modules/b/node_modules/c/package.json",
                           "usr/share/nodejs/semver/package.json", "a/node_modules/test/package.json"}) {
    EXPECT_TRUE(is_node_package_path(good)) << good;
  }
  for (const char* bad :
       {"app/package-lock.json", "a/node_modules/package.json", "a/node_modules/@b/package.json",
        "a/node_modules/b/dist/esm/package.json", "a/node_modules/b/test/c/package.json",
        "srv/app/test/fixtures/x/package.json", "srv/app/examples/package.json", "xpackage.json"}) {
    EXPECT_FALSE(is_node_package_path(bad)) << bad;
  }
}

}  // namespace
}  // namespace hauberk
