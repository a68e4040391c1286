// Facts: what is in an image, ours or not, seen once and judged elsewhere.
//
// The layers are read one after the other (facts/layer_facts.h, cached by diff_id), then laid one on the
// other by the rules of whiteouts. Everything that check, scan, sbom and compare say rests on this value.
// Thread rule: values.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "facts/certificate.h"
#include "facts/elf.h"
#include "facts/package.h"
#include "facts/package_records.h"
#include "facts/secrets.h"
#include "oci/config.h"
#include "oci/image_source.h"
#include "store/store.h"
#include "tar/entry.h"

namespace hauberk {

struct File {
  TarEntry entry;
  std::optional<Digest> sha256 = {};  // of a file's content; a hard link has its target's
  std::string md5 = {};               // lowercase hex, as dpkg's records have it
  std::optional<ElfFacts> elf = {};
  std::size_t layer = 0;              // the layer that put it there
  std::vector<std::size_t> owners = {};  // indexes into Facts::packages of deb and apk packages that list it

  friend bool operator==(const File&, const File&) = default;
};

// A file that some layer holds and the image does not show.
struct HiddenFile {
  TarEntry entry;
  std::optional<Digest> sha256 = {};
  std::size_t layer = 0;
  std::size_t hidden_by = 0;  // the layer that removed or replaced it

  friend bool operator==(const HiddenFile&, const HiddenFile&) = default;
};

struct Facts {
  std::string name = {};
  ImageConfig config = {};
  std::string config_text = {};
  std::optional<Descriptor> descriptor = {};
  std::map<std::string, std::string> annotations = {};  // the manifest's
  std::vector<std::string> tags = {};
  std::vector<ImageSource::Layer> layers = {};
  bool is_folder = false;  // a plain root folder: no config to judge

  OsRelease os = {};
  std::vector<Package> packages = {};  // sorted by kind, name, version, record
  std::map<std::size_t, std::vector<ListedFile>> listed = {};  // by index into packages: deb and apk only
  bool has_package_record = false;  // dpkg's or apk's database is there, however empty
  std::vector<File> files = {};  // the final root, sorted by path; "" (the root) only if it is said
  std::vector<HiddenFile> hidden = {};  // sorted by path, layer
  std::map<std::string, std::string> texts = {};  // small files that checks read: etc/passwd, etc/group, ...
  std::vector<FoundSecret> secrets = {};  // of every layer, the config, history and environment
  std::vector<Certificate> certificates = {};
  std::vector<std::string> problems = {};  // records that could not be read: "file: why"

  friend bool operator==(const Facts&, const Facts&) = default;
};

// The file of the final root at `path` (no links followed), or null.
const File* find_file(const Facts& facts, std::string_view path);

// The file that `path` leads to when links are followed inside the root; null: nowhere, or in a circle.
const File* follow(const Facts& facts, std::string_view path);

Inventory inventory_of(const Facts& facts);

// Reads all layers, at most two at once; those whose facts are in `store`'s cache are not read, and none
// if the image's are there. Without a store nothing is kept. invalid_input, limit_exceeded,
// verification_failed: a layer is not what it says; a package record that cannot be read is one of
// Facts::problems, and no failure.
// Memory: the facts themselves, 16 MiB for each layer at work, and up to 64 MiB for each archive inside an
// archive (a jar in a jar); larger files are mapped, not held.
Result<Facts> facts_of(const ImageSource& image, const Store* store = nullptr);

// What a scan needs of an image.
struct ImageInventory {
  Inventory inventory = {};
  std::vector<std::string> problems = {};  // as Facts::problems

  friend bool operator==(const ImageInventory&, const ImageInventory&) = default;
};

// inventory_of() of the image's facts. Where they are in `store`'s cache, no file of the image is looked at.
// Fails as facts_of() does.
Result<ImageInventory> inventory_of(const ImageSource& image, const Store* store = nullptr);

}  // namespace hauberk
