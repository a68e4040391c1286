// The OCI runtime of this machine. See runtime.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/runtime.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "io/dir.h"
#include "io/subprocess.h"
#include "trial/namespaces.h"

namespace hauberk {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds runtime_patience{20};
constexpr std::string_view check_program = "/check";

// A way to run containers: the program with its flags, and whether they have a cgroup of their own.
struct Candidate {
  std::vector<std::string> command;
  bool cgroup = true;
};

// crun first, which is what Debian recommends to podman. An ordinary user may have no cgroup to give; crun
// may refuse a machine's cgroups and still run without any.
std::vector<Candidate> candidates(const std::string& wanted) {
  const std::string no_cgroups = "--cgroup-manager=disabled";
  if (!wanted.empty()) return {{{wanted}}, {{wanted}, false}, {{wanted, no_cgroups}, false}};
  return {{{"crun"}}, {{"runc"}}, {{"runc"}, false}, {{"crun", no_cgroups}, false}};
}

// "crun version 1.8.1\ncommit: ..." -> "crun 1.8.1"
std::string short_version(const std::string& program, std::string_view text) {
  text = text.substr(0, text.find('\n'));
  const auto at = text.rfind(' ');
  const std::string name = program.substr(program.rfind('/') + 1);
  return at == std::string_view::npos ? name : fmt::format("{} {}", name, text.substr(at + 1));
}

// What a runtime said, without the frame of runc's log lines: time="..." level=error msg="...".
std::string one_line(std::string text) {
  constexpr std::string_view frame = " msg=\"";
  if (const auto at = text.find(frame); text.starts_with("time=") && at != std::string::npos) {
    text.erase(0, at + frame.size());
    text.resize(std::min(text.size(), text.rfind('"')));
    for (auto quote = text.find("\\\""); quote != std::string::npos; quote = text.find("\\\"", quote)) {
      text.erase(quote++, 1);
    }
  }
  while (text.ends_with('\n')) text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text.empty() ? "it said nothing" : text;
}

std::uint64_t at_most(int resource, std::uint64_t wanted) {
  rlimit limit{};
  getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return std::min<std::uint64_t>(limit.rlim_max, wanted);
}

Status write_text_file(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (out) return {};
  return fail(ErrorKind::io, "cannot write {}", path);
}

Status make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) return {};
  return fail(ErrorKind::io, "cannot make the folder {}: {}", path, error.message());
}

Result<pid_t> read_process(const std::string& path) {
  std::ifstream in(path);
  pid_t process = 0;
  if (in >> process && process > 1) return process;
  return fail(ErrorKind::io, "the runtime did not say which process it made");
}

void remove_empty_below(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) remove_empty_below(it->path());
  }
  rmdir(folder.c_str());
}

}  // namespace

std::string cgroup_name(const std::string& work_dir) { return fs::path(work_dir).filename().string(); }

void remove_cgroup(const std::string& name) {
  const fs::path top = "/sys/fs/cgroup";
  std::error_code error;
  if (fs::exists(top / name, error)) remove_empty_below(top / name);
  for (fs::directory_iterator it(top, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (fs::is_directory(it->path() / name, ignored)) remove_empty_below(it->path() / name);
  }
}

Result<Runtime> Runtime::find(const std::string& wanted, const std::string& work_dir) {
  std::vector<std::string> refusals;
  for (auto& [command, cgroup] : candidates(wanted)) {
    auto program = find_program(command[0]);
    if (!program) continue;
    command[0] = *program;
    auto runtime = tried(std::move(command), cgroup, work_dir);
    if (runtime) return runtime;
    const std::string& why = runtime.error().message;
    if (std::ranges::find(refusals, why) == refusals.end()) refusals.push_back(why);
  }
  if (!refusals.empty()) {
    return fail(ErrorKind::unsupported, "no container can be run on this machine: {}",
                fmt::join(refusals, "; "));
  }
  return fail(ErrorKind::unsupported, "there is no {} on this machine: run `sudo apt-get install crun runc`",
              wanted.empty() ? "OCI runtime" : wanted);
}

Result<Runtime> Runtime::tried(std::vector<std::string> command, bool cgroup, const std::string& work_dir) {
  TRY(const auto version,
      run({.argv = {command[0], "--version"}, .environment = {}, .directory = {}, .input = {}}));
  const std::string name = short_version(command[0], version.output);
  command.insert(command.end(), {"--root", work_dir + "/state"});
  Runtime runtime(std::move(command), name, work_dir);
  runtime.cgroup_ = cgroup;
  if (auto checked = runtime.check(); !checked) return wrap(checked.error(), name);
  return runtime;
}

// Makes and deletes a container with all that ours have: namespaces, mounts, limits, filter.
Status Runtime::check() {
  const std::string root = work_dir_ + "/check";
  TRY_STATUS(make_folder(root));
  TRY_STATUS(write_text_file(root + std::string(check_program), ""));
  // Whatever our umask: the user in there has to see it.
  std::error_code ignored;
  fs::permissions(root, fs::perms(0755), ignored);
  fs::permissions(root + std::string(check_program), fs::perms(0755), ignored);
  ContainerSpec spec;
  spec.root = root;
  spec.args = {std::string(check_program)};
  spec.user = {65532, 65532, {}};
  TRY(spec.platform, Platform::of_this_machine());
  TRY(spec.network_namespace, fresh_network());
  TRY(const auto container, create(spec, deadline_in(runtime_patience)));
  return {};
}

Result<std::unique_ptr<Container>> Runtime::create(const ContainerSpec& wanted, Deadline deadline) {
  const std::string id = fmt::format("{}-{}", cgroup_name(work_dir_), ++made_);
  const std::string bundle = fmt::format("{}/bundle-{}", work_dir_, made_);
  ContainerSpec spec = wanted;
  if (cgroup_) spec.cgroup = fmt::format("/{}/{}", cgroup_name(work_dir_), made_);
  spec.open_files = at_most(RLIMIT_NOFILE, spec.open_files);
  spec.processes = at_most(RLIMIT_NPROC, spec.processes);
  TRY_STATUS(make_folder(bundle));
  TRY_STATUS(write_text_file(bundle + "/config.json", pretty_json(runtime_spec(spec))));

  std::unique_ptr<Container> container(new Container(command_, id));
  TRY(container->output_, OutputTail::make());
  auto command = command_;
  command.insert(command.end(), {"create", "--bundle", bundle, "--pid-file", bundle + "/pid", id});
  TRY(const int code, run_with_output(command, *container->output_, deadline));
  container->output_->close_write_end();
  if (code != 0) {
    return fail(ErrorKind::io, "{}", one_line(container->output_->text(std::chrono::milliseconds(1000))));
  }
  TRY(container->process_, read_process(bundle + "/pid"));
  return container;
}

Result<std::unique_ptr<Container>> Runtime::start(const ContainerSpec& spec, Deadline deadline) {
  TRY(auto container, create(spec, deadline));
  auto command = command_;
  command.insert(command.end(), {"start", container->id_});
  TRY(const auto result, run({.argv = std::move(command),
                              .environment = {},
                              .directory = {},
                              .input = {},
                              .timeout = time_until(deadline)}));
  if (result.exit_code == 0) return container;
  return fail(ErrorKind::io, "{}", one_line(result.error_output + result.output));
}

}  // namespace hauberk
