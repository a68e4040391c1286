// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "oci/layout_evidence.h"
#include "publish/destinations.h"
#include "tar/writer.h"

namespace hauberk {
namespace {

// A member whose bytes depend on its name and content alone.
TarEntry entry_of(std::string path, TarEntry::Type type, std::uint64_t size_bytes = 0) {
  TarEntry entry;
  entry.type = type;
  entry.path = std::move(path);
  entry.mode = type == TarEntry::Type::directory ? 0755 : 0644;
  entry.size_bytes = size_bytes;
  return entry;
}

// One entry, so that programs that are given no tag take it; where evidence is listed, it says.
std::string index_text(const Descriptor& entry, const std::string& evidence_text) {
  Index index = index_with_entries({entry});
  if (!evidence_text.empty()) {
    index.annotations[std::string(evidence_annotation)] = Digest::of(evidence_text).text();
  }
  return text_of(index);
}

class TarContentSink final : public ByteSink {
 public:
  explicit TarContentSink(TarWriter& writer) : writer_(writer) {}
  Status write(std::span<const std::byte> bytes) override { return writer_.write(bytes); }

 private:
  TarWriter& writer_;
};

}  // namespace

Status write_oci_archive(const BlobStore& blobs, const ImageParts& parts, const Reference* name,
                         ByteSink& sink, Progress& progress) {
  using Type = TarEntry::Type;
  TarWriter tar(sink);
  TRY_STATUS(tar.add_file(entry_of("oci-layout", Type::file), layout_text));
  const std::string evidence = parts.evidence.empty() ? "" : text_of(index_with_entries(parts.evidence));
  TRY_STATUS(tar.add_file(entry_of("index.json", Type::file), index_text(named(parts.root, name), evidence)));
  std::set<std::string> folders = {"blobs"};
  for (const Descriptor& blob : parts.blobs) {
    folders.insert(fmt::format("blobs/{}", blob.digest.algorithm_name()));
  }
  if (!evidence.empty()) folders.insert("blobs/sha256");
  for (const std::string& folder : folders) TRY_STATUS(tar.add(entry_of(folder, Type::directory)));
  if (!evidence.empty()) {
    TRY_STATUS(tar.add_file(entry_of(blob_path(Digest::of(evidence)), Type::file), evidence));
  }

  TarContentSink content(tar);
  for (const Descriptor& blob : parts.blobs) {
    TRY_STATUS(tar.add(entry_of(blob_path(blob.digest), Type::file, blob.size_bytes)));
    TRY_STATUS(copy_blob(blobs, blob, content, progress));
  }
  return tar.finish();
}

}  // namespace hauberk
