// SPDX-License-Identifier: Apache-2.0
#include "definition/document.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace hauberk {
namespace {

const Shape* field_shape(const Shape& shape, const Json* type, std::string_view key) {
  std::span<const Field> fields = shape.fields;
  if (shape.kind == Shape::Kind::by_type && type != nullptr && type->is_string()) {
    for (const Case& one : shape.cases) {
      if (one.type == type->get_ref<const std::string&>()) fields = one.fields;
    }
  }
  for (const Field& field : fields) {
    if (field.key == key) return field.shape;
  }
  return nullptr;
}

// Whole numbers as JSON writes them back, true, false and null; everything else is text.
Json free_scalar(const YamlNode& node) {
  if (node.quoted) return node.scalar;
  if (node.scalar == "true" || node.scalar == "false") return node.scalar == "true";
  std::int64_t value = 0;
  const char* end = node.scalar.data() + node.scalar.size();
  const auto [stop, error] = std::from_chars(node.scalar.data(), end, value);
  if (error == std::errc() && stop == end && std::to_string(value) == node.scalar) return value;
  return node.scalar;
}

Json free_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null: return nullptr;
    case YamlNode::Kind::scalar: return free_scalar(node);
    case YamlNode::Kind::sequence: {
      Json list = Json::array();
      for (const YamlNode& item : node.items) list.push_back(free_json(item));
      return list;
    }
    case YamlNode::Kind::mapping: break;
  }
  Json object = Json::object();
  for (const YamlNode::Member& member : node.members) object[member.key] = free_json(member.value);
  return object;
}

Json list_json(const YamlNode& node, const Shape& shape) {
  Json list = Json::array();
  for (const YamlNode& item : node.items) list.push_back(json_of(item, *shape.element));
  if (shape.element == package_list.element) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return list;
}

Json object_json(const YamlNode& node, const Shape& shape) {
  Json object = Json::object();
  const YamlNode* type = node.find("type");
  const Json type_name = type != nullptr ? Json(type->scalar) : Json(nullptr);
  for (const YamlNode::Member& member : node.members) {
    const Shape* field = field_shape(shape, &type_name, member.key);
    if (field != nullptr) object[member.key] = json_of(member.value, *field);
  }
  return object;
}

// A text of several lines as a literal block, where YAML gives exactly this text back.
bool fits_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text[0] == ' ' || text[0] == '\n' || text[0] == '\t')
    return false;
  if (text.ends_with("\n\n")) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && text[i] != '\n' && text[i] != '\t') || byte == 0x7f) return false;
    // Blanks before a line's end are easily lost by editors, and lines of blanks by readers.
    if (text[i] == '\n' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) return false;
  }
  return true;
}

class Printer {
 public:
  std::string take() { return std::move(out_); }

  void members(const Json& object, const Shape& shape, std::size_t indent, bool after_dash) {
    bool first = after_dash;
    const auto emit = [&](const std::string& key, const Json& value, const Shape* field) {
      if (!first) out_.append(indent, ' ');
      first = false;
      out_ += yaml_scalar(key) + ":";
      member_value(value, field, indent);
    };
    std::span<const Field> fields = shape.fields;
    const auto type = object.find("type");
    if (shape.kind == Shape::Kind::by_type && type != object.end()) {
      for (const Case& one : shape.cases) {
        if (type->is_string() && one.type == type->get_ref<const std::string&>()) fields = one.fields;
      }
    }
    for (const Field& field : fields) {
      const auto value = object.find(std::string(field.key));
      if (value != object.end()) emit(std::string(field.key), *value, field.shape);
    }
    if (!fields.empty()) return;
    for (const auto& [key, value] : object.items()) emit(key, value, nullptr);
  }

 private:
  void member_value(const Json& value, const Shape* shape, std::size_t indent) {
    if (value.is_object() && !value.empty()) {
      out_ += '\n';
      members(value, shape != nullptr ? *shape : nothing, indent + 2, false);
    } else if (value.is_array() && !value.empty()) {
      out_ += '\n';
      items(value, shape != nullptr ? shape->element : nullptr, indent + 2);
    } else {
      out_ += ' ';
      scalar(value, indent + 2);
    }
  }

  void items(const Json& list, const Shape* element, std::size_t indent) {
    for (const Json& item : list) {
      out_.append(indent, ' ');
      out_ += "- ";
      if (item.is_object() && !item.empty()) {
        members(item, element != nullptr ? *element : nothing, indent + 2, true);
      } else if (item.is_array() && !item.empty()) {
        // A list in a list has no shape of ours; its first entry cannot share the line with ours.
        out_.back() = '\n';
        items(item, nullptr, indent + 2);
      } else {
        scalar(item, indent + 2);
      }
    }
  }

  void scalar(const Json& value, std::size_t indent) {
    if (value.is_string()) {
      const std::string& text = value.get_ref<const std::string&>();
      if (fits_block(text)) return block(text, indent);
      out_ += yaml_scalar(text);
    } else {
      out_ += value.dump();  // a number, true, false, null, [] or {}
    }
    out_ += '\n';
  }

  void block(std::string_view text, std::size_t indent) {
    out_ += text.ends_with('\n') ? "|\n" : "|-\n";
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (end > 0) out_.append(indent, ' ');
      out_ += text.substr(0, end);
      out_ += '\n';
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  static constexpr Shape nothing{.kind = Shape::Kind::any_map};
  std::string out_;
};

}  // namespace

Json json_of(const YamlNode& node, const Shape& shape) {
  using Kind = Shape::Kind;
  switch (shape.kind) {
    case Kind::text: return node.scalar;
    case Kind::integer: {
      const std::string_view digits =
          std::string_view(node.scalar).substr(node.scalar.starts_with('+') ? 1 : 0);
      std::int64_t value = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), value);
      return value;
    }
    case Kind::boolean: return node.scalar == "true" || node.scalar == "True" || node.scalar == "TRUE";
    case Kind::list: return list_json(node, shape);
    case Kind::text_or_list:
      return node.kind == YamlNode::Kind::scalar ? Json(node.scalar) : list_json(node, shape);
    case Kind::object:
    case Kind::by_type: return object_json(node, shape);
    case Kind::any_map: return free_json(node);
    case Kind::text_map: break;
  }
  Json map = Json::object();
  for (const YamlNode::Member& member : node.members) map[member.key] = member.value.scalar;
  return map;
}

YamlNode node_of(const Json& value) {
  YamlNode node;
  if (value.is_object()) {
    node.kind = YamlNode::Kind::mapping;
    for (const auto& [key, member] : value.items()) node.members.push_back({key, {}, node_of(member)});
  } else if (value.is_array()) {
    node.kind = YamlNode::Kind::sequence;
    for (const Json& item : value) node.items.push_back(node_of(item));
  } else if (!value.is_null()) {
    node.kind = YamlNode::Kind::scalar;
    node.quoted = value.is_string();
    node.scalar = node.quoted ? value.get<std::string>() : value.dump();
  }
  return node;
}

std::string yaml_of(const Json& value, const Shape& shape) {
  Printer printer;
  printer.members(value, shape, 0, false);
  return printer.take();
}

}  // namespace hauberk
