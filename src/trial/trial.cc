// Trying an image out. See trial.h.
//
//   try_image ── run_in_namespaces ── run_tests: unpack, find a runtime, each test, a message for each
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/trial.h"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "io/temporary_folder.h"
#include "trial/case.h"
#include "trial/image.h"
#include "trial/message.h"
#include "trial/namespaces.h"
#include "trial/run_profile.h"
#include "trial/user.h"

namespace hauberk {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds stays_for{3};
constexpr std::uint64_t account_file_limit = 1 << 20;

// All that the tests read; set up before the process that runs them starts.
struct Trial {
  const Store& store;
  const PlatformImage& image;
  const Definition& definition;
  const TrialOptions& options;
  Platform platform;
  RunProfile profile;
  std::string work_dir;

  std::vector<ImageTest> tests() const {
    if (!definition.tests.empty()) return definition.tests;
    ImageTest only;
    only.name = "starts and stays";
    return {only};
  }
};

std::string name_of_test(const ImageTest& test, std::size_t index) {
  return test.name.empty() ? fmt::format("test {}", index + 1) : test.name;
}

std::string text_in_image(const Dir& root, std::string_view path) {
  return root.read_file(path, account_file_limit).value_or("");
}

std::vector<std::uint16_t> tcp_ports(const ImageConfig& config) {
  std::vector<std::uint16_t> ports;
  for (const auto& port : config.exposed_ports) {
    const auto slash = port.find('/');
    if (slash != std::string::npos && port.substr(slash) != "/tcp") continue;
    ports.push_back(static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10)));
  }
  return ports;
}

std::vector<std::string> environment_with_path(std::vector<std::string> environment) {
  for (const auto& entry : environment) {
    if (entry.starts_with("PATH=")) return environment;
  }
  environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  return environment;
}

// Container engines give every container one, and programs look "localhost" up in it.
Result<std::string> write_hosts(const std::string& work_dir) {
  const std::string path = work_dir + "/hosts";
  std::ofstream out(path);
  out << "127.0.0.1 localhost hauberk-test\n::1 localhost\n";
  out.flush();
  std::error_code ignored;
  fs::permissions(path, fs::perms(0644), ignored);
  if (out) return path;
  return fail(ErrorKind::io, "cannot write {}", path);
}

Result<TrialSetup> set_up(const Trial& trial) {
  const std::string root_path = trial.work_dir + "/root";
  if (mkdir(root_path.c_str(), 0755) != 0 || chmod(root_path.c_str(), 0755) != 0) {
    return fail(ErrorKind::io, "cannot make the folder {}", root_path);
  }
  TRY(RootFolder root, RootFolder::open(root_path, true));
  TRY_STATUS(unpack_layers(trial.store.blobs(), trial.image, root));
  TRY(const Dir dir, Dir::open(root_path));
  const ImageConfig& config = trial.image.config;
  TrialSetup setup;
  setup.work_dir = trial.work_dir;
  setup.writable = trial.profile.writable;
  setup.volumes = trial.profile.volumes;
  setup.ports = tcp_ports(config);
  TRY(setup.stop_signal, signal_number(config.stop_signal));
  TRY(setup.spec.user,
      container_user(config.user, text_in_image(dir, "etc/passwd"), text_in_image(dir, "etc/group")));
  TRY(const std::string hosts, write_hosts(trial.work_dir));
  setup.spec.binds.push_back({.path = "/etc/hosts", .host_dir = hosts, .read_only = true});
  setup.spec.platform = trial.platform;
  setup.spec.root = root_path;
  setup.spec.args = config.entrypoint;
  setup.spec.args.insert(setup.spec.args.end(), config.cmd.begin(), config.cmd.end());
  setup.spec.environment = environment_with_path(config.environment);
  if (!config.working_dir.empty()) setup.spec.directory = config.working_dir;
  return setup;
}

TrialCase run_test(const Trial& trial, const TrialSetup& setup, Runtime& runtime, const ImageTest& test,
                   std::size_t index) {
  const auto began = std::chrono::steady_clock::now();
  const bool own = !trial.definition.tests.empty();
  const int seconds = test.timeout_seconds > 0 ? test.timeout_seconds : trial.options.timeout_seconds;
  TrialCase done{.name = name_of_test(test, index), .outcome = TrialCase::Outcome::passed, .why = {}};
  if (!own && setup.spec.args.empty()) {
    done.outcome = TrialCase::Outcome::not_run;
    done.why = "the image has neither entrypoint nor cmd, and its definition no tests";
    return done;
  }
  // Older published definitions name a folder of the catalogue, with tests written in Go.
  if (!test.directory.empty() && !test.directory.starts_with('/')) {
    done.outcome = TrialCase::Outcome::not_run;
    done.why =
        fmt::format("its directory {} is one of the catalogue, which is not in the image", test.directory);
    return done;
  }
  CaseRun run(runtime, setup, test, static_cast<int>(index), deadline_in(std::chrono::seconds(seconds)));
  const auto result = own ? run.run() : run.starts_and_stays(stays_for);
  if (!result) {
    done.outcome = TrialCase::Outcome::failed;
    done.why = result.error().message;
  }
  const auto took = std::chrono::steady_clock::now() - began;
  done.duration_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  return done;
}

