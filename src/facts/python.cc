// SPDX-License-Identifier: Apache-2.0
#include "facts/python.h"

#include <algorithm>
#include <optional>

#include "facts/licence_expression.h"
#include "facts/licence_names.h"
#include "facts/record_text.h"

namespace hauberk {
namespace {

constexpr std::size_t most_bytes = 8 << 20;

// What the headers say that we ask for; the description below them is not read.
struct Metadata {
  std::string_view name = {}, version = {}, home_page = {}, project_url = {};
  std::string_view author = {}, author_email = {}, maintainer = {}, maintainer_email = {};
  std::string_view licence = {}, licence_expression = {};
  std::vector<std::string_view> classifiers = {};
  std::vector<std::string> requires_dist = {};
};

// "Homepage, https://..." of Project-URL; other labels say nothing of the home page.
std::string_view homepage_in(std::string_view value) {
  const std::size_t comma = value.find(',');
  if (comma == std::string_view::npos) return {};
  const std::string label = lower_case(trimmed(value.substr(0, comma)));
  return label == "homepage" || label == "home" || label == "home-page" ? trimmed(value.substr(comma + 1))
                                                                        : std::string_view{};
}

// The name that a requirement begins with; none if only an extra asks for it.
std::optional<std::string> required_name(std::string_view value) {
  const std::size_t marker = value.find(';');
  if (marker != std::string_view::npos && value.find("extra", marker) != std::string_view::npos)
    return std::nullopt;
  std::size_t end = 0;
  const auto is_part = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; };
  while (end < value.size() && is_part(value[end])) ++end;
  if (end == 0) return std::nullopt;
  return normal_python_name(value.substr(0, end));
}

void take(Metadata& metadata, std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string field = lower_case(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  const auto first = [value](std::string_view& member) {
    if (member.empty() && value != "UNKNOWN") member = value;
  };
  if (field == "name") first(metadata.name);
  if (field == "version") first(metadata.version);
  if (field == "home-page") first(metadata.home_page);
  if (field == "author") first(metadata.author);
  if (field == "author-email") first(metadata.author_email);
  if (field == "maintainer") first(metadata.maintainer);
  if (field == "maintainer-email") first(metadata.maintainer_email);
  if (field == "license") first(metadata.licence);
  if (field == "license-expression") first(metadata.licence_expression);
  if (field == "project-url" && metadata.project_url.empty()) metadata.project_url = homepage_in(value);
  if (field == "classifier" && value.starts_with("License ::")) metadata.classifiers.push_back(value);
  if (field != "requires-dist") return;
  if (auto name = required_name(value)) metadata.requires_dist.push_back(*std::move(name));
}

Metadata read_headers(std::string_view text) {
  Metadata metadata;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    if (!is_space(line.front())) take(metadata, line);
  }
  return metadata;
}

// The first that says which: an expression, a name of one licence, a classifier of one.
std::string licence_of(const Metadata& metadata) {
  for (const std::string_view text : {metadata.licence_expression, metadata.licence}) {
    const std::string expression = text.empty() ? "NOASSERTION" : spdx_or_noassertion(text);
    if (expression != "NOASSERTION") return expression;
  }
  std::string all;
  for (const std::string_view classifier : metadata.classifiers) {
    const auto licence = spdx_licence_of_text(classifier);
    if (licence && !all.empty()) all += " AND ";
    if (licence) all += *licence;
  }
  return all.empty() ? "NOASSERTION" : all;
}

std::string_view first_of(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace

bool is_python_metadata_path(std::string_view path) {
  const std::string_view name = base_name(path);
  const std::string_view folder = base_name(folder_name(path));
  if (name == "METADATA") return folder.ends_with(".dist-info");
  if (name == "PKG-INFO") return folder.ends_with(".egg-info") || folder == "EGG-INFO";
  return name.ends_with(".egg-info");
}

std::string normal_python_name(std::string_view name) {
  std::string normal;
  for (const char c : name) {
    const bool is_separator = c == '.' || c == '-' || c == '_';
    if (!is_separator) normal += to_lower(c);
    if (is_separator && !normal.ends_with('-')) normal += '-';
  }
  return normal;
}

Result<std::vector<Package>> read_python_metadata(std::string_view path, std::string_view text) {
  if (text.size() > most_bytes) {
    return fail(ErrorKind::limit_exceeded, "{} bytes, more than the {} that we read of Python's metadata",
                text.size(), most_bytes);
  }
  const Metadata metadata = read_headers(text);
  if (metadata.name.empty()) return fail(ErrorKind::invalid_input, "Python's metadata without a name");
  Package package;
  package.kind = Package::Kind::python;
  package.name = normal_python_name(metadata.name);
  package.version = metadata.version;
  package.supplier =
      first_of({metadata.author, metadata.author_email, metadata.maintainer, metadata.maintainer_email});
  package.homepage = first_of({metadata.home_page, metadata.project_url});
  package.licences = {{licence_of(metadata), std::string(path)}};
  package.depends = metadata.requires_dist;
  package.record = path;
  std::ranges::sort(package.depends);
  const auto same = std::ranges::unique(package.depends);
  package.depends.erase(same.begin(), same.end());
  return std::vector{package};
}

}  // namespace hauberk
