// Paths are bytes and JSON's strings are not: one that is not ASCII is written as NUL and its base64.
//
// SPDX-License-Identifier: Apache-2.0
#include "assemble/package_facts.h"

#include <algorithm>

#include "base/base64.h"

namespace hauberk {
namespace {

constexpr std::uint64_t most_facts_bytes = 256 << 20;
constexpr std::size_t written_bytes = 32 << 10;  // of records, at once

std::string facts_path(const std::string& key) { return fmt::format("facts/{}.json", key); }
std::string files_path(const std::string& key) { return fmt::format("facts/{}.files", key); }

std::string text_of_path(const std::string& path) {
  const bool is_ascii = std::all_of(path.begin(), path.end(), [](char c) { return (c & 0x80) == 0; });
  return is_ascii ? path : std::string(1, '\0') + base64_of(path);
}

Result<std::string> path_of_text(const std::string& text) {
  if (!text.starts_with('\0')) return text;
  return parse_base64(std::string_view(text).substr(1));
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
                         {"files", facts.files.text()},
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
  TRY(const std::string files, json_string(object, "files", what));
  TRY(facts.files, Digest::parse(files));
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

Result<FactsWriter> FactsWriter::create(const Dir& cache, std::string key) {
  TRY(NewFile file, cache.create_file());
  return FactsWriter(cache, std::move(key), std::move(file));
}

Status FactsWriter::add(const FileFact& file) {
  put_record(records_, file.entry, file.digest ? file.digest->hex() : "");
  if (records_.size() < written_bytes) return {};
  digest_.write(std::as_bytes(std::span(records_)));
  TRY_STATUS(write_text(file_, records_));
  records_.clear();
  return {};
}

Status FactsWriter::commit(PackageFacts facts) {
  digest_.write(std::as_bytes(std::span(records_)));
  TRY_STATUS(write_text(file_, records_));
  facts.files = digest_.finish();
  TRY_STATUS(file_.commit(files_path(key_), Durability::unsynced));
  return cache_->write_cache_file(facts_path(key_), text_of(facts));
}

bool has_facts(const Dir& cache, const std::string& key) {
  return cache.exists(facts_path(key)).value_or(false) && cache.exists(files_path(key)).value_or(false);
}

Result<PackageFacts> read_facts(const Dir& cache, const std::string& key) {
  TRY(const std::string text, cache.read_file(facts_path(key), most_facts_bytes));
  TRY(PackageFacts facts, parse_package_facts(text));
  TRY(FileSource file, cache.open_file(files_path(key)));
  HashingSource hashing(file, facts.files.algorithm());
  TRY_STATUS(drain(hashing));
  if (hashing.finish() == facts.files) return facts;
  return fail(ErrorKind::invalid_input, "package facts: the files are not those that the facts name");
}

Status read_files(const Dir& cache, const std::string& key,
                  const std::function<Status(const FileFact& file)>& take) {
  TRY(FileSource source, cache.open_file(files_path(key)));
  RecordReader reader(source);
  for (;;) {
    TRY(const auto file, reader.next());
    if (!file) return {};
    TRY_STATUS(take(*file));
  }
}

}  // namespace hauberk
