// What a file's path says of how its content is to be read.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "facts/secrets_detector.h"

namespace hauberk {
namespace {

using std::string_view;
using Format = SecretFile::Format;

template <std::size_t n>
bool is_one_of(string_view word, const std::array<string_view, n>& words) {
  return std::ranges::find(words, word) != words.end();
}

// Calls on_part for each part of the path before the last.
template <class OnPart>
bool any_folder(string_view path, OnPart on_part) {
  for (std::size_t end = path.find('/'); end != string_view::npos; end = path.find('/')) {
    if (on_part(path.substr(0, end))) return true;
    path.remove_prefix(end + 1);
  }
  return false;
}

// Folders that packages and libraries fill. /usr/src/app and /usr/share/nginx/html are where apps are put.
bool is_library(string_view path) {
  constexpr std::array starts =
      std::to_array<string_view>({"usr/lib", "usr/share/", "usr/include/", "usr/bin/", "usr/sbin/",
                                  "usr/local/lib", "usr/local/share/", "usr/local/go/", "lib/", "bin/",
                                  "sbin/", "var/lib/dpkg/", "var/lib/apt/"});
  constexpr std::array folders = std::to_array<string_view>({"node_modules", "site-packages", "dist-packages",
                                                             "vendor", "gems", ".cargo"});
  if (path.starts_with("usr/share/nginx/html/")) return false;
  return std::ranges::any_of(starts, [&](string_view start) { return path.starts_with(start); }) ||
         contains(path, "go/pkg/mod/") || contains(path, "/lib/python") ||
         any_folder(path, [&](string_view folder) { return is_one_of(folder, folders); });
}

bool is_document(string_view path) {
  constexpr std::array starts =
      std::to_array<string_view>({"usr/share/doc/", "usr/share/man/", "usr/share/info/", "usr/share/help/",
                                  "usr/share/gtk-doc/", "usr/local/share/doc/", "usr/local/share/man/"});
  return std::ranges::any_of(starts, [&](string_view start) { return path.starts_with(start); });
}

bool is_sample_folder(string_view folder) {
  constexpr std::array names =
      std::to_array<string_view>({"test", "tests", "testing", "testdata", "test-data", "test_data",
                                  "__tests__", "fixtures", "fixture", "doc", "docs", "example", "examples",
                                  "sample", "samples", "demo", "spec", "certdata", "dummyserver"});
  return is_one_of(folder, names);
}

// Documents, examples and tests by their names: README.md, PKG-INFO, examples-1.json, tls_test.go.
bool is_sample_name(string_view name) {
  constexpr std::array parts = std::to_array<string_view>({"readme", "changelog", "pkg-info", "example",
                                                           "sample", "_test.", ".test.", ".spec.", "test_"});
  const std::string lower = lowercase(name);
  return lower == "metadata" || lower.ends_with(".md") || lower.ends_with(".rst") ||
         std::ranges::any_of(parts, [&](string_view part) { return contains(lower, part); });
}

bool is_sample(string_view path, string_view name, bool is_of_library) {
  if (is_document(path)) return true;
  return is_of_library && (is_sample_name(name) || any_folder(path, is_sample_folder));
}

string_view extension(string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == string_view::npos || dot == 0 ? string_view{} : name.substr(dot + 1);
}

bool is_code(string_view end) {
  constexpr std::array ends =
      std::to_array<string_view>({"py", "js",  "mjs",   "cjs",   "ts",     "jsx", "tsx",  "rb",  "go", "java",
                                  "kt", "php", "cs",    "c",     "cc",     "cpp", "h",    "hpp", "rs", "pl",
                                  "pm", "lua", "scala", "swift", "groovy", "vue", "dart", "ex"});
  return is_one_of(end, ends);
}

bool is_config(string_view end) {
  constexpr std::array ends =
      std::to_array<string_view>({"env",  "ini",     "cfg",        "conf", "cnf",  "config", "properties",
                                  "yaml", "yml",     "json",       "toml", "xml",  "tfvars", "tfstate",
                                  "sh",   "service", "dockerfile", "tf",   "bash", "ps1"});
  return is_one_of(end, ends);
}

bool is_prose(string_view end) {
  constexpr std::array ends =
      std::to_array<string_view>({"md", "rst", "txt", "html", "htm", "log", "css", "svg"});
  return is_one_of(end, ends);
}

// Names without an ending are configuration where an app or a person puts them: /etc, home folders, /app.
Format format_of(string_view name, bool is_of_library) {
  const std::string end = lowercase(extension(name));
  if (name.starts_with(".env") || is_config(end)) return Format::config;
  if (is_code(end)) return Format::code;
  return is_of_library || is_prose(end) ? Format::other : Format::config;
}

bool is_binary(string_view content) { return contains(content.substr(0, 8192), string_view("\0", 1)); }

}  // namespace

SecretFile secret_file(string_view path, string_view content) {
  while (path.starts_with('/')) path.remove_prefix(1);
  SecretFile file{.path = path, .name = path.substr(path.rfind('/') + 1), .content = content};
  file.is_library = is_library(path);
  file.is_sample = is_sample(path, file.name, file.is_library);
  file.format = is_binary(content) ? Format::binary : format_of(file.name, file.is_library);
  return file;
}

}  // namespace hauberk
