// SPDX-License-Identifier: Apache-2.0
#include "check/libraries.h"

#include <algorithm>
#include <array>
#include <deque>

#include "base/fields.h"

namespace hauberk {
namespace {

struct Machine {
  std::uint16_t number;
  std::uint8_t word_bits;
  std::string_view multiarch;
  std::string_view platform;  // what $PLATFORM means
};

constexpr std::array machines = {
    Machine{62, 64, "x86_64-linux-gnu", "x86_64"}, Machine{62, 32, "x86_64-linux-gnux32", "x86_64"},
    Machine{3, 32, "i386-linux-gnu", "i686"},      Machine{183, 64, "aarch64-linux-gnu", "aarch64"},
    Machine{40, 32, "arm-linux-gnueabihf", "v7l"}, Machine{21, 64, "powerpc64le-linux-gnu", "power8"},
    Machine{22, 64, "s390x-linux-gnu", "z900"},    Machine{243, 64, "riscv64-linux-gnu", "riscv64"}};

const Machine* machine_of(const ElfFacts& elf) {
  const auto found = std::ranges::find_if(machines, [&](const Machine& machine) {
    return machine.number == elf.machine && machine.word_bits == elf.word_bits;
  });
  return found == machines.end() ? nullptr : &*found;
}

bool is_musl(const ElfFacts& elf) {
  return elf.interpreter.contains("ld-musl-") || std::ranges::any_of(elf.needed, [](const std::string& name) {
           return name.starts_with("libc.musl-");
         });
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The folders of ld.so.conf and what it includes; a pattern of an include is tried on all texts that we have.
void read_ld_so_conf(const Facts& facts, std::vector<std::string>& folders) {
  for (const auto& [path, text] : facts.texts) {
    if (path != "etc/ld.so.conf" && !(path.starts_with("etc/ld.so.conf.d/") && path.ends_with(".conf")))
      continue;
    for (std::string_view line : split(text, '\n')) {
      line = line.substr(0, line.find('#'));
      const auto start = line.find_first_not_of(" \t");
      if (start == std::string_view::npos || line[start] != '/') continue;
      folders.emplace_back(line.substr(start, line.find_last_not_of(" \t\r,") + 1 - start));
    }
  }
}

void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

std::vector<std::string> expanded(const std::vector<std::string>& entries, const File& file) {
  std::vector<std::string> folders;
  for (const std::string& entry : entries) {
    folders.push_back(expanded_library_path(entry, file.entry.path, *file.elf));
  }
  return folders;
}

// Most libraries of most machines can stand for each other only if they are of one kind.
bool is_loadable(const File* file, const ElfFacts& who) {
  return file != nullptr && file->elf && file->elf->machine == who.machine &&
         file->elf->word_bits == who.word_bits;
}

}  // namespace

std::string_view multiarch_name(const ElfFacts& elf) {
  const Machine* machine = machine_of(elf);
  return machine == nullptr ? "" : machine->multiarch;
}

std::string expanded_library_path(std::string_view entry, std::string_view path, const ElfFacts& elf) {
  std::string text(entry);
  const std::string origin = fmt::format("/{}", folder_of(path));
  const Machine* machine = machine_of(elf);
  const std::string lib = fmt::format("lib/{}", machine == nullptr ? "" : machine->multiarch);
  for (const auto& [name, value] : {std::pair<std::string_view, std::string_view>{"ORIGIN", origin},
                                    {"LIB", lib},
                                    {"PLATFORM", machine == nullptr ? "" : machine->platform}}) {
    replace_all(text, fmt::format("${{{}}}", name), value);
    replace_all(text, fmt::format("${}", name), value);
  }
  return text;
}

LibrarySearch::LibrarySearch(const CheckContext& context) : context_(context) {
  read_ld_so_conf(context.facts(), configured_);
  for (const std::string& variable : context.facts().config.environment) {
    constexpr std::string_view name = "LD_LIBRARY_PATH=";
    if (!variable.starts_with(name)) continue;
    for (const std::string_view folder : split(std::string_view(variable).substr(name.size()), ':')) {
      if (!folder.empty()) environment_.emplace_back(folder);
    }
  }
}

std::vector<std::string> LibrarySearch::default_folders(const ElfFacts& elf) const {
  std::vector<std::string> folders;
  if (is_musl(elf)) return {"lib", "usr/local/lib", "usr/lib"};
  append(folders, configured_);
  if (const std::string_view multiarch = multiarch_name(elf); !multiarch.empty()) {
    folders.push_back(fmt::format("lib/{}", multiarch));
    folders.push_back(fmt::format("usr/lib/{}", multiarch));
  }
  const std::string_view lib = elf.word_bits == 64 ? "lib64" : "lib32";
  folders.insert(folders.end(), {std::string(lib), fmt::format("usr/{}", lib), "lib", "usr/lib"});
  return folders;
}

// ld.so(8): DT_RPATH of the file and its loaders (unless the file has DT_RUNPATH), LD_LIBRARY_PATH,
// DT_RUNPATH of the file alone, the cache, the default folders.
std::vector<std::string> LibrarySearch::folders_for(const Step& step) const {
  const ElfFacts& elf = *step.file->elf;
  std::vector<std::string> folders;
  if (elf.runpath.empty()) {
    append(folders, expanded(elf.rpath, *step.file));
    append(folders, step.inherited);
  }
  append(folders, environment_);
  append(folders, expanded(elf.runpath, *step.file));
  append(folders, default_folders(step.program->elf->interpreter.empty() ? elf : *step.program->elf));
  return folders;
}

const File* LibrarySearch::find(const ElfFacts& who, const std::string& name,
                                const std::vector<std::string>& folders) const {
  if (name.contains('/')) {
    const File* file = context_.root().regular(name);
    return is_loadable(file, who) ? file : nullptr;
  }
  for (const std::string& folder : folders) {
    const File* file = context_.root().regular(fmt::format("{}/{}", folder, name));
    if (is_loadable(file, who)) return file;
  }
  return nullptr;
}

std::vector<LibrarySearch::Missing> LibrarySearch::missing_of(const File& program) {
  std::vector<Missing> missing;
  const std::string& interpreter = program.elf->interpreter;
  const File* loader = interpreter.empty() ? nullptr : context_.root().regular(interpreter);
  if (!interpreter.empty() && loader == nullptr) missing.push_back({program.entry.path, interpreter});
  std::deque<Step> todo;
  todo.push_back({&program, {}, &program});
  std::set<std::string_view> seen;  // by this program
  while (!todo.empty()) {
    const Step step = std::move(todo.front());
    todo.pop_front();
    if (!seen.insert(step.file->entry.path).second) continue;
    if (step.inherited.empty() && !done_.insert(step.file->entry.path).second) continue;
    const auto folders = folders_for(step);
    auto handed_on = step.inherited;
    if (step.file->elf->runpath.empty()) append(handed_on, expanded(step.file->elf->rpath, *step.file));
    for (const std::string& name : step.file->elf->needed) {
      // The interpreter is loaded before anything is looked for, and answers to its own name.
      if (!interpreter.empty() && loader != nullptr && name == last_part(interpreter)) continue;
      if (const File* library = find(*step.file->elf, name, folders)) {
        todo.push_back({library, handed_on, &program});
      } else {
        missing.push_back({step.file->entry.path, name});
      }
    }
  }
  return missing;
}

}  // namespace hauberk
