// SPDX-License-Identifier: Apache-2.0
#include "facts/package_records.h"

#include "facts/record_lines.h"

namespace hauberk {
namespace {

// The value of an assignment: quotes taken away, backslashes too where they mean something.
std::string shell_value(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  if (text.size() < 2 || (text.front() != '"' && text.front() != '\'') || text.back() != text.front()) {
    return std::string(text);
  }
  const bool is_double = text.front() == '"';
  text = text.substr(1, text.size() - 2);
  if (!is_double) return std::string(text);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes =
        text[i] == '\\' && i + 1 < text.size() && std::string_view("\"\\$`").contains(text[i + 1]);
    if (escapes) ++i;
    value += text[i];
  }
  return value;
}

}  // namespace

PackageRecords read_package_records(const std::map<std::string, std::string>& texts) {
  PackageRecords records;
  read_dpkg_records(texts, records);
  for (const char* path : {"lib/apk/db/installed", "usr/lib/apk/db/installed"}) {
    if (const auto at = texts.find(path); at != texts.end()) read_apk_database(path, at->second, records);
  }
  return records;
}

OsRelease parse_os_release(std::string_view text) {
  OsRelease os;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals);
    const auto set = [&](std::string_view key, std::string& member) {
      if (name == key) member = shell_value(line.substr(equals + 1));
    };
    set("ID", os.id);
    set("VERSION_ID", os.version_id);
    set("VERSION_CODENAME", os.codename);
    set("PRETTY_NAME", os.pretty_name);
  }
  return os;
}

}  // namespace hauberk
