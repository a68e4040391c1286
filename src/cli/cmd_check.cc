// hauberk check: how hardened an image is, and what to mend.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/judge_subject.h"

namespace hauberk {
namespace {

struct CheckCommand {
  JudgeRequest request;
  std::string platform;
  bool all = false;
};

Result<JudgedSubject> judge(Session& session, CheckCommand& command) {
  if (command.request.profile == name_of(CheckProfile::app) && command.request.base.empty()) {
    return fail(ErrorKind::invalid_input,
                "cannot judge an app alone: name the image that it stands on with --base IMAGE");
  }
  if (!command.platform.empty()) {
    TRY(command.request.platform, Platform::parse(command.platform));
  }
  return judge_subject(session, command.request);
}

void run(Session& session, CheckCommand& command) {
  const auto judged = judge(session, command);
  if (!judged) return session.error(judged.error());
  session.print_json(json_of(judged->report));
  session.print(text_of(judged->report, command.all));
  if (!judged->report.passes()) session.exit_code = static_cast<int>(Exit::no);
}

}  // namespace

void add_check(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("check", "Say how hardened an image is, and how to mend what is not");
  auto command = std::make_shared<CheckCommand>();
  JudgeRequest& request = command->request;
  verb->add_option("IMAGE", request.image, subject_help)->required();
  verb->add_option("--profile", request.profile,
                   "runtime (an image to run), dev (one to build in) or app (what was added to --base)");
  verb->add_option("--base", request.base, "The image that IMAGE stands on: judge only what was added");
  verb->add_option("--accept", request.accept_files, "A file with accepted-findings, as info.yaml has them");
  verb->add_option("--platform", command->platform, "Of an image for several: linux/amd64 or linux/arm64");
  verb->add_flag("--all", command->all, "Also show what passed, and every finding");
  verb->footer(
      "Example:\n  hauberk check hauberk/nginx:1\n"
      "  hauberk check docker-archive:site.tar --all\n"
      "  hauberk check my-app:2 --base hauberk/python:3\n\n"
      "Exit code 1 if a check fails. docs/checks.md lists all checks, and how to accept a finding.");
  verb->callback([&session, command] { run(session, *command); });
}

}  // namespace hauberk
