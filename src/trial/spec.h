// What the OCI runtime is told: one container with the least that a program can run with.
//
// Spec: OCI runtime-spec 1.0.2, config.md and config-linux.md. Nothing here looks at the machine: the same
// values give the same document. docs/decisions/0015-oci-runtime.md says why each restriction is what it is.
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/platform.h"

namespace hauberk {

struct ContainerUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> additional_gids;  // sorted

  friend bool operator==(const ContainerUser&, const ContainerUser&) = default;
};

struct ContainerSpec {
  struct Bind {
    std::string path;      // in the container
    std::string host_dir;  // absolute
    bool read_only = false;
  };

  Platform platform = Platform::amd64();
  std::string root;                      // the unpacked image, absolute
  std::vector<std::string> args;         // never empty
  std::vector<std::string> environment;  // "NAME=value"
  std::string directory = "/";
  ContainerUser user;
  std::vector<Bind> binds;
  std::string network_namespace;         // path of the one to join
  std::string cgroup;                    // "/name"; empty: none of our own
  std::uint64_t open_files = 1024;
  std::uint64_t processes = 4096;
};

// The config.json of a bundle.
Json runtime_spec(const ContainerSpec& spec);

}  // namespace hauberk
