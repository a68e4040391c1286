// Where long work says how far it is. The command line draws it; tests and scripts ignore it.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace hauberk {

// Thread rule: every method may be called from any thread.
class Progress {
 public:
  virtual ~Progress() = default;

  // A stage begins: "fetching packages", with the total in `unit` ("bytes", "packages"), 0 if unknown.
  virtual void begin(std::string_view stage, std::uint64_t total, std::string_view unit) = 0;
  virtual void advance(std::uint64_t amount) = 0;
  virtual void end() = 0;

  // Something the user should know that is no error: a warning that ends with what can be done.
  virtual void warn(std::string_view message) = 0;
};

// Says nothing.
class SilentProgress final : public Progress {
 public:
  void begin(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
  void end() override {}
  void warn(std::string_view) override {}
};

}  // namespace hauberk
