// Holds a document against its shape, and reports all that does not fit.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/yaml.h"
#include "definition/problems.h"
#include "definition/schema.h"
#include "definition/substitution.h"

namespace hauberk {

class Checker {
 public:
  // `targets`: one for each platform that the definition is for. Texts are checked with the variables of
  // each put in. `whole`: the document is all there is, so references between its accounts can be judged
  // (not so where files are included). `apk`: its packages are apk's, which has other constraints.
  Checker(Problems& problems, std::vector<Substituter>& targets, bool whole, bool apk)
      : problems_(problems), targets_(targets), whole_(whole), apk_(apk) {}

  void check(const YamlNode& root, const Shape& shape);

 private:
  void node(const YamlNode& node, const Shape& shape);
  void text(const YamlNode& node, const Shape& shape);
  void integer(const YamlNode& node, const Shape& shape);
  void list(const YamlNode& node, const Shape& shape);
  void object(const YamlNode& node, std::span<const Field> fields);
  void text_map(const YamlNode& node, const Shape& shape);
  void by_type(const YamlNode& node, const Shape& shape);
  void free_values(const YamlNode& node);
  void references(const YamlNode& node, std::string_view text, Expansion expansion, TextCheck right);
  void apply(TextCheck right, std::string_view text, const TextPosition& at);
  bool has_kind(const YamlNode& node, YamlNode::Kind kind, std::string_view wanted);
  void define_matrix(const YamlNode& object, bool define);

  std::string where() const;
  std::string right_key(std::string_view key, std::span<const Field> fields) const;

  struct Step {
    std::string_view key;
    std::size_t index;
  };
  Problems& problems_;
  std::vector<Substituter>& targets_;
  const Shape* root_ = nullptr;
  const bool whole_;
  const bool apk_;
  std::vector<Step> path_;
};

}  // namespace hauberk
