// How to run an image with the least it needs: for docker run, Compose and Kubernetes.
//
// What is printed is pasted into a shell or handed to an orchestrator, so nothing of the image gets into it
// unquoted, and a path that could be taken for something else is refused. Thread rule: values.
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
  std::string user;                   // "65532:65532"; "0:0" where the image says none
  std::vector<std::string> writable;  // tmpfs; without those that are volumes
  std::vector<std::string> volumes;   // declared by the image: data that outlives the container
  std::vector<std::string> ports;     // "8080/tcp"
  std::string stop_signal;            // empty: SIGTERM

  friend bool operator==(const RunProfile&, const RunProfile&) = default;
};

// The paths of the annotation, sorted. invalid_input: one that is not absolute and plain (letters, digits and
// . _ - + @ between slashes, no ".."), or the root itself.
Result<std::vector<std::string>> writable_paths(const Annotations& annotations);

// invalid_input: the image states a path, port or user that has no meaning.
Result<RunProfile> run_profile(const std::string& image, const ImageConfig& config,
                               const Annotations& annotations);

enum class ProfileFormat { docker, compose, kubernetes };
// docker: one command for a shell; compose: a compose.yaml; kubernetes: a Deployment, with a claim for each
// volume. Ports are published on the loopback address only.
std::string print_run_profile(const RunProfile& profile, ProfileFormat format);
Json json_of(const RunProfile& profile);

}  // namespace hauberk
