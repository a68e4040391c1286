// From text or document to Definition: every check, then the values.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "definition/check.h"
#include "definition/definition.h"
#include "definition/document.h"
#include "definition/includes.h"
#include "definition/object_checks.h"
#include "definition/problems.h"
#include "definition/read_document.h"
#include "definition/schema.h"
#include "definition/syntax_line.h"
#include "definition/targets.h"

namespace hauberk {
namespace {

// The vars, flavor and so on that texts are checked with. Nodes of a wrong type become something
// harmless here; the check reports them.
Json merged(const std::vector<IncludedFile>& sources) {
  Json document = Json::object();
  for (const IncludedFile& source : sources) {
    document = merge_documents(std::move(document), json_of(source.root, definition_shape()));
  }
  document.erase("includes");
  return document;
}

// After includes are merged, lists that carry no order are sorted again.
Json canonical(const Json& document) { return json_of(node_of(document), definition_shape()); }

void warn_of_oddities(const YamlNode& root, Problems& problems) {
  const YamlNode* contents = root.find("contents");
  const YamlNode* repositories = contents != nullptr ? contents->find("repositories") : nullptr;
  if (repositories == nullptr) return;
  for (const YamlNode& line : repositories->items) {
    const auto repository = deb_repository(line.scalar);
    if (repository &&
        (repository->options.contains("trusted") || repository->options.contains("allow-insecure"))) {
      problems.warn(line.at,
                    "the options \"trusted\" and \"allow-insecure\" have no effect: every repository's "
                    "signature is checked");
    }
  }
}

// What only the whole says, after includes.
void check_whole(const Json& document, bool has_includes, Problems& problems) {
  if (!document.contains("image")) {
    problems.add({}, "the definition lacks \"image\": the name of the image, as \"dhi.io/nginx\"");
  }
  if (has_includes && document.contains("accounts")) check_accounts(node_of(document["accounts"]), problems);
}

bool is_overlay(const YamlNode& root) {
  return root.find("targets") != nullptr || root.find("tag_definition_id") != nullptr;
}

// Customisations have no syntax line, so a file without one may be meant as either.
std::string no_syntax_line(const YamlNode& root) {
  if (is_overlay(root)) {
    return "this is a customisation; lay it on a definition: `hauberk build DEFINITION --customise FILE`";
  }
  std::string text = "there is no syntax line; begin the file with \"# syntax=dhi.io/build:2-debian13\"";
  if (root.find("image") == nullptr) {
    text += "; if it is a customisation, it lacks \"targets\" with \"destination\" and \"tag_definition_id\"";
  }
  return text;
}

}  // namespace

Result<ParsedDefinition> parse_definition(std::string_view text, std::string_view file,
                                          const ReadInclude& read_include) {
  Problems problems(file);
  TRY(YamlNode root, parse_yaml(text, file));
  const auto syntax = find_syntax_line(text, file);
  if (!syntax) {
    problems.add(syntax.error());
  } else if (!*syntax) {
    problems.add({}, no_syntax_line(root));
    if (is_overlay(root)) return std::unexpected(problems.error());  // the rest would be about another format
  }
  if (root.kind != YamlNode::Kind::mapping) {
    problems.add(root.at, root.kind == YamlNode::Kind::null
                              ? "the file has no definition in it"
                              : "a definition is a mapping, as \"name: Nginx\"");
    return std::unexpected(problems.error());
  }
  const std::vector<IncludedFile> sources =
      with_includes({std::string(file), std::move(root)}, read_include, problems);
  Json document = merged(sources);
  std::vector<Substituter> targets = all_substituters(document);
  const bool apk = syntax && *syntax && has_apk_packages(**syntax);
  for (const IncludedFile& source : sources) {
    problems.in_file(source.file);
    Checker(problems, targets, sources.size() == 1, apk).check(source.root, definition_shape());
    warn_of_oddities(source.root, problems);
  }
  problems.in_file(file);
  check_whole(document, sources.size() > 1, problems);
  if (!problems.empty()) return std::unexpected(problems.error());
  document = canonical(document);
  document["syntax"] = (*syntax)->text();
  return ParsedDefinition{read_document(document), problems.warnings()};
}

Result<Definition> definition_of_document(const Json& document) {
  constexpr std::string_view name = "the definition";
  if (!document.is_object())
    return fail(ErrorKind::invalid_input, "cannot read the definition: it is no object");
  const auto syntax_text = document.find("syntax");
  if (syntax_text == document.end() || !syntax_text->is_string()) {
    return fail(ErrorKind::invalid_input, "cannot read the definition: it has no \"syntax\"");
  }
  TRY(const Syntax syntax, parse_syntax(syntax_text->get<std::string>()));
  Json rest = document;
  rest.erase("syntax");
  const YamlNode root = node_of(rest);
  Problems problems(name);
  std::vector<Substituter> targets = all_substituters(rest);
  Checker(problems, targets, true, has_apk_packages(syntax)).check(root, definition_shape());
  check_whole(rest, false, problems);
  if (!problems.empty()) return std::unexpected(problems.error());
  Json canonical_form = json_of(root, definition_shape());
  canonical_form["syntax"] = syntax.text();
  return read_document(canonical_form);
}

std::string print_definition(const Definition& definition) {
  Json rest = definition.document.is_object() ? definition.document : Json::object();
  const auto syntax = rest.find("syntax");
  std::string out =
      fmt::format("# syntax={}\n\n", syntax != rest.end() && syntax->is_string() ? syntax->get<std::string>()
                                                                                 : definition.syntax.text());
  rest.erase("syntax");
  return out + yaml_of(rest, definition_shape());
}

}  // namespace hauberk