// The first process of the namespaces.
void run_tests(const Trial& trial, const SendLine& send) {
  auto runtime = Runtime::find(trial.options.runtime, trial.work_dir);
  if (!runtime) return send(not_run_message(runtime.error().message));
  send(runtime_message(runtime->name()));
  const auto setup = set_up(trial);
  if (!setup && setup.error().kind == ErrorKind::unsupported)
    return send(not_run_message(setup.error().message));
  if (!setup) return send(error_message(setup.error()));
  const auto tests = trial.tests();
  for (std::size_t i = 0; i < tests.size(); ++i) {
    send(case_message(run_test(trial, *setup, *runtime, tests[i], i)));
  }
}

// A test may leave folders that even their owner cannot list; root in the namespace can.
void remove_below(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    fs::remove_all(it->path(), ignored);
  }
}

// A folder for one trial, and everything that the trial left, put away whatever happened.
class WorkDir {
 public:
  static Result<WorkDir> make(const std::string& wanted) {
    TRY(std::string path, make_temporary_folder("trial", wanted));
    return WorkDir(std::move(path));
  }

  const std::string& path() const { return path_; }

  // What an ordinary user's containers wrote belongs to sub-uids, so it is removed as root among them.
  void put_away(const Identity& identity, SignalHold& hold) const {
    remove_cgroup(cgroup_name(path_));
    std::error_code error;
    fs::remove_all(path_, error);
    if (!error || identity.root) return;
    (void)run_in_namespaces(
        identity, hold, [this](const SendLine&) { remove_below(path_); }, [](std::string_view) {});
    fs::remove_all(path_, error);
  }

 private:
  explicit WorkDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

TrialReport nothing_ran(const Trial& trial, std::string_view why, std::string_view runtime = "") {
  TrialReport report;
  report.runtime = runtime;
  const auto tests = trial.tests();
  for (std::size_t i = 0; i < tests.size(); ++i) {
    report.cases.push_back({.name = name_of_test(tests[i], i),
                            .outcome = TrialCase::Outcome::not_run,
                            .why = std::string(why)});
  }
  return report;
}

Result<TrialReport> run_apart(Trial& trial, const Identity& identity, Progress& progress) {
  SignalHold hold;
  TRY(const WorkDir work, WorkDir::make(trial.options.work_dir));
  trial.work_dir = work.path();
  TrialProgress state;
  Status understood;
  const auto ran = run_in_namespaces(
      identity, hold, [&](const SendLine& send) { run_tests(trial, send); },
      [&](std::string_view line) {
        const std::size_t before = state.report.cases.size();
        if (auto taken = take_message(line, state); !taken) understood = taken;
        progress.advance(state.report.cases.size() - before);
      });
  work.put_away(identity, hold);
  if (hold.take()) return fail(ErrorKind::io, "cannot test the image: interrupted");
  if (!ran) return nothing_ran(trial, ran.error().message);
  if (!understood) return std::unexpected(understood.error());
  if (state.error) return std::unexpected(*state.error);
  if (!state.not_run.empty()) return nothing_ran(trial, state.not_run, state.report.runtime);
  if (state.report.cases.size() == trial.tests().size()) return state.report;
  return fail(ErrorKind::io, "cannot test the image: the process that runs the tests ended early");
}

// The image's own annotations decide; a definition says what they were to be.
Result<RunProfile> profile_of(const PlatformImage& image, const Definition& definition) {
  const bool stated = image.manifest.annotations.contains(std::string(writable_annotation));
  return run_profile(definition.image, image.config,
                     stated ? image.manifest.annotations : definition.annotations);
}

}  // namespace

Result<TrialReport> try_image(const Store& store, const Descriptor& manifest, const Definition& definition,
                              const TrialOptions& options, Progress& progress) {
  TRY(const PlatformImage image, read_platform_image(store.blobs(), manifest));
  TRY(const Platform platform, Platform::of_this_machine());
  Trial trial{store, image, definition, options, platform, {}, {}};
  TRY(trial.profile, profile_of(image, definition));
  if (image.config.os != "linux" || image.config.architecture != platform.architecture()) {
    return nothing_ran(trial, fmt::format("the image is for {}/{}, and this machine is {}", image.config.os,
                                          image.config.architecture, platform.text()));
  }
  const auto identity = identity_of_this_user();
  if (!identity) return nothing_ran(trial, identity.error().message);
  progress.begin("testing the image", trial.tests().size(), "tests");
  auto report = run_apart(trial, *identity, progress);
  progress.end();
  return report;
}

Result<std::string> find_runtime(const TrialOptions& options) {
  TRY(const Identity identity, identity_of_this_user());
  SignalHold hold;
  TRY(const WorkDir work, WorkDir::make(options.work_dir));
  TrialProgress state;
  Status understood;
  const auto ran = run_in_namespaces(
      identity, hold,
      [&](const SendLine& send) {
        const auto runtime = Runtime::find(options.runtime, work.path());
        send(runtime ? runtime_message(runtime->name()) : not_run_message(runtime.error().message));
      },
      [&](std::string_view line) {
        if (auto taken = take_message(line, state); !taken) understood = taken;
      });
  work.put_away(identity, hold);
  TRY_STATUS(ran);
  TRY_STATUS(understood);
  if (state.not_run.empty() && !state.report.runtime.empty()) return state.report.runtime;
  return fail(ErrorKind::unsupported, "{}", state.not_run.empty() ? "no runtime answered" : state.not_run);
}

}  // namespace hauberk
