// What was seen of one package while its bytes went into a layer: kept so that nobody reads it again.
//
// Two cache files (for each package, recipe and guards): cache/facts/<key>.files has every file as it is in
// the image, as records (assemble/file_facts.h); cache/facts/<key>.json all else, and the digest of the
// former. The files are never all in memory: a package may have very many. Thread rule: values; one thread
// for a writer.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include "assemble/file_facts.h"
#include "base/digest.h"
#include "base/json.h"
#include "io/dir.h"

namespace hauberk {

struct PackageFacts {
  struct LeftOut {
    std::uint64_t files = 0;
    std::uint64_t size_bytes = 0;
    friend bool operator==(const LeftOut&, const LeftOut&) = default;
  };

  std::string name;                     // from the control file, checked against the lock
  std::string version;
  std::string architecture;
  std::string multi_arch;
  std::string control;                  // the control stanza, as it is in the package
  std::string triggers;                 // the control member of that name
  std::map<std::string, Digest> scripts;
  std::map<std::string, std::string> conffiles;  // path -> md5, as dpkg's status has it
  std::map<std::string, std::string> contents;   // of files that effects read
  Digest files = Digest::of("");        // of the records of its files, in the order of the package
  std::map<std::string, LeftOut> left_out;       // by guard
  std::int64_t newest_mtime = 0;        // of all entries, also those left out

  friend bool operator==(const PackageFacts&, const PackageFacts&) = default;
};

std::string text_of(const PackageFacts& facts);
Result<PackageFacts> parse_package_facts(std::string_view text);

// Writes both files while the package is read; destroyed without commit, it leaves what was there.
class FactsWriter {
 public:
  static Result<FactsWriter> create(const Dir& cache, std::string key);

  Status add(const FileFact& file);

  // `facts.files` is filled in.
  Status commit(PackageFacts facts);

 private:
  FactsWriter(const Dir& cache, std::string key, NewFile file)
      : cache_(&cache), key_(std::move(key)), file_(std::move(file)) {}

  const Dir* cache_;
  std::string key_;
  NewFile file_;
  DigestWriter digest_;
  std::string records_;  // not yet written
};

// Whether facts of the key were written, be they good or not.
bool has_facts(const Dir& cache, const std::string& key);

// All but the files, which are compared with their digest. Any error: the facts are damaged or gone.
Result<PackageFacts> read_facts(const Dir& cache, const std::string& key);

// The files, in the order of the package. Errors also as `take`.
Status read_files(const Dir& cache, const std::string& key,
                  const std::function<Status(const FileFact& file)>& take);

}  // namespace hauberk
