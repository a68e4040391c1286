// The two hashes of one file's content: SHA-256, and the MD5 that dpkg's records have.
//
// Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/digest.h"

namespace hauberk {

class ContentHashes {
 public:
  ContentHashes();
  ContentHashes(const ContentHashes&) = delete;
  ContentHashes& operator=(const ContentHashes&) = delete;
  ~ContentHashes();

  void begin();
  void write(std::span<const std::byte> bytes);

  struct Both {
    Digest sha256;
    std::string md5;  // lowercase hex; empty where the machine's rules forbid MD5 (FIPS)
  };
  Both finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hauberk
