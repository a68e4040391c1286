// Any bytes as dpkg's and apk's records: what is read has names, and lists only paths inside the root.
//
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "facts/package_records.h"
#include "tar/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  hauberk::parse_os_release(text);
  const auto records = hauberk::read_package_records({{"lib/apk/db/installed", text},
                                                      {"var/lib/dpkg/diversions", text},
                                                      {"var/lib/dpkg/info/a.list", text},
                                                      {"var/lib/dpkg/info/a.md5sums", text},
                                                      {"var/lib/dpkg/status", text},
                                                      {"var/lib/dpkg/status.d/a", text}});
  for (const auto& recorded : records.packages) {
    if (recorded.package.name.empty()) std::abort();
    for (const auto& file : recorded.files) {
      const auto normal = hauberk::normal_path(file.path);
      if (!normal || *normal != file.path || normal->empty()) std::abort();
    }
  }
  return 0;
}
