// Customisations: overlays on a definition.
//
// Spec: the published customisation format; DESIGN section 3. The overlay is turned into the
// definition's own spelling and laid on its document, and the result is checked as any definition is.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "definition/check.h"
#include "definition/definition.h"
#include "definition/document.h"
#include "definition/problems.h"
#include "definition/schema.h"
#include "definition/syntax_line.h"
#include "definition/targets.h"

namespace hauberk {
namespace {

// Also under a misspelt key, so that this is what is complained of.
bool names_target(const YamlNode& root) {
  static constexpr std::array<std::string_view, 3> keys = {"targets", "tag_definition_id", "destination"};
  const std::vector<std::string_view> known(keys.begin(), keys.end());
  return std::any_of(root.members.begin(), root.members.end(), [&](const YamlNode::Member& member) {
    return suggestion(member.key, known).find("did you mean") != std::string::npos;
  });
}

// "golang with git" is "golang-with-git".
std::string slug(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (kept)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

// The end of every tag: tag_suffix as written, else "_" and the name.
std::string tag_end(const Json& overlay) {
  if (overlay.contains("tag_suffix")) return overlay["tag_suffix"].get<std::string>();
  return "_" + slug(overlay["name"].get<std::string>());
}

Json& list_at(Json& object, const char* key) {
  if (!object.contains(key)) object[key] = Json::array();
  return object[key];
}

Json& object_at(Json& object, const char* key) {
  if (!object.contains(key)) object[key] = Json::object();
  return object[key];
}

void append(Json& document, const Json& overlay, const char* key) {
  if (!overlay.contains(key)) return;
  for (const Json& item : overlay[key]) list_at(document, key).push_back(item);
}

void override_members(Json& document, const Json& overlay, const char* key) {
  if (!overlay.contains(key)) return;
  for (const auto& [name, value] : overlay[key].items()) object_at(document, key)[name] = value;
}

// Adds users or groups; one of a name that is there takes its place.
void add_named(Json& list, const Json& items) {
  for (const Json& item : items) {
    const auto same =
        std::find_if(list.begin(), list.end(), [&](const Json& one) { return one["name"] == item["name"]; });
    if (same == list.end())
      list.push_back(item);
    else
      *same = item;
  }
}

// A user without gid is in the group of its name, else in one numbered as the user is.
void complete_gid(Json& user, const Json& groups) {
  if (user.contains("gid")) return;
  user["gid"] = user["uid"];
  for (const Json& group : groups) {
    if (group["name"] == user["name"]) user["gid"] = group["gid"];
  }
}

void lay_accounts(Json& document, const Json& overlay) {
  if (!overlay.contains("accounts")) return;
  const Json& over = overlay["accounts"];
  Json& accounts = object_at(document, "accounts");
  if (over.contains("root")) accounts["root"] = over["root"];
  if (over.contains("runs-as")) accounts["run-as"] = over["runs-as"];
  if (over.contains("groups")) add_named(list_at(accounts, "groups"), over["groups"]);
  if (!over.contains("users")) return;
  const Json groups = accounts.value("groups", Json::array());
  Json users = over["users"];
  for (Json& user : users) complete_gid(user, groups);
  add_named(list_at(accounts, "users"), users);
}

void lay_paths(Json& document, const Json& overlay) {
  for (Json entry : overlay.value("paths", Json::array())) {
    if (entry.contains("contents")) {
      entry["content"] = entry["contents"];
      entry.erase("contents");
    }
    if (!entry.contains("type")) entry["type"] = "file";
    list_at(document, "paths").push_back(std::move(entry));
  }
}

void lay_identity(Json& document, const Json& overlay) {
  const Json target = overlay.contains("targets") ? overlay["targets"][0] : overlay;
  document["name"] = overlay["name"];
  document["image"] = target["destination"];
  const std::string end = tag_end(overlay);
  for (Json& tag : list_at(document, "tags")) tag = tag.get<std::string>() + end;
  if (overlay.contains("platforms")) document["platforms"] = overlay["platforms"];
  if (overlay.contains("compression")) {
    const std::string word = overlay["compression"].get<std::string>();
    document["compression"] = word == "ZSTD" || word == "zstd" ? "zstd" : "gzip";
  }
}

Json laid_on(Json document, const Json& overlay) {
  lay_identity(document, overlay);
  if (overlay.contains("contents")) {
    Json& contents = object_at(document, "contents");
    append(contents, overlay["contents"], "packages");
    append(contents, overlay["contents"], "artifacts");
  }
  lay_accounts(document, overlay);
  lay_paths(document, overlay);
  for (const char* key : {"environment", "labels", "annotations"}) override_members(document, overlay, key);
  append(document, overlay, "entrypoint");
  append(document, overlay, "cmd");
  // The definition's tests are of its own program and content, which the overlay may have changed.
  document.erase("tests");
  return document;
}

// The checked overlay; its texts may use the variables of the document `base`.
Result<ParsedCustomisation> read_overlay(std::string_view text, std::string_view file, const Json& base) {
  TRY(const YamlNode root, parse_yaml(text, file));
  Problems problems(file);
  if (root.kind != YamlNode::Kind::mapping) {
    problems.add(root.at, "a customisation is a mapping, as \"name: nginx with our site\"");
    return std::unexpected(problems.error());
  }
  std::vector<Substituter> targets = all_substituters(base);
  const auto syntax = parse_syntax(base.value("syntax", ""));
  Checker(problems, targets, true, syntax && has_apk_packages(*syntax)).check(root, customisation_shape());
  if (!problems.empty()) return std::unexpected(problems.error());
  Json overlay = json_of(root, customisation_shape());
  if (overlay.contains("targets") && overlay["targets"].size() > 1) {
    problems.warn(root.find("targets")->at,
                  "of several targets, the first names the image that is built here");
  }
  return ParsedCustomisation{std::move(overlay), problems.warnings()};
}

}  // namespace

bool is_customisation(std::string_view text) {
  const auto syntax = find_syntax_line(text, "");
  if (!syntax || *syntax) return false;
  const auto root = parse_yaml(text, "");
  return root && root->kind == YamlNode::Kind::mapping && names_target(*root);
}

Result<ParsedCustomisation> parse_customisation(std::string_view text, std::string_view file) {
  return read_overlay(text, file, Json::object());
}

std::string print_customisation(const Json& document) { return yaml_of(document, customisation_shape()); }

Result<ParsedDefinition> customise(const Definition& base, std::string_view text, std::string_view file,
                                   const ReadInclude& read_include) {
  static_cast<void>(read_include);  // customisations include nothing
  if (!base.document.is_object())
    return fail(ErrorKind::invalid_input, "cannot customise a definition without its document");
  TRY(ParsedCustomisation overlay, read_overlay(text, file, base.document));
  Result<Definition> definition = definition_of_document(laid_on(base.document, overlay.document));
  if (!definition) return wrap(definition.error(), fmt::format("cannot lay {} on {}", file, base.image));
  return ParsedDefinition{*std::move(definition), std::move(overlay.warnings)};
}

}  // namespace hauberk
