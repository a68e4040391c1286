// A folder as a tar stream, made while it is read. See root_folder.h.
//
// Private to this folder. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/dir.h"
#include "tar/entry.h"

namespace hauberk {

class FolderTar final : public ByteSource {
 public:
  static Result<std::unique_ptr<ByteSource>> open(const Dir& root);

  Result<std::size_t> read(std::span<std::byte> buffer) override;

 private:
  struct Level {  // a folder that is being walked
    Fd fd;
    std::string path;                // relative to the root
    std::vector<std::string> names;  // sorted
    std::size_t next = 0;
  };

  FolderTar(Os& os, std::string name, dev_t device) : os_(os), name_(std::move(name)), device_(device) {}

  Result<std::size_t> produce(std::span<std::byte> buffer);
  Result<std::size_t> read_content(std::span<std::byte> buffer);
  Status advance();
  Status visit(const Level& level, const std::string& name);
  Status enter(Fd fd, std::string path);
  Status add_file(const Level& level, const std::string& name, const struct stat& info, TarEntry entry);
  Status add_header(const TarEntry& entry);
  std::unexpected<Error> failed(std::string_view verb, std::string_view path) const;

  Os& os_;
  std::string name_;
  dev_t device_;
  std::vector<Level> levels_;
  std::map<std::pair<dev_t, ino_t>, std::string> linked_;  // files with several names that were seen
  std::string pending_;  // bytes of headers and padding
  std::size_t given_ = 0;
  Fd content_;
  std::string content_path_;
  std::uint64_t content_rest_ = 0;
  std::size_t padding_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace hauberk
