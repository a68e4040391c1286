// One entry is an array, since there are many: ["f", path, mode, uid, gid, size, mtime, sha256, link]. Paths
// are bytes and JSON's strings are not: one that is not ASCII is written as NUL and its base64.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/package_facts.h"

#include <algorithm>

#include "base/base64.h"

namespace hauberk {
namespace {

constexpr std::string_view type_letters = "fhlcbdp";  // in the order of TarEntry::Type

std::string text_of_path(const std::string& path) {
  const bool is_ascii = std::all_of(path.begin(), path.end(), [](char c) { return (c & 0x80) == 0; });
  return is_ascii ? path : std::string(1, '\0') + base64_of(path);
}

Result<std::string> path_of_text(const std::string& text) {
  if (!text.starts_with('\0')) return text;
  return parse_base64(std::string_view(text).substr(1));
}

Json json_of(const FileFact& fact) {
  const TarEntry& e = fact.entry;
  return Json::array({std::string(1, type_letters[static_cast<std::size_t>(e.type)]), text_of_path(e.path),
                      e.mode, e.uid, e.gid, e.size_bytes, e.mtime_seconds,
                      fact.digest ? fact.digest->hex() : "", text_of_path(e.link_target)});
}

Result<FileFact> file_fact(const Json& row) {
  const auto wrong = [] {
    return fail(ErrorKind::invalid_input, "package facts: an entry is not of the form");
  };
  if (!row.is_array() || row.size() != 9 || !row[0].is_string() || !row[1].is_string() ||
      !row[7].is_string() || !row[8].is_string()) {
    return wrong();
  }
  for (std::size_t i = 2; i < 6; ++i) {
    const bool is_large = i < 5 && row[i].is_number_unsigned() && row[i].get<std::uint64_t>() > UINT32_MAX;
    if (!row[i].is_number_unsigned() || is_large) return wrong();
  }
  if (!row[6].is_number_integer()) return wrong();
  const auto type = type_letters.find(row[0].get<std::string>());
  if (type == std::string_view::npos) return wrong();
  FileFact fact;
  fact.entry.type = static_cast<TarEntry::Type>(type);
  TRY(fact.entry.path, path_of_text(row[1].get<std::string>()));
  fact.entry.mode = row[2].get<std::uint32_t>();
  fact.entry.uid = row[3].get<std::uint32_t>();
  fact.entry.gid = row[4].get<std::uint32_t>();
  fact.entry.size_bytes = row[5].get<std::uint64_t>();
  fact.entry.mtime_seconds = row[6].get<std::int64_t>();
  TRY(fact.entry.link_target, path_of_text(row[8].get<std::string>()));
  if (const auto hex = row[7].get<std::string>(); !hex.empty()) {
    TRY(fact.digest, Digest::of_hex(Digest::Algorithm::sha256, hex));
  }
  return fact;
}

Result<std::map<std::string, std::string>> string_map(const Json& object, std::string_view key) {
  TRY(const Json* member, json_object(object, key, "package facts"));
  std::map<std::string, std::string> map;
  for (const auto& [name, value] : member->items()) {
    if (!value.is_string()) return fail(ErrorKind::invalid_input, "package facts: \"{}\" has no string", key);
    TRY(const std::string path, path_of_text(name));
    map[path] = value.get<std::string>();
  }
  return map;
}

}  // namespace

std::string text_of(const PackageFacts& facts) {
  Json scripts = Json::object();
  for (const auto& [name, digest] : facts.scripts) scripts[name] = digest.text();
  Json contents = Json::object();
  for (const auto& [path, bytes] : facts.contents) contents[text_of_path(path)] = base64_of(bytes);
  Json conffiles = Json::object();
  for (const auto& [path, md5] : facts.conffiles) conffiles[text_of_path(path)] = md5;
  Json files = Json::array();
  for (const FileFact& fact : facts.files) files.push_back(json_of(fact));
  Json left_out = Json::object();
  for (const auto& [guard, sum] : facts.left_out)
    left_out[guard] = {{"files", sum.files}, {"size_bytes", sum.size_bytes}};
  return canonical_json({{"name", facts.name},
                         {"version", facts.version},
                         {"architecture", facts.architecture},
                         {"multi_arch", facts.multi_arch},
                         {"control", base64_of(facts.control)},
                         {"triggers", base64_of(facts.triggers)},
                         {"scripts", scripts},
                         {"conffiles", conffiles},
                         {"contents", contents},
                         {"files", files},
                         {"left_out", left_out},
                         {"newest_mtime", facts.newest_mtime}});
}

Result<PackageFacts> parse_package_facts(std::string_view text) {
  constexpr std::string_view what = "package facts";
  TRY(const Json object, parse_json(text, {.size_bytes = 512 << 20, .depth = 8}));
  PackageFacts facts;
  TRY(facts.name, json_string(object, "name", what));
  TRY(facts.version, json_string(object, "version", what));
  TRY(facts.architecture, json_string(object, "architecture", what));
  TRY(facts.multi_arch, json_string(object, "multi_arch", what));
  TRY(const std::string control, json_string(object, "control", what));
  TRY(facts.control, parse_base64(control));
  TRY(const std::string triggers, json_string(object, "triggers", what));
  TRY(facts.triggers, parse_base64(triggers));
  TRY(const auto scripts, string_map(object, "scripts"));
  for (const auto& [name, digest] : scripts) {
    TRY(const Digest parsed, Digest::parse(digest));
    facts.scripts.emplace(name, parsed);
  }
  TRY(facts.conffiles, string_map(object, "conffiles"));
  TRY(const auto contents, string_map(object, "contents"));
  for (const auto& [path, encoded] : contents) {
    TRY(facts.contents[path], parse_base64(encoded));
  }
  TRY(const Json* files, json_array(object, "files", what));
  facts.files.reserve(files->size());
  for (const Json& row : *files) {
    TRY(FileFact fact, file_fact(row));
    facts.files.push_back(std::move(fact));
  }
  TRY(const Json* left_out, json_object(object, "left_out", what));
  for (const auto& [guard, sum] : left_out->items()) {
    TRY(facts.left_out[guard].files, json_size(sum, "files", what));
    TRY(facts.left_out[guard].size_bytes, json_size(sum, "size_bytes", what));
  }
  const auto newest = object.find("newest_mtime");
  if (newest == object.end() || !newest->is_number_integer()) {
    return fail(ErrorKind::invalid_input, "package facts: \"newest_mtime\" is not a number");
  }
  facts.newest_mtime = newest->get<std::int64_t>();
  return facts;
}

}  // namespace hauberk
