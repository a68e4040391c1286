// One test of an image, in a container of its own.
//
// The rules, as docs/image-tests.md tells them to users:
//   - The image's program (entrypoint and cmd) is started, if it has one. Then the commands follow in order.
//   - A command inside runs in the program's container while that runs, else in a container of its own.
//   - The last command inside ends with the test's exit code, those before it with 0; `output` is part of
//   what
//     they printed together.
//   - A test without commands is the program itself: it runs to its end, with that exit code and output.
// Used by the first process of run_in_namespaces() only. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "definition/definition.h"
#include "trial/command.h"
#include "trial/runtime.h"

namespace hauberk {

// What all tests of an image share.
struct TrialSetup {
  ContainerSpec spec;  // args: the image's program, may be empty; binds: without the writable
  std::vector<std::string> writable;  // paths that get an empty folder which everybody may write
  std::vector<std::string> volumes;   // paths that get an empty folder of the image's user
  std::vector<std::uint16_t> ports;  // TCP, as the image declares them
  int stop_signal = 0;
  std::string work_dir;
};

class CaseRun {
 public:
  // `number` is this test's own in the work folder.
  CaseRun(Runtime& runtime, const TrialSetup& setup, const ImageTest& test, int number, Deadline deadline)
      : runtime_(runtime), setup_(setup), test_(test), number_(number), deadline_(deadline) {}

  // Passed, or why not, in one sentence with the output that matters. All it started has ended then.
  Status run();

  // The test of an image that has none: its program starts, and stays or ends with 0.
  Status starts_and_stays(std::chrono::seconds time);

 private:
  Status prepare();
  Status add_folder(const std::string& path, const ContainerUser& owner, unsigned mode);
  Status run_commands(const std::vector<TrialCommand>& commands);
  Status run_program_to_end();
  Status start_program();
  Status check_output(std::string_view output) const;
  Status check_program_at_end();

  Status perform(const InsideCommand& command, bool last);
  Status perform(const HttpCommand& command);
  Status perform(const TcpCommand& command);
  Status perform(const StaysCommand& command);
  Status perform(const StopCommand& command);
  Status perform(const StartCommand& command);
  template <class Command>
  Status ask(const Command& command);

  Result<ExecResult> run_inside(const std::vector<std::string>& argv, int expected);
  Result<ExecResult> run_alone(const std::vector<std::string>& argv);
  Status need_program(std::string_view word);
  std::string program_report();

  Runtime& runtime_;
  const TrialSetup& setup_;
  const ImageTest& test_;
  int number_;
  Deadline deadline_;
  ContainerSpec spec_;
  std::unique_ptr<Container> program_;  // none: not started, or stopped by @stop
  bool stopped_ = false;
  bool probed_ = false;  // a word of the prober judged the program
  int folders_ = 0;
  std::string output_;  // of the commands inside
};

// The number of a signal named as images do: "SIGTERM", "TERM", "15", "SIGRTMIN+3"; SIGTERM for an empty
// name.
Result<int> signal_number(std::string_view name);

}  // namespace hauberk
