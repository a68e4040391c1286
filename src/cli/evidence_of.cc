// SPDX-License-Identifier: Apache-2.0
#include "cli/evidence_of.h"

#include "cli/find_image.h"
#include "history/evidence.h"
#include "oci/manifest.h"
#include "oci/media_type.h"
#include "oci/reference.h"

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
};

Result<ImageEvidence> of_store(Session& session, const std::string& text) {
  TRY(auto store, session.open_store());
  TRY(const FoundImage found, find_image(*store, text));
  TRY(EvidenceTable table, EvidenceTable::open(*store));
  auto place = std::make_shared<StoredPlace>(StoredPlace{std::move(table)});
  auto source = std::make_unique<StoredEvidence>(place->table, store->blobs());
  TRY(std::string repository, repository_of(found, text));
  TRY(ImageToVerify image, image_at(*source, std::move(repository), found.descriptor));
  std::string name = found.reference.empty() ? found.descriptor.digest.text() : found.reference;
  return ImageEvidence{std::move(name), std::move(image), std::move(store), std::move(place),
                       std::move(source)};
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

Result<ImageEvidence> evidence_of(Session& session, const std::string& text) {
  return of_store(session, text);
}

}  // namespace hauberk
