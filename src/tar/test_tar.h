// Raw tar blocks for tests: what an honest writer would never write.
//
// For tests of this folder. Thread rule: functions without state.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tar/header.h"
#include "tar/reader.h"

namespace hauberk {

struct RawHeader {
  std::string name = "a";
  char type = '0';
  std::string size = "0";  // the field's bytes, as also below
  std::string link = {};
  std::string mode = "644";
  std::string uid = "0";
  std::string gid = "0";
  std::string mtime = "0";
  std::string magic = std::string("ustar\00000", 8);
  std::string major = {};
  std::string prefix = {};
};

inline std::string padded(std::string content) {
  content.resize((content.size() + tar_block_bytes - 1) / tar_block_bytes * tar_block_bytes);
  return content;
}

inline std::string raw_block(const RawHeader& header) {
  TarBlock block;
  block.set_text(tar_field::name, header.name);
  block.set_text(tar_field::mode, header.mode);
  block.set_text(tar_field::uid, header.uid);
  block.set_text(tar_field::gid, header.gid);
  block.set_text(tar_field::size, header.size);
  block.set_text(tar_field::mtime, header.mtime);
  block.set_text(tar_field::type, std::string(1, header.type));
  block.set_text(tar_field::link, header.link);
  block.set_text(tar_field::magic, header.magic);
  block.set_text(tar_field::major, header.major);
  block.set_text(tar_field::prefix, header.prefix);
  block.set_checksum();
  return {reinterpret_cast<const char*>(block.bytes().data()), tar_block_bytes};
}

// An extended header with its payload: 'x', 'g', 'L' or 'K'.
inline std::string raw_extension(char type, const std::string& payload) {
  return raw_block({.name = "x", .type = type, .size = fmt::format("{:011o}", payload.size())}) +
         padded(payload);
}

inline std::string raw_pax(const std::string& keyword, const std::string& value) {
  return raw_extension('x', pax_text({{keyword, value}}));
}

inline std::string end_of_tar() { return std::string(2 * tar_block_bytes, '\0'); }

// Everything an archive holds: entries with contents, and the error that ended the reading, if any.
struct ReadTar {
  std::vector<TarEntry> entries;
  std::vector<std::string> contents;
  std::string error;  // "" or "<kind>: <message>"
};

inline ReadTar read_tar(std::string_view bytes, const TarLimits& limits = {}) {
  MemorySource source(bytes);
  TarReader reader(source, limits);
  ReadTar all;
  while (true) {
    auto entry = reader.next();
    if (!entry) {
      all.error = fmt::format("{}: {}", name_of(entry.error().kind), entry.error().message);
      return all;
    }
    if (!*entry) return all;
    TarContent source_of_content(reader);
    auto content = read_all(source_of_content, 1 << 20);
    if (!content) {
      all.error = fmt::format("{}: {}", name_of(content.error().kind), content.error().message);
      return all;
    }
    all.entries.push_back(std::move(**entry));
    all.contents.push_back(std::move(*content));
  }
}

}  // namespace hauberk
