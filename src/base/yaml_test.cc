// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace hauberk {
namespace {

YamlNode parsed(std::string_view text) {
  auto node = parse_yaml(text, "t.yaml");
  EXPECT_TRUE(node.has_value()) << node.error().message;
  return node ? *node : YamlNode{};
}

TEST(Yaml, KeepsPlacesAndQuoting) {
  const YamlNode root = parsed("a: 1\nb:\n  - x\n  - \"2\"\n  - |\n    line\nc: {d: ~}\n");
  ASSERT_EQ(root.kind, YamlNode::Kind::mapping);
  EXPECT_EQ(root.members[1].key_at, (TextPosition{2, 1}));
  const YamlNode* b = root.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->items[0].at, (TextPosition{3, 5}));
  EXPECT_FALSE(b->items[0].quoted);
  EXPECT_TRUE(b->items[1].quoted);
  EXPECT_TRUE(b->items[2].quoted);
  EXPECT_EQ(b->items[2].scalar, "line\n");
  EXPECT_EQ(root.find("c")->find("d")->kind, YamlNode::Kind::null);
  EXPECT_EQ(root.find("nope"), nullptr);
}

TEST(Yaml, EmptyTextIsNull) {
  EXPECT_EQ(parsed("").kind, YamlNode::Kind::null);
  EXPECT_EQ(parsed("# only a comment\n").kind, YamlNode::Kind::null);
}

TEST(Yaml, AnEmptyValueStandsWhereItsKeyStands) {
  EXPECT_EQ(parsed("a:\nb: 1\n").find("a")->at, (TextPosition{1, 1}));
}

TEST(Yaml, AliasesRepeat) {
  const YamlNode root = parsed("a: &x [1, 2]\nb: *x\nc: *x\n");
  ASSERT_EQ(root.find("c")->items.size(), 2u);
  EXPECT_EQ(root.find("c")->items[1].scalar, "2");
}

TEST(Yaml, NamesTypesByTheCoreSchema) {
  struct Row {
    std::string_view summary, text, type;
  };
  const Row rows[] = {
      {"integer", "12", "integer"},
      {"negative", "-3", "integer"},
      {"octal", "0o17", "integer"},
      {"hexadecimal", "0xff", "integer"},
      {"leading zero", "0755", "integer"},
      {"float", "1.5", "number"},
      {"exponent", "1e3", "number"},
      {"infinity", "-.inf", "number"},
      {"not a number", ".nan", "number"},
      {"true", "true", "boolean"},
      {"False", "False", "boolean"},
      {"yes is YAML 1.1", "yes", "string"},
      {"three parts", "1.2.3", "string"},
      {"date", "2026-11-24", "string"},
      {"word", "debian", "string"},
      {"dot alone", ".", "string"},
      {"commit", "7e12345678901234567890123456789012345678", "string"},
  };
  for (const Row& row : rows) EXPECT_EQ(parsed(row.text).type_name(), row.type) << row.summary;
  EXPECT_EQ(parsed("\"12\"").type_name(), "string");
  EXPECT_EQ(parsed("!!str 12").type_name(), "string");
}

TEST(Yaml, EmptyItemsStandWhereTheirHyphenDoes) {
  const auto root = parse_yaml("a:\n  -\n  - b\n  -  \n\n  - ~\nc:\n", "t");
  ASSERT_TRUE(root.has_value()) << root.error().message;
  const YamlNode& list = root->members[0].value;
  ASSERT_EQ(list.items.size(), 4u);
  EXPECT_EQ(list.items[0].at, (TextPosition{2, 3}));
  EXPECT_EQ(list.items[2].at, (TextPosition{4, 3}));
  EXPECT_EQ(list.items[3].at, (TextPosition{6, 5}));
  EXPECT_EQ(root->members[1].value.at, (TextPosition{7, 1}));
}

TEST(Yaml, KnowsHowLiteralBlocksAreIndented) {
  const auto root = parse_yaml("a: |\n\n    x\n      y\nb: >\n  z\nc: '|'\nd: &x |-\n  z\n", "t");
  ASSERT_TRUE(root.has_value()) << root.error().message;
  EXPECT_TRUE(root->members[0].value.is_literal);
  EXPECT_EQ(root->members[0].value.indent, 4u);
  EXPECT_EQ(root->members[0].value.scalar, "\nx\n  y\n");
  EXPECT_FALSE(root->members[1].value.is_literal);
  EXPECT_FALSE(root->members[2].value.is_literal);
}

