// The bill: what an SBOM says, before it is said in one format or the other.
//
// Made from facts and extras; every list is sorted, every identifier unique, so that the writers only spell
// it. Text is valid UTF-8 from here on. Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "sbom/licence_expression.h"
#include "sbom/sbom.h"
#include "sbom/supplier.h"

namespace hauberk {

// A name and a value that neither format has a member for: "hauberk:record" and its like.
using BillProperty = std::pair<std::string, std::string>;

struct BillItem {
  Package::Kind kind = Package::Kind::other;
  std::string id = {};        // letters, digits, "-" and "."; unique in the bill
  std::string group = {};     // java: the part before the colon
  std::string name = {};      // ... and the part after it; others: the whole name
  std::string version = {};
  std::string purl = {};
  std::vector<std::string> other_purls = {};
  Supplier supplier = {};
  std::string homepage = {};  // a URL, or empty
  DeclaredLicence licence = {};
  std::string sha256 = {};    // of the archive it came from, where known
  std::string download = {};  // a URL, or empty
  std::optional<std::size_t> source = {};  // into Bill::sources
  std::vector<std::size_t> needs = {};     // into Bill::items
  std::vector<BillProperty> properties = {};
};

struct BillSource {
  std::string id = {};
  std::string name = {};
  std::string version = {};
  std::string purl = {};
  std::string file = {};      // "gcc-14_14.2.0-19.dsc" of a Debian source package
  Package::Kind kind = Package::Kind::deb;
};

struct BillFile {
  std::string id = {};
  std::string path = {};
  std::string sha256 = {};
};

struct Bill {
  std::string name = {};      // "hauberk/nginx:1.26"
  std::string version = {};   // the digest, where there is one
  std::string purl = {};      // pkg:oci; empty without a digest
  std::string sha256 = {};    // of the manifest
  std::string seed = {};      // what tells this image from all others
  std::string created = {};   // RFC 3339, whole seconds, UTC
  std::string platform = {};  // "linux/amd64"
  OsRelease os = {};          // id is empty: there is none
  std::vector<BillProperty> os_properties = {};
  std::vector<BillItem> items = {};
  std::vector<BillSource> sources = {};
  std::vector<BillFile> files = {};     // that no package owns
  std::vector<std::string> notes = {};  // what is not in here, and why
  std::map<std::string, std::set<std::string>> licence_references = {};  // id -> the names it stands for
  bool is_complete = true;              // every record could be read, every file is listed
};

Bill bill_of(const Facts& facts, const SbomExtras& extras);

// Whether an item is the distribution's, and so a part of its operating system.
inline bool is_of_system(const BillItem& item) {
  return item.kind == Package::Kind::deb || item.kind == Package::Kind::apk;
}

}  // namespace hauberk
