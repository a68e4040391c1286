// A file for other people's programs: with the modes that the user's umask gives, where the user said.
//
// The store's own files (io/dir.h) are private to it; what is copied out of it is for podman, docker or
// another user to read. As there, a file is visible whole or not at all: it is written under a hidden name
// in the same folder, made durable, and renamed. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "io/dir.h"

namespace hauberk {

class OutputFile final : public ByteSink {
 public:
  // Starts the file `name` (no slash in it) in `folder`, which must outlive it. The umask takes from `mode`.
  static Result<std::unique_ptr<OutputFile>> create(const Dir& folder, std::string_view name,
                                                    mode_t mode = 0666);

  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() override;

  Status write(std::span<const std::byte> bytes) override;

  // Makes it durable and visible, replacing a file of the name. conflict: the name is a folder.
  Status commit();

 private:
  OutputFile(const Dir& folder, std::string name, std::string temporary, Fd fd);
  Status flush();
  std::unexpected<Error> failed(std::string_view verb) const;

  const Dir& folder_;
  std::string name_;
  std::string temporary_;  // empty once renamed
  Fd fd_;
  std::string buffer_;
};

// A file that is being written at a path.
struct OutputAt {
  Dir folder;
  std::unique_ptr<OutputFile> file;
};

// Starts the file at `path`, whose folder must be there. conflict: something that is no file is there.
Result<std::unique_ptr<OutputAt>> create_output_at(const std::string& path, Os& os = real_os());

// Makes the folder and its parents if they are missing, with the user's umask, and opens it.
Result<Dir> open_output_folder(const std::string& path, Os& os);

}  // namespace hauberk
