// An OCI image layout, in a folder or in an archive: its index, and its blobs.
//
// Spec: OCI image-spec 1.1, image-layout.md. Thread rule: all methods may be called from several threads.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "oci/blob_store.h"
#include "oci/manifest.h"
#include "oci/open_image.h"
#include "oci/tar_archive.h"

namespace hauberk {

// What index.json lists.
struct LayoutEntry {
  Descriptor descriptor;
  std::vector<std::string> names =
      {};  // sorted: org.opencontainers.image.ref.name, and containerd's full name
};

class LayoutReader {
 public:
  virtual ~LayoutReader() = default;

  // not_found, io: the path, or only artifacts in it; invalid_input: no layout, or none with an image in it;
  // unsupported: of another version.
  static Result<std::unique_ptr<LayoutReader>> of_folder(const std::string& path);
  static Result<std::unique_ptr<LayoutReader>> of_archive(std::unique_ptr<TarArchive> archive);

  const std::string& name() const { return name_; }
  const std::vector<LayoutEntry>& entries() const { return entries_; }  // the images; at least one
  // What else index.json lists: entries with an artifact type, or with a tag that belongs to a digest.
  const std::vector<LayoutEntry>& artifacts() const { return artifacts_; }
  const Annotations& annotations() const { return annotations_; }  // of index.json
  std::vector<ListedImage> images() const;
  virtual const BlobStore& blobs() const = 0;

 protected:
  explicit LayoutReader(std::string name) : name_(std::move(name)) {}
  Status read(const Result<std::string>& layout_text, const Result<std::string>& index_text);

 private:
  std::string name_;
  std::vector<LayoutEntry> entries_;
  std::vector<LayoutEntry> artifacts_;
  Annotations annotations_;
};

}  // namespace hauberk
