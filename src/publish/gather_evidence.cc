// SPDX-License-Identifier: Apache-2.0
#include "publish/gather_evidence.h"

#include <array>
#include <mutex>

#include "io/parallel.h"

namespace hauberk {
namespace {

// What cosign and others keep below tags: signatures, attestations, and SBOMs as they are.
constexpr std::array<std::string_view, 3> tag_endings = {".sig", ".att", ".sbom"};

// One thing to open.
struct Found {
  Digest subject;
  Descriptor descriptor;
  std::string tag = {};
};

// Whether the evidence is at fault, and not the way to it.
bool is_its_own(ErrorKind kind) { return kind != ErrorKind::network && kind != ErrorKind::io; }

Result<EvidenceItem> open_item(const EvidenceSource& source, const Found& found) {
  TRY(std::string text, source.read(found.descriptor, manifest_limit_bytes));
  TRY(Manifest manifest, parse_manifest(text));
  if (found.tag.empty() && (!manifest.subject || manifest.subject->digest != found.subject)) {
    return fail(ErrorKind::verification_failed, "it does not refer to {}", found.subject.text());
  }
  const Descriptor descriptor{
      .media_type = manifest.media_type, .digest = found.descriptor.digest, .size_bytes = text.size()};
  return EvidenceItem{found.subject, {descriptor, std::move(text)}, std::move(manifest), found.tag};
}

Result<std::vector<Found>> find_all(const EvidenceSource& source, const Digest& subject) {
  std::vector<Found> all;
  TRY(auto referrers, source.referrers(subject));
  for (Descriptor& referrer : referrers) all.push_back({subject, std::move(referrer)});
  for (const std::string_view ending : tag_endings) {
    const std::string tag = fmt::format("{}{}", referrers_tag(subject), ending);
    TRY(auto tagged, source.tagged(tag));
    if (tagged) all.push_back({subject, *std::move(tagged), tag});
  }
  return all;
}

Result<std::vector<Found>> find_all(const EvidenceSource& source, const ImageTree& tree) {
  std::vector<std::vector<Found>> of_each(tree.documents.size());
  TRY_STATUS(parallel_for(of_each.size(), source.threads(), [&](std::size_t i) -> Status {
    TRY(of_each[i], find_all(source, tree.documents[i].descriptor.digest));
    return {};
  }));
  std::vector<Found> all;
  for (auto& some : of_each) all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace

std::vector<Descriptor> EvidenceItem::blobs() const {
  std::vector<Descriptor> blobs = {manifest.config};
  blobs.insert(blobs.end(), manifest.layers.begin(), manifest.layers.end());
  return blobs;
}

Result<GatheredEvidence> gather_evidence(const EvidenceSource& source, const ImageTree& tree) {
  TRY(const auto found, find_all(source, tree));
  std::vector<Result<EvidenceItem>> opened(found.size(), fail(ErrorKind::io, "not read"));
  TRY_STATUS(parallel_for(found.size(), source.threads(), [&](std::size_t i) -> Status {
    opened[i] = open_item(source, found[i]);
    if (!opened[i] && !is_its_own(opened[i].error().kind)) return std::unexpected(opened[i].error());
    return {};
  }));
  GatheredEvidence gathered;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (opened[i]) {
      gathered.items.push_back(*std::move(opened[i]));
    } else {
      gathered.left_out.push_back(fmt::format("the evidence {} of {} is left out: {}",
                                              found[i].descriptor.digest.text(), found[i].subject.text(),
                                              opened[i].error().message));
    }
  }
  return gathered;
}

}  // namespace hauberk
