// Any bytes as an image archive of either kind: opened without touching anything outside, and its layers
// read.
//
// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>

#include "oci/open_image.h"

namespace {

void read_layers(const hauberk::ImageSource& image) {
  constexpr int most_reads = 64;
  std::array<std::byte, 4096> buffer;
  if (image.layers().size() != image.config().diff_ids.size()) std::abort();
  for (std::size_t i = 0; i < image.layers().size(); ++i) {
    const auto layer = image.open_layer(i);
    for (int n = 0; layer && n < most_reads; ++n) {
      const auto count = (*layer)->read(buffer);
      if (!count || *count == 0) break;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hauberk::Fd file(::memfd_create("archive", MFD_CLOEXEC));
  if (file.get() < 0 || ::write(file.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  const auto image = hauberk::open_archive(std::move(file), "archive");
  if (image) read_layers(**image);
  return 0;
}
