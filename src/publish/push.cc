// SPDX-License-Identifier: Apache-2.0
#include "publish/push.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "io/parallel.h"
#include "publish/gather_evidence.h"
#include "publish/push_evidence.h"

namespace hauberk {
namespace {

bool is_index(const Document& document) {
  const auto parsed = parse_manifest_or_index(document.text);
  return parsed && std::holds_alternative<Index>(*parsed);
}

class Push {
 public:
  Push(const BlobStore& blobs, RegistryClient& registry, const PushRequest& request, Progress& progress)
      : blobs_(blobs), registry_(registry), request_(request), progress_(progress) {}

  Result<PushReport> run() {
    TRY(const ImageTree tree, read_tree(stored_documents(blobs_), request_.image));
    TRY(GatheredEvidence gathered, evidence_of(tree));
    for (const std::string& why : gathered.left_out) progress_.warn(why);
    report_.evidence = gathered.items.size();
    TRY(const auto missing, missing_evidence(registry_, std::move(gathered.items), request_.connections));
    report_.evidence_sent = missing.size();
    TRY(const auto there, registry_.digest_of(request_.image.digest.text()));
    TRY_STATUS(send_blobs(there ? std::vector<Descriptor>() : tree.blobs, missing));
    if (!there) TRY_STATUS(put_documents(tree.documents));
    TRY(const WrittenLists lists, put_evidence(registry_, missing, request_.connections));
    report_.by_tag = lists.by_tag;
    if (!lists.without.empty()) warn_of_no_list(lists.without.front());
    TRY_STATUS(put_tags(tree.documents.back()));
    for (const Descriptor& blob : blobs_of(tree.blobs, missing)) report_.blobs.push_back(blob.digest);
    return std::move(report_);
  }

 private:
  Result<GatheredEvidence> evidence_of(const ImageTree& tree) const {
    if (request_.evidence == nullptr) return GatheredEvidence{};
    return gather_evidence(*request_.evidence, tree);
  }

  void warn_of_no_list(const Digest& subject) const {
    const std::string why = fmt::format(
        "{} can list no bundles: it has no referrers API, and takes the tag {} for the image itself; what "
        "cosign's older forms hold (.sig, .att) is found there all the same",
        registry_.address().host, referrers_tag(subject));
    progress_.warn(why);
  }

  // The largest first, so that none of them is what the others are waited for.
  static std::vector<Descriptor> blobs_of(const std::vector<Descriptor>& image,
                                          const std::vector<EvidenceItem>& evidence) {
    std::vector<Descriptor> blobs;
    std::set<Digest> seen;
    const auto add = [&](const std::vector<Descriptor>& some) {
      for (const Descriptor& blob : some) {
        if (seen.insert(blob.digest).second) blobs.push_back(blob);
      }
    };
    add(image);
    for (const EvidenceItem& item : evidence) add(item.blobs());
    std::ranges::stable_sort(blobs, std::greater<>(), &Descriptor::size_bytes);
    return blobs;
  }

  Status send_blobs(const std::vector<Descriptor>& image, const std::vector<EvidenceItem>& evidence) {
    const auto blobs = blobs_of(image, evidence);
    std::uint64_t total = 0;
    for (const Descriptor& blob : blobs) total += blob.size_bytes;
    progress_.begin(fmt::format("pushing to {}", registry_.address().name()), total, "bytes");
    std::atomic<std::size_t> sent = 0, mounted = 0, there = 0;
    std::vector<char> is_wrong_note(blobs.size(), 0);
    const Status status = parallel_for(blobs.size(), request_.connections, [&](std::size_t i) -> Status {
      UploadOptions options = request_.upload;
      if (request_.known_in) options.mount_from = request_.known_in(blobs[i].digest);
      TRY(const Sent how, upload_blob(registry_, blobs_, blobs[i], options, progress_));
      ++(how == Sent::sent ? sent : how == Sent::mounted ? mounted : there);
      is_wrong_note[i] = !options.mount_from.empty() && how == Sent::sent;
      return {};
    });
    progress_.end();
    report_.blobs_sent = sent;
    report_.blobs_mounted = mounted;
    report_.blobs_there = there;
    for (std::size_t i = 0; i < blobs.size(); ++i) {
      if (is_wrong_note[i] != 0) report_.not_mounted.push_back(blobs[i].digest);
    }
    return status;
  }

  // Manifests at once; indexes after them, in the order of the tree.
  Status put_documents(const std::vector<Document>& documents) {
    std::vector<const Document*> manifests, indexes;
    for (const Document& document : documents)
      (is_index(document) ? indexes : manifests).push_back(&document);
    const auto put = [&](const Document& document) -> Status {
      TRY_STATUS(registry_.put_manifest(document.descriptor.digest.text(), document));
      return {};
    };
    TRY_STATUS(parallel_for(manifests.size(), request_.connections,
                            [&](std::size_t i) { return put(*manifests[i]); }));
    for (const Document* index : indexes) TRY_STATUS(put(*index));
    return {};
  }

  Status put_tags(const Document& root) {
    return parallel_for(request_.tags.size(), request_.connections, [&](std::size_t i) -> Status {
      TRY_STATUS(registry_.put_manifest(request_.tags[i], root));
      return {};
    });
  }

  const BlobStore& blobs_;
  RegistryClient& registry_;
  const PushRequest& request_;
  Progress& progress_;
  PushReport report_;
};

}  // namespace

Result<PushReport> push_image(const BlobStore& blobs, RegistryClient& registry, const PushRequest& request,
                              Progress& progress) {
  return Push(blobs, registry, request, progress).run();
}

}  // namespace hauberk
