// dpkg's record of the packages in an image.
//
// In an image without dpkg, each package leaves /var/lib/dpkg/status.d/<name> (its control stanza) and
// <name>.md5sums: what scanners read. In an image with dpkg, the database that dpkg(1) itself keeps: info/,
// status, triggers/, so that dpkg and apt go on working. Spec: dpkg(1), deb-triggers(5), and dpkg's
// doc/spec on its admindir. Thread rule: pure.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assemble/package_facts.h"

namespace hauberk {

enum class RecordStyle { status_d, dpkg };

// The files that a package's own layer carries: path -> content. `control` are the .deb's control members,
// `list` all of its paths as dpkg lists them: lines "/.", "/usr", ...; only the dpkg style asks for it.
std::map<std::string, std::string> package_record(RecordStyle style, const PackageFacts& facts,
                                                  std::map<std::string, std::string> control,
                                                  std::string list);

// The files that stand for all packages together (the dpkg style only): status, triggers, diversions.
std::map<std::string, std::string> database_record(std::span<const PackageFacts> packages);

// The entries of a conffiles member: paths, without flags.
std::vector<std::string> conffile_paths(std::string_view member);

}  // namespace hauberk
