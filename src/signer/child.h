// A signer that is started for one client.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "signer/signer.h"

namespace hauberk {

// The process; it is ended with this object.
class SignerProcess {
 public:
  // `hauberk signer --fd 3 ...` in our terminal and environment, with nothing open but its end of a socket
  // pair, the passphrase's descriptor if there is one, and standard error. Gives our end.
  static Result<std::pair<SignerProcess, Fd>> start(const Store& store, const SignerOptions& options);

  SignerProcess(SignerProcess&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  SignerProcess& operator=(SignerProcess&&) = delete;
  ~SignerProcess();

 private:
  explicit SignerProcess(pid_t pid) : pid_(pid) {}

  pid_t pid_;
};

}  // namespace hauberk
