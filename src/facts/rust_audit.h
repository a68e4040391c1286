// What a Rust program says it was built from, where cargo-auditable built it.
//
// Format: the section .dep-v0, a zlib stream of JSON: {"packages": [{"name", "version", "source", "kind",
// "dependencies": [index], "root"}]}. The file is hostile input. Thread rule: pure functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/elf_file.h"
#include "facts/package.h"

namespace hauberk {

// The crates in the program, of kind cargo, in the file's order; those that only ran while it was built
// ("build") are not in it. Empty if the file does not say. `record` is `path`. invalid_input: the section is
// there and malformed; limit_exceeded: more than 8 MiB of JSON.
Result<std::vector<Package>> read_rust_audit(std::string_view path, const ElfFile& elf);

}  // namespace hauberk
