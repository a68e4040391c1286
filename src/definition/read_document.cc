// SPDX-License-Identifier: Apache-2.0
#include "definition/read_document.h"

#include <algorithm>

#include "definition/packages.h"
#include "definition/rules.h"
#include "definition/syntax_line.h"

namespace hauberk {
namespace {

const Json& member(const Json& object, std::string_view key) {
  static const Json none;
  const auto found = object.find(std::string(key));
  return found == object.end() ? none : *found;
}

std::string text(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool truth(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> texts(const Json& object, std::string_view key) {
  std::vector<std::string> out;
  for (const Json& item : member(object, key)) out.push_back(item.get<std::string>());
  return out;
}

std::map<std::string, std::string> text_map(const Json& object, std::string_view key) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : member(object, key).items()) out.emplace(name, value.get<std::string>());
  return out;
}

std::optional<std::uint32_t> id(const Json& object, std::string_view key) {
  const Json& value = member(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::uint32_t>();
}

std::optional<std::uint32_t> mode(const Json& object) { return parse_mode(text(object, "mode")); }

std::vector<Platform> platforms(const Json& object) {
  std::vector<Platform> out;
  for (const std::string& name : texts(object, "platforms")) {
    const auto platform = Platform::parse(name);
    if (platform && std::find(out.begin(), out.end(), *platform) == out.end()) out.push_back(*platform);
  }
  return out;
}

// "/run/redis/" and "//run/./redis" are "/run/redis".
std::string normalised(std::string_view path) {
  if (!path.starts_with('/')) return std::string(path);
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && part != ".") out.append("/").append(part);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out.empty() ? "/" : out;
}

PathEntry::Type path_type(std::string_view name) {
  if (name == "symlink") return PathEntry::Type::symlink;
  if (name == "directory") return PathEntry::Type::directory;
  if (name == "delete") return PathEntry::Type::remove;
  if (name == "emptyfile") return PathEntry::Type::emptyfile;
  return PathEntry::Type::file;
}

PathEntry path_entry(const Json& object) {
  PathEntry entry;
  entry.type = path_type(text(object, "type"));
  entry.path = normalised(text(object, "path"));
  if (member(object, "content").is_string()) entry.content = text(object, "content");
  entry.source = text(object, "source");
  entry.recursive = truth(object, "recursive");
  entry.uid = id(object, "uid");
  entry.gid = id(object, "gid");
  entry.mode = mode(object);
  entry.platforms = platforms(object);
  return entry;
}

RemoteFile remote_file(const Json& object) {
  RemoteFile file;
  file.url = text(object, "url");
  file.checksum = text(object, "checksum");
  file.path = normalised(text(object, "path"));
  // A "/" at the end says that the file goes into this folder under its own name.
  if (text(object, "path").ends_with('/') && file.path != "/") file.path += '/';
  file.includes = texts(object, "includes");
  file.excludes = texts(object, "excludes");
  file.platforms = platforms(object);
  file.spdx = member(object, "spdx");
  file.uid = id(object, "uid");
  file.gid = id(object, "gid");
  file.mode = mode(object);
  file.secret_id = text(object, "secret-id");
  return file;
}

ArtifactCopy artifact(const Json& object) {
  return {text(object, "name"), texts(object, "includes"), texts(object, "excludes"), id(object, "uid"),
          id(object, "gid")};
}

Accounts accounts(const Json& object) {
  Accounts accounts;
  accounts.root = truth(object, "root");
  accounts.run_as = text(object, "run-as");
  const auto has = [](const auto& list, const std::string& name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
  };
  for (const Json& user : member(object, "users")) {
    if (has(accounts.users, text(user, "name"))) continue;
    accounts.users.push_back({text(user, "name"), id(user, "uid").value_or(0), id(user, "gid").value_or(0),
                              mode(user)});
  }
  for (const Json& group : member(object, "groups")) {
    if (has(accounts.groups, text(group, "name"))) continue;
    accounts.groups.push_back({text(group, "name"), id(group, "gid").value_or(0), texts(group, "members")});
  }
  return accounts;
}

ImageTest image_test(const Json& object) {
  ImageTest test;
  test.name = text(object, "name");
  test.directory = text(object, "directory");
  test.commands = texts(object, "commands");
  test.exit_code = static_cast<int>(id(object, "exit-code").value_or(0));
  test.timeout_seconds = static_cast<int>(id(object, "timeout").value_or(0));
  test.output = text(object, "output");
  return test;
}

// "version-id" is VERSION_ID.
std::map<std::string, std::string> os_release(const Json& object) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : object.items()) {
    std::string name = key;
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(c - ('a' - 'A'));
    out.emplace(std::move(name), value.get<std::string>());
  }
  return out;
}

