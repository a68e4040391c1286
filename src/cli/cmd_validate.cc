// `hauberk validate FILE...`: is each file a definition (or customisation) that could be built?
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <vector>

#include "cli/command.h"
#include "definition/definition.h"
#include "pipeline/source.h"

namespace hauberk {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string platform;
  std::string catalog_root;
  bool print = false;
};

struct Verdict {
  std::vector<std::string> warnings;
  std::string canonical;  // the printed form
  Json document;
};

Result<Verdict> validate(const std::string& file, const Options& options) {
  TRY(const std::string text, read_definition_text(file));
  if (is_customisation(text)) {
    TRY(ParsedCustomisation parsed, parse_customisation(text, file));
    return Verdict{std::move(parsed.warnings), print_customisation(parsed.document),
                   std::move(parsed.document)};
  }
  TRY(const FilePlace place, place_of_file(file));
  TRY(ParsedDefinition parsed,
      parse_definition(text, file, includes_for(options.catalog_root, place.folder)));
  Definition definition = std::move(parsed.definition);
  if (!options.platform.empty()) {
    TRY(const Platform platform, Platform::parse(options.platform));
    TRY(definition, for_platform(definition, platform));
  }
  std::string canonical = print_definition(definition);
  return Verdict{std::move(parsed.warnings), std::move(canonical), std::move(definition.document)};
}

Json as_json(const std::string& file, const Result<Verdict>& verdict, bool print) {
  Json entry = {{"file", file}, {"valid", verdict.has_value()}};
  if (!verdict) {
    entry["kind"] = name_of(verdict.error().kind);
    entry["problems"] = Json::array();
    std::string_view rest = verdict.error().message;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      entry["problems"].push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return entry;
  }
  entry["warnings"] = verdict->warnings;
  if (print) entry["document"] = verdict->document;
  return entry;
}

void run(const Options& options, Session& session) {
  Json files = Json::array();
  std::size_t valid = 0;
  std::optional<ErrorKind> first_error;
  for (const std::string& file : options.files) {
    const Result<Verdict> verdict = validate(file, options);
    if (session.json) {
      files.push_back(as_json(file, verdict, options.print));
    } else if (!verdict) {
      session.error(verdict.error());
    } else {
      for (const std::string& warning : verdict->warnings) session.warn(warning);
      if (options.print) session.print(verdict->canonical);
    }
    if (verdict)
      ++valid;
    else if (!first_error)
      first_error = verdict.error().kind;
  }
  if (first_error) session.exit_code = static_cast<int>(exit_of(*first_error));
  session.print_json({{"valid", valid},
                      {"invalid", options.files.size() - valid},
                      {"files", std::move(files)}});
  if (!options.print) {
    session.print(fmt::format("{} of {} {} valid\n", valid, options.files.size(),
                              options.files.size() == 1 ? "file is" : "files are"));
  }
}

}  // namespace

void add_validate(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("validate", "Check definitions and customisations, and say all that is wrong");
  verb->footer(
      "Example:\n  hauberk validate catalog/nginx/debian-13/1.yaml\n  hauberk validate --print my.yaml");
  verb->add_option("FILE", options->files, "Definitions or customisations (YAML)")->required();
  verb->add_flag("--print", options->print,
                 "Print the canonical form: the same meaning, always written the same way");
  verb->add_option("--platform", options->platform,
                   "Also put in the variables of this platform, as linux/arm64");
  verb->add_option("--catalog", options->catalog_root,
                   "The folder that `includes` are relative to (default: found)");
  verb->add_option("--root", options->catalog_root)->group("");  // its name before it was the same everywhere
  verb->callback([options, &session] { run(*options, session); });
}

}  // namespace hauberk
