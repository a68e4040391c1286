// SPDX-License-Identifier: Apache-2.0
#include "keys/protect.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>

#include "io/os.h"

namespace hauberk {

// The limit alone would not hold where a program collects core dumps (core_pattern with a pipe).
Status protect_process() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(ErrorKind::io, "cannot forbid core dumps: {}", os_reason(errno));
  }
  return {};
}

}  // namespace hauberk
