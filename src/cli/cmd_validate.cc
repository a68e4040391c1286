// `hauberk validate FILE...`: is each file a definition (or customisation) that could be built?
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "cli/command.h"
#include "definition/definition.h"

namespace hauberk {
namespace {

constexpr std::size_t largest_file = 1 << 20;  // as YamlLimits

struct Options {
  std::vector<std::string> files;
  std::string platform;
  std::string root;
  bool print = false;
};

struct Verdict {
  std::vector<std::string> warnings;
  std::string canonical;  // the printed form
  Json document;
};

// One byte more than the limit is enough for the parser to say that it is too much.
Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path)) {
    std::error_code error;
    const bool exists = std::filesystem::exists(path, error);
    return fail(exists ? ErrorKind::io : ErrorKind::not_found, "cannot read {}: {}", path.string(),
                !exists ? "there is no such file" : "it is a folder, or not readable for you");
  }
  std::string text(largest_file + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// Included files lie below the catalogue root: --root, else the nearest folder above the file that has them.
ReadInclude reader_for(const std::string& file, const std::string& root) {
  return [file, root](std::string_view include) -> Result<std::string> {
    if (!root.empty()) return read_text(std::filesystem::path(root) / include);
    std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
    for (;;) {
      std::error_code error;
      if (std::filesystem::is_regular_file(folder / include, error)) return read_text(folder / include);
      if (folder == folder.parent_path()) break;
      folder = folder.parent_path();
    }
    return fail(ErrorKind::not_found,
                "it lies neither beside the file nor in a folder above; name the catalogue "
                "with --root");
  };
}

Result<Verdict> validate(const std::string& file, const Options& options) {
  std::string text;
  { TRY(text, read_text(file)); }
  if (is_customisation(text)) {
    TRY(ParsedCustomisation parsed, parse_customisation(text, file));
    return Verdict{std::move(parsed.warnings), print_customisation(parsed.document),
                   std::move(parsed.document)};
  }
  TRY(ParsedDefinition parsed, parse_definition(text, file, reader_for(file, options.root)));
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
  verb->add_option("--root", options->root, "The catalogue's folder, which includes are relative to");
  verb->callback([options, &session] { run(*options, session); });
}

}  // namespace hauberk
