// SPDX-License-Identifier: Apache-2.0
#include "facts/ruby.h"

#include <gmock/gmock.h>

namespace hauberk {
namespace {

constexpr std::string_view path = "var/lib/gems/3.1.0/specifications/demo-tool-1.2.gemspec";

Package read(std::string_view text) {
  const auto packages = read_gemspec(path, text);
  if (!packages) ADD_FAILURE() << packages.error().message;
  return packages ? packages->at(0) : Package{};
}

TEST(Ruby, AsRubyGemsWritesIt) {
  const Package package = read(R"(# -*- encoding: utf-8 -*-
# stub: demo-tool 1.2 ruby lib

Gem::Specification.new do |s|
  s.name = "demo-tool".freeze
  s.version = "1.2"

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required
  s.authors = ["Example One".freeze, "Example Two".freeze]
  s.homepage = "https://example.org/".freeze
  s.licenses = ["MIT".freeze, "Ruby".freeze]
  s.files = ["name", "s.version = '9'"]
  if s.respond_to? :specification_version then
    s.add_runtime_dependency(%q<rack>.freeze, ["~> 2.0".freeze])
    s.add_development_dependency(%q<rake>.freeze, [">= 0".freeze])
  else
    s.add_dependency("json", [">= 1"])
    s.add_dependency(%q<rake>.freeze, [">= 0".freeze])
  end
end
)");
  EXPECT_EQ(package, (Package{.kind = Package::Kind::gem,
                              .name = "demo-tool",
                              .version = "1.2",
                              .supplier = "Example One, Example Two",
                              .homepage = "https://example.org/",
                              .depends = {"json", "rack"},
                              .licences = {{"MIT", std::string(path)}, {"Ruby", std::string(path)}},
                              .record = std::string(path)}));
}

TEST(Ruby, WhatIsNoPlainTextComesFromElsewhere) {
  struct Row {
    const char* summary;
    const char* text;
    const char* name;
    const char* version;
  };
  const Row rows[] = {
      {"a constant, and a stub", "# stub: other 3.4 ruby lib\nx.name = 'other'\nx.version = Demo::VERSION\n",
       "other", "3.4"},
      {"a constant, and no stub", "x.name = 'other'\nx.version = VERSION\n", "other", "1.2"},
      {"nothing", "", "demo-tool", "1.2"},
      {"text that is computed", "s.name = \"a#{b}\"\ns.version = '1' + '2'\n", "demo-tool", "1.2"},
      {"a version object", "s.version = Gem::Version.new(\"5.6\")\n", "demo-tool", "5.6"},
      {"the first counts", "s.version = '1'\ns.version = '2'\n", "demo-tool", "1"},
      {"a comparison", "s.version == '9'\n", "demo-tool", "1.2"},
      {"quotes without an end", "s.name = \"abc\ns.version = '\n", "demo-tool", "1.2"},
  };
  for (const Row& row : rows) {
    const Package package = read(row.text);
    EXPECT_EQ(package.name, row.name) << row.summary;
    EXPECT_EQ(package.version, row.version) << row.summary;
    EXPECT_EQ(package.licences.at(0).expression, "NOASSERTION") << row.summary;
  }
}

TEST(Ruby, Paths) {
  EXPECT_TRUE(is_gemspec_path(path));
  EXPECT_TRUE(is_gemspec_path("usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec"));
  for (const char* bad : {"a/demo.gemspec", "specifications/.gemspec", "specifications/x/demo.gemspec",
                          "specifications/demo.rb", "default/demo.gemspec"}) {
    EXPECT_FALSE(is_gemspec_path(bad)) << bad;
  }
}

TEST(Ruby, TooLargeIsRefused) {
  const auto packages = read_gemspec(path, std::string(5 << 20, '#'));
  ASSERT_FALSE(packages);
  EXPECT_EQ(packages.error().kind, ErrorKind::limit_exceeded);
}

}  // namespace
}  // namespace hauberk
