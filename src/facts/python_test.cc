// SPDX-License-Identifier: Apache-2.0
#include "facts/python.h"

#include <gmock/gmock.h>

namespace hauberk {
namespace {

using testing::HasSubstr;

constexpr std::string_view path = "usr/lib/python3/dist-packages/Demo_App-1.2.dist-info/METADATA";

Package read(std::string_view text) {
  const auto packages = read_python_metadata(path, text);
  if (!packages) ADD_FAILURE() << packages.error().message;
  return packages ? packages->at(0) : Package{};
}

TEST(Python, AllThatWeAskFor) {
  const Package package = read(
      "Metadata-Version: 2.1\r\nName: Demo_App\r\nVersion: 1.2\r\nSummary: x\r\n"
      "Home-page: https://example.org/\r\nAuthor: Example\r\nLicense: MIT License\r\n"
      "Requires-Dist: Zope.Interface (>=3)\r\nRequires-Dist: requests[socks]>=2 ; python_version < '4'\r\n"
      "Requires-Dist: pytest ; extra == 'test'\r\nRequires-Dist: requests\r\n\r\nName: not-this\r\n");
  EXPECT_EQ(package, (Package{.kind = Package::Kind::python,
                              .name = "demo-app",
                              .version = "1.2",
                              .supplier = "Example",
                              .homepage = "https://example.org/",
                              .depends = {"requests", "zope-interface"},
                              .licences = {{"MIT", std::string(path)}},
                              .record = std::string(path)}));
}

TEST(Python, Licences) {
  struct Row {
    const char* fields;
    const char* expected;
  };
  const Row rows[] = {
      {"License-Expression: MIT OR Apache-2.0\nLicense: BSD\n", "MIT OR Apache-2.0"},
      {"License: BSD-3-Clause\n", "BSD-3-Clause"},
      {"License: BSD\nClassifier: License :: OSI Approved :: ISC License (ISCL)\n", "ISC"},
      {"Classifier: License :: OSI Approved :: MIT License\n"
       "Classifier: License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)\n",
       "MIT AND MPL-2.0"},
      {"License: UNKNOWN\n", "NOASSERTION"},
      {"License: Redistribution and use\n  in source\n  Version: 9\n", "NOASSERTION"},
      {"", "NOASSERTION"},
  };
  for (const Row& row : rows) {
    const Package package = read(std::string("Name: a\nVersion: 1\n") + row.fields);
    EXPECT_EQ(package.licences.at(0).expression, row.expected) << row.fields;
    EXPECT_EQ(package.version, "1");
  }
}

TEST(Python, HomePageOfProjectUrls) {
  EXPECT_EQ(read("Name: a\nProject-URL: Source, https://a\nProject-URL: Homepage, https://b\n").homepage,
            "https://b");
  EXPECT_EQ(read("Name: a\nHome-page: UNKNOWN\nProject-URL: Docs, https://a\n").homepage, "");
}

TEST(Python, Names) {
  EXPECT_EQ(normal_python_name("Foo.-_Bar"), "foo-bar");
  EXPECT_EQ(normal_python_name("zope.interface"), "zope-interface");
}

TEST(Python, Paths) {
  for (const char* good : {"a/b-1.dist-info/METADATA", "b.egg-info/PKG-INFO", "x/b-1.egg-info",
                           "b.egg/EGG-INFO/PKG-INFO", "setuptools/_vendor/wheel-0.45.dist-info/METADATA"}) {
    EXPECT_TRUE(is_python_metadata_path(good)) << good;
  }
  for (const char* bad :
       {"METADATA", "a/METADATA", "a/PKG-INFO", "a.dist-info/RECORD", "a.dist-info/METADATA/x"}) {
    EXPECT_FALSE(is_python_metadata_path(bad)) << bad;
  }
}

TEST(Python, WhatIsRefused) {
  const auto nameless = read_python_metadata(path, "Version: 1\n");
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().kind, ErrorKind::invalid_input);
  const auto large = read_python_metadata(path, std::string(9 << 20, 'x'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::limit_exceeded);
  EXPECT_THAT(large.error().message, HasSubstr("9437184 bytes"));
}

}  // namespace
}  // namespace hauberk
