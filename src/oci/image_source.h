// One platform's image, wherever it lies: its config and its layers as tar streams.
//
// Thread rule: open_layer() may be called from several threads at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/stream.h"
#include "oci/config.h"
#include "oci/manifest.h"

namespace hauberk {

class ImageSource {
 public:
  struct Layer {
    std::optional<Digest> diff_id;  // of the tar; none where nobody said (a plain folder)
    std::optional<Digest> digest;   // of the bytes as stored; none where they have no name of their own
    std::uint64_t size_bytes = 0;   // as stored

    friend bool operator==(const Layer&, const Layer&) = default;
  };

  virtual ~ImageSource() = default;

  // How to call it in messages and reports: "hauberk/nginx:1.26", "site.tar", "/srv/root".
  virtual const std::string& name() const = 0;

  // The config; for a plain folder one that says nothing but platform.
  virtual const ImageConfig& config() const = 0;
  virtual const std::string& config_text() const = 0;  // exact bytes; empty for a plain folder

  // The manifest's descriptor and annotations, where there is one (not in older Docker archives).
  virtual const std::optional<Descriptor>& descriptor() const = 0;
  virtual const std::optional<Manifest>& manifest() const = 0;

  // Names that point to it where it lies ("nginx:1.26"), sorted.
  virtual const std::vector<std::string>& tags() const = 0;

  virtual const std::vector<Layer>& layers() const = 0;

  // Layer `i` uncompressed. The read that would be the end fails with verification_failed if the bytes are
  // not the ones that digest and diff_id name: so nothing of it counts before read() gave 0.
  virtual Result<std::unique_ptr<ByteSource>> open_layer(std::size_t i) const = 0;
};

}  // namespace hauberk
