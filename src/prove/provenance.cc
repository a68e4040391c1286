// SLSA provenance: https://slsa.dev/spec/v1.0/provenance.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "facts/purl.h"
#include "prove/predicates.h"

namespace hauberk {
namespace {

constexpr std::string_view build_type = "urn:x-hauberk:build:v1";

Json digest_set(const Digest& digest) { return {{std::string(digest.algorithm_name()), digest.hex()}}; }

std::string purl_of(const LockedPackage& package, const std::string& codename) {
  Purl purl{.type = "deb",
            .space = "debian",
            .name = package.name,
            .version = package.version,
            .qualifiers = {{"arch", package.architecture}},
            .subpath = {}};
  if (!codename.empty()) purl.qualifiers["distro"] = codename;
  return text_of(purl);
}

Json index_dependency(const LockedIndex& index) {
  return {{"name", "index"},
          {"uri", index.url},
          {"digest", digest_set(index.release_digest)},
          {"annotations",
           {{"suite", index.suite},
            {"component", index.component},
            {"architecture", index.architecture},
            {"origin", index.origin},
            {"date", index.date},
            {"signedBy", index.signed_by},
            {"packagesDigest", index.packages_digest.text()}}}};
}

Json package_dependency(const LockedPackage& package, const Lock& lock) {
  const bool has_index = package.index < lock.indexes.size();
  return {{"name", package.name},
          {"uri", purl_of(package, has_index ? lock.indexes[package.index].codename : std::string())},
          {"downloadLocation", package.url},
          {"digest", digest_set(package.digest)},
          {"annotations",
           {{"source", package.source},
            {"sourceVersion", package.source_version},
            {"sizeBytes", package.size_bytes}}}};
}

// A file of the catalogue has no address: its path is its name.
Json file_dependency(const LockedFile& file) {
  const bool has_address = file.origin.find("://") != std::string::npos;
  Json json = {{"name", has_address ? "file" : file.origin},
               {"digest", digest_set(file.digest)},
               {"annotations", {{"sizeBytes", file.size_bytes}}}};
  if (has_address) json["uri"] = file.origin;
  return json;
}

Json dependencies(const Lock& lock) {
  Json all = Json::array();
  for (const LockedIndex& index : lock.indexes) all.push_back(index_dependency(index));
  for (const LockedPackage& package : lock.packages) all.push_back(package_dependency(package, lock));
  for (const LockedFile& file : lock.files) all.push_back(file_dependency(file));
  return all;
}

Json definition_of(const Lock& lock, const BuildRun& run) {
  Json definition = {{"digest", digest_set(Digest::of(canonical_json(lock.definition)))}};
  if (!run.definition_path.empty()) definition["path"] = run.definition_path;
  if (!run.commit.empty()) definition["commit"] = run.commit;
  return definition;
}

std::vector<std::string> platforms_of(const Lock& lock) {
  std::vector<std::string> names;
  for (const Platform platform : lock.platforms) names.emplace_back(platform.text());
  std::ranges::sort(names);
  return names;
}

}  // namespace

Json provenance_predicate(const Lock& lock, const BuildRun& run) {
  const Json external = {{"definition", definition_of(lock, run)},
                         {"platforms", platforms_of(lock)},
                         {"profile", lock.profile},
                         {"guards", lock.guards}};
  const Json internal = {{"lock", digest_set(Digest::of(text_of(lock)))},
                         {"recipe", lock.recipe},
                         {"output", lock.output},
                         {"compression", lock.compression},
                         {"compressor", lock.compressor},
                         {"relaxedPins", lock.relaxed_pins}};
  return {
      {"buildDefinition",
       {{"buildType", build_type},
        {"externalParameters", external},
        {"internalParameters", internal},
        {"resolvedDependencies", dependencies(lock)}}},
      {"runDetails",
       {{"builder", {{"id", run.builder_id}, {"version", {{"hauberk", run.program_version}}}}},
        {"metadata", {{"startedOn", to_rfc3339(run.started)}, {"finishedOn", to_rfc3339(run.finished)}}}}}};
}

}  // namespace hauberk
