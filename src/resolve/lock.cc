// The lock as JSON:
//   {"version": 1, "recipe": 1, "definition": {...}, "platforms": ["linux/amd64"], "profile": "runtime",
//    "output": "layered", "compression": "gzip", "compressor": "libdeflate 1.14 level 6",
//    "guards": {"setuid": true, ...}, "indexes": [...], "packages": [...], "dropped": [...],
//    "files": [...], "relaxed_pins": [...], "created": {"linux/amd64": "2026-01-31T12:00:00Z"}}
//
// SPDX-License-Identifier: Apache-2.0
#include "resolve/lock.h"

#include <algorithm>
#include <set>
#include <utility>

#include "deb/relation.h"
#include "deb/version.h"

namespace hauberk {
namespace {

constexpr std::size_t most_packages = 100'000;

Json json_of(const std::vector<Platform>& platforms) {
  Json list = Json::array();
  for (const Platform platform : platforms) list.push_back(platform.text());
  return list;
}

Json json_of(const LockedIndex& index) {
  return {{"url", index.url},
          {"suite", index.suite},
          {"codename", index.codename},
          {"component", index.component},
          {"architecture", index.architecture},
          {"origin", index.origin},
          {"date", index.date},
          {"valid_until", index.valid_until},
          {"signed_by", index.signed_by},
          {"release_digest", index.release_digest.text()},
          {"packages_digest", index.packages_digest.text()}};
}

Json json_of(const LockedPackage& package) {
  return {{"name", package.name},
          {"version", package.version},
          {"architecture", package.architecture},
          {"source", package.source},
          {"source_version", package.source_version},
          {"sha256", package.digest.hex()},
          {"size_bytes", package.size_bytes},
          {"url", package.url},
          {"platforms", json_of(package.platforms)},
          {"index", package.index},
          {"reason", package.reason},
          {"replaces", package.replaces}};
}

Json json_of(const DroppedDependency& dropped) {
  return {{"package", dropped.package},
          {"field", dropped.field},
          {"relation", dropped.relation},
          {"platforms", json_of(dropped.platforms)}};
}

Json json_of(const LockedFile& file) {
  return {{"origin", file.origin}, {"digest", file.digest.text()}, {"size_bytes", file.size_bytes}};
}

template <class T>
Json json_list(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(json_of(value));
  return list;
}

// Reading. `what` is the place in the lock, for messages: "packages[3]".

Result<std::vector<Platform>> platforms(const Json& object, std::string_view what) {
  TRY(const auto texts, json_strings(object, "platforms", what));
  std::vector<Platform> values;
  for (const std::string& text : texts) {
    TRY(const Platform platform, Platform::parse(text));
    if (std::find(values.begin(), values.end(), platform) != values.end()) {
      return fail(ErrorKind::invalid_input, "{}: platform {} is there twice", what, text);
    }
    values.push_back(platform);
  }
  if (values.empty()) return fail(ErrorKind::invalid_input, "{}: \"platforms\" is empty", what);
  return values;
}

Result<Digest> digest(const Json& object, std::string_view key, std::string_view what) {
  TRY(const std::string text, json_string(object, key, what));
  auto value = Digest::parse(text);
  if (!value) return wrap(value.error(), fmt::format("{}: \"{}\"", what, key));
  return *value;
}

Result<LockedIndex> locked_index(const Json& object, std::string_view what) {
  TRY(const Digest release, digest(object, "release_digest", what));
  TRY(const Digest packages, digest(object, "packages_digest", what));
  LockedIndex index{.url = {},
                    .suite = {},
                    .codename = {},
                    .component = {},
                    .architecture = {},
                    .origin = {},
                    .date = {},
                    .valid_until = {},
                    .signed_by = {},
                    .release_digest = release,
                    .packages_digest = packages};
  TRY(index.url, json_string(object, "url", what));
  TRY(index.suite, json_string(object, "suite", what));
  TRY(index.codename, json_string(object, "codename", what));
  TRY(index.component, json_string(object, "component", what));
  TRY(index.architecture, json_string(object, "architecture", what));
  TRY(index.origin, json_string(object, "origin", what));
  TRY(index.date, json_string(object, "date", what));
  TRY(index.valid_until, json_string(object, "valid_until", what));
  TRY(index.signed_by, json_strings(object, "signed_by", what));
  return index;
}

// Names and versions become paths and annotations: only what Debian's own rules let them be.
Status check_words(const LockedPackage& package, std::string_view what) {
  for (const std::string& name : {package.name, package.source, package.architecture}) {
    if (!is_package_name(name)) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not a name", what, name);
  }
  for (const std::string& version : {package.version, package.source_version}) {
    if (auto parsed = Version::parse(version); !parsed) return wrap(parsed.error(), what);
  }
  if (auto parsed = parse_relations(package.replaces, package.architecture); !parsed) {
    return wrap(parsed.error(), fmt::format("{}: \"replaces\"", what));
  }
  return {};
}

Result<LockedPackage> locked_package(const Json& object, std::string_view what) {
  TRY(const std::string hex, json_string(object, "sha256", what));
  auto sha256 = Digest::of_hex(Digest::Algorithm::sha256, hex);
  if (!sha256) return wrap(sha256.error(), fmt::format("{}: \"sha256\"", what));
  LockedPackage package{.name = {},
                        .version = {},
                        .architecture = {},
                        .source = {},
                        .source_version = {},
                        .digest = *sha256,
                        .size_bytes = 0,
                        .url = {},
                        .platforms = {},
                        .index = 0,
                        .reason = {},
                        .replaces = {}};
  TRY(package.name, json_string(object, "name", what));
  TRY(package.version, json_string(object, "version", what));
  TRY(package.architecture, json_string(object, "architecture", what));
  TRY(package.source, json_string(object, "source", what));
  TRY(package.source_version, json_string(object, "source_version", what));
  TRY(package.size_bytes, json_size(object, "size_bytes", what));
  TRY(package.url, json_string(object, "url", what));
  TRY(package.platforms, platforms(object, what));
  TRY(package.index, json_size(object, "index", what));
  TRY(package.reason, json_string(object, "reason", what));
  TRY(package.replaces, json_string(object, "replaces", what));
  TRY_STATUS(check_words(package, what));
  return package;
}

Result<DroppedDependency> dropped_dependency(const Json& object, std::string_view what) {
  DroppedDependency dropped;
  TRY(dropped.package, json_string(object, "package", what));
  TRY(dropped.field, json_string(object, "field", what));
  TRY(dropped.relation, json_string(object, "relation", what));
  TRY(dropped.platforms, platforms(object, what));
  return dropped;
}

Result<LockedFile> locked_file(const Json& object, std::string_view what) {
  TRY(const Digest file_digest, digest(object, "digest", what));
  LockedFile file{.origin = {}, .digest = file_digest, .size_bytes = 0};
  TRY(file.origin, json_string(object, "origin", what));
  TRY(file.size_bytes, json_size(object, "size_bytes", what));
  return file;
}

template <class T>
Status read_list(const Json& object, std::string_view key, std::vector<T>& into,
                 Result<T> (*read)(const Json&, std::string_view)) {
  TRY(const Json* list, json_array(object, key, "lock"));
  if (list->size() > most_packages) {
    return fail(ErrorKind::limit_exceeded, "lock: \"{}\" has {} entries, more than the {} allowed", key,
                list->size(), most_packages);
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(T value, read((*list)[i], fmt::format("lock: {}[{}]", key, i)));
    into.push_back(std::move(value));
  }
  return {};
}

Status read_maps(const Json& object, Lock& lock) {
  TRY(const Json* guards, json_object(object, "guards", "lock"));
  for (const auto& [name, value] : guards->items()) {
    if (!value.is_boolean())
      return fail(ErrorKind::invalid_input, "lock: guard \"{}\" is neither true nor false", name);
    lock.guards[name] = value.get<bool>();
  }
  TRY(const Json* created, json_object(object, "created", "lock"));
  for (const auto& [name, value] : created->items()) {
    TRY_STATUS(Platform::parse(name));
    if (!value.is_string())
      return fail(ErrorKind::invalid_input, "lock: \"created\" of {} is no string", name);
    TRY_STATUS(parse_rfc3339(value.get<std::string>()));
    lock.created[name] = value.get<std::string>();
  }
  return {};
}

// Each package has an index, and its name for itself on its platforms.
Status check_packages(const Lock& lock) {
  std::set<std::pair<std::string_view, Platform>> names;
  for (const LockedPackage& package : lock.packages) {
    if (package.index >= lock.indexes.size()) {
      return fail(ErrorKind::invalid_input, "lock: package {} names index {}, but there are {}", package.name,
                  package.index, lock.indexes.size());
    }
    for (const Platform platform : package.platforms) {
      if (names.emplace(package.name, platform).second) continue;
      return fail(ErrorKind::invalid_input, "lock: package {} is there twice for {}", package.name,
                  platform.text());
    }
  }
  return {};
}

Status one_of(std::string_view key, std::string_view value, std::string_view a, std::string_view b) {
  if (value == a || value == b) return {};
  return fail(ErrorKind::invalid_input, "lock: \"{}\" is \"{}\": it must be \"{}\" or \"{}\"", key, value, a,
              b);
}

}  // namespace

Json json_of(const Lock& lock) {
  return {{"version", Lock::current_version},
          {"recipe", lock.recipe},
          {"definition", lock.definition},
          {"platforms", json_of(lock.platforms)},
          {"profile", lock.profile},
          {"output", lock.output},
          {"compression", lock.compression},
          {"compressor", lock.compressor},
          {"guards", lock.guards},
          {"indexes", json_list(lock.indexes)},
          {"packages", json_list(lock.packages)},
          {"dropped", json_list(lock.dropped)},
          {"files", json_list(lock.files)},
          {"relaxed_pins", lock.relaxed_pins},
          {"created", lock.created}};
}

std::string text_of(const Lock& lock) { return pretty_json(json_of(lock)); }

Result<Lock> parse_lock(std::string_view text) {
  auto parsed = parse_json(text, {.size_bytes = 64 << 20, .depth = 64});
  if (!parsed) return wrap(parsed.error(), "cannot read the lock");
  const Json& object = *parsed;
  TRY(const std::uint64_t version, json_size(object, "version", "lock"));
  if (version != Lock::current_version) {
    return fail(version > Lock::current_version ? ErrorKind::unsupported : ErrorKind::invalid_input,
                "lock: version {} is not the {} that this program reads: use the hauberk that wrote it",
                version, Lock::current_version);
  }
  Lock lock;
  TRY(const std::uint64_t recipe, json_size(object, "recipe", "lock"));
  if (recipe > INT32_MAX) return fail(ErrorKind::invalid_input, "lock: \"recipe\" is {}", recipe);
  lock.recipe = static_cast<int>(recipe);
  TRY(const Json* definition, json_object(object, "definition", "lock"));
  lock.definition = *definition;
  TRY(lock.platforms, platforms(object, "lock"));
  TRY(lock.profile, json_string(object, "profile", "lock"));
  TRY_STATUS(one_of("profile", lock.profile, "runtime", "dev"));
  TRY(lock.output, json_string(object, "output", "lock"));
  TRY_STATUS(one_of("output", lock.output, "layered", "squashed"));
  TRY(lock.compression, json_string(object, "compression", "lock"));
  TRY_STATUS(one_of("compression", lock.compression, "gzip", "zstd"));
  TRY(lock.compressor, json_string(object, "compressor", "lock"));
  TRY_STATUS(read_maps(object, lock));
  TRY_STATUS(read_list(object, "indexes", lock.indexes, locked_index));
  TRY_STATUS(read_list(object, "packages", lock.packages, locked_package));
  TRY_STATUS(read_list(object, "dropped", lock.dropped, dropped_dependency));
  TRY_STATUS(read_list(object, "files", lock.files, locked_file));
  TRY(lock.relaxed_pins, json_strings(object, "relaxed_pins", "lock"));
  TRY_STATUS(check_packages(lock));
  return lock;
}

}  // namespace hauberk
