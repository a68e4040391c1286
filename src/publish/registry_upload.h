// A blob into a registry's repository: mounted, sent at once, or sent in pieces and resumed.
//
//   HEAD blobs/<digest>                    200: it is there
//   POST blobs/uploads/?mount=&from=       201: taken over from another repository; refused: as if not asked
//   POST blobs/uploads/                    202, Location: an upload has begun
//   PUT <location>?digest=                 small: all bytes, and it is done; 413: as if large
//   PATCH <location>, Content-Range        large: from where the registry is; then PUT without bytes. 413: in
//                                          smaller parts
//   GET <location>                         after a broken connection: how far it came
//
// Spec: OCI distribution-spec 1.1, "Pushing blobs". The stored bytes are checked while they are sent: wrong
// ones are never completed. Thread rule: free functions, several blobs at once.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/progress.h"
#include "oci/blob_store.h"
#include "publish/registry_client.h"

namespace hauberk {

enum class Sent { was_there, mounted, sent };

struct UploadOptions {
  bool ask_first = true;        // whether the registry may have it already
  std::string mount_from = {};  // a repository of the registry that has it, as far as we know; "": none
  std::uint64_t at_once_bytes = 4 << 20;  // above, in a way that can be resumed
  int attempts = 4;             // broken connections without any progress in between
  std::chrono::milliseconds retry_delay{250};
};

// Tells `progress` its bytes, each once, also when they need not be sent. verification_failed: the stored
// bytes are damaged, or the registry has something else in the end; network: after the attempts.
Result<Sent> upload_blob(RegistryClient& registry, const BlobStore& blobs, const Descriptor& blob,
                         const UploadOptions& options, Progress& progress);

}  // namespace hauberk
