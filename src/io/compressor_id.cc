// Which compressors we write with, at which levels: docs/decisions/0006-gzip-compressor.md and
// docs/decisions/0007-liblzma-zstd.md have the numbers behind them.
//
// SPDX-License-Identifier: Apache-2.0
#include <libdeflate.h>
#include <zstd.h>

#include <cstdlib>

#include "io/compression.h"

namespace hauberk {

CompressorId default_compressor(Compression compression) {
  switch (compression) {
    case Compression::none:
      return {"none", "", 0};
    case Compression::gzip:
      return {"libdeflate", LIBDEFLATE_VERSION_STRING, 2};
    case Compression::zstd:
      return {"libzstd", ZSTD_versionString(), 3};
    case Compression::xz:
      break;
  }
  std::abort();  // we do not write xz
}

}  // namespace hauberk
