// SPDX-License-Identifier: Apache-2.0
#include "oci/layout_reader.h"

#include <algorithm>
#include <array>

#include "oci/referrers.h"

namespace hauberk {
namespace {

constexpr std::string_view layout_path = "oci-layout", index_path = "index.json";
constexpr std::uint64_t layout_limit_bytes = 4 << 10;

// The blobs of an archive. Nothing can be written.
class ArchiveBlobs final : public BlobStore {
 public:
  explicit ArchiveBlobs(std::unique_ptr<TarArchive> archive) : archive_(std::move(archive)) {}
  const TarArchive& archive() const { return *archive_; }

  Result<std::unique_ptr<NewBlob>> create(Digest::Algorithm) override { return read_only(); }
  Status remove(const Digest&) override { return read_only(); }
  Result<std::unique_ptr<ByteSource>> open(const Digest& digest) const override {
    return archive_->open_member(blob_path(digest));
  }
  Result<std::uint64_t> size_bytes(const Digest& digest) const override {
    return archive_->size_bytes(blob_path(digest));
  }
  Result<bool> has(const Digest& digest) const override { return archive_->has(blob_path(digest)); }

 private:
  std::unexpected<Error> read_only() const {
    return fail(ErrorKind::unsupported, "cannot write into the archive {}", archive_->name());
  }
  std::unique_ptr<TarArchive> archive_;
};

class FolderLayout final : public LayoutReader {
 public:
  explicit FolderLayout(Dir dir) : LayoutReader(dir.path()), dir_(std::move(dir)), blobs_(dir_) {}
  const BlobStore& blobs() const override { return blobs_; }
  Status read_documents() {
    return read(dir_.read_file(layout_path, layout_limit_bytes),
                dir_.read_file(index_path, manifest_limit_bytes));
  }

 private:
  Dir dir_;
  DirBlobStore blobs_;
};

class ArchiveLayout final : public LayoutReader {
 public:
  explicit ArchiveLayout(std::unique_ptr<TarArchive> archive)
      : LayoutReader(archive->name()), blobs_(std::move(archive)) {}
  const BlobStore& blobs() const override { return blobs_; }
  Status read_documents() {
    return read(blobs_.archive().read_member(layout_path, layout_limit_bytes),
                blobs_.archive().read_member(index_path, manifest_limit_bytes));
  }

 private:
  ArchiveBlobs blobs_;
};

Status check_version(std::string_view text) {
  TRY(const Json json, parse_json(text, {.size_bytes = layout_limit_bytes, .depth = 4}));
  TRY(const std::string version, json_string(json, "imageLayoutVersion", layout_path));
  if (version.starts_with("1.")) return {};
  return fail(ErrorKind::unsupported, "its imageLayoutVersion is {}, and only 1.* is known", version);
}

std::vector<std::string> names_of(const Descriptor& descriptor) {
  constexpr std::array<const char*, 2> keys = {"org.opencontainers.image.ref.name",
                                               "io.containerd.image.name"};
  std::vector<std::string> names;
  for (const char* key : keys) {
    const auto at = descriptor.annotations.find(key);
    if (at != descriptor.annotations.end() && !at->second.empty()) names.push_back(at->second);
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}  // namespace

Result<std::unique_ptr<LayoutReader>> LayoutReader::of_folder(const std::string& path) {
  TRY(Dir dir, Dir::open(path));
  auto layout = std::make_unique<FolderLayout>(std::move(dir));
  TRY_STATUS(layout->read_documents());
  return layout;
}

Result<std::unique_ptr<LayoutReader>> LayoutReader::of_archive(std::unique_ptr<TarArchive> archive) {
  auto layout = std::make_unique<ArchiveLayout>(std::move(archive));
  TRY_STATUS(layout->read_documents());
  return layout;
}

Status LayoutReader::read(const Result<std::string>& layout_text, const Result<std::string>& index_text) {
  if (!layout_text) return std::unexpected(layout_text.error());
  if (!index_text) return std::unexpected(index_text.error());
  const std::string context = fmt::format("cannot read the OCI layout {}", name_);
  if (auto checked = check_version(*layout_text); !checked) return wrap(std::move(checked).error(), context);
  auto index = parse_index(*index_text, most_referrers);
  if (!index) return wrap(std::move(index).error(), context);
  annotations_ = std::move(index->annotations);
  for (Descriptor& descriptor : index->manifests) {
    auto names = names_of(descriptor);
    const bool is_artifact =
        !descriptor.artifact_type.empty() || std::ranges::any_of(names, is_referrers_tag);
    (is_artifact ? artifacts_ : entries_).push_back({std::move(descriptor), std::move(names)});
  }
  if (!entries_.empty()) return {};
  if (artifacts_.empty()) return fail(ErrorKind::invalid_input, "{}: its index.json lists no image", context);
  return fail(ErrorKind::not_found, "{}: there is no image in it, only artifacts", context);
}

std::vector<ListedImage> LayoutReader::images() const {
  std::vector<ListedImage> images;
  for (const LayoutEntry& entry : entries_) {
    const auto same = std::ranges::find(images, entry.names, &ListedImage::names);
    const auto at = same == images.end() ? images.insert(images.end(), {entry.names, {}}) : same;
    const Descriptor& d = entry.descriptor;
    if (!d.os.empty() || !d.architecture.empty()) at->platforms.push_back(d.os + "/" + d.architecture);
  }
  return images;
}

}  // namespace hauberk
