// The image config: how the image runs, and which layers it is made of.
//
// Spec: OCI image-spec 1.1, config.md. Thread rule: a value.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/platform.h"
#include "base/time.h"

namespace hauberk {

struct ImageConfig {
  struct History {
    std::string created;     // RFC 3339, as written
    std::string created_by;
    std::string comment;
    bool empty_layer = false;
    friend bool operator==(const History&, const History&) = default;
  };

  std::string created;       // RFC 3339, as written; empty if absent
  std::string os;
  std::string architecture;
  std::string user;          // "65532:65532"
  std::vector<std::string> environment;  // "NAME=value", sorted by us when writing our own images
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> exposed_ports;  // "8080/tcp", sorted
  std::vector<std::string> volumes;        // sorted
  std::string working_dir;
  std::string stop_signal;
  std::map<std::string, std::string> labels;
  std::vector<Digest> diff_ids;
  std::vector<History> history;

  friend bool operator==(const ImageConfig&, const ImageConfig&) = default;
};

Result<ImageConfig> parse_config(std::string_view text);

// Canonical JSON.
std::string text_of(const ImageConfig& config);

}  // namespace hauberk
