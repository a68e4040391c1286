// YAML text to a tree of nodes that remember where they stood.
//
// One document, of the YAML 1.2 core that definitions and config.yaml use. Input is hostile: size,
// depth, node count and alias expansion are limited, duplicate keys and non-string keys are refused.
// The tree keeps scalars as text plus whether they were quoted; what a text means (a number, a
// boolean) is decided by who reads it. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hauberk {

// One-based, as editors show it.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;

  friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };
  struct Member;

  Kind kind = Kind::null;
  TextPosition at;
  std::string scalar;    // scalar: its text
  bool quoted = false;   // scalar: was quoted or a block, so it is a string whatever it looks like
  bool is_literal = false;    // scalar: a "|" block, whose lines follow the one that `at` names
  std::size_t indent = 0;     // of such a block's lines
  std::vector<YamlNode> items;    // sequence
  std::vector<Member> members;    // mapping, in the order of the text

  // The member's value, or null if there is none. Mappings only.
  const YamlNode* find(std::string_view key) const;

  // "null", "string", "list", "mapping", or for plain scalars "boolean", "integer", "number".
  std::string_view type_name() const;
};

struct YamlNode::Member {
  std::string key;
  TextPosition key_at;
  YamlNode value;
};

struct YamlLimits {
  std::size_t size_bytes = 1 << 20;
  std::size_t depth = 64;
  std::size_t nodes = 100'000;  // after the expansion of aliases
};

// Parses one document. invalid_input and limit_exceeded messages begin with "<file>:<line>:<column>: ".
// An empty document is a null node.
Result<YamlNode> parse_yaml(std::string_view text, std::string_view file, const YamlLimits& limits = {});

// An error at a place in a text: "<file>:<line>:<column>: <message>".
[[nodiscard]] std::unexpected<Error> fail_at(std::string_view file, const TextPosition& at,
                                             std::string_view message,
                                             ErrorKind kind = ErrorKind::invalid_input);

// `text` as a YAML scalar that reads back as the same string: plain where that is safe, else quoted.
std::string yaml_scalar(std::string_view text);

}  // namespace hauberk
