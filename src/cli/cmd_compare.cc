// hauberk compare: what is better and what is worse in one image than in another.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/judge_subject.h"
#include "compare/compare.h"

namespace hauberk {
namespace {

struct CompareCommand {
  std::string before, after;
  std::string profile = "runtime";  // one for both, else their outcomes could not be compared
};

Result<Comparison> compare(Session& session, const CompareCommand& command) {
  TRY(const JudgedSubject before,
      judge_subject(session,
                    {.image = command.before, .base = {}, .profile = command.profile, .accept_files = {}}));
  TRY(const JudgedSubject after,
      judge_subject(session,
                    {.image = command.after, .base = {}, .profile = command.profile, .accept_files = {}}));
  const auto scan_of = [](const JudgedSubject& side) { return side.scan ? &*side.scan : nullptr; };
  return compare_images({before.facts, before.report, scan_of(before)},
                        {after.facts, after.report, scan_of(after)});
}

}  // namespace

void add_compare(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("compare", "Say what is better and worse in one image than in another");
  auto command = std::make_shared<CompareCommand>();
  verb->add_option("BEFORE", command->before, subject_help)->required();
  verb->add_option("AFTER", command->after, "The other one, in any of these forms")->required();
  verb->add_option("--profile", command->profile, "What both are judged as: runtime (the default) or dev");
  verb->footer(
      "Example:\n  hauberk compare docker-archive:nginx.tar hauberk/nginx:1\n"
      "  hauberk compare hauberk/nginx:1.26-debian13-20260501.1 hauberk/nginx:1");
  verb->callback([&session, command] {
    const auto comparison = compare(session, *command);
    if (!comparison) return session.error(comparison.error());
    session.print_json(json_of(*comparison));
    session.print(text_of(*comparison));
  });
}

}  // namespace hauberk
