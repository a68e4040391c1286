// The store that an image is built again in: fresh, with the mirrors and rules of another one.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "resolve/lock.h"
#include "store/store.h"

namespace hauberk {

class Workshop {
 public:
  // In the folder `named`, which is made if it is not there, and stays; empty: in a temporary one, gone with
  // this object. Takes over the configuration of `model`.
  static Result<std::unique_ptr<Workshop>> open(const std::string& named, const Store& model);
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop();

  Store& store() { return *store_; }

  // What the other store's vault has of the lock. The build checks each file's hash.
  Status take_from(const Store& other, const Lock& lock);

 private:
  Workshop(std::string path, bool is_temporary) : path_(std::move(path)), is_temporary_(is_temporary) {}

  std::string path_;
  bool is_temporary_;
  std::unique_ptr<Store> store_;
};

}  // namespace hauberk
