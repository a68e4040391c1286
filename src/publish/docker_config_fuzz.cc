// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "publish/docker_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto config = hauberk::DockerConfig::parse(text);
  if (!config) return 0;
  for (const char* host : {"registry.example", "docker.io", "localhost:5000"}) {
    const auto helper = config->helper(host);
    if (helper && *helper && (*helper)->contains('/')) std::abort();
    static_cast<void>(config->credentials(host));
  }
  // What is set is found after writing and reading, and what was erased is gone.
  const hauberk::RegistryCredentials mine{.user = "user", .password = "pass:word"};
  config->set("registry.example", mine);
  auto again = hauberk::DockerConfig::parse(config->text());
  if (!again || again->credentials("registry.example") != mine) std::abort();
  if (!again->erase("registry.example") || !again->credentials("registry.example")->is_nobody()) std::abort();
  return 0;
}
