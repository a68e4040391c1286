// Published definitions, where the machine has them (HAUBERK_SHARED), and definitions made at random.
//
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "definition/definition.h"

namespace hauberk {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_round_trips(const Definition& definition, const std::string& name) {
  const auto printed = parse_definition(print_definition(definition), name, {});
  ASSERT_TRUE(printed.has_value()) << printed.error().message;
  EXPECT_EQ(printed->definition, definition) << name;
  const auto read = definition_of_document(definition.document);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, definition) << name;
}

TEST(Published, AreAllAccepted) {
  const char* shared = std::getenv("HAUBERK_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "skipped: HAUBERK_SHARED names no folder of published definitions";
  int count = 0;
  for (const char* folder : {"samples", "stock"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(shared) / "definitions" / folder)) {
      const std::string name = entry.path().filename().string();
      const auto parsed = parse_definition(text_of(entry.path()), name, {});
      ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
      expect_round_trips(parsed->definition, name);
      for (const Platform platform : parsed->definition.platforms) {
        const auto resolved = for_platform(parsed->definition, platform);
        EXPECT_TRUE(resolved.has_value()) << name << ": " << resolved.error().message;
      }
      ++count;
    }
  }
  EXPECT_GE(count, 44);
}

// Texts with what YAML, shells and variables make of them.
rc::Gen<std::string> any_text() {
  return rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("abcXYZ 0123456789-_.:#'\"\\!&*|>%@{}[],=~/$\n\t")));
}

Json any_map() {
  Json map = Json::object();
  for (const std::string& value : *rc::gen::container<std::vector<std::string>>(any_text())) {
    map[*rc::gen::element<std::string>("A", "B_C", "org.example/x", "null", "1", "y")] = value;
  }
  return map;
}

TEST(Published, WhatIsPrintedIsReadBack) {
  const bool held = rc::check("parse(print(d)) == d", [] {
    Json document = {{"syntax", "dhi.io/build:2-debian13"}, {"image", "a/b"}};
    document["labels"] = any_map();
    document["environment"] = any_map();
    document["cmd"] = *rc::gen::container<std::vector<std::string>>(any_text());
    document["contents"]["packages"] =
        *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "!b", "c=1:2-3",
                                                                                    "d+", "a"));
    for (const std::string& text : *rc::gen::container<std::vector<std::string>>(any_text())) {
      document["paths"].push_back({{"type", "file"},
                                   {"path", "/x"},
                                   {"content", text},
                                   {"uid", *rc::gen::inRange(0, 99999)}});
      document["contents"]["builds"].push_back({{"pipeline",
                                                 {{{"runs", text},
                                                   {"with",
                                                    {{"a", {text, true, 3, nullptr}},
                                                     {"b", Json::array()},
                                                     {"c", Json::object()},
                                                     {"d", {{1, 2}, {text}}}}}}}}});
    }
    const auto definition = definition_of_document(document);
    // Texts at random may misuse variables; those that do not are the property's.
    RC_PRE(definition.has_value());
    const auto again = parse_definition(print_definition(*definition), "again", {});
    if (!again) RC_FAIL(again.error().message + print_definition(*definition));
    RC_ASSERT(again->definition == *definition);
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace hauberk
