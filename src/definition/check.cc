// SPDX-License-Identifier: Apache-2.0
#include "definition/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "definition/object_checks.h"
#include "definition/rules.h"

namespace hauberk {
namespace {

constexpr std::size_t no_index = static_cast<std::size_t>(-1);

// "a string", "an integer": with its article.
std::string with_article(std::string_view type) {
  return fmt::format("{} {}", type == "integer" ? "an" : "a", type);
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool has_key(std::span<const Field> fields, std::string_view key) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return field.key == key; });
}

// The place of one of a text's characters. Only of a "|" block we know it; else the text's begin.
TextPosition place_in(const YamlNode& node, std::size_t offset) {
  if (!node.is_literal || offset >= node.scalar.size()) return node.at;
  const std::string_view before = std::string_view(node.scalar).substr(0, offset);
  const std::size_t line_break = before.rfind('\n');
  const std::size_t in_line = line_break == std::string_view::npos ? offset : offset - line_break - 1;
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return {node.at.line + 1 + lines, node.indent + in_line + 1};
}

}  // namespace

std::string Checker::where() const {
  std::string text;
  for (const Step& step : path_) {
    if (step.index != no_index) {
      text += fmt::format("[{}]", step.index);
    } else {
      if (!text.empty()) text += '.';
      text += step.key;
    }
  }
  return text.empty() ? "the definition" : text;
}

void Checker::check(const YamlNode& root, const Shape& shape) {
  root_ = &shape;
  node(root, shape);
}

// The key that was meant by one that is not among the fields: one like it, else where the same belongs.
std::string Checker::right_key(std::string_view key, std::span<const Field> fields) const {
  std::vector<std::string_view> known;
  for (const Field& field : fields) known.push_back(field.key);
  std::string hint = suggestion(key, known);
  if (hint.find("did you mean") != std::string::npos) return hint;
  for (const Field& field : fields) {
    const Shape& shape = field.shape->element != nullptr ? *field.shape->element : *field.shape;
    if (has_key(shape.fields, key)) return fmt::format("; it belongs into \"{}\"", field.key);
  }
  if (has_key(root_->fields, key)) return "; it belongs to the top of the file, without indent";
  return hint;
}

bool Checker::has_kind(const YamlNode& node, YamlNode::Kind kind, std::string_view wanted) {
  if (node.kind == kind) return true;
  if (node.kind == YamlNode::Kind::null) {
    problems_.add(node.at, fmt::format("{} is empty; give it {} or leave the key out", where(), wanted));
  } else {
    problems_.add(node.at,
                  fmt::format("{} must be {}, but is {}", where(), wanted, with_article(node.type_name())));
  }
  return false;
}

void Checker::node(const YamlNode& node, const Shape& shape) {
  using Kind = Shape::Kind;
  switch (shape.kind) {
    case Kind::text: return text(node, shape);
    case Kind::integer: return integer(node, shape);
    case Kind::list: return list(node, shape);
    case Kind::text_map: return text_map(node, shape);
    case Kind::by_type: return by_type(node, shape);
    case Kind::boolean:
      if (has_kind(node, YamlNode::Kind::scalar, "true or false") && node.type_name() != "boolean") {
        problems_.add(node.at, fmt::format("{} must be true or false, without quotes; {} is {}", where(),
                                           in_quotes(node.scalar), with_article(node.type_name())));
      }
      return;
    case Kind::object:
      if (!has_kind(node, YamlNode::Kind::mapping, "a mapping")) return;
      if (shape.left_over != nullptr && shape.left_over(node)) {
        problems_.warn(node.at, fmt::format("{} names nothing and makes nothing; remove it", where()));
        return;
      }
      object(node, shape.fields);
      if (shape.object_check != nullptr && (whole_ || shape.object_check != check_accounts)) {
        shape.object_check(node, problems_);
      }
      return;
    case Kind::any_map:
      if (has_kind(node, YamlNode::Kind::mapping, "a mapping")) free_values(node);
      return;
    case Kind::text_or_list:
      if (node.kind == YamlNode::Kind::scalar) return text(node, shape);
      if (has_kind(node, YamlNode::Kind::sequence, "a string or a list")) list(node, shape);
      return;
  }
}

