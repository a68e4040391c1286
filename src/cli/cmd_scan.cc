// hauberk scan: which known holes an image or an SBOM has, and which can be closed now.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "cli/open_subject.h"
#include "cli/scan_subject.h"
#include "scan/report.h"

namespace hauberk {
namespace {

struct ScanCommand {
  ScanRequest request;
  std::string format = "table";
  std::string fail_on;
  bool all = false;
  bool allow_stale = false;
};

Result<std::string> checked_format(const ScanCommand& command) {
  for (const char* known : {"table", "json", "sarif"}) {
    if (command.format == known) return command.format;
  }
  return fail(ErrorKind::invalid_input, "cannot write the format \"{}\": there are table, json and sarif",
              command.format);
}

void show(Session& session, const ScanCommand& command, const ScanResult& result) {
  if (session.json) return session.print_json(json_of(result));
  if (command.format == "table") return session.print(table_of(result, command.all));
  const Json json = command.format == "json" ? json_of(result) : sarif_of(result);
  std::fputs(ascii_json(json).c_str(), stdout);
}

void warn_of_stale(Session& session, const ScanResult& result) {
  for (const std::string& name : stale_feeds(result)) {
    session.warn(fmt::format("the feed {} is too old to be believed: `hauberk feed update {}`", name, name));
  }
}

// Absence of findings in a feed that is too old is no answer. Empty: the gate has nothing against it.
std::string refusal(const ScanCommand& command, const FailOn& fail_on, const ScanResult& result,
                    bool has_index) {
  if (!fail_on.is_set()) return {};
  const auto found = refused(result, fail_on);
  if (!found.empty()) {
    return fmt::format("refused: {} finding{} of --fail-on {}", found.size(), found.size() == 1 ? "" : "s",
                       command.fail_on);
  }
  if (!stale_feeds(result).empty() && !command.allow_stale) {
    return "refused: the answer is unknown, since a feed is too old (--allow-stale believes it)";
  }
  // Without an index nothing is "available", and what has a fix must not pass for what has none.
  const bool may_be_fixable = std::ranges::any_of(result.findings, [](const Finding& finding) {
    return finding.kind == Package::Kind::deb && counts(finding) &&
           finding.state == FixState::fixed_elsewhere;
  });
  if (fail_on.fixable && !has_index && may_be_fixable) {
    return "refused: the answer is unknown, since no index of the archive is at hand (--update fetches it)";
  }
  return {};
}

Status run(Session& session, const ScanCommand& command) {
  TRY_STATUS(checked_format(command));
  FailOn fail_on;
  if (!command.fail_on.empty()) {
    TRY(fail_on, parse_fail_on(command.fail_on));
  }
  TRY(const ScanInput input, scan_input(session, command.request));
  const ScanResult result = scan(input.inventory, input.advisories, input.options());
  warn_of_stale(session, result);
  const std::string no = refusal(command, fail_on, result, input.archive.has_value());
  if (!no.empty()) {
    session.exit_code = static_cast<int>(Exit::no);
    session.warn(no);
  }
  show(session, command, result);
  if (input.has_broken_vex && session.exit_code == 0) session.exit_code = static_cast<int>(Exit::bad_input);
  return {};
}

}  // namespace

void add_scan(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("scan", "Say which known holes an image has, and which can be closed now");
  auto command = std::make_shared<ScanCommand>();
  verb->add_option("IMAGE", command->request.subject, std::string(subject_help) + "; or the .json of an SBOM")
      ->required();
  command->request.add_to(*verb);
  verb->add_option("--format", command->format, "table (the default), json, or sarif (SARIF 2.1.0)");
  verb->add_option(
      "--fail-on", command->fail_on,
      "Exit code 1 if there is: critical, high, medium, low, fixable, exploited, any; with commas");
  verb->add_flag("--all", command->all, "Also list what is hidden by VEX, unimportant or undetermined");
  verb->add_flag("--allow-stale", command->allow_stale,
                 "With --fail-on: believe feeds past their maximum age");
  verb->footer(
      "Example:\n  hauberk scan hauberk/nginx:1\n"
      "  hauberk scan docker-archive:site.tar --fail-on high,fixable\n"
      "  hauberk scan site.spdx.json --vex accepted.openvex.json --format sarif\n\n"
      "\"high,fixable\" is what is high and can be closed now. Undetermined and unimportant findings, and "
      "those that\n"
      "a VEX statement hides, never fail. Feeds come from `hauberk feed`.");
  verb->callback([&session, command] {
    if (const Status done = run(session, *command); !done) session.error(done.error());
  });
}

}  // namespace hauberk
