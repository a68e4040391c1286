// SPDX-License-Identifier: Apache-2.0
#include "publish/pull.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "io/parallel.h"
#include "io/progress_sink.h"
#include "oci/platform_image.h"
#include "publish/gather_evidence.h"
#include "publish/referrers_answer.h"
#include "publish/registry_evidence.h"

namespace hauberk {
namespace {

Status store_document(BlobStore& blobs, const Document& document) {
  const Digest& digest = document.descriptor.digest;
  TRY(const bool there, blobs.has(digest));
  if (there && check_blob(blobs, digest, document.text.size())) return {};
  TRY(auto blob, blobs.create(digest.algorithm()));
  TRY_STATUS(write_text(*blob, document.text));
  TRY_STATUS(blob->commit(&digest));
  return {};
}

class Pull {
 public:
  Pull(RegistryClient& registry, BlobStore& blobs, const PullRequest& request, Progress& progress)
      : registry_(registry), blobs_(blobs), request_(request), progress_(progress) {}

  Result<PullReport> run() {
    TRY(const ImageTree tree, read_image());
    TRY(const GatheredEvidence gathered, evidence_of(tree));
    TRY_STATUS(fetch_blobs(tree, gathered.items));
    for (const Document& document : tree.documents) TRY_STATUS(store_document(blobs_, document));
    TRY(std::vector<PulledEvidence> evidence, store_evidence(gathered));
    PullReport report{.image = tree.documents.back().descriptor, .evidence = std::move(evidence)};
    report.blobs_fetched = fetched_;
    report.blobs_there = there_;
    report.bytes_fetched = bytes_;
    for (const Descriptor& blob : tree.blobs) report.blobs.push_back(blob.digest);
    return report;
  }

 private:
  // What was read already, or is stored, is not asked for again.
  Result<Document> read_document(const Document& root, const Descriptor& descriptor) {
    if (descriptor.digest == root.descriptor.digest) return root;
    if (auto stored = stored_documents(blobs_)(descriptor)) return stored;
    TRY(Document document, registry_.manifest(descriptor.digest.text()));
    if (document.text.size() == descriptor.size_bytes) return document;
    return fail(ErrorKind::verification_failed, "cannot use {}: it has {} bytes, and {} were promised",
                descriptor.digest.text(), document.text.size(), descriptor.size_bytes);
  }

  Result<ImageTree> read_image() {
    TRY(Document root, registry_.manifest(request_.name));
    if (request_.platform) {
      TRY(root, document_for(*request_.platform, root));
    }
    return read_tree([&](const Descriptor& descriptor) { return read_document(root, descriptor); },
                     root.descriptor);
  }

  // The manifest of the platform; an image of one platform is what it is.
  Result<Document> document_for(const Platform& platform, const Document& root) {
    TRY(const auto parsed, parse_manifest_or_index(root.text));
    const auto* index = std::get_if<Index>(&parsed);
    if (index == nullptr) return root;
    TRY(const Descriptor chosen, choose_platform(index->manifests, platform, request_.name));
    return read_document(root, chosen);
  }

  Result<GatheredEvidence> evidence_of(const ImageTree& tree) {
    if (!request_.with_evidence) return GatheredEvidence{};
    return gather_evidence(RegistryEvidence(registry_, request_.connections), tree);
  }

  Status fetch_blobs(const ImageTree& tree, const std::vector<EvidenceItem>& evidence) {
    std::vector<Descriptor> wanted;
    std::set<Digest> seen;
    TRY_STATUS(add_missing(tree.blobs, seen, wanted));
    const std::size_t of_image = wanted.size();
    for (const EvidenceItem& item : evidence) TRY_STATUS(add_missing(item.blobs(), seen, wanted));
    std::ranges::stable_sort(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(of_image),
                             std::greater<>(), &Descriptor::size_bytes);
    std::uint64_t total = 0;
    for (const Descriptor& blob : wanted) total += blob.size_bytes;
    progress_.begin(fmt::format("pulling from {}", registry_.address().name()), total, "bytes");
    const Status status = parallel_for(wanted.size(), request_.connections, [&](std::size_t i) -> Status {
      Status fetched = fetch(wanted[i]);
      // Of evidence, what is not to be had is left out where it is put together.
      const bool may_miss = i >= of_image && !fetched && fetched.error().kind != ErrorKind::network &&
                            fetched.error().kind != ErrorKind::io;
      return may_miss ? Status() : fetched;
    });
    progress_.end();
    return status;
  }

  Status add_missing(const std::vector<Descriptor>& some, std::set<Digest>& seen,
                     std::vector<Descriptor>& wanted) {
    for (const Descriptor& blob : some) {
      if (!seen.insert(blob.digest).second) continue;
      const auto size = blobs_.size_bytes(blob.digest);
      if (size && *size == blob.size_bytes) {
        ++there_;
      } else {
        wanted.push_back(blob);
      }
    }
    return {};
  }

  Status fetch(const Descriptor& blob) {
    TRY(auto stored, blobs_.create(blob.digest.algorithm()));
    ProgressSink sink(*stored, progress_);
    TRY_STATUS(registry_.download(blob, sink));
    const auto digest = stored->commit(&blob.digest);
    if (!digest) {
      return wrap(digest.error(), fmt::format("cannot pull from {}: the registry sends other bytes",
                                              registry_.address().name()));
    }
    ++fetched_;
    bytes_ += blob.size_bytes;
    return {};
  }

  Result<std::vector<PulledEvidence>> store_evidence(const GatheredEvidence& gathered) {
    for (const std::string& why : gathered.left_out) progress_.warn(why);
    std::vector<PulledEvidence> stored;
    for (const EvidenceItem& item : gathered.items) {
      TRY(const bool whole, has_all(item.blobs()));
      if (!whole) {
        progress_
            .warn(fmt::format("the evidence {} of {} is left out: the registry lacks a blob that it names",
                              item.document.descriptor.digest.text(), item.subject.text()));
        continue;
      }
      TRY_STATUS(store_document(blobs_, item.document));
      stored.push_back({item.subject, referrer_entry(item.document.descriptor, item.manifest), item.tag});
    }
    return stored;
  }

  Result<bool> has_all(const std::vector<Descriptor>& some) {
    for (const Descriptor& blob : some) {
      TRY(const bool there, blobs_.has(blob.digest));
      if (!there) return false;
    }
    return true;
  }

  RegistryClient& registry_;
  BlobStore& blobs_;
  const PullRequest& request_;
  Progress& progress_;
  std::atomic<std::size_t> fetched_ = 0;
  std::size_t there_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
};

}  // namespace

Result<PullReport> pull_image(RegistryClient& registry, BlobStore& blobs, const PullRequest& request,
                              Progress& progress) {
  return Pull(registry, blobs, request, progress).run();
}

}  // namespace hauberk
