// Which libraries a program finds when it starts: the search of the dynamic linkers of glibc and musl.
//
// Spec: ld.so(8); System V ABI chapter 5, "Shared Object Dependencies"; musl's ldso. Hardware-specific
// subfolders (glibc-hwcaps) only hold faster copies and are not asked for. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "check/context.h"

namespace hauberk {

class LibrarySearch {
 public:
  explicit LibrarySearch(const CheckContext& context);

  struct Missing {
    std::string path = {};  // of the program or library that needs it
    std::string what = {};  // "libfoo.so.1", or the interpreter
  };

  // What `program` and the libraries that it needs do not find, each told once over all calls.
  std::vector<Missing> missing_of(const File& program);

 private:
  struct Step {
    const File* file;
    std::vector<std::string> inherited;  // DT_RPATH of those that loaded it
    const File* program;
  };
  const File* find(const ElfFacts& who, const std::string& name,
                   const std::vector<std::string>& folders) const;
  std::vector<std::string> folders_for(const Step& step) const;
  std::vector<std::string> default_folders(const ElfFacts& elf) const;

  const CheckContext& context_;
  std::vector<std::string> configured_;   // of /etc/ld.so.conf
  std::vector<std::string> environment_;  // of LD_LIBRARY_PATH
  std::set<std::string_view> done_;  // loaded without an inherited path: the answer is always the same
};

// An entry of RPATH or RUNPATH with $ORIGIN, $LIB and $PLATFORM filled in, for the file at `path`; absolute,
// unless the entry is relative.
std::string expanded_library_path(std::string_view entry, std::string_view path, const ElfFacts& elf);

// "x86_64-linux-gnu" of e_machine; "" for those that Debian and Alpine do not build for.
std::string_view multiarch_name(const ElfFacts& elf);

}  // namespace hauberk
