// A package found in an image or named by an SBOM, of whatever kind: what scanning and SBOMs speak of.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hauberk {

// What os-release(5) says; empty members where it is silent.
struct OsRelease {
  std::string id = {};           // "debian"
  std::string version_id = {};   // "13"
  std::string codename = {};     // "trixie"
  std::string pretty_name = {};

  friend bool operator==(const OsRelease&, const OsRelease&) = default;
};

struct Licence {
  std::string expression = {};  // SPDX; "NOASSERTION" where the text is there but says none
  std::string file = {};        // where it was found, relative to the root

  friend bool operator==(const Licence&, const Licence&) = default;
};

struct Package {
  enum class Kind { deb, apk, python, npm, java, golang, gem, cargo, other };
  // What its record says. Only `installed` packages are judged; the others are shown as what they are.
  enum class State { installed, half_installed, unpacked, half_configured, triggers, removed, unknown };

  Kind kind = Kind::other;
  State state = State::installed;
  std::string name = {};  // as its own world writes it; java: "group:artifact"; golang: module path
  std::string version = {};  // with epoch where its kind has one; empty if the record has none
  std::string architecture = {};
  std::string source = {};  // source package; of a deb without Source its own name
  std::string source_version = {};  // ... and version
  std::string supplier = {};  // maintainer or author, as written
  std::string homepage = {};
  std::vector<std::string> depends = {};  // names or, for deb and apk, relations as written
  std::vector<std::string> provides = {};
  std::vector<std::string> built_using = {};  // "source (= version)" of Built-Using and Static-Built-Using
  std::vector<Licence> licences = {};
  std::string record = {};  // the file that says so, relative to the root; empty for an SBOM's
  std::string purl = {};  // as an SBOM gave it; empty for packages found in files
  std::string origin = {};  // of a deb: the Origin or vendor its record names, else empty
  std::string owner = {};  // of a language package: the deb or apk whose file its record is, else empty

  friend bool operator==(const Package&, const Package&) = default;
};

// "deb", "apk", "pypi", "npm", "maven", "golang", "gem", "cargo", "generic": the type in a package URL.
std::string_view purl_type(Package::Kind kind);

// What is installed, by whatever means we learnt it: all that a scan needs.
struct Inventory {
  std::string name = {};  // of the image or SBOM
  OsRelease os = {};
  std::vector<Package> packages = {};

  friend bool operator==(const Inventory&, const Inventory&) = default;
};

}  // namespace hauberk
