// A store for tests of this folder, packages made for it, and images as text.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "assemble/assemble.h"
#include "assemble/guards.h"
#include "deb/test_package.h"
#include "io/faulty_os.h"
#include "io/test_folder.h"
#include "store/mirror.h"
#include "store/store.h"
#include "tar/reader.h"

namespace hauberk {

// What a test says of a package; the rest follows.
struct TestDeb {
  std::string name;
  std::vector<TestEntry> entries;
  std::string version = "1.0-1";
  std::string source = {};   // the name if empty
  std::string replaces = {};
  std::map<std::string, std::string> control_files = {};
  std::string architecture = "amd64";
  std::string more = {};     // control fields
};

class TestImages {
 public:
  // Its disk is not synced: that takes most of the time and shows in no test.
  explicit TestImages(std::shared_ptr<TestFolder> folder = std::make_shared<TestFolder>())
      : folder_(std::move(folder)) {
    const InitAnswers answers{std::string(public_mirror), std::string(public_security_mirror)};
    auto made = Store::init(folder_->path() + "/store", answers, os_);
    if (!made) ADD_FAILURE() << made.error().message;
    if (made) store_ = *std::move(made);
  }

  Store& store() { return *store_; }
  const std::shared_ptr<TestFolder>& folder() const { return folder_; }

  Digest put(const std::string& bytes) {
    const Digest digest = Digest::of(bytes);
    EXPECT_TRUE(store_->vault().write_file(vault_path(digest), bytes));
    return digest;
  }

  LockedPackage add(const TestDeb& deb, const TestPackageOptions& options = {}) {
    TestPackageOptions all = options;
    all.control_files.insert(deb.control_files.begin(), deb.control_files.end());
    std::string control = fmt::format(
        "Package: {}\nVersion: {}\nArchitecture: {}\nMaintainer: Nobody <n@example>\n{}"
        "Description: a test\n",
        deb.name, deb.version, deb.architecture, deb.more);
    return add_bytes(deb, make_deb(control, deb.entries, all));
  }

  LockedPackage add_bytes(const TestDeb& deb, const std::string& bytes) {
    return {.name = deb.name,
            .version = deb.version,
            .architecture = deb.architecture,
            .source = deb.source.empty() ? deb.name : deb.source,
            .source_version = deb.version,
            .digest = put(bytes),
            .size_bytes = bytes.size(),
            .url = "http://m/" + deb.name,
            .platforms = {Platform::amd64()},
            .index = 0,
            .reason = "listed",
            .replaces = deb.replaces};
  }

  static Lock lock(std::vector<LockedPackage> packages, std::string_view allow = "") {
    Lock lock;
    lock.recipe = assemble_recipe();
    lock.definition = Json::object();
    lock.platforms = {Platform::amd64()};
    lock.profile = "runtime";
    lock.output = "layered";
    lock.compression = "gzip";
    lock.compressor = "test";
    lock.guards = guard_states(allow).value();
    lock.indexes = {{"http://m/dists/trixie",
                     "stable",
                     "trixie",
                     "main",
                     "amd64",
                     "Debian",
                     "2026-01-31T12:00:00Z",
                     "",
                     {"ABCD"},
                     Digest::of("release"),
                     Digest::of("packages")}};
    lock.packages = std::move(packages);
    return lock;
  }

  Result<AssembledImage> build(const Lock& lock, const Definition& definition = {}, std::size_t threads = 2) {
    SilentProgress progress;
    return assemble(*store_, lock, definition, Platform::amd64(), threads, progress);
  }

  // The digest of the manifest, or "<kind>: <message>".
  std::string built(const Lock& lock, const Definition& definition = {}, std::size_t threads = 2) {
    const auto image = build(lock, definition, threads);
    if (image) return image->manifest.digest.text();
    return fmt::format("{}: {}", name_of(image.error().kind), image.error().message);
  }

  struct Listed {
    TarEntry entry;
    std::string content;
  };

  std::vector<Listed> read_layer(const Digest& digest) const {
    std::vector<Listed> all;
    auto blob = read_verified(store_->blobs(), digest, std::uint64_t{1} << 30);
    if (!blob) ADD_FAILURE() << blob.error().message;
    if (!blob) return all;
    MemorySource source(*blob);
    const auto plain = decompress(compression_of(std::as_bytes(std::span(*blob)).first(6)), source);
    TarReader reader(*plain);
    for (;;) {
      auto entry = reader.next();
      if (!entry) ADD_FAILURE() << entry.error().message;
      if (!entry || !*entry) return all;
      TarContent content(reader);
      auto bytes = read_all(content, std::uint64_t{1} << 30);
      all.push_back({**entry, bytes ? *bytes : ""});
    }
  }

  // The layer as text, one line for each entry: "f 0644 0:0 usr/bin/a = content", links with "-> target".
  std::string listing(const Digest& digest, bool with_records = false) const {
    std::string text;
    for (const Listed& one : read_layer(digest)) {
      if (!with_records && one.entry.path.starts_with("var/lib/dpkg")) continue;
      if (!with_records && (one.entry.path == "var" || one.entry.path == "var/lib")) continue;
      text += line_of(one);
    }
    return text;
  }

  // What a runtime makes of the layers: path -> line. Whiteouts and replacements are applied, hard links
  // are files of their own.
  std::map<std::string, std::string> flattened(const AssembledImage& image) const {
    std::map<std::string, Listed> tree;
    for (const Layer& layer : image.layers) {
      std::map<std::string, Listed> next = tree;
      for (const Listed& one : read_layer(layer.digest)) apply(next, one);
      tree = std::move(next);
    }
    std::map<std::string, std::string> lines;
    for (const auto& [path, one] : tree) lines[path] = line_of(one);
    return lines;
  }

 private:
  static void remove(std::map<std::string, Listed>& tree, const std::string& path, bool itself = true) {
    std::erase_if(tree, [&](const auto& item) { return item.first.starts_with(path + "/"); });
    if (itself) tree.erase(path);
  }

  static void apply(std::map<std::string, Listed>& tree, Listed one) {
    const std::string path = one.entry.path;
    const auto slash = path.rfind('/');
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    if (name.starts_with(".wh.")) {
      return remove(tree, (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + name.substr(4));
    }
    if (one.entry.type == TarEntry::Type::hard_link) {
      const auto target = tree.find(one.entry.link_target);
      if (target == tree.end()) ADD_FAILURE() << path << " is a hard link to nothing";
      if (target == tree.end()) return;
      one.entry = target->second.entry;
      one.content = target->second.content;
      one.entry.path = path;
    }
    if (one.entry.type != TarEntry::Type::directory) remove(tree, path, false);
    tree[path] = std::move(one);
  }

  static std::string line_of(const Listed& one) {
    constexpr std::string_view letters = "fhlcbdp";
    const TarEntry& e = one.entry;
    std::string text = fmt::format("{} {:04o} {}:{} {}", letters[static_cast<std::size_t>(e.type)], e.mode,
                                   e.uid, e.gid, e.path);
    if (!e.link_target.empty()) text += " -> " + e.link_target;
    if (e.type == TarEntry::Type::file) text += " = " + one.content;
    if (!text.ends_with('\n')) text += "\n";
    return text;
  }

  std::shared_ptr<TestFolder> folder_;
  FaultyOs os_{-1};
  std::unique_ptr<Store> store_;
};

}  // namespace hauberk
