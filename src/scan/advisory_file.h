// The head of the cache file that advisory_table.h describes.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scan/advisory_table.h"

namespace hauberk {

// Changes with the format and with what the builder makes of the feeds: an older cache is then made anew.
constexpr std::string_view advisory_magic = "hbkadv02";

struct AdvisoryFileHeader {
  struct Place {
    std::uint64_t offset = 0, size = 0;
  };
  std::array<char, 8> magic = {};
  std::uint32_t crc = 0;
  std::uint32_t section_count = 0;
  std::array<Place, hauberk::section_count> sections = {};
};

// Of the bytes from `advisory_crc_start` on, up to the descriptions: to the end where the head lies about
// them. There are at least those of a header.
constexpr std::size_t advisory_crc_start = 12;
std::uint32_t advisory_crc(std::string_view bytes);

// Of one description.
std::uint32_t description_crc(std::string_view description);

constexpr std::array<std::size_t, section_count> record_bytes = {sizeof(VulnerabilityRecord),
                                                                 sizeof(DebianKeyRecord),
                                                                 sizeof(DebianRecord),
                                                                 sizeof(PackageKeyRecord),
                                                                 sizeof(AffectedRecord),
                                                                 sizeof(RangeRecord),
                                                                 sizeof(SupportRecord),
                                                                 sizeof(KevRecord),
                                                                 sizeof(EpssRecord),
                                                                 sizeof(FeedRecord),
                                                                 sizeof(TextRef),
                                                                 1,
                                                                 1};

}  // namespace hauberk
