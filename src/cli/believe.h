// Whose signatures count: keys that the user named, else what the store trusts.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "prove/verify.h"
#include "store/store.h"

namespace hauberk {

class Believe {
 public:
  // Files of public keys (PEM), believed for everything.
  Status named(const std::vector<std::string>& files);

  // trust.json; where there is none, the key that this store itself signs with. not_found says what to do.
  Status of_store(const Store& store);

  // `*this` must outlive it, where it is.
  const Believed& believed() const { return believed_; }

 private:
  std::optional<Trust> trust_;
  Believed believed_;
};

}  // namespace hauberk
