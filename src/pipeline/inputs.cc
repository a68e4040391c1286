// SPDX-License-Identifier: Apache-2.0
#include "pipeline/inputs.h"

#include <algorithm>
#include <set>

#include "definition/definition.h"
#include "fetch/fetch.h"
#include "fetch/stage.h"
#include "history/evidence.h"
#include "io/parallel.h"
#include "oci/media_type.h"

namespace hauberk {
namespace {

constexpr std::string_view config_type = "application/vnd.hauberk.inputs.config.v1+json";
constexpr std::string_view package_type = "application/vnd.debian.binary-package";
constexpr std::string_view source_type = "application/vnd.hauberk.source-file.v1";
constexpr std::string_view file_type = "application/vnd.hauberk.definition-file.v1";
constexpr std::uint64_t most_config_bytes = 16 << 20;
constexpr std::string_view title = "org.opencontainers.image.title";

// The artifact's layers, each blob once, and the words about them.
class Contents {
 public:
  void add_packages(const Lock& lock) {
    Json list = Json::array();
    for (const LockedPackage& package : lock.packages) {
      add(package_type, package.digest, package.size_bytes, package.url.substr(package.url.rfind('/') + 1));
      list.push_back({{"name", package.name},
                      {"version", package.version},
                      {"architecture", package.architecture},
                      {"sha256", package.digest.hex()}});
    }
    json_["packages"] = std::move(list);
  }

  void add_files(const Lock& lock) {
    Json list = Json::array();
    for (const LockedFile& file : lock.files) {
      add(file_type, file.digest, file.size_bytes, file.origin);
      list.push_back({{"origin", file.origin}, {"sha256", file.digest.hex()}});
    }
    json_["files"] = std::move(list);
  }

  void add_sources(const SourcesOfLock& sources) {
    Json found = Json::array(), missing = Json::array();
    for (const FetchedSource& source : sources.found) {
      Json files = Json::array();
      for (const SourceFile& file : source.files) {
        add(source_type, file.digest, file.size_bytes, file.name);
        files.push_back({{"name", file.name}, {"sha256", file.digest.hex()}, {"url", file.url}});
      }
      found.push_back({{"name", source.id.first},
                       {"version", source.id.second},
                       {"files", std::move(files)}});
    }
    for (const MissingSource& source : sources.missing) {
      missing.push_back({{"name", source.id.first}, {"version", source.id.second}, {"why", source.why}});
    }
    json_["sources"] = std::move(found);
    json_["missing"] = std::move(missing);
  }

  const std::vector<Descriptor>& layers() const { return layers_; }
  const Json& json() const { return json_; }

 private:
  void add(std::string_view type, const Digest& digest, std::uint64_t size_bytes, const std::string& name) {
    if (!seen_.insert(digest).second) return;
    layers_.push_back({.media_type = std::string(type),
                       .digest = digest,
                       .size_bytes = size_bytes,
                       .annotations = {{std::string(title), name}}});
  }

