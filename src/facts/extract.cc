// SPDX-License-Identifier: Apache-2.0
#include "facts/extract.h"

#include <fmt/format.h>

#include <iterator>

#include "facts/copyright.h"
#include "facts/elf_file.h"
#include "facts/go_build_info.h"
#include "facts/java.h"
#include "facts/node.h"
#include "facts/python.h"
#include "facts/record_text.h"
#include "facts/ruby.h"
#include "facts/rust_audit.h"

namespace hauberk {
namespace {

// Keeps a reader's results, or says why there are none.
template <class T>
void keep(std::vector<T>& into, Result<std::vector<T>> result, std::string_view path, Extracted& extracted) {
  if (!result) {
    extracted.problems.push_back(fmt::format("{}: {}", path, result.error().message));
    return;
  }
  into.insert(into.end(), std::make_move_iterator(result->begin()), std::make_move_iterator(result->end()));
}

void extract_elf(Extracted& extracted, std::string_view path, std::span<const std::byte> content) {
  auto facts = read_elf(content);
  if (!facts) {
    extracted.problems.push_back(fmt::format("{}: {}", path, facts.error().message));
    return;
  }
  extracted.elf = *std::move(facts);
  const bool is_loaded =
      extracted.elf->kind == ElfFacts::Kind::program || extracted.elf->kind == ElfFacts::Kind::library;
  const auto elf = ElfFile::parse(content);
  if (!is_loaded || !elf) return;
  keep(extracted.packages, read_go_build_info(path, *elf), path, extracted);
  keep(extracted.packages, read_rust_audit(path, *elf), path, extracted);
}

void extract_java(Extracted& extracted, std::string_view path, std::span<const std::byte> content) {
  JavaArchive archive = read_java_archive(path, content);
  extracted.packages = std::move(archive.packages);
  extracted.problems = std::move(archive.problems);
}

using PackageReader = Result<std::vector<Package>> (*)(std::string_view path, std::string_view text);

// The reader of a text that records a package; null if the path names none.
PackageReader reader_of(std::string_view path) {
  if (is_python_metadata_path(path)) return read_python_metadata;
  if (is_node_package_path(path)) return read_node_package;
  if (is_gemspec_path(path)) return read_gemspec;
  return nullptr;
}

}  // namespace

bool wants_content(std::string_view path, std::uint64_t size_bytes, std::span<const std::byte> start) {
  if (size_bytes == 0) return false;
  return is_elf(start) || is_java_archive_path(path) || reader_of(path) != nullptr ||
         is_copyright_path(path) || is_certificate_path(path);
}

Extracted extract(std::string_view path, std::span<const std::byte> content) {
  Extracted extracted;
  if (content.empty()) return extracted;
  if (is_elf(content)) {
    extract_elf(extracted, path, content);
  } else if (is_java_archive_path(path)) {
    extract_java(extracted, path, content);
  } else if (const PackageReader read = reader_of(path)) {
    keep(extracted.packages, read(path, text_of(content)), path, extracted);
  } else if (is_copyright_path(path)) {
    keep(extracted.licences, read_copyright(path, text_of(content)), path, extracted);
  } else if (is_certificate_path(path)) {
    keep(extracted.certificates, read_certificates(path, text_of(content)), path, extracted);
  }
  return extracted;
}

}  // namespace hauberk
