// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

namespace hauberk {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input: return "invalid_input";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::verification_failed: return "verification_failed";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::limit_exceeded: return "limit_exceeded";
    case ErrorKind::unsupported: return "unsupported";
    case ErrorKind::io: return "io";
    case ErrorKind::network: return "network";
  }
  return "unknown";
}

}  // namespace hauberk
