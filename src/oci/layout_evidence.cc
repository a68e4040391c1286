// SPDX-License-Identifier: Apache-2.0
#include "oci/layout_evidence.h"

#include <algorithm>
#include <map>

namespace hauberk {
namespace {

constexpr std::string_view ref_name = "org.opencontainers.image.ref.name";

std::string tag_of(const Descriptor& descriptor) {
  const auto at = descriptor.annotations.find(std::string(ref_name));
  return at == descriptor.annotations.end() ? std::string() : at->second;
}

// What the one listing and the other have in it, images too: theirs may be said to refer to something.
Result<std::vector<Descriptor>> listed(const LayoutReader& layout) {
  std::vector<Descriptor> all;
  for (const auto* entries : {&layout.entries(), &layout.artifacts()}) {
    for (const LayoutEntry& entry : *entries) all.push_back(entry.descriptor);
  }
  const auto at = layout.annotations().find(std::string(evidence_annotation));
  if (at == layout.annotations().end()) return all;
  TRY(const Digest digest, Digest::parse(at->second));
  TRY(const std::string text, read_verified(layout.blobs(), digest, manifest_limit_bytes));
  TRY(const Index index, parse_index(text, most_referrers));
  all.insert(all.end(), index.manifests.begin(), index.manifests.end());
  return all;
}

Result<std::string> read_blob(const BlobStore& blobs, const Descriptor& blob, std::uint64_t limit_bytes) {
  if (blob.size_bytes > limit_bytes) {
    return fail(ErrorKind::limit_exceeded,
                "cannot read the blob {}: it has {} bytes, more than the {} allowed", blob.digest.text(),
                blob.size_bytes, limit_bytes);
  }
  TRY(auto source, open_verified(blobs, blob.digest, blob.size_bytes));
  return read_all(*source, blob.size_bytes);
}

class LayoutEvidence final : public EvidenceSource {
 public:
  explicit LayoutEvidence(std::unique_ptr<LayoutReader> layout) : layout_(std::move(layout)) {}

  Status read_listing() {
    auto all = listed(*layout_);
    if (!all)
      return wrap(std::move(all).error(), fmt::format("cannot read the evidence in {}", layout_->name()));
    for (const Descriptor& entry : *all) add(entry);
    return {};
  }

  Result<std::vector<Descriptor>> referrers(const Digest& subject) const override {
    const auto at = referrers_.find(subject);
    std::vector<Descriptor> descriptors;
    if (at == referrers_.end()) return descriptors;
    if (at->second.size() > most_referrers) {
      return fail(ErrorKind::limit_exceeded, "{}: {} manifests refer to {}, more than the {} allowed",
                  layout_->name(), at->second.size(), subject.text(), most_referrers);
    }
    for (const auto& [digest, descriptor] : at->second) descriptors.push_back(descriptor);
    return descriptors;
  }

  Result<std::optional<Descriptor>> tagged(std::string_view tag) const override {
    const auto at = tags_.find(tag);
    if (at == tags_.end()) return std::nullopt;
    return at->second;
  }

  Result<std::string> read(const Descriptor& blob, std::uint64_t limit_bytes) const override {
    return read_blob(layout_->blobs(), blob, limit_bytes);
  }

 private:
  void add(const Descriptor& entry) {
    const std::string tag = tag_of(entry);
    if (!tag.empty()) tags_.try_emplace(tag, entry);
    const auto text = read_blob(layout_->blobs(), entry, manifest_limit_bytes);
    if (!text) return;
    if (const auto subject = subject_of_tag(tag)) return add_fallback(*subject, *text);
    const auto document = parse_manifest_or_index(*text);
    if (!document) return;
    const auto subject = std::visit([](const auto& value) { return value.subject; }, *document);
    if (subject) referrers_[subject->digest].try_emplace(entry.digest, entry);
  }

  // "sha256-<hex>" alone.
  static std::optional<Digest> subject_of_tag(const std::string& tag) {
    if (!is_referrers_tag(tag) || tag.contains('.')) return std::nullopt;
    std::string digest = tag;
    digest[digest.find('-')] = ':';
    return Digest::parse(digest).value();
  }

  void add_fallback(const Digest& subject, const std::string& text) {
    const auto index = parse_index(text, most_referrers);
    if (!index) return;
    for (const Descriptor& entry : index->manifests) referrers_[subject].try_emplace(entry.digest, entry);
  }

  std::unique_ptr<LayoutReader> layout_;
  std::map<Digest, std::map<Digest, Descriptor>> referrers_;
  std::map<std::string, Descriptor, std::less<>> tags_;
};

}  // namespace

Result<std::unique_ptr<EvidenceSource>> open_evidence(std::unique_ptr<LayoutReader> layout) {
  auto evidence = std::make_unique<LayoutEvidence>(std::move(layout));
  TRY_STATUS(evidence->read_listing());
  return evidence;
}

Result<std::unique_ptr<EvidenceSource>> open_evidence(const std::string& path, ImageForm form) {
  if (form == ImageForm::docker_archive) {
    return fail(
        ErrorKind::unsupported,
        "{} has no evidence in it: Docker's archives have no place for any; use an oci-archive: or oci: "
        "copy",
        path);
  }
  if (form == ImageForm::layout) {
    TRY(auto layout, LayoutReader::of_folder(path));
    return open_evidence(std::move(layout));
  }
  TRY(auto archive, TarArchive::open(path));
  TRY(auto layout, LayoutReader::of_archive(std::move(archive)));
  return open_evidence(std::move(layout));
}

}  // namespace hauberk
