// trust.json in the store: kept so that nobody is taken back to an older one.
//
//   keys/trust.json    the envelope that was accepted last, as it came
//   keys/trust.newest  its mark: number, digest and roots (trust/trust.h)
//
// The mark decides, not the file: an old trust.json that is copied over the new one (out of a backup, or by
// somebody who wants a revoked key back) is refused, and the error says how to bring the newest back. A
// newer one, signed as it must be, is taken where it lies, and remembered. Who can write to the folder keys/
// could replace both; the store is its owner's alone. Writes are durable; a crash leaves what was before,
// what comes after, or what the same command ends when it is run again. Thread rule: may be used from
// several threads and processes at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"
#include "trust/trust.h"

namespace hauberk {

inline constexpr std::uint64_t most_trust_file_bytes = 2 << 20;

struct AcceptOptions {
  std::string root_fingerprint = {};  // of a root that must have signed it; needed for the first one
  // Take it although it does not follow the one before: that one's root was lost, or is somebody else's. Not
  // back to an older one of the same root.
  bool replace = false;
};

class TrustFile {
 public:
  // `store` must live longer.
  explicit TrustFile(const Store& store) : dir_(store.dir()) {}

  // For messages.
  std::string path() const;

  // None: none was ever accepted. verification_failed: trust.json is gone, older, or not the one that was
  // accepted.
  Result<std::optional<Trust>> load() const;

  // The same where one is needed: not_found says how to get one.
  Result<Trust> need() const;

  // Takes the first one, the next one, or the same again. As Trust's functions.
  Result<Trust> accept(std::string_view envelope_text, const AcceptOptions& options = {}) const;

  // The number that a new document must have.
  Result<std::uint64_t> next_number() const;

 private:
  Result<std::optional<TrustMark>> mark() const;

  const Dir& dir_;
};

}  // namespace hauberk
