// Reads OpenVEX documents.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/time.h"
#include "scan/version_text.h"
#include "scan/vex.h"

namespace hauberk {
namespace {

constexpr JsonLimits limits = {.size_bytes = 64 << 20, .depth = 32};
constexpr std::size_t statement_limit = 200'000;

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::unexpected<Error> refuse(std::string_view why) { return fail(ErrorKind::invalid_input, "{}", why); }

// RFC 3339 with fractions and offsets, as the field's tools write it.
Result<std::int64_t> time_of(std::string_view text) {
  if (text.size() < 20) return refuse("a timestamp is not of RFC 3339");
  TRY(const Time time, parse_rfc3339(std::string(text.substr(0, 19)) + "Z"));
  std::string_view zone = text.substr(19);
  if (zone.starts_with('.')) {
    zone.remove_prefix(1);
    take_while(zone, is_digit);
  }
  if (zone == "Z" || zone == "z") return to_unix(time);
  const bool has_form = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':' &&
                        is_number(zone.substr(1, 2)) && is_number(zone.substr(4, 2));
  if (!has_form) return refuse("a timestamp is not of RFC 3339");
  const auto two = [&](std::size_t at) { return (zone[at] - '0') * 10 + (zone[at + 1] - '0'); };
  const std::int64_t offset = two(1) * 3600 + two(4) * 60;
  return to_unix(time) - (zone[0] == '+' ? offset : -offset);
}

std::optional<Purl> purl_of(const Json& object, const std::string& id) {
  if (const Json* identifiers = member(object, "identifiers")) {
    if (const std::string text = text_member(*identifiers, "purl"); !text.empty()) {
      const auto purl = parse_purl(text);
      return purl ? std::optional(*purl) : std::nullopt;
    }
  }
  const auto purl = parse_purl(id);
  return purl ? std::optional(*purl) : std::nullopt;
}

// A component is an object with "@id" and identifiers, or (0.0.1) a string.
std::string id_of(const Json& component) {
  if (component.is_string()) return component.get<std::string>();
  const std::string id = text_member(component, "@id");
  if (!id.empty()) return id;
  const Json* identifiers = member(component, "identifiers");
  return identifiers == nullptr ? std::string() : text_member(*identifiers, "purl");
}

Result<VexProduct> product_of(const Json& json) {
  VexProduct product;
  product.id = id_of(json);
  if (product.id.empty()) return refuse("a product has no \"@id\" and no package URL");
  product.purl = purl_of(json, product.id);
  if (const Json* hashes = member(json, "hashes"); hashes != nullptr && hashes->is_object()) {
    for (const auto& [name, value] : hashes->items()) {
      if (value.is_string()) product.digests.push_back(value.get<std::string>());
    }
  }
  const Json* parts = member(json, "subcomponents");
  if (parts == nullptr) return product;
  if (!parts->is_array()) return refuse("\"subcomponents\" is not a list");
  for (const Json& part : *parts) {
    const std::string id = id_of(part);
    if (id.empty()) return refuse("a subcomponent has no \"@id\" and no package URL");
    product.subcomponents.push_back({id, purl_of(part, id)});
  }
  return product;
}

Result<VexStatus> status_of(std::string_view text) {
  for (const VexStatus status :
       {VexStatus::affected, VexStatus::under_investigation, VexStatus::fixed, VexStatus::not_affected}) {
    if (name_of(status) == text) return status;
  }
  return refuse(fmt::format("its status \"{}\" is none of the four", text.substr(0, 60)));
}

constexpr std::array<std::string_view, 5> justifications = {
    "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"};

Result<std::vector<std::string>> vulnerabilities_of(const Json& statement) {
  std::vector<std::string> names;
  const Json* vulnerability = member(statement, "vulnerability");
  if (vulnerability == nullptr) return refuse("it names no vulnerability");
  if (vulnerability->is_string()) {
    names.push_back(vulnerability->get<std::string>());
  } else {
    names.push_back(text_member(*vulnerability, "name"));
    if (names.back().empty()) {
      const std::string id = text_member(*vulnerability, "@id");
      names.back() = id.substr(id.rfind('/') + 1);
    }
    if (const Json* aliases = member(*vulnerability, "aliases"); aliases != nullptr && aliases->is_array()) {
      for (const Json& alias : *aliases) {
        if (alias.is_string()) names.push_back(alias.get<std::string>());
      }
    }
  }
  if (names.front().empty()) return refuse("its vulnerability has no name");
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

Result<std::int64_t> statement_time(const Json& statement, std::int64_t document_time) {
  std::int64_t latest = document_time;
  bool has_own = false;
  for (const char* key : {"timestamp", "last_updated"}) {
    if (const std::string text = text_member(statement, key); !text.empty()) {
      TRY(const std::int64_t time, time_of(text));
      latest = has_own ? std::max(latest, time) : time;
      has_own = true;
    }
  }
  return latest;
}

Result<VexStatement> statement_of(const Json& json, std::int64_t document_time) {
  VexStatement statement;
  TRY(statement.vulnerabilities, vulnerabilities_of(json));
  TRY(statement.status, status_of(text_member(json, "status")));
  statement.justification = text_member(json, "justification");
  statement.impact = text_member(json, "impact_statement");
  statement.action = text_member(json, "action_statement");
  if (!statement.justification.empty() &&
      std::ranges::find(justifications, statement.justification) == justifications.end()) {
    return refuse(fmt::format("its justification \"{}\" is not one that OpenVEX has",
                              statement.justification.substr(0, 60)));
  }
  if (statement.status == VexStatus::not_affected && statement.justification.empty() &&
      statement.impact.empty()) {
    return refuse("it says \"not_affected\" without a justification or an impact statement");
  }
  TRY(statement.time, statement_time(json, document_time));
  const Json* products = member(json, "products");
  if (products == nullptr || !products->is_array() || products->empty()) return refuse("it names no product");
  for (const Json& product : *products) {
    TRY(VexProduct one, product_of(product));
    statement.products.push_back(std::move(one));
  }
  return statement;
}

Result<VexDocument> document_of(std::string_view text, std::string_view file) {
  TRY(const Json json, parse_json(text, limits));
  if (!text_member(json, "@context").starts_with("https://openvex.dev/ns")) {
    return refuse("it is no OpenVEX document: its \"@context\" does not begin with https://openvex.dev/ns");
  }
  VexDocument document;
  document.file = file;
  document.id = text_member(json, "@id");
  TRY(document.author, json_string(json, "author", "the document"));
  TRY(const std::string time_text, json_string(json, "timestamp", "the document"));
  TRY(std::int64_t time, time_of(time_text));
  if (const std::string updated = text_member(json, "last_updated"); !updated.empty()) {
    TRY(const std::int64_t later, time_of(updated));
    time = std::max(time, later);
  }
  TRY(const Json* statements, json_array(json, "statements", "the document"));
  if (statements->size() > statement_limit) {
    return fail(ErrorKind::limit_exceeded, "it has more than {} statements", statement_limit);
  }
  for (std::size_t i = 0; i < statements->size(); ++i) {
    auto statement = statement_of((*statements)[i], time);
    if (statement) {
      document.statements.push_back(*std::move(statement));
    } else {
      document.problems.push_back(fmt::format("{}: statement {} is passed over: {}", file, i + 1,
                                              statement.error().message));
    }
  }
  return document;
}

}  // namespace

Result<VexDocument> parse_openvex(std::string_view text, std::string_view file) {
  auto document = document_of(text, file);
  if (!document) return wrap(std::move(document).error(), fmt::format("cannot read the VEX file {}", file));
  return document;
}

}  // namespace hauberk
