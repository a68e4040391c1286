// SPDX-License-Identifier: Apache-2.0
#include "oci/json_members.h"

namespace hauberk {
namespace {

Result<std::string> checked_string(const Json& value, std::string_view key, std::string_view what) {
  if (!value.is_string()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not a string", what, key);
  const auto& text = value.get_ref<const std::string&>();
  if (text.find('\0') != std::string::npos) {
    return fail(ErrorKind::invalid_input, "{}: \"{}\" has a NUL byte in it", what, key);
  }
  return text;
}

}  // namespace

const Json* member_of(const Json& object, std::string_view key) {
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

Result<std::string> optional_string(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = member_of(object, key);
  if (value == nullptr) return std::string();
  return checked_string(*value, key, what);
}

Result<std::vector<std::string>> optional_strings(const Json& object, std::string_view key,
                                                  std::string_view what) {
  std::vector<std::string> strings;
  const Json* value = member_of(object, key);
  if (value == nullptr) return strings;
  if (!value->is_array()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not a list", what, key);
  for (const Json& item : *value) {
    TRY(strings.emplace_back(), checked_string(item, key, what));
  }
  return strings;
}

Result<std::map<std::string, std::string>> optional_string_map(const Json& object, std::string_view key,
                                                               std::string_view what) {
  std::map<std::string, std::string> strings;
  const Json* value = member_of(object, key);
  if (value == nullptr) return strings;
  if (!value->is_object()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not an object", what, key);
  for (const auto& [name, text] : value->items()) {
    TRY(strings[name], checked_string(text, name, what));
  }
  return strings;
}

}  // namespace hauberk
