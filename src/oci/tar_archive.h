// A tar file as a set of members that are read where they lie.
//
// One pass over the headers finds the members; contents are passed over, and read later by their offset. A
// compressed archive is unpacked into a temporary file first. Members are what a program that unpacks the
// archive would see at their paths: symlinks and hard links inside the archive are followed, at most once
// after another for 8 steps; a name that is there twice is refused when it is asked for, since programs
// disagree about which one counts. Thread rule: all methods may be called from several threads.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "io/dir.h"
#include "tar/entry.h"

namespace hauberk {

class TarArchive {
 public:
  // not_found, io: the file; invalid_input: it is no tar archive; limit_exceeded: more than 100,000 members,
  // or unpacked more than 64 GiB.
  static Result<std::unique_ptr<TarArchive>> open(const std::string& path);
  static Result<std::unique_ptr<TarArchive>> of(Fd file, std::string name);

  const std::string& name() const { return name_; }  // for messages

  // Whether a file (or a link to one) is at the path; so also for what will be refused.
  bool has(std::string_view path) const { return members_.contains(path); }
  bool has_below(std::string_view folder) const;  // any member whose path begins with "folder/"

  // not_found: no such member; invalid_input: twice there, no file, or links that lead nowhere.
  Result<std::uint64_t> size_bytes(std::string_view path) const;
  Result<std::unique_ptr<ByteSource>> open_member(std::string_view path) const;
  Result<std::string> read_member(std::string_view path, std::uint64_t limit_bytes) const;

 private:
  struct Member {
    TarEntry::Type type = TarEntry::Type::file;
    std::uint64_t offset = 0, size_bytes = 0;
    std::string link = {};  // the path that it leads to, as a member's
    bool is_twice = false;
  };

  TarArchive(Fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}
  Status read_index();
  void add(const TarEntry& entry, std::uint64_t offset);
  Result<const Member*> find(std::string_view path) const;

  Fd file_;
  std::string name_;
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace hauberk
