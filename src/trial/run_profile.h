// How to run an image with the least it needs: for docker run, Compose and Kubernetes.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "oci/config.h"
#include "oci/manifest.h"

namespace hauberk {

// The annotation that names the paths a running image must be able to write, space-separated.
inline constexpr std::string_view writable_annotation = "hauberk.writable";

struct RunProfile {
  std::string image;                  // the reference to print
  std::string user;                   // "65532:65532"
  std::vector<std::string> writable;  // tmpfs
  std::vector<std::string> volumes;   // declared by the image: data that outlives the container
  std::vector<std::string> ports;     // "8080/tcp"
  std::string stop_signal;
};

RunProfile run_profile(const std::string& image, const ImageConfig& config, const Annotations& annotations);

enum class ProfileFormat { docker, compose, kubernetes };
std::string print_run_profile(const RunProfile& profile, ProfileFormat format);
Json json_of(const RunProfile& profile);

}  // namespace hauberk
