// The command line: one verb each in cmd_<verb>.cc.
//
// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "cli/command.h"
#include "cli/usage.h"

namespace hauberk {
namespace {

void add_global_flags(CLI::App& app, Session& session) {
  app.add_flag("--json", session.json, "Print one JSON object, for scripts");
  app.add_flag("-q,--quiet", session.quiet, "No progress and no warnings");
  app.add_option("--home", session.home, "The store to use (default: $HAUBERK_HOME or the usual place)");
  app.set_version_flag("--version", "hauberk " HAUBERK_VERSION);
}

// Output that did not arrive, for example on a full disk, is no success.
int flush(Session& session) {
  session.flush_warnings();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    session.error({ErrorKind::io, "cannot write the output: it is cut short"});
  }
  return session.exit_code;
}

int run(int argc, char** argv) {
  Session session;
  CLI::App app("Hauberk builds hardened container images from signed Debian packages.", "hauberk");
  app.require_subcommand(1);
  app.fallthrough();
  add_global_flags(app, session);
  for (const auto add :
       {add_init,  add_validate, add_lock,    add_build,  add_inspect,   add_copy,    add_run_profile,
        add_test,  add_check,    add_compare, add_doctor, add_scan,      add_explain, add_feed,
        add_sbom,  add_sign,     add_attest,  add_verify, add_reproduce, add_keygen,  add_signer,
        add_trust, add_login,    add_logout,  add_push,   add_pull}) {
    add(app, session);
  }
  app.footer(
      "Example:\n  hauberk build catalog/nginx/debian-13/1.yaml\n\n"
      "`hauberk VERB --help` shows an example of each verb.");
  // Set before parsing, for the errors of parsing itself.
  session.json = std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word == "--json"; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    const std::vector<std::string_view> words(argv + 1, argv + argc);
    session.usage_error(usage_message(app, error, words));
  }
  return flush(session);
}

}  // namespace
}  // namespace hauberk

int main(int argc, char** argv) {
  // A pipe that closes early ends us by an error of write(), with its message, not by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  // glibc raises this threshold as large blocks are freed, and then keeps what unpackers and compressors had:
  // 20 MB more for a large image. Held where it is, a large block goes back to the system at once.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  return hauberk::run(argc, argv);
}
