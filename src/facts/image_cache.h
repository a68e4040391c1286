// The facts of whole images, kept in the store beside those of their layers (facts/layer_cache.h), so that
// layers are laid one on the other, and records read, once: cache/facts/<recipe>/image-<hex of the key>.
//
// The key is of all that the content depends on: the layers' diff_ids in their order and the config's exact
// bytes. A file that is damaged or of another form is as good as none. Thread rule: any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "facts/facts.h"
#include "oci/image_source.h"
#include "store/store.h"

namespace hauberk {

class ImageCache {
 public:
  // Keeps and knows nothing without a store, or if a layer has no diff_id (a plain folder).
  ImageCache(const ImageSource& image, const Store* store);

  // `begun` with what is known of the image's content.
  std::optional<Facts> facts(Facts begun) const;
  std::optional<ImageInventory> inventory() const;

  // That nothing can be kept (a full disk, a store of another user) is no failure: the next run does without.
  void keep(const Facts& facts) const;

 private:
  const Store* store_;
  std::string path_;  // empty: there is no key
};

}  // namespace hauberk
