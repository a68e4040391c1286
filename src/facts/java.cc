// SPDX-License-Identifier: Apache-2.0
#include "facts/java.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "facts/licence_expression.h"
#include "facts/record_text.h"
#include "facts/zip.h"

namespace hauberk {
namespace {

constexpr std::size_t deepest = 3;  // a jar in a war in an ear
constexpr std::uint64_t largest_inner = 64 << 20;
constexpr std::uint64_t most_unpacked = 512 << 20;  // of all archives in one file
constexpr std::size_t most_packages = 20'000;
constexpr std::size_t most_problems = 100;
constexpr std::size_t most_reads = 50'000;  // of entries: small ones cost time and no memory
constexpr std::size_t longest_identifier = 255;
constexpr std::size_t longest_entry_name = 1024;
constexpr std::size_t longest_text = 1000;
constexpr std::uint64_t largest_properties = 64 << 10;
constexpr std::uint64_t largest_manifest = 1 << 20;

using Attributes = std::map<std::string, std::string, std::less<>>;

std::string value_of(const Attributes& attributes, std::string_view key) {
  const auto at = attributes.find(key);
  return at == attributes.end() ? std::string() : at->second;
}

// "key=value" lines; "#" begins a comment. Maven writes no escapes into its own three.
Attributes read_properties(std::string_view text) {
  Attributes attributes;
  while (!text.empty()) {
    const std::string_view line = trimmed(take_line(text));
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    attributes.emplace(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
  }
  return attributes;
}

// The main section of a manifest, its names in lower case. A line that begins with a blank goes on with the
// last.
Attributes read_manifest(std::string_view text) {
  Attributes attributes;
  std::string* last = nullptr;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    if (line.front() == ' ') {
      if (last != nullptr) *last += line.substr(1);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    last = &attributes[lower_case(line.substr(0, colon))];
    *last = trimmed(line.substr(colon + 1));
  }
  return attributes;
}

struct FileName {
  std::string_view artifact = {};
  std::string_view version = {};
};

// Words that belong to the version that follows or precedes them: "1.0-beta-2".
bool is_qualifier(std::string_view word) {
  constexpr std::string_view words[] = {"alpha", "beta", "rc", "cr", "m", "b", "build", "snapshot", "pre"};
  return std::ranges::find(words, lower_case(word)) != std::end(words);
}

// "log4j-1.2-api-2.17.1" is version 2.17.1 of log4j-1.2-api: the last part that begins with a digit, and the
// parts before it that are of the version too.
FileName split_file_name(std::string_view path) {
  std::string_view name = base_name(path.substr(path.rfind('!') + 1));
  name = name.substr(0, name.rfind('.'));
  std::size_t begin = std::string_view::npos;
  for (std::size_t at = 0; (at = name.find('-', at)) != std::string_view::npos; ++at) {
    if (at + 1 < name.size() && is_digit(name[at + 1])) begin = at;
  }
  while (begin != std::string_view::npos && begin > 0) {
    const std::size_t before = name.rfind('-', begin - 1);
    if (before == std::string_view::npos) break;
    const std::string_view word = name.substr(before + 1, begin - before - 1);
    if (word.empty() || !(is_digit(word[0]) || is_qualifier(word))) break;
    begin = before;
  }
  if (begin == std::string_view::npos || begin == 0) return {name, {}};
  return {name.substr(0, begin), name.substr(begin + 1)};
}

// What an attribute says before its directives: "org.example.app;singleton:=true".
std::string_view without_directives(std::string_view value) {
  return trimmed(value.substr(0, value.find(';')));
}

bool is_identifier(std::string_view text) {
  const auto is_part = [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= longest_identifier && std::ranges::all_of(text, is_part);
}

std::string first_of(const Attributes& attributes, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const std::string text = value_of(attributes, key);
    const std::string_view value = without_directives(text).substr(0, longest_text);
    if (!value.empty()) return std::string(value);
  }
  return {};
}

std::string licence_of(const Attributes& manifest) {
  const std::string text = value_of(manifest, "bundle-license");
  return spdx_or_noassertion(without_directives(text));
}

// A package that is known by its manifest, or by nothing but its name.
Package package_of(std::string_view record, const Attributes& manifest) {
  const FileName name = split_file_name(record);
  Package package;
  package.kind = Package::Kind::java;
  package.record = record;
  package.version = first_of(manifest, {"implementation-version", "bundle-version", "specification-version"});
  if (package.version.empty()) package.version = name.version;
  package.name = name.artifact;
  if (!is_identifier(package.name))
    package.name = first_of(manifest, {"bundle-symbolicname", "implementation-title"});
  const std::string group = value_of(manifest, "implementation-vendor-id");
  if (is_identifier(group) && !package.name.empty()) package.name = fmt::format("{}:{}", group, package.name);
  package.supplier = first_of(manifest, {"implementation-vendor", "bundle-vendor"});
  package.homepage = first_of(manifest, {"bundle-docurl"});
  package.licences = {{licence_of(manifest), std::string(record)}};
  return package;
}

bool is_maven_properties(std::string_view name) {
  return name.size() <= longest_entry_name && name.starts_with("META-INF/maven/") &&
         name.ends_with("/pom.properties");
}

// All that is being read of one file on disk.
class Reader {
 public:
  JavaArchive take() { return std::move(result_); }

  void read(const std::string& record, std::span<const std::byte> bytes, std::size_t depth) {
    const auto archive = ZipArchive::open(bytes);
    if (!archive) return problem(record, archive.error());
    const std::size_t before = result_.packages.size();
    Attributes manifest;
    for (std::size_t i = 0; i < archive->entries().size(); ++i) {
      const std::string& name = archive->entries()[i].name;
      if (is_maven_properties(name)) take_properties(record, *archive, i);
      if (name == "META-INF/MANIFEST.MF") {
        if (const auto text = content(record, *archive, i, largest_manifest)) manifest = read_manifest(*text);
      }
    }
    if (result_.packages.size() == before) add(package_of(record, manifest));
    set_licence(before, record, manifest);
    read_inner(record, *archive, depth);
  }

 private:
  void read_inner(const std::string& record, const ZipArchive& archive, std::size_t depth) {
    for (std::size_t i = 0; i < archive.entries().size(); ++i) {
      const std::string& name = archive.entries()[i].name;
      if (!is_java_archive_path(name) || name.size() > longest_entry_name) continue;
      const std::string inner = fmt::format("{}!{}", record, name);
      if (depth == deepest) {
        problem(inner, {ErrorKind::limit_exceeded, fmt::format("an archive more than {} deep", deepest)});
        continue;
      }
      const auto bytes = content(record, archive, i, largest_inner);
      if (bytes) read(inner, std::as_bytes(std::span(*bytes)), depth + 1);
    }
  }

  std::optional<std::string> content(const std::string& record, const ZipArchive& archive, std::size_t index,
                                     std::uint64_t limit_bytes) {
    auto text = ++reads_ > most_reads ? too_many_reads()
                                      : archive.read(index, std::min(limit_bytes, most_unpacked - unpacked_));
    if (!text) {
      problem(fmt::format("{}!{}", record, archive.entries()[index].name), text.error());
      return std::nullopt;
    }
    unpacked_ += text->size();
    return *std::move(text);
  }

  static Result<std::string> too_many_reads() {
    return fail(ErrorKind::limit_exceeded, "more than {} archives and descriptions in one file", most_reads);
  }

  void take_properties(const std::string& record, const ZipArchive& archive, std::size_t index) {
    const auto text = content(record, archive, index, largest_properties);
    if (!text) return;
    const Attributes properties = read_properties(*text);
    const std::string group = value_of(properties, "groupId"), artifact = value_of(properties, "artifactId");
    Package package;
    package.kind = Package::Kind::java;
    package.name = fmt::format("{}:{}", group, artifact);
    package.version = first_of(properties, {"version"});
    package.record = fmt::format("{}!{}", record, archive.entries()[index].name);
    if (is_identifier(group) && is_identifier(artifact)) return add(std::move(package));
    problem(package.record, {ErrorKind::invalid_input, "no groupId or artifactId"});
  }

  // The manifest's licence is that of the archive: of its one package, not of those that were merged into it.
  void set_licence(std::size_t before, const std::string& record, const Attributes& manifest) {
    if (result_.packages.size() != before + 1 || !result_.packages.back().licences.empty()) return;
    result_.packages.back().licences = {{licence_of(manifest), record}};
  }

  void add(Package package) {
    if (result_.packages.size() < most_packages && !package.name.empty())
      result_.packages.push_back(std::move(package));
  }
  void problem(const std::string& record, const Error& error) {
    if (result_.problems.size() < most_problems) {
      result_.problems.push_back(fmt::format("{}: {}", record, error.message));
    }
  }

  JavaArchive result_;
  std::uint64_t unpacked_ = 0;
  std::size_t reads_ = 0;
};

}  // namespace

bool is_java_archive_path(std::string_view path) {
  return path.ends_with(".jar") || path.ends_with(".war") || path.ends_with(".ear");
}

JavaArchive read_java_archive(std::string_view path, std::span<const std::byte> bytes) {
  Reader reader;
  reader.read(std::string(path), bytes, 0);
  return reader.take();
}

}  // namespace hauberk
