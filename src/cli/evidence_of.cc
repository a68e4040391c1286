// SPDX-License-Identifier: Apache-2.0
#include "cli/evidence_of.h"

#include "cli/copy_source.h"
#include "cli/find_image.h"
#include "history/evidence.h"
#include "oci/manifest.h"
#include "oci/media_type.h"
#include "oci/reference.h"
#include "publish/registry_evidence.h"

namespace hauberk {
namespace {

bool is_index_type(std::string_view type) {
  return type == media_type::index || type == media_type::docker_manifest_list;
}

// The repository of "team/nginx:1", "team/nginx@sha256:..."; of a digest alone that of its first tag.
Result<std::string> repository_of(const FoundImage& found, const std::string& text) {
  if (!found.reference.empty()) {
    TRY(const Reference reference, Reference::parse(found.reference));
    return reference.name();
  }
  if (!found.tags.empty()) {
    TRY(const Reference reference, Reference::parse(found.tags.front()));
    return reference.name();
  }
  return fail(
      ErrorKind::not_found,
      "cannot tell which repository {} is of, since no tag points to it: name it as REPOSITORY@DIGEST", text);
}

struct StoredPlace {
  EvidenceTable table;
  StoredEvidence evidence;

  StoredPlace(EvidenceTable opened, const BlobStore& blobs)
      : table(std::move(opened)), evidence(table, blobs) {}
};

Result<ImageEvidence> of_store(Session& session, const std::string& text) {
  TRY(auto store, session.open_store());
  TRY(const FoundImage found, find_image(*store, text));
  TRY(EvidenceTable table, EvidenceTable::open(*store));
  auto place = std::make_shared<const StoredPlace>(std::move(table), store->blobs());
  TRY(std::string repository, repository_of(found, text));
  TRY(ImageToVerify image, image_at(place->evidence, std::move(repository), found.descriptor));
  std::string name = found.reference.empty() ? found.descriptor.digest.text() : found.reference;
  const EvidenceSource* source = &place->evidence;
  return ImageEvidence{std::move(name), std::move(image), std::move(store), std::move(place), source};
}

struct RegistryPlace {
  std::unique_ptr<RegistryClient> registry;
  RegistryEvidence evidence;

  explicit RegistryPlace(std::unique_ptr<RegistryClient> client)
      : registry(std::move(client)), evidence(*registry) {}
};

// Only documents are fetched: the layers are not needed to know who signed what.
Result<ImageEvidence> of_registry(Session& session, const std::string& text, const RegistryFlags& flags) {
  TRY(const Reference reference, registry_reference(text));
  TRY(const RegistryAddress address, RegistryAddress::of(reference));
  const auto store = session.open_store();
  TRY(auto registry, RegistryClient::open(address, registry_options(store ? store->get() : nullptr, flags)));
  TRY(const Document document, registry->manifest(name_in_registry(reference)));
  auto place = std::make_shared<const RegistryPlace>(std::move(registry));
  TRY(ImageToVerify image, image_at(place->evidence, reference.name(), document.descriptor));
  const EvidenceSource* source = &place->evidence;
  return ImageEvidence{reference.text(), std::move(image), nullptr, std::move(place), source};
}

Result<ImageEvidence> of_layout(Session& session, const std::string& text, const RegistryFlags& flags) {
  TRY(CopySource found, open_copy_source(session, text, flags, std::nullopt));
  std::string repository = "image";
  if (const auto reference = Reference::parse(found.reference)) repository = reference->name();
  TRY(ImageToVerify image, image_at(*found.evidence, std::move(repository), found.image));
  return ImageEvidence{text, std::move(image), nullptr, std::move(found.owner), found.evidence};
}

}  // namespace

Result<ImageToVerify> image_at(const EvidenceSource& source, std::string repository, const Descriptor& root) {
  ImageToVerify image{std::move(repository), root, {}, {}};
  if (!is_index_type(root.media_type)) return image;
  TRY(const std::string text, source.read(root, manifest_limit_bytes));
  TRY(image.index, parse_index(text));
  for (const Descriptor& manifest : image.index->manifests) {
    // An attestation that stands among the manifests is no image.
    if (manifest.os != "unknown") image.manifests.push_back(manifest);
  }
  return image;
}

Result<ImageEvidence> evidence_of(Session& session, const std::string& text, const RegistryFlags& flags) {
  if (names_registry(text)) return of_registry(session, text, flags);
  const bool is_place = text.starts_with("oci:") || text.starts_with("oci-archive:");
  return is_place ? of_layout(session, text, flags) : of_store(session, text);
}

}  // namespace hauberk