void Checker::text(const YamlNode& node, const Shape& shape) {
  if (!has_kind(node, YamlNode::Kind::scalar, "a string")) return;
  if (const std::string_view type = node.type_name(); type != "string") {
    problems_.add(node.at, fmt::format("{} must be a string, but is {}; write it in quotes: \"{}\"", where(),
                                       with_article(type), node.scalar));
    return;
  }
  if (!shape.words.empty()) {
    const bool known = std::find(shape.words.begin(), shape.words.end(), node.scalar) != shape.words.end();
    if (known) return;
    const std::vector<std::string_view> words(shape.words.begin(), shape.words.end());
    std::string all;
    for (const std::string_view word : words) all += fmt::format("{}{}", all.empty() ? "" : ", ", word);
    const std::string hint = suggestion(node.scalar, words);
    problems_.add(node.at, fmt::format("{} cannot be {}; it is one of {}{}", where(), in_quotes(node.scalar),
                                       all, hint.find("did you mean") != std::string::npos ? hint : ""));
    return;
  }
  references(node, node.scalar, shape.expansion, shape.check);
}

void Checker::apply(TextCheck right, std::string_view text, const TextPosition& at) {
  if (right == nullptr) return;
  if (apk_ && right == check_package) right = check_apk_package;
  if (const auto wrong = right(text)) problems_.add(at, fmt::format("{}: {}", where(), *wrong));
}

void Checker::references(const YamlNode& node, std::string_view text, Expansion expansion, TextCheck right) {
  if (expansion == Expansion::condition) {
    for (Substituter& target : targets_) {
      const Result<bool> holds = target.condition(text);
      if (holds) continue;
      problems_.add(node.at, fmt::format("{}: {}", where(), holds.error().message));
      return;
    }
    return;
  }
  if (expansion == Expansion::none) return apply(right, text, node.at);
  std::string before;
  bool first = true;
  for (Substituter& target : targets_) {
    const Result<std::string> replaced = target.text(text, expansion);
    if (!replaced) {
      problems_.add(place_in(node, target.failed_at()),
                    fmt::format("{}: {}", where(), replaced.error().message));
      return;
    }
    if (first || *replaced != before) apply(right, *replaced, node.at);
    if (first && expansion == Expansion::described && has_substitution(*replaced)) {
      problems_.warn(node.at, fmt::format("{}: {} names a variable that is not there, and stays as it is",
                                          where(), in_quotes(*replaced)));
    }
    first = false;
    before = *replaced;
  }
}

void Checker::integer(const YamlNode& node, const Shape& shape) {
  if (!has_kind(node, YamlNode::Kind::scalar, "a whole number")) return;
  if (node.type_name() != "integer") {
    problems_.add(node.at, fmt::format("{} must be a whole number{}; {} is {}", where(),
                                       node.quoted ? " without quotes" : "", in_quotes(node.scalar),
                                       with_article(node.type_name())));
    return;
  }
  const auto value = integer_of(node.scalar);
  if (value && *value >= shape.least && *value <= shape.most) return;
  problems_.add(node.at, fmt::format("{} is {}; it goes from {} to {}, in decimal digits", where(),
                                     node.scalar, shape.least, shape.most));
}

void Checker::list(const YamlNode& list, const Shape& shape) {
  if (!has_kind(list, YamlNode::Kind::sequence, "a list")) return;
  if (shape.never_empty && list.items.empty()) {
    problems_.add(list.at, fmt::format("{} is empty; list at least one or leave the key out", where()));
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    path_.push_back({{}, i});
    node(list.items[i], *shape.element);
    path_.pop_back();
  }
}