  std::vector<Descriptor> layers_;
  std::set<Digest> seen_;
  Json json_ = Json::object();
};

// Hashed on the way: what went bad in the vault is not passed on.
Status keep_blob(Store& store, const Descriptor& blob) {
  const auto size = store.blobs().size_bytes(blob.digest);
  if (size && *size == blob.size_bytes) return {};
  TRY(FileSource file, store.vault().open_file(vault_path(blob.digest)));
  TRY(auto copied, store.blobs().create());
  TRY_STATUS(copy(file, *copied));
  const auto digest = copied->commit(&blob.digest);
  if (digest) return {};
  return wrap(digest.error(), fmt::format("cannot keep {}: {}/{} is damaged; `hauberk build --no-cache` "
                                          "fetches it again",
                                          blob.annotations.at(std::string(title)), store.vault().path(),
                                          vault_path(blob.digest)));
}

Status keep_blobs(Store& store, const std::vector<Descriptor>& blobs, Progress& progress) {
  const Stage stage(progress, "keeping the inputs", blobs.size(), "files");
  return parallel_for(blobs.size(), processor_count(), [&](std::size_t i) -> Status {
    TRY_STATUS(keep_blob(store, blobs[i]));
    progress.advance(1);
    return {};
  });
}

Result<Descriptor> put_manifest(Store& store, const Contents& contents, const Descriptor& image) {
  const std::string config = canonical_json(contents.json());
  const Manifest manifest{.media_type = std::string(media_type::manifest),
                          .artifact_type = std::string(inputs_artifact_type),
                          .config = describe(config_type, config),
                          .layers = contents.layers(),
                          .subject = Descriptor{image.media_type, image.digest, image.size_bytes},
                          .annotations = {}};
  const std::string text = text_of(manifest);
  if (text.size() > manifest_limit_bytes) {
    return fail(ErrorKind::limit_exceeded,
                "cannot keep the inputs of {}: {} files are more than one manifest can name",
                image.digest.text(), contents.layers().size());
  }
  TRY_STATUS(put_blob(store.blobs(), config));
  TRY_STATUS(put_blob(store.blobs(), text));
  Descriptor described = describe(media_type::manifest, text);
  described.artifact_type = manifest.artifact_type;
  return described;
}

Status list_artifact(Store& store, const Descriptor& image, const Descriptor& artifact, Time now) {
  TRY(EvidenceTable table, EvidenceTable::open(store));
  return table.put(image.digest, {{.form = EvidenceForm::bundle,
                                   .predicate_type = std::string(inputs_artifact_type),
                                   .manifest = artifact,
                                   .made_at = to_rfc3339(now)}});
}

}  // namespace

Result<StoredInputs> store_inputs(Store& store, HttpClient& http, const Clock& clock, const Lock& lock,
                                  const Descriptor& image, bool offline, Progress& progress) {
  TRY(const Definition definition, definition_of_document(lock.definition));
  Fetcher fetcher(store, http, clock, progress, {.offline = offline});
  TRY(SourcesOfLock sources, fetcher.sources(definition, lock));
  Contents contents;
  contents.add_packages(lock);
  contents.add_files(lock);
  contents.add_sources(sources);
  TRY_STATUS(keep_blobs(store, contents.layers(), progress));
  TRY(Descriptor artifact, put_manifest(store, contents, image));
  TRY_STATUS(list_artifact(store, image, artifact, clock.now()));
  StoredInputs stored{{std::move(artifact), contents.json()},
                      lock.packages.size(),
                      sources.found.size(),
                      0,
                      std::move(sources.missing)};
  for (const Descriptor& layer : contents.layers()) stored.size_bytes += layer.size_bytes;
  return stored;
}

Result<std::optional<KeptInputs>> inputs_of_image(const Store& store, const Digest& image) {
  TRY(EvidenceTable table, EvidenceTable::open(store));
  TRY(const auto rows, table.of(image));
  const auto row = std::ranges::find(rows, inputs_artifact_type, &EvidenceRow::predicate_type);
  if (row == rows.end()) return std::nullopt;
  TRY(const std::string text, read_verified(store.blobs(), row->manifest.digest, manifest_limit_bytes));
  TRY(const Manifest manifest, parse_manifest(text));
  TRY(const std::string config, read_verified(store.blobs(), manifest.config.digest, most_config_bytes));
  TRY(Json contents, parse_json(config, {.size_bytes = most_config_bytes}));
  return KeptInputs{row->manifest, std::move(contents)};
}

Status take_inputs(const BlobStore& blobs, const Lock& lock, Store& store) {
  const auto take = [&](const Digest& digest, std::uint64_t size_bytes) -> Status {
    TRY(const bool is_there, blobs.has(digest));
    if (!is_there) return {};
    TRY(const auto blob, open_verified(blobs, digest, size_bytes));
    TRY(NewFile file, store.vault().create_file());
    TRY_STATUS(copy(*blob, file));
    return file.commit(vault_path(digest), Durability::unsynced);
  };
  for (const LockedPackage& package : lock.packages) TRY_STATUS(take(package.digest, package.size_bytes));
  for (const LockedFile& file : lock.files) TRY_STATUS(take(file.digest, file.size_bytes));
  return {};
}

}  // namespace hauberk
