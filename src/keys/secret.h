// Bytes that nobody else may see: a passphrase, a private key.
//
// They lie in memory that is locked (never swapped), left out of core dumps, between guard pages, and wiped
// when it is freed. There is no conversion to std::string: what needs the bytes takes a view and keeps no
// copy. Thread rule: a value; moved, never copied by accident.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"

namespace hauberk {

class Secret {
 public:
  // Room for `size` bytes, all zero. limit_exceeded: the system lets us lock no more memory (says how to
  // raise the limit).
  static Result<Secret> of_size(std::size_t size);
  // Copies the bytes. The caller wipes its own, if it has any.
  static Result<Secret> of(std::string_view bytes);

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  std::string_view view() const { return {data_, size_}; }
  std::span<std::byte> bytes() { return {reinterpret_cast<std::byte*>(data_), size_}; }
  std::size_t size() const { return size_; }

  // Cuts the end off (wiped); `size` is at most the present one.
  void shorten(std::size_t size);

 private:
  Secret(char* data, std::size_t size) : data_(data), size_(size) {}

  char* data_;
  std::size_t size_;
};

// Wipes bytes that passed through ordinary memory.
void wipe(std::span<std::byte> bytes);

}  // namespace hauberk
