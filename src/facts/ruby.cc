// SPDX-License-Identifier: Apache-2.0
#include "facts/ruby.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/fields.h"
#include "facts/licence_expression.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

constexpr std::size_t most_bytes = 4 << 20;

// The texts in quotes of a line, and those of %q<...>. Texts with #{} are code and no texts.
std::vector<std::string_view> texts_in(std::string_view line) {
  std::vector<std::string_view> texts;
  while (true) {
    const std::size_t begin = line.find_first_of("\"'<");
    if (begin == std::string_view::npos) return texts;
    const bool is_percent = line[begin] == '<' && line.substr(0, begin).ends_with("%q");
    const char close = line[begin] == '<' ? '>' : line[begin];
    if (line[begin] == '<' && !is_percent) {
      line.remove_prefix(begin + 1);
      continue;
    }
    const std::size_t end = line.find(close, begin + 1);
    if (end == std::string_view::npos) return texts;
    const std::string_view text = line.substr(begin + 1, end - begin - 1);
    if (text.find("#{") == std::string_view::npos) texts.push_back(text);
    line.remove_prefix(end + 1);
  }
}

struct Line {
  std::string_view member = {};  // "name" of "  s.name = ..."
  std::string_view value = {};   // what follows the "=", or the member's name
};

// A line that sets a member of the specification, or calls a function of it; empty for any other.
Line line_of(std::string_view line) {
  line = trimmed(line);
  const std::size_t dot = line.find('.');
  const bool is_variable =
      dot != std::string_view::npos && dot > 0 &&
      std::ranges::all_of(line.substr(0, dot), [](char c) { return is_alphanumeric(c) || c == '_'; });
  if (!is_variable) return {};
  line.remove_prefix(dot + 1);
  std::size_t end = 0;
  while (end < line.size() && (is_alphanumeric(line[end]) || line[end] == '_')) ++end;
  std::string_view value = trimmed(line.substr(end));
  const bool is_set = value.starts_with('=') && !value.starts_with("==");
  const bool is_call = value.starts_with('(');
  if (!is_set && !is_call) return {};
  value.remove_prefix(1);
  return {line.substr(0, end), trimmed(value)};
}

// A value that is one plain text: "x", "x".freeze, Gem::Version.new("x").
std::string_view plain_text(std::string_view value) {
  constexpr std::string_view version = "Gem::Version.new";
  const bool is_plain = value.starts_with('"') || value.starts_with('\'') || value.starts_with("%q<") ||
                        value.starts_with(version);
  const auto texts = is_plain ? texts_in(value) : std::vector<std::string_view>{};
  return texts.size() == 1 ? texts[0] : std::string_view{};
}

// "# stub: rake 13.0.6 ruby lib"
void take_stub(Package& package, std::string_view line) {
  constexpr std::string_view start = "# stub: ";
  if (!line.starts_with(start)) return;
  const auto words = split(line.substr(start.size()), ' ');
  if (words.size() < 2) return;
  if (package.name.empty()) package.name = words[0];
  if (package.version.empty()) package.version = words[1];
}

void take_file_name(Package& package, std::string_view path) {
  std::string_view name = base_name(path);
  name.remove_suffix(std::string_view(".gemspec").size());
  const std::size_t hyphen = name.rfind('-');
  if (package.name.empty()) package.name = name.substr(0, hyphen);
  if (package.version.empty() && hyphen != std::string_view::npos) package.version = name.substr(hyphen + 1);
}

struct Found {
  Package package = {};
  std::set<std::string> depends = {};
  std::set<std::string> development =
      {};  // older specifications name these among the others, for older readers
  std::vector<std::string> licences = {};
};

void take(Found& found, std::string_view text) {
  const Line line = line_of(text);
  Package& package = found.package;
  if (line.member == "name" && package.name.empty()) package.name = plain_text(line.value);
  if (line.member == "version" && package.version.empty()) package.version = plain_text(line.value);
  if (line.member == "homepage" && package.homepage.empty()) package.homepage = plain_text(line.value);
  const bool is_authors = line.member == "authors" || line.member == "author";
  const bool is_licences = line.member == "licenses" || line.member == "license";
  const bool is_depends = line.member == "add_runtime_dependency" || line.member == "add_dependency";
  const bool is_development = line.member == "add_development_dependency";
  if (!is_authors && !is_licences && !is_depends && !is_development) return;
  const auto texts = texts_in(line.value);
  if (is_authors && package.supplier.empty()) {
    for (const std::string_view author : texts)
      package.supplier += (package.supplier.empty() ? "" : ", ") + std::string(author);
  }
  if (is_licences) {
    for (const std::string_view licence : texts) found.licences.push_back(spdx_or_noassertion(licence));
  }
  if (is_depends && !texts.empty()) found.depends.emplace(texts[0]);
  if (is_development && !texts.empty()) found.development.emplace(texts[0]);
}

}  // namespace

bool is_gemspec_path(std::string_view path) {
  constexpr std::string_view end = ".gemspec";
  if (!path.ends_with(end) || base_name(path).size() == end.size()) return false;
  const std::string_view folder = folder_name(path);
  return base_name(folder) == "specifications" ||
         (base_name(folder) == "default" && base_name(folder_name(folder)) == "specifications");
}

Result<std::vector<Package>> read_gemspec(std::string_view path, std::string_view text) {
  if (text.size() > most_bytes) {
    return fail(ErrorKind::limit_exceeded, "{} bytes, more than the {} that we read of a gem's specification",
                text.size(), most_bytes);
  }
  Found found;
  for (std::string_view rest = text; !rest.empty();) take(found, take_line(rest));
  for (std::string_view rest = text; !rest.empty();) take_stub(found.package, take_line(rest));
  take_file_name(found.package, path);
  Package& package = found.package;
  package.kind = Package::Kind::gem;
  package.record = path;
  std::ranges::set_difference(found.depends, found.development, std::back_inserter(package.depends));
  if (found.licences.empty()) found.licences.emplace_back("NOASSERTION");
  std::ranges::sort(found.licences);
  for (const std::string& licence : found.licences) package.licences.push_back({licence, std::string(path)});
  const auto same = std::ranges::unique(package.licences);
  package.licences.erase(same.begin(), same.end());
  return std::vector{package};
}

}  // namespace hauberk
