// Small zip archives for tests, made in memory.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hauberk {

struct TestZipEntry {
  std::string name = {};
  std::string content = {};
  bool is_deflated = false;
  std::uint16_t flags = 0;  // 1: encrypted
  std::uint16_t method = 0;  // 0: as is_deflated says
};

class TestZip {
 public:
  // An archive of these entries; `claimed` is what its end says of their number, -1 the truth.
  static std::string of(const std::vector<TestZipEntry>& entries, int claimed = -1) {
    std::string bytes, directory;
    for (const TestZipEntry& entry : entries) {
      const std::string stored = entry.is_deflated ? deflated(entry.content) : entry.content;
      const std::uint16_t method = entry.method != 0 ? entry.method : entry.is_deflated ? 8 : 0;
      const std::string common = number(20, 2) + number(entry.flags, 2) + number(method, 2) + number(0, 4) +
                                 number(checksum(entry.content), 4) + number(stored.size(), 4) +
                                 number(entry.content.size(), 4) + number(entry.name.size(), 2) +
                                 number(0, 2);
      directory += "PK\1\2" + number(20, 2) + common + number(0, 2) + number(0, 2) + number(0, 2) +
                   number(0, 4) + number(bytes.size(), 4) + entry.name;
      bytes += "PK\3\4" + common + entry.name + stored;
    }
    const std::uint64_t count = claimed >= 0 ? static_cast<std::uint64_t>(claimed) : entries.size();
    return bytes + directory + "PK\5\6" + number(0, 4) + number(count, 2) + number(count, 2) +
           number(directory.size(), 4) + number(bytes.size(), 4) + number(0, 2);
  }

  static std::string number(std::uint64_t value, std::size_t width) {
    std::string text;
    for (std::size_t i = 0; i < width; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  }

 private:
  static std::uint64_t checksum(std::string_view text) {
    return crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  }
  static std::string deflated(std::string_view text) {
    z_stream z = {};
    deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, text.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
  }
};

}  // namespace hauberk
