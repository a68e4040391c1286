// What the package managers' own records say is installed: dpkg's and apk's.
//
// Specs: dpkg(1) and the files below /var/lib/dpkg: status, status.d/<name> (images without dpkg),
// info/*.list and *.md5sums, diversions; apk's lib/apk/db/installed. Records are hostile input and often
// broken: what cannot be read is a problem that names file and line, and the rest counts. Thread rule: pure
// functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "facts/package.h"

namespace hauberk {

// What a package's own list says of one of its files.
struct ListedFile {
  std::string path = {};  // relative to the root; where a diversion put it
  std::string md5 = {};  // lowercase hex; empty where the list has none (folders, conffiles, all of apk's)

  friend bool operator==(const ListedFile&, const ListedFile&) = default;
};

struct PackageRecords {
  struct Recorded {
    Package package = {};
    std::vector<ListedFile> files = {};  // sorted by path

    friend bool operator==(const Recorded&, const Recorded&) = default;
  };

  std::vector<Recorded> packages = {};  // in the order of the records: status, status.d by name, apk's
  std::vector<std::string> problems = {};  // "file: why"
  bool is_there = false;  // some record is there, however empty

  friend bool operator==(const PackageRecords&, const PackageRecords&) = default;
};

// `texts` are the files of the root that is_text_path() names: path -> content. A package that one file
// records twice counts as the last says, as for dpkg; in two files with one version it is one, with two it is
// both, and a problem.
PackageRecords read_package_records(const std::map<std::string, std::string>& texts);

// os-release(5): NAME=value lines, the value as a shell would read it.
OsRelease parse_os_release(std::string_view text);

}  // namespace hauberk
