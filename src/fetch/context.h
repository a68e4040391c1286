// What every step of fetching works with, and the few ways in which bytes come in.
//
// Bytes enter the vault only after their digest was checked (or, trusted on first use, recorded), and become
// visible in one rename: a killed process leaves nothing half-made. Thread rule: all functions may be called
// from several threads at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "fetch/fetch.h"

namespace hauberk {

struct FetchContext {
  Store& store;
  HttpClient& http;
  const Clock& clock;
  Progress& progress;
  FetchOptions options;
};

struct Wanted {
  std::string url;                          // as requested, credentials included
  std::string what;                         // in messages: "package libc6 2.41-12"
  std::optional<Digest> digest = {};        // sha256 or sha512; none: trusted as it comes
  std::optional<std::uint64_t> size_bytes = {};
  std::uint64_t limit_bytes = std::uint64_t{8} << 30;
  bool report_bytes = false;                // to Progress::advance
};

struct Stored {
  Digest digest;  // sha256: its name in the vault
  std::uint64_t size_bytes = 0;

  friend bool operator==(const Stored&, const Stored&) = default;
};

// The wanted bytes, from the vault if they are there, else from the network into the vault. not_found when
// offline; verification_failed: another size or digest than wanted, and nothing was kept.
Result<Stored> fetch_into_vault(const FetchContext& context, const Wanted& wanted);

// A small text from the network. not_found also when offline.
Result<std::string> fetch_text(const FetchContext& context, const std::string& url,
                               std::uint64_t limit_bytes);

// Keeps `text` in the vault; idempotent.
Result<Stored> keep_in_vault(const FetchContext& context, std::string_view text);

// A text from the vault, its digest checked again. not_found if it is not there.
Result<std::string> read_from_vault(const FetchContext& context, const Digest& digest,
                                    std::uint64_t limit_bytes);

}  // namespace hauberk