TEST(Yaml, RefusesWithThePlace) {
  struct Row {
    std::string_view summary, text, message;
  };
  const Row rows[] = {
      {"unclosed quote", "a: \"x\nb: 1\n", "t.yaml:1:4: a quote is opened here and never closed"},
      {"unclosed quote, then others", "a: \"x\nb: \"y\"\n", "t.yaml:1:4: a quote is opened here"},
      {"unclosed single quote", "a:\n  - 'it''s\n  - 'b'\n", "t.yaml:2:5: a quote is opened here"},
      {"unclosed quote at the end", "a: 'x", "a quote is opened and never closed"},
      {"unclosed quote with an anchor", "a: &b \"x\nc: d\n", "t.yaml:1:4: a quote is opened here"},
      {"unclosed list", "a: [1, 2\n", "a '[' is opened and never closed"},
      {"unclosed list, then more", "a: [1, 2\nb: c\n", "t.yaml:1:4: a '[' is opened and never closed"},
      {"unclosed mapping, then more", "x:\n  a: {b: c\nd: e\n", "t.yaml:2:6: a '{' is opened"},
      {"no blank behind a colon", "a: 1\nb:2\nc: 3\n", "t.yaml:2:2: a ':' needs a blank behind it"},
      {"key twice", "a: 1\nb: 2\na: 3\n", "t.yaml:3:1: the key \"a\" is here for the second time"},
      {"key twice, deep", "x:\n  - a: 1\n    a: 2\n", "t.yaml:3:5: the key \"a\""},
      {"list as key", "? [a]\n: b\n", "a key must be a plain word"},
      {"no key", ": b\n", "a key is missing"},
      {"alias as key", "a: &x k\n*x : b\n", "a key must be a plain word"},
      {"second document", "a: 1\n---\nb: 1\n", "a second document begins here"},
      {"unknown alias", "a: *x\n", "t.yaml:1:4: there is no anchor of this name"},
      {"alias inside its node", "a: &x [*x]\n", "an alias cannot stand inside the node that it names"},
      {"ban without quotes", "p:\n  - !gawk\n",
       "t.yaml:2:5: !gawk without quotes is a YAML tag; write '!gawk'"},
      {"foreign tag", "a: !!binary aGk=\n", "is not supported"},
      {"tab as indentation", "a:\n\t- b\n", "t.yaml:2:"},
      {"not UTF-8", "a: b\nc: \xff\n", "t.yaml:2:4: this byte cannot be in a YAML file"},
      {"NUL", std::string_view("a: b\0c\n", 7), "this byte cannot be in a YAML file"},
      {"wrong indentation", "a: b\n  c: d\n", "t.yaml:2:"},
  };
  for (const Row& row : rows) {
    const auto node = parse_yaml(row.text, "t.yaml");
    ASSERT_FALSE(node.has_value()) << row.summary;
    EXPECT_EQ(node.error().kind, ErrorKind::invalid_input) << row.summary;
    EXPECT_NE(node.error().message.find(row.message), std::string::npos)
        << row.summary << ": " << node.error().message;
  }
}

