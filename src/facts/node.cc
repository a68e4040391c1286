// SPDX-License-Identifier: Apache-2.0
#include "facts/node.h"

#include <algorithm>

#include "base/fields.h"
#include "base/json.h"
#include "facts/licence_expression.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

constexpr std::size_t longest_name = 214;  // npm's own limit

// Folders whose package.json files are there to be played with.
bool is_sample_folder(std::string_view name) {
  constexpr std::string_view samples[] = {"test",         "tests",    "__tests__", "fixtures",
                                          "__fixtures__", "fixture",  "testdata",  "example",
                                          "examples",     "template", "templates"};
  return std::ranges::find(samples, name) != std::end(samples);
}

std::string text_member(const Json& object, std::string_view key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// A text, or an object with the text in `member`: both are usual for author and licence.
std::string text_or_member(const Json& value, std::string_view member) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_object() ? text_member(value, member) : std::string();
}

bool is_npm_name(std::string_view name) {
  const auto is_allowed = [](char c) { return c > ' ' && c < 127 && c != '\\' && c != '%' && c != ':'; };
  const bool is_scoped = name.starts_with('@');
  const auto slashes = std::ranges::count(name, '/');
  return !name.empty() && name.size() <= longest_name && slashes == (is_scoped ? 1 : 0) &&
         std::ranges::all_of(name, is_allowed);
}

// Older packages have a list of licences to choose from.
std::string licence_of(const Json& document) {
  if (const auto at = document.find("license"); at != document.end()) {
    return spdx_or_noassertion(text_or_member(*at, "type"));
  }
  const auto list = document.find("licenses");
  if (list == document.end() || !list->is_array()) return "NOASSERTION";
  std::string any;
  for (const Json& value : *list) {
    if (!any.empty()) any += " OR ";
    any += text_or_member(value, "type");
  }
  return spdx_or_noassertion(any);
}

std::vector<std::string> depends_of(const Json& document) {
  std::vector<std::string> names;
  const auto dependencies = document.find("dependencies");
  if (dependencies == document.end() || !dependencies->is_object()) return names;
  for (const auto& [name, wanted] : dependencies->items()) names.push_back(name);
  return names;
}

}  // namespace

bool is_node_package_path(std::string_view path) {
  if (base_name(path) != "package.json") return false;
  const std::vector<std::string_view> parts = split(folder_name(path), '/');
  const auto last = std::find(parts.rbegin(), parts.rend(), "node_modules");
  if (last == parts.rend()) return std::ranges::none_of(parts, is_sample_folder);
  const auto depth = last - parts.rbegin();  // of folders below node_modules
  if (depth == 1) return !parts.back().starts_with('@');
  return depth == 2 && parts[parts.size() - 2].starts_with('@');
}

Result<std::vector<Package>> read_node_package(std::string_view path, std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  TRY(const Json document, parse_json(text));
  if (!document.is_object()) return fail(ErrorKind::invalid_input, "a package.json that is not an object");
  Package package;
  package.kind = Package::Kind::npm;
  package.name = text_member(document, "name");
  package.version = text_member(document, "version");
  if (!is_npm_name(package.name) || package.version.empty()) return std::vector<Package>{};
  package.homepage = text_member(document, "homepage");
  if (const auto author = document.find("author"); author != document.end()) {
    package.supplier = text_or_member(*author, "name");
  }
  package.licences = {{licence_of(document), std::string(path)}};
  package.depends = depends_of(document);
  package.record = path;
  return std::vector{package};
}

}  // namespace hauberk
