// hauberk explain: why a vulnerability is, or is not, one of an image.
//
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/terminal_text.h"
#include "cli/command.h"
#include "cli/open_subject.h"
#include "cli/scan_subject.h"
#include "scan/explain.h"
#include "scan/report.h"

namespace hauberk {
namespace {

struct ExplainCommand {
  std::string id;
  ScanRequest request;
};

std::string text_of(const Explanation& explanation) {
  std::string title = explanation.id;
  if (!explanation.aliases.empty()) title += fmt::format(" ({})", fmt::join(explanation.aliases, ", "));
  std::string text = terminal_line(title) + "\n";
  if (!explanation.description.empty()) text += terminal_line(explanation.description) + "\n";
  text += "\n";
  for (const std::string& step : explanation.steps) text += fmt::format("- {}\n", terminal_line(step));
  return text;
}

Status run(Session& session, const ExplainCommand& command) {
  TRY(const ScanInput input, scan_input(session, command.request));
  TRY(const Explanation explanation, explain(command.id, input.inventory, input.advisories, input.options()));
  session.print(text_of(explanation));
  ScanResult found;
  found.findings = explanation.findings;
  session.print_json({{"id", explanation.id},
                      {"aliases", explanation.aliases},
                      {"description", explanation.description},
                      {"steps", explanation.steps},
                      {"affected", explanation.is_affected},
                      {"findings", json_of(found)["findings"]}});
  return {};
}

}  // namespace

void add_explain(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("explain", "Say why a vulnerability is, or is not, one of an image");
  auto command = std::make_shared<ExplainCommand>();
  verb->add_option("CVE", command->id, "A CVE, GHSA, DSA or TEMP id")->required();
  verb->add_option("IMAGE", command->request.subject, std::string(subject_help) + "; or the .json of an SBOM")
      ->required();
  command->request.add_to(*verb);
  verb->footer("Example:\n  hauberk explain CVE-2023-4911 hauberk/nginx:1");
  verb->callback([&session, command] {
    if (const Status done = run(session, *command); !done) session.error(done.error());
  });
}

}  // namespace hauberk
