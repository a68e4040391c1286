// Checks PKG-01 to PKG-05: what an intruder would look for.
//
// Tools are found by their names anywhere in the image, through links too (busybox is found by what links to
// it, and by itself), and by the packages that bring them. Interpreters of languages are not shells: an image
// for Python has one on purpose.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "check/table.h"
#include "check/tools.h"

namespace hauberk {
namespace {

struct NamedTool {
  std::string_view name;  // may end in "*": what follows is a version, as in gcc-14 or pip3.13
  ToolKind kind;
};

using enum ToolKind;

constexpr std::array tools = {NamedTool{"sh", shell},
                              NamedTool{"bash", shell},
                              NamedTool{"rbash", shell},
                              NamedTool{"dash", shell},
                              NamedTool{"ash", shell},
                              NamedTool{"zsh*", shell},
                              NamedTool{"rzsh", shell},
                              NamedTool{"ksh*", shell},
                              NamedTool{"rksh*", shell},
                              NamedTool{"mksh*", shell},
                              NamedTool{"lksh", shell},
                              NamedTool{"oksh", shell},
                              NamedTool{"pdksh", shell},
                              NamedTool{"yash", shell},
                              NamedTool{"posh", shell},
                              NamedTool{"csh", shell},
                              NamedTool{"bsd-csh", shell},
                              NamedTool{"tcsh", shell},
                              NamedTool{"fish", shell},
                              NamedTool{"busybox*", shell},
                              NamedTool{"toybox*", shell},
                              NamedTool{"sash", shell},
                              NamedTool{"elvish", shell},
                              NamedTool{"xonsh", shell},
                              NamedTool{"pwsh", shell},
                              NamedTool{"nu", shell},
                              NamedTool{"bash-static", shell},
                              NamedTool{"zsh-static", shell},
                              NamedTool{"rc", shell},
                              NamedTool{"es", shell},

                              NamedTool{"apt", package_manager},
                              NamedTool{"apt-get", package_manager},
                              NamedTool{"aptitude", package_manager},
                              NamedTool{"dpkg", package_manager},
                              NamedTool{"apk", package_manager},
                              NamedTool{"apk.static", package_manager},
                              NamedTool{"yum", package_manager},
                              NamedTool{"dnf*", package_manager},
                              NamedTool{"microdnf", package_manager},
                              NamedTool{"tdnf", package_manager},
                              NamedTool{"rpm", package_manager},
                              NamedTool{"zypper", package_manager},
                              NamedTool{"pacman", package_manager},
                              NamedTool{"opkg", package_manager},
                              NamedTool{"xbps-install", package_manager},
                              NamedTool{"emerge", package_manager},
                              NamedTool{"nix*", package_manager},
                              NamedTool{"nix-env", package_manager},
                              NamedTool{"guix", package_manager},
                              NamedTool{"snap", package_manager},
                              NamedTool{"flatpak", package_manager},
                              NamedTool{"brew", package_manager},
                              NamedTool{"conda", package_manager},
                              NamedTool{"mamba", package_manager},
                              NamedTool{"micromamba", package_manager},
                              NamedTool{"pip*", package_manager},
                              NamedTool{"pipx", package_manager},
                              NamedTool{"uv", package_manager},
                              NamedTool{"poetry", package_manager},
                              NamedTool{"easy_install*", package_manager},
                              NamedTool{"npm", package_manager},
                              NamedTool{"npx", package_manager},
                              NamedTool{"yarn", package_manager},
                              NamedTool{"yarnpkg", package_manager},
                              NamedTool{"pnpm", package_manager},
                              NamedTool{"corepack", package_manager},
                              NamedTool{"gem*", package_manager},
                              NamedTool{"bundle*", package_manager},
                              NamedTool{"composer", package_manager},
                              NamedTool{"cargo", package_manager},
                              NamedTool{"luarocks", package_manager},
                              NamedTool{"cpan*", package_manager},

                              NamedTool{"gcc*", compiler},
                              NamedTool{"g++*", compiler},
                              NamedTool{"cc", compiler},
                              NamedTool{"c++", compiler},
                              NamedTool{"c89*", compiler},
                              NamedTool{"c99*", compiler},
                              NamedTool{"cpp*", compiler},
                              NamedTool{"cc1", compiler},
                              NamedTool{"cc1plus", compiler},
                              NamedTool{"clang*", compiler},
                              NamedTool{"clang++*", compiler},
                              NamedTool{"tcc", compiler},
                              NamedTool{"gfortran*", compiler},
                              NamedTool{"rustc", compiler},
                              NamedTool{"go", compiler},
                              NamedTool{"javac", compiler},
                              NamedTool{"ghc", compiler},
                              NamedTool{"ocamlopt", compiler},
                              NamedTool{"nasm", compiler},
                              NamedTool{"yasm", compiler},
                              NamedTool{"as", compiler},
                              NamedTool{"ld", compiler},
                              NamedTool{"ld.bfd", compiler},
                              NamedTool{"ld.gold", compiler},
                              NamedTool{"ld.lld*", compiler},
                              NamedTool{"mold", compiler},
                              NamedTool{"make", compiler},
                              NamedTool{"gmake", compiler},
                              NamedTool{"cmake", compiler},
                              NamedTool{"ninja", compiler},
                              NamedTool{"gdb", compiler},
                              NamedTool{"gdbserver", compiler},
                              NamedTool{"lldb*", compiler},
                              NamedTool{"dlv", compiler},
                              NamedTool{"strace", compiler},
                              NamedTool{"ltrace", compiler},
                              NamedTool{"perf", compiler},
                              NamedTool{"bpftrace", compiler},
                              NamedTool{"valgrind", compiler},

                              NamedTool{"curl", network},
                              NamedTool{"wget*", network},
                              NamedTool{"aria2c", network},
                              NamedTool{"nc", network},
                              NamedTool{"nc.openbsd", network},
                              NamedTool{"nc.traditional", network},
                              NamedTool{"ncat", network},
                              NamedTool{"netcat", network},
                              NamedTool{"socat*", network},
                              NamedTool{"telnet", network},
                              NamedTool{"ssh", network},
                              NamedTool{"scp", network},
                              NamedTool{"sftp", network},
                              NamedTool{"sshd", network},
                              NamedTool{"dropbear", network},
                              NamedTool{"dbclient", network},
                              NamedTool{"ftp", network},
                              NamedTool{"tftp", network},
                              NamedTool{"lftp", network},
                              NamedTool{"rsync", network},
                              NamedTool{"nmap", network},
                              NamedTool{"masscan", network},
                              NamedTool{"tcpdump", network},
                              NamedTool{"tshark", network},
                              NamedTool{"dig", network},
                              NamedTool{"nslookup", network},
                              NamedTool{"host", network},
                              NamedTool{"ping*", network},
                              NamedTool{"traceroute*", network},
                              NamedTool{"mtr", network},
                              NamedTool{"rsh", network},
                              NamedTool{"rlogin", network},
                              NamedTool{"lynx", network},
                              NamedTool{"links", network},
                              NamedTool{"w3m", network},
                              NamedTool{"git", network},

                              NamedTool{"sudo*", privilege},
                              NamedTool{"sudoedit", privilege},
                              NamedTool{"visudo", privilege},
                              NamedTool{"su", privilege},
                              NamedTool{"su-rs", privilege},
                              NamedTool{"sudo-rs", privilege},
                              NamedTool{"runuser", privilege},
                              NamedTool{"doas", privilege},
                              NamedTool{"pkexec", privilege},
                              NamedTool{"run0", privilege},
                              NamedTool{"su-exec", privilege}};

// Python and node modules that are package managers without a program of their own: `python -m pip`.
constexpr std::array<std::string_view, 4> module_managers = {"pip", "npm", "uv", "pnpm"};

// What follows the name is a version: "-14", "3.13", "3", "-14.2".
bool is_version(std::string_view rest) {
  return rest.find_first_not_of("0123456789.-") == std::string_view::npos;
}

// The compilers of other machines: "x86_64-linux-gnu-gcc-14".
std::string_view without_triplet(std::string_view name) {
  static constexpr std::array<std::string_view, 5> parts = {
      "-linux-gnu-", "-linux-gnueabihf-", "-linux-musl-", "-alpine-linux-musl-", "-linux-gnux32-"};
  for (const std::string_view part : parts) {
    const auto at = name.find(part);
    if (at != std::string_view::npos) return name.substr(at + part.size());
  }
  return name;
}

bool fits(const NamedTool& tool, std::string_view name) {
  if (!tool.name.ends_with('*')) return tool.name == name;
  const std::string_view stem = tool.name.substr(0, tool.name.size() - 1);
  if (!name.starts_with(stem)) return false;
  const std::string_view rest = name.substr(stem.size());
  return is_version(rest) || rest == ".static" || rest == "-static";
}

// Two letters are also the names of other things ("es" is a language): those count in a folder of programs
// alone.
bool is_ambiguous(std::string_view name) {
  return name.size() <= 2 && name != "sh" && name != "su" && name != "nc";
}

bool is_in_program_folder(std::string_view path) {
  const std::string_view folder = last_part(folder_of(path));
  return folder == "bin" || folder == "sbin" || folder == "libexec" || folder_of(path).empty();
}

CheckAnswer answer(CheckContext& context, ToolKind kind) {
  if (context.judged_files().empty()) return not_applicable("the image has no files");
  std::vector<CheckFinding> findings;
  for (const FoundTool& tool : context.tools()) {
    if (tool.kind != kind || (tool.file != nullptr && context.is_of_base(*tool.file))) continue;
    findings.push_back({tool.path, tool.detail});
  }
  return judged(std::move(findings));
}

void add_file(const ImageRoot& root, const File& file, std::vector<FoundTool>& found) {
  const TarEntry& entry = file.entry;
  if (!is_executable(entry) && entry.type != TarEntry::Type::symlink) return;
  const auto kind = tool_kind(last_part(entry.path));
  if (!kind || (is_ambiguous(last_part(entry.path)) && !is_in_program_folder(entry.path))) return;
  const File* target = root.regular(entry.path);
  if (target == nullptr || !is_executable(target->entry)) return;
  std::string detail(title_of(*kind));
  if (target->entry.path != entry.path) detail += fmt::format(", a link to /{}", target->entry.path);
  found.push_back({*kind, entry.path, std::move(detail), &file});
}

void add_package(const Package& package, std::vector<FoundTool>& found) {
  const bool has_modules = package.kind == Package::Kind::python || package.kind == Package::Kind::npm;
  if (!has_modules || std::ranges::find(module_managers, package.name) == module_managers.end()) return;
  found.push_back({package_manager, package.record,
                   fmt::format("the module {} {}: a package manager without a program of its own",
                               package.name, package.version),
                   nullptr});
}

}  // namespace

std::string_view title_of(ToolKind kind) {
  switch (kind) {
    case shell: return "a shell";
    case package_manager: return "a package manager";
    case compiler: return "a compiler or debugger";
    case network: return "a network tool";
    case privilege: return "a tool to become another user";
  }
  return "";
}

std::optional<ToolKind> tool_kind(std::string_view name) {
  name = without_triplet(name);
  const auto tool = std::ranges::find_if(tools, [&](const NamedTool& one) { return fits(one, name); });
  return tool == tools.end() ? std::nullopt : std::optional(tool->kind);
}

std::vector<FoundTool> tools_of(const Facts& facts, const ImageRoot& root) {
  std::vector<FoundTool> found;
  for (const File& file : facts.files) add_file(root, file, found);
  for (const Package& package : facts.packages) {
    if (package.state == Package::State::installed) add_package(package, found);
  }
  std::ranges::sort(found, {}, [](const FoundTool& tool) { return std::tie(tool.path, tool.detail); });
  return found;
}

CheckAnswer check_no_shell(CheckContext& context) { return answer(context, shell); }
CheckAnswer check_no_package_manager(CheckContext& context) { return answer(context, package_manager); }
CheckAnswer check_no_compilers(CheckContext& context) { return answer(context, compiler); }
CheckAnswer check_no_network_tools(CheckContext& context) { return answer(context, network); }
CheckAnswer check_no_privilege_tools(CheckContext& context) { return answer(context, privilege); }

}  // namespace hauberk
