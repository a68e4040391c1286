// What one layer holds, by one pass over its tar; what a later layer does to it is not known here.
//
// The value is kept in the store's cache by the layer's diff_id (facts/layer_cache.h), since the same layer
// is in many images. Thread rule: values; the function from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "facts/certificate.h"
#include "facts/elf.h"
#include "facts/package.h"
#include "facts/secrets.h"
#include "io/stream.h"
#include "tar/entry.h"

namespace hauberk {

struct LayerFile {
  TarEntry entry;
  std::optional<Digest> sha256 = {};  // of a file's content
  std::string md5 = {};               // of the same, lowercase hex
  std::optional<ElfFacts> elf = {};

  friend bool operator==(const LayerFile&, const LayerFile&) = default;
};

// Paths are as the layer writes them: they may lead through links of lower layers.
struct LayerFacts {
  std::vector<LayerFile> files = {};  // in the layer's order; whiteouts are files of their names
  std::map<std::string, std::string> texts = {};  // path -> content of what is_text_path() says
  std::vector<Package> packages = {};  // of languages; `record` is the file that says so
  std::vector<Licence> licences = {};  // of copyright files
  std::vector<Certificate> certificates = {};
  std::vector<FoundSecret> secrets = {};  // path, line, kind and hint
  std::vector<std::string> problems = {};

  friend bool operator==(const LayerFacts&, const LayerFacts&) = default;
};

// Whether the file's text is kept whole: package records, and the small files that say who may do what.
bool is_text_path(std::string_view path);

// Reads the tar to its end. invalid_input, limit_exceeded, or what `tar` says of itself; a file with an odd
// content is one of LayerFacts::problems, and no failure. Memory: the facts and 1 MiB; larger files that are
// looked into lie in a temporary file meanwhile.
Result<LayerFacts> read_layer_facts(ByteSource& tar);

}  // namespace hauberk
