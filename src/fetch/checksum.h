// What the `checksum` of a file may be, and the files of checksums that it may point to.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace hauberk {

struct Checksum {
  std::optional<Digest> digest;  // as stated
  std::string url;               // where it is to be had; neither: the file is trusted on first use
};

// "sha256:<hex>", "sha512:<hex>", either's bare hex, an http(s) URL, or nothing. unsupported: the commit of a
// git repository; invalid_input: anything else.
Result<Checksum> parse_checksum(std::string_view text);

// The digest of `file_name` in the output of sha256sum or sha512sum (also with --tag), or the only digest
// that stands there. invalid_input: none, or several and none for this name.
Result<Digest> checksum_of_list(std::string_view list, std::string_view file_name);

}  // namespace hauberk