void Checker::object(const YamlNode& object, std::span<const Field> fields) {
  define_matrix(object, true);
  for (const YamlNode::Member& member : object.members) {
    const auto field = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& candidate) { return candidate.key == member.key; });
    if (field == fields.end()) {
      problems_.add(member.key_at, fmt::format("there is no key {} in {}{}", in_quotes(member.key), where(),
                                               right_key(member.key, fields)));
      continue;
    }
    path_.push_back({member.key, no_index});
    node(member.value, *field->shape);
    path_.pop_back();
  }
  define_matrix(object, false);
  for (const Field& field : fields) {
    if (!field.required || object.find(field.key) != nullptr) continue;
    problems_.add(object.at, fmt::format("{} lacks \"{}\"", where(), field.key));
  }
}

// The names `matrix.AXIS` stand for the axis' first item while a build is checked.
void Checker::define_matrix(const YamlNode& object, bool define) {
  const YamlNode* matrix = object.find("matrix");
  if (matrix == nullptr) return;
  for (const YamlNode& axis : matrix->items) {
    const YamlNode* name = axis.find("name");
    const YamlNode* items = axis.find("items");
    if (name == nullptr || items == nullptr || items->members.empty()) continue;
    const YamlNode::Member& item = items->members.front();
    for (Substituter& target : targets_) {
      const std::string key = "matrix." + name->scalar;
      define ? target.define(key, item.key) : target.forget(key);
      for (const YamlNode::Member& field : item.value.members) {
        define ? target.define(key + "." + field.key, field.value.scalar)
               : target.forget(key + "." + field.key);
      }
    }
  }
}

void Checker::text_map(const YamlNode& map, const Shape& shape) {
  if (!has_kind(map, YamlNode::Kind::mapping, "a mapping")) return;
  const Shape value{.kind = Shape::Kind::text, .check = shape.check, .expansion = shape.expansion};
  if (shape.expansion == Expansion::program) {
    std::set<std::string, std::less<>> names;
    for (const YamlNode::Member& member : map.members) names.insert(member.key);
    for (Substituter& target : targets_) target.begin_environment(names);
  }
  for (const YamlNode::Member& member : map.members) {
    apply(shape.key_check, member.key, member.key_at);
    path_.push_back({member.key, no_index});
    text(member.value, value);
    path_.pop_back();
  }
  for (Substituter& target : targets_) target.end_environment();
}

void Checker::by_type(const YamlNode& node, const Shape& shape) {
  if (!has_kind(node, YamlNode::Kind::mapping, "a mapping")) return;
  const YamlNode* type = node.find("type");
  if (type == nullptr || type->kind != YamlNode::Kind::scalar) {
    problems_.add(node.at, fmt::format("{} lacks \"type\"", where()));
    for (const YamlNode::Member& member : node.members) {
      const std::string hint = suggestion(member.key, {"type"});
      if (type != nullptr || hint.find("did you mean") == std::string::npos) continue;
      problems_.add(member.key_at,
                    fmt::format("there is no key {} in {}{}", in_quotes(member.key), where(), hint));
    }
    return;
  }
  std::vector<std::string_view> known;
  for (const Case& one : shape.cases) {
    if (one.type == type->scalar) return object(node, one.fields);
    known.push_back(one.type);
  }
  problems_.add(type->at, fmt::format("there is no type {} of {}{}", in_quotes(type->scalar), where(),
                                      suggestion(type->scalar, known)));
}

// Values whose shape only the step that they are `with` knows: their variables are checked, no more.
void Checker::free_values(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar && has_substitution(node.scalar)) {
    references(node, node.scalar, Expansion::shell, nullptr);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    path_.push_back({{}, i});
    free_values(node.items[i]);
    path_.pop_back();
  }
  for (const YamlNode::Member& member : node.members) {
    path_.push_back({member.key, no_index});
    free_values(member.value);
    path_.pop_back();
  }
}

}  // namespace hauberk
