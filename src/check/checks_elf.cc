// Checks ELF-01 to ELF-07: how programs and libraries were built, and whether they find what they need.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/fields.h"
#include "check/file_sorts.h"
#include "check/libraries.h"
#include "check/table.h"

namespace hauberk {
namespace {

using Kind = ElfFacts::Kind;

constexpr std::uint64_t large_library_bytes = 1 << 20;
constexpr std::string_view no_programs = "the image has no compiled programs or libraries";

bool is_program(const ElfFacts& elf) { return elf.kind == Kind::program; }
bool is_code(const ElfFacts& elf) { return elf.kind == Kind::program || elf.kind == Kind::library; }

// A hard link is the same program once more.
template <class Wanted>
std::vector<const File*> files_with(const CheckContext& context, Wanted wanted) {
  std::vector<const File*> files;
  for (const File* file : context.judged_files()) {
    if (file->entry.type == TarEntry::Type::file && file->elf && wanted(*file->elf)) files.push_back(file);
  }
  return files;
}

// Files that begin like a program and could not be read are not judged, and the answer says so.
std::string unread_note(const CheckContext& context) {
  const auto unread = std::ranges::count_if(context.facts().problems, [](const std::string& problem) {
    return problem.contains("ELF");
  });
  if (unread == 0) return "";
  return fmt::format("{} could not be read", counted(static_cast<std::size_t>(unread), "compiled file"));
}

// `complaint` gives "" for a file that is as it should be.
template <class Wanted, class Complaint>
CheckAnswer judge_each(const CheckContext& context, Wanted wanted, Complaint complaint) {
  const auto files = files_with(context, wanted);
  std::string note = unread_note(context);
  if (files.empty())
    return note.empty() ? not_applicable(std::string(no_programs)) : not_checked(std::move(note));
  std::vector<CheckFinding> findings;
  for (const File* file : files) {
    const std::string_view text = complaint(*file->elf);
    if (!text.empty()) findings.push_back({file->entry.path, std::string(text)});
  }
  return judged(std::move(findings), std::move(note));
}

bool needs(const ElfFacts& elf, std::string_view start) {
  return std::ranges::any_of(elf.needed, [&](const std::string& name) { return name.starts_with(start); });
}

// Stack protector and fortify are of C and C++ with a C library: Go and Rust have checks of their own (a Rust
// program needs libgcc_s for unwinding, and not libstdc++), a static program's calls cannot be told apart.
bool is_c_program(const ElfFacts& elf) {
  if (!is_code(elf) || elf.is_go || elf.is_static) return false;
  const bool is_rust = needs(elf, "libgcc_s.so") && !needs(elf, "libstdc++.so");
  return !is_rust && needs(elf, "libc.");
}

std::string_view relro_complaint(const ElfFacts& elf) {
  return elf.has_relro ? "" : "no RELRO: tables of addresses stay writable";
}

// Go's own static programs resolve nothing at run time, so there is nothing to protect.
bool has_relocations(const ElfFacts& elf) { return is_code(elf) && !(elf.is_go && elf.is_static); }

CheckFinding only_warning(std::string_view path, std::string detail) {
  return {.path = std::string(path), .detail = std::move(detail), .only_warns = true};
}

// What is wrong with one entry of a search path; "" if nothing.
std::string folder_complaint(CheckContext& context, const File& file, std::string_view entry) {
  if (entry.empty()) return "an empty entry, which is the folder where the program is started";
  const std::string folder = expanded_library_path(entry, file.entry.path, *file.elf);
  if (!folder.starts_with('/')) return fmt::format("\"{}\" depends on where the program is started", entry);
  const auto target = context.root().follow(folder);
  const std::string path = target.path.empty() ? plain_path(folder) : target.path;
  const bool open_to_all = target.file != nullptr && (target.file->entry.mode & 2) != 0;
  if (open_to_all) return fmt::format("{} can be written by everybody", folder);
  if (!context.user().is_root() && context.access().may_control(path)) {
    return fmt::format("{} can be written by the image's user", folder);
  }
  const bool is_own = entry.starts_with("$ORIGIN") || entry.starts_with("${ORIGIN}");
  if (is_own || is_system_path(path) || is_below(path, "opt")) return "";
  return fmt::format("{} is outside of the system's folders", folder);
}

}  // namespace

CheckAnswer check_position_independent(CheckContext& context) {
  return judge_each(context, is_program, [](const ElfFacts& elf) -> std::string_view {
    return elf.is_position_independent ? "" : "always lies at the same address";
  });
}

CheckAnswer check_no_executable_stack(CheckContext& context) {
  return judge_each(context, is_code, [](const ElfFacts& elf) -> std::string_view {
    if (!elf.has_executable_stack) return "";
    return elf.has_stack_header ? "asks for a stack that can be executed"
                                : "does not say what its stack may be, so it can be executed";
  });
}

CheckAnswer check_relro(CheckContext& context) {
  CheckAnswer answer = judge_each(context, has_relocations, relro_complaint);
  std::map<std::string_view, std::vector<const File*>> libraries;  // by folder: there are hundreds, all alike
  for (const File* file : files_with(context, has_relocations)) {
    const ElfFacts& elf = *file->elf;
    if (!elf.has_relro || elf.binds_now || elf.is_static) continue;
    if (is_program(elf)) {
      answer.findings.push_back(only_warning(file->entry.path,
                                             "no immediate binding: one table of addresses stays writable"));
    } else {
      libraries[folder_of(file->entry.path)].push_back(file);
    }
  }
  for (const auto& [folder, files] : libraries) {
    answer.findings.push_back(
        only_warning(folder, fmt::format("no immediate binding in {} of its libraries, for example {}",
                                         files.size(), last_part(files.front()->entry.path))));
  }
  return answer;
}

CheckAnswer check_stack_protector(CheckContext& context) {
  std::vector<CheckFinding> findings;
  bool any = false;
  for (const File* file : files_with(context, is_c_program)) {
    // A small library may well have no buffer to guard.
    if (file->elf->kind == Kind::library && file->entry.size_bytes < large_library_bytes) continue;
    any = true;
    const ElfFacts& elf = *file->elf;
    if (!elf.could_fortify || elf.uses_fortify || elf.uses_stack_protector) continue;
    findings.push_back({file->entry.path, "has neither a stack protector nor checked string functions"});
  }
  return any ? judged(std::move(findings))
             : not_applicable("the image has no program in C or C++ that could be told");
}

CheckAnswer check_library_paths(CheckContext& context) {
  std::vector<CheckFinding> findings;
  const auto files = files_with(context, is_code);
  std::string note = unread_note(context);
  if (files.empty())
    return note.empty() ? not_applicable(std::string(no_programs)) : not_checked(std::move(note));
  for (const File* file : files) {
    for (const auto* path : {&file->elf->rpath, &file->elf->runpath}) {
      for (const std::string& entry : *path) {
        std::string complaint = folder_complaint(context, *file, entry);
        if (!complaint.empty()) findings.push_back({file->entry.path, std::move(complaint)});
      }
    }
  }
  return judged(std::move(findings), std::move(note));
}

CheckAnswer check_no_writable_code(CheckContext& context) {
  return judge_each(context, is_code, [](const ElfFacts& elf) -> std::string_view {
    if (elf.has_writable_executable_segment) return "has memory that is both writable and executable";
    return elf.has_text_relocations ? "changes its own code when it is loaded (text relocations)" : "";
  });
}

CheckAnswer check_needed_libraries(CheckContext& context) {
  LibrarySearch search(context);
  std::vector<CheckFinding> findings;
  bool any = false;
  // All programs, also a base's: an app that removes a library breaks them.
  for (const File& file : context.facts().files) {
    if (!file.elf || !is_program(*file.elf) || file.entry.type != TarEntry::Type::file) continue;
    if (file.elf->is_static) continue;
    any = true;
    for (const auto& missing : search.missing_of(file)) {
      findings.push_back({missing.path, fmt::format("needs {}, which it does not find", missing.what)});
    }
  }
  std::string note = unread_note(context);
  if (!any)
    return note.empty() ? not_applicable("the image has no program that needs libraries")
                        : not_checked(std::move(note));
  return judged(std::move(findings), std::move(note));
}

}  // namespace hauberk