// A build's name; one with a matrix counts once for each combination of its axes' items.
void add_build_names(const Json& build, std::vector<std::string>& names) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> variants = {""};
  for (const Json& axis : member(build, "matrix")) {
    const Json& items = member(axis, "items");
    if (!items.is_object() || items.empty() || variants.size() * items.size() > most) continue;
    std::vector<std::string> next;
    for (const std::string& variant : variants) {
      for (const auto& [key, unused] : items.items())
        next.push_back(variant.empty() ? key : variant + ", " + key);
    }
    variants = std::move(next);
  }
  for (const std::string& variant : variants) {
    names.push_back(variant.empty() ? text(build, "name") : text(build, "name") + " (" + variant + ")");
  }
}

void read_contents(const Json& contents, Definition& definition) {
  definition.repositories = texts(contents, "repositories");
  definition.keyring = texts(contents, "keyring");
  std::vector<PackageRequest> requests;
  for (const std::string& line : texts(contents, "packages")) {
    if (auto request = parse_package(line)) requests.push_back(std::move(*request));
  }
  definition.packages = merge_packages(std::move(requests));
  for (const Json& file : member(contents, "files")) definition.files.push_back(remote_file(file));
  for (const Json& item : member(contents, "artifacts")) definition.artifacts.push_back(artifact(item));
  for (const Json& build : member(contents, "builds")) add_build_names(build, definition.build_names);
  definition.mappings = text_map(contents, "mappings");
}

void read_identity(const Json& document, Definition& definition) {
  if (const auto syntax = parse_syntax(text(document, "syntax"))) definition.syntax = *syntax;
  definition.name = text(document, "name");
  definition.image = text(document, "image");
  const std::string variant = text(document, "variant");
  definition.variant = variant == "dev" ? Variant::dev : variant == "helm" ? Variant::helm : Variant::runtime;
  definition.flavor = text(document, "flavor");
  definition.suffix = text(document, "suffix");
  definition.tags = texts(document, "tags");
  definition.platforms = platforms(document);
  if (definition.platforms.empty()) definition.platforms = {Platform::amd64(), Platform::arm64()};
  definition.compression = text(document, "compression");
  definition.output = text(document, "output") == "squashed" ? Output::squashed : Output::layered;
  definition.vars = text_map(document, "vars");
}

}  // namespace

Definition read_document(const Json& document) {
  Definition definition;
  read_identity(document, definition);
  read_contents(member(document, "contents"), definition);
  definition.accounts = accounts(member(document, "accounts"));
  definition.os_release = os_release(member(document, "os-release"));
  definition.work_dir = text(document, "work-dir");
  if (!definition.work_dir.empty()) definition.work_dir = normalised(definition.work_dir);
  definition.stop_signal = text(document, "stop-signal");
  definition.environment = text_map(document, "environment");
  for (const Json& entry : member(document, "paths")) {
    // An empty one is a left-over, which the checks warned of.
    if (!text(entry, "path").empty()) definition.paths.push_back(path_entry(entry));
  }
  definition.annotations = text_map(document, "annotations");
  definition.labels = text_map(document, "labels");
  definition.entrypoint = texts(document, "entrypoint");
  definition.cmd = texts(document, "cmd");
  definition.ports = texts(document, "ports");
  definition.volumes = texts(document, "volumes");
  for (const Json& test : member(document, "tests")) definition.tests.push_back(image_test(test));
  definition.document = document;
  return definition;
}

}  // namespace hauberk