TEST(Yaml, HoldsItsLimits) {
  std::string exploding = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    exploding += fmt::format("a{}: &a{} [", i, i);
    for (int j = 0; j < 10; ++j) exploding += fmt::format("{}*a{}", j ? ", " : "", i - 1);
    exploding += "]\n";
  }
  std::string aliased_text = "a: &a '" + std::string(400'000, 'x') + "'\nb: [";
  for (int j = 0; j < 100; ++j) aliased_text += j ? ", *a" : "*a";
  aliased_text += "]\n";
  std::string block_depth;
  for (std::size_t i = 0; i < 300; ++i) block_depth += std::string(i, ' ') + "a:\n";
  struct Row {
    std::string_view summary;
    std::string text;
  };
  const Row rows[] = {
      {"100 MB", std::string(100 << 20, 'a')},
      {"anchors that explode", exploding},
      {"a large text, often", aliased_text},
      {"flow depth bomb", "a: " + std::string(10'000, '[') + std::string(10'000, ']')},
      {"flow mapping depth bomb",
       [] {
         std::string s;
         for (int i = 0; i < 10'000; ++i) s += "{a: ";
         return "b: " + s + std::string(10'000, '}');
       }()},
      {"block depth bomb", block_depth},
      {"dashes",
       [] {
         std::string s;
         for (int i = 0; i < 20'000; ++i) s += "- ";
         return s;
       }()},
      {"too many nodes",
       [] {
         std::string s;
         for (int i = 0; i < 120'000; ++i) s += "- a\n";
         return s;
       }()},
  };
  for (const Row& row : rows) {
    const auto node = parse_yaml(row.text, "t.yaml");
    ASSERT_FALSE(node.has_value()) << row.summary;
    EXPECT_EQ(node.error().kind, ErrorKind::limit_exceeded)
        << row.summary << ": " << node.error().message.substr(0, 200);
  }
}

TEST(Yaml, UnclosedDepthBombsEndToo) {
  for (const std::string_view unit : {"[", "{a: ", "[{", "- ", "? ", "a: [", "&a [", "!!str ["}) {
    std::string text;
    while (text.size() < 200'000) text += unit;
    EXPECT_FALSE(parse_yaml(text, "t").has_value()) << unit;
  }
}

TEST(Yaml, QuotedTextMayGoOverLines) {
  EXPECT_EQ(parsed("a: \"x\n  y\n\n  \\\"z\"\nb: 'it''s\n  so'\n").find("a")->scalar, "x y\n\"z");
  EXPECT_EQ(parsed("a: [\"x\ny\", 'z']\n").find("a")->items[0].scalar, "x y");
  EXPECT_EQ(parsed("\"x\ny\"\n").scalar, "x y");
}

TEST(Yaml, LimitsAreExact) {
  EXPECT_TRUE(parse_yaml("[[[a]]]", "t", {.depth = 3}).has_value());
  EXPECT_FALSE(parse_yaml("[[[a]]]", "t", {.depth = 2}).has_value());
  EXPECT_TRUE(parse_yaml("[a, b]", "t", {.nodes = 3}).has_value());
  EXPECT_FALSE(parse_yaml("[a, b, c]", "t", {.nodes = 3}).has_value());
  EXPECT_TRUE(parse_yaml("abc", "t", {.size_bytes = 3}).has_value());
  EXPECT_FALSE(parse_yaml("abcd", "t", {.size_bytes = 3}).has_value());
  EXPECT_FALSE(parse_yaml("a: &x [[y]]\nb: [[*x]]\n", "t", {.depth = 4}).has_value())
      << "an alias adds its depth";
}

TEST(Yaml, ManyKeysAreFast) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += fmt::format("key{}: v\n", i);
  EXPECT_TRUE(parse_yaml(text, "t").has_value());
}

TEST(YamlScalar, ReadsBackAsTheSameString) {
  for (const std::string_view text :
       {"",      " ",     "a",    "1",  "1.10", "true", "no",   "~",   "null", "2026-11-24", "12:30",
        "1_000", "a: b",  "a #b", "#a", "- a",  "-",    "?",    "a:",  ":a",   "'",          "\"",
        "it's",  "a\nb",  "\n",   "\t", "!x",   "&x",   "*x",   "[a]", "{a}",  "%a",         "@a",
        "`a",    "a\\b",  " a",   "a ", "é",    "\x01", "0o17", "0x1", ".5",   "1e3",        "...",
        "---",   "--- a", "|",    ">",  "a, b", "=",    "<<"}) {
    const std::string written = yaml_scalar(text);
    for (const std::string& place : {"k: " + written + "\n", "- " + written + "\n", written + ": v\n"}) {
      const auto node = parse_yaml(place, "t");
      ASSERT_TRUE(node.has_value()) << place << node.error().message;
      const bool is_key = place.starts_with(written + ": v");
      const std::string& back = is_key && !node->members.empty() && node->members[0].value.scalar == "v"
                                    ? node->members[0].key
                                : node->kind == YamlNode::Kind::sequence ? node->items[0].scalar
                                                                         : node->members[0].value.scalar;
      EXPECT_EQ(back, text) << place;
      if (!is_key) {
        const YamlNode& value =
            node->kind == YamlNode::Kind::sequence ? node->items[0] : node->members[0].value;
        EXPECT_EQ(value.type_name(), "string") << place;
      }
    }
  }
}

TEST(YamlScalar, Property) {
  const bool held = rc::check("yaml_scalar reads back", [] {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(
        std::string("abcXYZ 0123456789-+._:#'\"\\!&*?|>%@`{}[],=~/\n\t$()<>ényo\xc3\xa9")));
    // Only well-formed UTF-8 is text.
    RC_PRE(parse_yaml("k: \"\"\n", "t").has_value());
    const auto node = parse_yaml("k: " + yaml_scalar(text) + "\n", "t");
    if (!node) RC_PRE(node.error().message.find("byte") == std::string::npos);
    RC_ASSERT(node.has_value());
    RC_ASSERT(node->members[0].value.scalar == text);
    RC_ASSERT(node->members[0].value.type_name() == "string");
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace hauberk
