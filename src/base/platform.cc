// SPDX-License-Identifier: Apache-2.0
#include "base/platform.h"

namespace hauberk {

Result<Platform> Platform::parse(std::string_view text) {
  for (const Platform platform : all()) {
    if (platform.text() == text) return platform;
  }
  return fail(ErrorKind::unsupported, "platform \"{}\" is not supported: use linux/amd64 or linux/arm64",
              text);
}

Result<Platform> Platform::of_this_machine() {
#if defined(__x86_64__)
  return amd64();
#elif defined(__aarch64__)
  return arm64();
#else
  return fail(ErrorKind::unsupported, "this machine is neither linux/amd64 nor linux/arm64");
#endif
}

std::string_view Platform::text() const {
  return architecture_ == Architecture::amd64 ? "linux/amd64" : "linux/arm64";
}

std::string_view Platform::architecture() const { return text().substr(6); }

}  // namespace hauberk
