// Compare: what is better and what is worse in one image than in another.
//
// For "what we run today against the hardened one" and for "yesterday's build against today's". Thread rule:
// values and pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "check/check.h"
#include "facts/facts.h"
#include "scan/scan.h"

namespace hauberk {

struct ComparedImage {
  const Facts& facts;
  const Report& report;
  const ScanResult* scan = nullptr;  // null: no feed
};

struct Comparison {
  struct Change {
    std::string kind, name, before, after;  // versions; empty where it is not there
    friend bool operator==(const Change&, const Change&) = default;
  };
  struct Side {
    std::string name = {};
    std::uint64_t size_bytes = 0;       // as stored, all layers
    std::uint64_t unpacked_bytes = 0;   // of the final root's files
    std::size_t files = 0;
    std::size_t packages = 0;
    std::map<std::string, std::size_t> holes = {};   // "critical, fixed and available" -> number
    std::map<std::string, std::size_t> checks = {};  // outcome -> number
    std::string user = {};
    std::size_t setuid_files = 0;
    std::vector<std::string> tools = {};  // "a shell (usr/bin/dash)", sorted: what an intruder would look for
    friend bool operator==(const Side&, const Side&) = default;
  };
  Side before, after;
  std::vector<Change> packages = {};  // added, removed, changed; sorted
  bool has_holes = false;  // both were scanned: the next two, and Side::holes, say something
  std::vector<std::string> new_holes = {};  // ids that only `after` has, sorted
  std::vector<std::string> closed_holes = {};
  std::vector<std::string> checks_worse = {};  // ids that passed before and do not now
  std::vector<std::string> checks_better = {};
  std::vector<std::string> tools_lost = {};  // so that nobody is surprised: "a shell (sh, bash)"
};

Comparison compare_images(const ComparedImage& before, const ComparedImage& after);
Json json_of(const Comparison& comparison);
std::string text_of(const Comparison& comparison);

}  // namespace hauberk
