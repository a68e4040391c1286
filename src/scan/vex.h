// VEX: what somebody says of a vulnerability in a product: not affected and why, affected, fixed.
//
// Spec: OpenVEX 0.2.0 (and what 0.0.1 wrote otherwise). A statement never removes a finding: it is shown with
// it, and a verdict that hides says why. Of contradicting statements the one by the more trusted author
// counts, then the newest, then the one that hides least. Thread rule: values and pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/package.h"
#include "facts/purl.h"

namespace hauberk {

enum class VexStatus { affected, under_investigation, fixed, not_affected };

std::string_view name_of(VexStatus status);

struct VexProduct {
  struct Subcomponent {
    std::string id = {};  // as written
    std::optional<Purl> purl = {};
    friend bool operator==(const Subcomponent&, const Subcomponent&) = default;
  };
  std::string id = {};
  std::optional<Purl> purl = {};  // of identifiers, else of the id
  std::vector<std::string> digests = {};  // of hashes, lowercase hex
  std::vector<Subcomponent> subcomponents = {};

  friend bool operator==(const VexProduct&, const VexProduct&) = default;
};

struct VexStatement {
  std::vector<std::string> vulnerabilities = {};  // its name and aliases
  VexStatus status = VexStatus::under_investigation;
  std::string justification = {};
  std::string impact = {};
  std::string action = {};
  std::int64_t time = 0;  // seconds since 1970: the last update, else its own time, else the document's
  std::vector<VexProduct> products = {};

  friend bool operator==(const VexStatement&, const VexStatement&) = default;
};

struct VexDocument {
  std::string file = {};
  std::string id = {};
  std::string author = {};
  int trust = 0;  // the higher the more; given by who loads it
  std::vector<VexStatement> statements = {};
  std::vector<std::string> problems = {};  // statements that could not be read, and why; they say nothing

  friend bool operator==(const VexDocument&, const VexDocument&) = default;
};

struct VexVerdict {
  VexStatus status = VexStatus::under_investigation;
  std::string justification = {};
  std::string reason = {};  // impact or action statement
  std::string author = {};
  std::string document = {};  // file
  std::string time = {};  // RFC 3339
  std::vector<std::string> overruled = {};  // what contradicts it: "author, time: status"; sorted

  bool hides() const { return status == VexStatus::not_affected || status == VexStatus::fixed; }
  friend bool operator==(const VexVerdict&, const VexVerdict&) = default;
};

// invalid_input, limit_exceeded: the whole document is none. A statement that is malformed is one of
// `problems`.
Result<VexDocument> parse_openvex(std::string_view text, std::string_view file);

// What a finding is about, as far as products can name it.
struct VexSubject {
  std::span<const std::string> image_names = {};  // references and digests of the image
  std::string_view distro = {};  // "debian"
  std::string_view distro_version = {};  // "12"
  std::string_view distro_codename = {};  // "bookworm"
  std::span<const Package* const> packages = {};  // those that the finding is in
};

// Statements by vulnerability, so that a thousand images do not each search all documents.
class VexIndex {
 public:
  explicit VexIndex(std::span<const VexDocument> documents);  // which must outlive it

  // The verdict for a vulnerability of these names; none if nobody says anything of this subject.
  std::optional<VexVerdict> verdict(std::span<const std::string> ids, const VexSubject& subject) const;
  bool empty() const { return by_id_.empty(); }

 private:
  struct Entry {
    const VexDocument* document;
    const VexStatement* statement;
  };
  std::multimap<std::string, Entry, std::less<>> by_id_;
};

}  // namespace hauberk
