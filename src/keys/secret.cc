// SPDX-License-Identifier: Apache-2.0
#include "keys/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "keys/sodium.h"

namespace hauberk {

// sodium_malloc keeps quiet when it may not lock, so the lock is asked for once more: a page that has it
// answers yes again.
Result<Secret> Secret::of_size(std::size_t size) {
  need_sodium();
  const std::size_t room = std::max<std::size_t>(size, 1);
  char* const data = static_cast<char*>(sodium_malloc(room));
  if (data == nullptr || sodium_mlock(data, room) != 0) {
    const int error = errno;
    sodium_free(data);
    return fail(ErrorKind::limit_exceeded,
                "cannot keep a secret of {} bytes out of swap: {}; raise the limit of locked memory with: "
                "ulimit -l 8192",
                size, std::strerror(error));
  }
  std::memset(data, 0, room);
  return Secret(data, size);
}

Result<Secret> Secret::of(std::string_view bytes) {
  TRY(Secret secret, of_size(bytes.size()));
  std::ranges::copy(bytes, secret.data_);
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  sodium_free(data_);
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

// Wipes all of the pages first.
Secret::~Secret() { sodium_free(data_); }

void Secret::shorten(std::size_t size) {
  if (size > size_) std::abort();  // a bug of the caller
  wipe(bytes().subspan(size));
  size_ = size;
}

void wipe(std::span<std::byte> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

void need_sodium() {
  // It fails only where there is no random source at all, and then nothing that we make would be secret.
  if (sodium_init() < 0) std::abort();
}

}  // namespace hauberk
