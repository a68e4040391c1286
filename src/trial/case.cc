// One test of an image. See case.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/case.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "trial/namespaces.h"
#include "trial/prober.h"

namespace hauberk {
namespace {

constexpr std::chrono::seconds end_patience{1};

// The end of a text that may be long: the last lines tell why a program gave up.
std::string tail(std::string_view text) {
  constexpr std::size_t shown = 1000;
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return "nothing";
  return text.size() <= shown ? fmt::format("'{}'", text)
                              : fmt::format("'...{}'", text.substr(text.size() - shown));
}

bool is_inside(const TrialCommand& command) { return std::holds_alternative<InsideCommand>(command); }

std::unexpected<Error> failed(std::string why) {
  return std::unexpected(Error{ErrorKind::io, std::move(why)});
}

}  // namespace

Status CaseRun::run() {
  std::vector<TrialCommand> commands;
  for (const auto& text : test_.commands) {
    TRY(auto command, parse_trial_command(text));
    commands.push_back(std::move(command));
  }
  TRY_STATUS(prepare());
  if (commands.empty()) return run_program_to_end();
  if (!setup_.spec.args.empty()) TRY_STATUS(start_program());
  TRY_STATUS(run_commands(commands));
  TRY_STATUS(check_output(output_));
  return check_program_at_end();
}

Status CaseRun::run_commands(const std::vector<TrialCommand>& commands) {
  const auto last = std::find_if(commands.rbegin(), commands.rend(), is_inside);
  for (const auto& command : commands) {
    auto done = std::visit(
        [&](const auto& what) {
          if constexpr (std::is_same_v<decltype(what), const InsideCommand&>) {
            return perform(what, last != commands.rend() && &*last == &command);
          } else {
            return perform(what);
          }
        },
        command);
    if (done) continue;
    const auto at = static_cast<std::size_t>(&command - commands.data());
    return wrap(done.error(), test_.commands[at]);
  }
  return {};
}

// Folders that a test may write, each new for it, and a network of its own. They are owned as `docker run`
// would have them: a tmpfs is root's and everybody's, a volume the user's.
Status CaseRun::prepare() {
  spec_ = setup_.spec;
  for (const auto& path : setup_.writable) TRY_STATUS(add_folder(path, {}, 01777));
  for (const auto& path : setup_.volumes) TRY_STATUS(add_folder(path, spec_.user, 0700));
  TRY(spec_.network_namespace, fresh_network());
  return {};
}

Status CaseRun::add_folder(const std::string& path, const ContainerUser& owner, unsigned mode) {
  const std::string folder = fmt::format("{}/case-{}-{}", setup_.work_dir, number_, ++folders_);
  if (mkdir(folder.c_str(), 0700) != 0 || chown(folder.c_str(), owner.uid, owner.gid) != 0 ||
      chmod(folder.c_str(), mode) != 0) {
    return failed(fmt::format("cannot make a folder for {} that {}:{} owns: {}", path, owner.uid, owner.gid,
                              os_reason(errno)));
  }
  spec_.binds.push_back({.path = path, .host_dir = folder, .read_only = false});
  return {};
}

Status CaseRun::start_program() {
  auto started = runtime_.start(spec_, deadline_);
  if (!started) return wrap(started.error(), "the image's program cannot be started");
  program_ = *std::move(started);
  stopped_ = false;
  return {};
}

Status CaseRun::run_program_to_end() {
  if (setup_.spec.args.empty()) return failed("the image has no program, and the test no commands");
  TRY_STATUS(start_program());
  const auto code = program_->wait_end(deadline_);
  if (!code)
    return failed("the image's program did not end in time; it printed " + tail(program_->printed()));
  if (*code != test_.exit_code) return failed(fmt::format("{}, not {}", program_report(), test_.exit_code));
  return check_output(program_->printed());
}

Status CaseRun::starts_and_stays(std::chrono::seconds time) {
  TRY_STATUS(prepare());
  TRY_STATUS(start_program());
  const auto code = program_->wait_end(deadline_in(time));
  if (!code || *code == 0) return {};
  return failed(program_report());
}

Status CaseRun::check_output(std::string_view output) const {
  if (output.find(test_.output) != std::string_view::npos) return {};
  return failed(fmt::format("the output does not contain '{}'; it is {}", test_.output, tail(output)));
}

// A program that fell over after it was asked has not passed, though nobody asked again.
Status CaseRun::check_program_at_end() {
  if (!probed_ || !program_) return {};
  const auto code = program_->exit_code();
  if (!code || *code == 0) return {};
  return failed(program_report());
}

std::string CaseRun::program_report() {
  const auto code = program_->exit_code();
  return fmt::format("the image's program {}; it printed {}",
                     code ? fmt::format("ended with code {}", *code) : std::string("runs"),
                     tail(program_->printed()));
}

Status CaseRun::perform(const InsideCommand& command, bool last) {
  const int expected = last ? test_.exit_code : 0;
  TRY(const auto result, run_inside(command.argv, expected));
  output_ += result.output;
  if (result.exit_code == expected) return {};
  return failed(fmt::format("ended with code {}, not {}; it printed {}", result.exit_code, expected,
                            tail(result.output)));
}

// In the program's container while that runs. A program that ends meanwhile, as an interpreter does that is
// given nothing to read, takes the command with it: then the command has a container of its own.
Result<ExecResult> CaseRun::run_inside(const std::vector<std::string>& argv, int expected) {
  if (!program_ || !program_->running()) return run_alone(argv);
  auto result = program_->exec(argv, test_.directory, deadline_);
  if (!result) return wrap(result.error(), program_report());
  if (result->exit_code == expected || !program_->wait_end(deadline_in(end_patience))) return result;
  return run_alone(argv);
}

Result<ExecResult> CaseRun::run_alone(const std::vector<std::string>& argv) {
  ContainerSpec spec = spec_;
  spec.args = argv;
  if (!test_.directory.empty()) spec.directory = test_.directory;
  TRY(const auto container, runtime_.start(spec, deadline_));
  const auto code = container->wait_end(deadline_);
  std::string printed = container->printed();
  if (code) return ExecResult{*code, std::move(printed)};
  return failed("it did not end in time; it printed " + tail(printed));
}

Status CaseRun::need_program(std::string_view word) {
  probed_ = true;
  if (setup_.spec.args.empty()) {
    return failed(fmt::format("the image has neither entrypoint nor cmd, so there is nothing for {}", word));
  }
  if (stopped_) return failed("the program is stopped; @start starts it again");
  return {};
}

template <class Command>
Status CaseRun::ask(const Command& command) {
  TRY_STATUS(need_program("the prober to ask"));
  if (!command.port && setup_.ports.empty()) {
    return failed("the image declares no TCP port in `ports`: write :PORT after the word");
  }
  const ProbeTarget target{.port = command.port ? *command.port : setup_.ports.front(),
                           .deadline = deadline_,
                           .still_there = [this] { return program_->running(); }};
  auto answered = probe(command, target);
  if (answered) return {};
  return failed(fmt::format("{}; {}", answered.error().message, program_report()));
}

Status CaseRun::perform(const HttpCommand& command) { return ask(command); }
Status CaseRun::perform(const TcpCommand& command) { return ask(command); }

Status CaseRun::perform(const StaysCommand& command) {
  TRY_STATUS(need_program("staying up"));
  const auto until = deadline_in(std::chrono::seconds(command.seconds));
  if (until > deadline_) return failed("the test's timeout is shorter than this: give it a longer `timeout`");
  if (!program_->wait_end(until)) return {};
  return failed(program_report());
}

Status CaseRun::perform(const StopCommand&) {
  TRY_STATUS(need_program("stopping"));
  if (!program_->running()) return failed(program_report() + " before it was stopped");
  TRY_STATUS(program_->signal(setup_.stop_signal));
  const auto code = program_->wait_end(deadline_);
  if (!code) {
    return failed(fmt::format("the program does not end by signal {}, in time; it printed {}",
                              setup_.stop_signal, tail(program_->printed())));
  }
  if (*code != 0 && *code != 128 + setup_.stop_signal) {
    return failed(fmt::format("{}, not 0 or {}", program_report(), 128 + setup_.stop_signal));
  }
  program_.reset();
  stopped_ = true;
  return {};
}

Status CaseRun::perform(const StartCommand&) {
  if (setup_.spec.args.empty()) return failed("the image has neither entrypoint nor cmd to start");
  probed_ = true;
  if (program_ && program_->running()) return failed("the program runs already");
  program_.reset();
  return start_program();
}

}  // namespace hauberk
