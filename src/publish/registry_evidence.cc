// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_evidence.h"

#include <algorithm>

#include "oci/media_type.h"
#include "publish/referrers_answer.h"

namespace hauberk {
namespace {

bool is_document(std::string_view type) {
  return type == media_type::manifest || type == media_type::index || type == media_type::docker_manifest ||
         type == media_type::docker_manifest_list;
}

std::unexpected<Error> too_large(const Descriptor& blob, std::uint64_t limit_bytes) {
  return fail(ErrorKind::limit_exceeded, "cannot read {}: it has {} bytes, more than the {} allowed",
              blob.digest.text(), blob.size_bytes, limit_bytes);
}

Result<std::string> read_blob(RegistryClient& registry, const Descriptor& blob) {
  MemorySink sink;
  TRY_STATUS(registry.download(blob, sink));
  std::string text = sink.take();
  if (Digest::of(text, blob.digest.algorithm()) == blob.digest) return text;
  return fail(ErrorKind::verification_failed, "cannot use the blob {}: the registry sends other bytes",
              blob.digest.text());
}

}  // namespace

// By its bytes: the registry may state its digest by another algorithm.
bool is_subject_itself(const Document& tagged, const Digest& subject) {
  return Digest::of(tagged.text, subject.algorithm()) == subject;
}

Result<std::vector<Descriptor>> RegistryEvidence::referrers(const Digest& subject) const {
  TRY(auto listed, registry_.list_referrers(subject));
  if (!listed) {
    TRY(const auto index, registry_.find_manifest(referrers_tag(subject)));
    if (!index || is_subject_itself(*index, subject)) return std::vector<Descriptor>();
    TRY(listed, parse_referrers(index->text));
  }
  std::ranges::sort(*listed, {}, &Descriptor::digest);
  const auto twice = std::ranges::unique(*listed, {}, &Descriptor::digest);
  listed->erase(twice.begin(), twice.end());
  return *std::move(listed);
}

Result<std::optional<Descriptor>> RegistryEvidence::tagged(std::string_view tag) const {
  TRY(auto document, registry_.find_manifest(tag));
  if (!document) return std::nullopt;
  return std::move(document->descriptor);
}

Result<std::string> RegistryEvidence::read(const Descriptor& blob, std::uint64_t limit_bytes) const {
  if (blob.size_bytes > limit_bytes) return too_large(blob, limit_bytes);
  if (!is_document(blob.media_type)) return read_blob(registry_, blob);
  TRY(Document document, registry_.manifest(blob.digest.text()));
  if (document.text.size() == blob.size_bytes) return std::move(document.text);
  return fail(ErrorKind::verification_failed, "cannot use {}: it has {} bytes, and {} were said",
              blob.digest.text(), document.text.size(), blob.size_bytes);
}

}  // namespace hauberk
