// A file that a suite's signed Release lists in one or several packings: Packages, Sources.
//
// Thread rule: functions, from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fetch/context.h"
#include "fetch/release.h"
#include "fetch/repositories.h"
#include "io/compression.h"

namespace hauberk {

struct IndexFile {
  std::string folder;  // below the suite, with its final "/"; of a flat repository ""
  std::string path;    // below the suite: "main/binary-amd64/Packages.xz"
  Compression compression = Compression::none;
  Release::File file;
  std::optional<Release::File> text;  // of the unpacked file, where listed
};

// The packing to take: fast to unpack first, then small. None: the Release lists no such file.
std::optional<IndexFile> index_file(const Release& release, const std::string& folder, std::string_view name);

// Brings the file into the vault, if it is not there, and reads it: by its hash, which a mirror in the middle
// of an update still has; by its name where there is none. If `read` says verification_failed, and the copy
// in the vault has gone bad, it is fetched again, once, and that is said. network: the mirror has it not,
// though it says so; others as fetch_into_vault() and `read`.
Status read_index_file(const FetchContext& context, const Repository& repository, const Release& release,
                       const IndexFile& file, const std::function<Status()>& read);

// verification_failed: the file in the vault cannot be used, and how to be rid of it.
std::unexpected<Error> bad_index_file(const FetchContext& context, const IndexFile& file,
                                      std::string_view why);

}  // namespace hauberk
