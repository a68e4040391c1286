// What `scan` and `explain` share: the packages of an image or SBOM, the feeds, the archive's index, VEX
// files.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "pipeline/available_versions.h"
#include "scan/advisories.h"
#include "scan/scan.h"

namespace hauberk {

struct ScanRequest {
  std::string subject;                    // image, or the file of an SBOM
  std::string platform;
  std::vector<std::string> vex_files;
  std::vector<std::string> vex_authors;   // in the order of trust
  bool update = false;                    // fetch the archive's indexes anew

  void add_to(CLI::App& verb);
};

struct ScanInput {
  Inventory inventory;
  Advisories advisories;
  std::optional<ArchiveState> archive;
  std::vector<VexDocument> vex;
  std::unique_ptr<VexIndex> vex_index;    // of `vex`
  std::vector<std::string> image_names;
  bool has_broken_vex = false;            // warned of; the others apply

  ScanOptions options() const;
};

// Warns of what is missing but not needed: an index, a package record, a VEX file that cannot be read.
// not_found: no image, no store, or no feed at all.
Result<ScanInput> scan_input(Session& session, const ScanRequest& request);

}  // namespace hauberk
