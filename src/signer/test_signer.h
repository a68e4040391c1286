// A signer for tests, in the process of the test, with keys made for it.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "signer/server.h"
#include "signer/socket.h"

namespace hauberk {

inline KeyRing ring_of(std::initializer_list<KeyName> names) {
  KeyRing keys;
  for (const KeyName name : names) keys.add(name, PrivateKey::generate(KeyKind::ecdsa_p256).value());
  return keys;
}

// A server at a socket, in a thread, until the end of the block.
class RunningSigner {
 public:
  RunningSigner(KeyRing keys, std::string path, ServerOptions options = {})
      : keys_(std::move(keys)),
        options_(std::move(options)),
        path_(std::move(path)),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    options_.log = [this](std::string_view line) {
      const std::lock_guard guard(mutex_);
      lines_.emplace_back(line);
    };
    auto socket = std::make_shared<ListeningSocket>(ListeningSocket::at(path_, false).value());
    thread_ = std::thread([this, socket] { EXPECT_TRUE(serve(keys_, socket->fd(), stop_.get(), options_)); });
  }
  ~RunningSigner() {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
  }

  Fd connect() const { return *connect_to(path_).value(); }
  const PublicKey& key(KeyName name) const { return keys_.find(name)->public_key(); }
  std::vector<std::string> lines() {
    const std::lock_guard guard(mutex_);
    return lines_;
  }

 private:
  KeyRing keys_;
  ServerOptions options_;
  std::string path_;
  Fd stop_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::thread thread_;
};

}  // namespace hauberk
