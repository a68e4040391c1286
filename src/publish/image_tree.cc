// SPDX-License-Identifier: Apache-2.0
#include "publish/image_tree.h"

#include <map>
#include <set>

namespace hauberk {
namespace {

constexpr int depth_limit = 4;
constexpr std::size_t documents_limit = 2'000;

class TreeReader {
 public:
  explicit TreeReader(const DocumentReader& read) : read_(read) {}

  Status add(const Descriptor& descriptor, int depth) {
    if (!seen_.insert(descriptor.digest).second) return {};
    if (depth > depth_limit || seen_.size() > documents_limit) {
      return fail(ErrorKind::limit_exceeded,
                  "cannot read the image: more than {} indexes within each other, or {} "
                  "manifests",
                  depth_limit, documents_limit);
    }
    TRY(Document document, read_(descriptor));
    auto parsed = parse_manifest_or_index(document.text);
    if (!parsed)
      return wrap(std::move(parsed).error(), fmt::format("cannot read {}", descriptor.digest.text()));
    if (const auto* index = std::get_if<Index>(&*parsed)) {
      for (const Descriptor& child : index->manifests) TRY_STATUS(add(child, depth + 1));
    } else {
      TRY_STATUS(add_blobs(std::get<Manifest>(*parsed)));
    }
    tree_.documents.push_back(std::move(document));
    return {};
  }

  ImageTree take() { return std::move(tree_); }

 private:
  Status add_blobs(const Manifest& manifest) {
    TRY_STATUS(add_blob(manifest.config));
    for (const Descriptor& layer : manifest.layers) TRY_STATUS(add_blob(layer));
    return {};
  }

  Status add_blob(const Descriptor& blob) {
    const auto [at, is_new] = sizes_.try_emplace(blob.digest, blob.size_bytes);
    if (is_new) tree_.blobs.push_back(blob);
    if (at->second == blob.size_bytes) return {};
    return fail(ErrorKind::invalid_input, "cannot read the image: it names {} with two sizes, {} and {}",
                blob.digest.text(), at->second, blob.size_bytes);
  }

  const DocumentReader& read_;
  ImageTree tree_;
  std::set<Digest> seen_;
  std::map<Digest, std::uint64_t> sizes_;
};

}  // namespace

Result<ImageTree> read_tree(const DocumentReader& read, const Descriptor& root) {
  TreeReader reader(read);
  TRY_STATUS(reader.add(root, 0));
  return reader.take();
}

DocumentReader stored_documents(const BlobStore& blobs) {
  return [&blobs](const Descriptor& descriptor) -> Result<Document> {
    TRY(std::string text, read_verified(blobs, descriptor.digest, manifest_limit_bytes));
    if (text.size() == descriptor.size_bytes) return Document{descriptor, std::move(text)};
    return fail(ErrorKind::verification_failed, "cannot use {}: it has {} bytes, and {} were promised",
                descriptor.digest.text(), text.size(), descriptor.size_bytes);
  };
}

}  // namespace hauberk
