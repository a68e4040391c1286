// What every verb of the command line shares: the global flags, and how answers and errors are printed.
//
// Each verb is one file cmd_<verb>.cc with one function add_<verb>(); it parses flags, calls one function
// of a lower folder, and prints. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/progress.h"
#include "base/result.h"
#include "store/store.h"

namespace hauberk {

// Exit codes, one for each kind of error (DESIGN section 9).
enum class Exit : int {
  done = 0,
  no = 1,
  usage = 2,
  bad_input = 3,
  not_found = 4,
  not_trusted = 5,
  conflict = 6,
  limit = 7,
  unsupported = 8,
  system = 9,
  network = 10,
};
Exit exit_of(ErrorKind kind);

class Session {
 public:
  bool json = false;
  bool quiet = false;
  std::string home;   // --home, else Store::default_path()
  int exit_code = 0;  // what main returns

  // Prints "hauberk: <message>" on standard error (as JSON with --json) and sets the exit code.
  void error(const Error& error);
  // The error of a command line that is none: as error(), with the exit code for that.
  void usage_error(std::string message);
  // Prints "hauberk: warning: <message>" on standard error; with --json it becomes one of `warnings` in the
  // object that is printed next, be it a result or an error.
  void warn(std::string_view message);

  // Text for people on standard output, made safe for the terminal; nothing with --json.
  void print(std::string_view text);
  // The one object of --json, with the warnings so far; nothing without it.
  void print_json(Json value);
  // The warnings that no object took along (as of `lock`, whose output is the lock): on standard error.
  void flush_warnings();

  // Progress on a terminal, silence elsewhere.
  Progress& progress();

  Result<std::unique_ptr<Store>> open_store() const;

 private:
  Json take_warnings();

  std::unique_ptr<Progress> progress_;
  std::vector<std::string> warnings_;  // with --json, those that were not printed yet
};

void add_init(CLI::App& app, Session& session);
void add_validate(CLI::App& app, Session& session);
void add_lock(CLI::App& app, Session& session);
void add_build(CLI::App& app, Session& session);
void add_inspect(CLI::App& app, Session& session);
void add_copy(CLI::App& app, Session& session);
void add_run_profile(CLI::App& app, Session& session);
void add_test(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_compare(CLI::App& app, Session& session);
void add_doctor(CLI::App& app, Session& session);
void add_scan(CLI::App& app, Session& session);
void add_explain(CLI::App& app, Session& session);
void add_feed(CLI::App& app, Session& session);
void add_sbom(CLI::App& app, Session& session);
void add_sign(CLI::App& app, Session& session);
void add_attest(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_reproduce(CLI::App& app, Session& session);
void add_login(CLI::App& app, Session& session);
void add_logout(CLI::App& app, Session& session);
void add_push(CLI::App& app, Session& session);
void add_pull(CLI::App& app, Session& session);
void add_keygen(CLI::App& app, Session& session);
void add_signer(CLI::App& app, Session& session);
void add_trust(CLI::App& app, Session& session);

}  // namespace hauberk
