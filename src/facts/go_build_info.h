// What a Go program says it was built from: the Go release and every module.
//
// Format: Go's debug/buildinfo. Either two varint-counted texts behind the header (since Go 1.18), or
// pointers to two Go strings, of the header's own pointer size and byte order. The file is hostile input.
// Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/elf_file.h"
#include "facts/package.h"

namespace hauberk {

// The packages of a Go program, of kind golang: "stdlib" with the release without its "go", the main module
// (that of version "(devel)" has none) with the others as its `depends`, and each module, or what replaces
// it. Empty if the file has no build information. `record` is `path`. invalid_input: the information is there
// and cut or malformed; limit_exceeded: more than 16 MiB of it, or more than 20,000 modules.
Result<std::vector<Package>> read_go_build_info(std::string_view path, const ElfFile& elf);

}  // namespace hauberk
