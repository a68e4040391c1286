// A definition for one platform: variables put in, conditions decided, other platforms' parts dropped.
//
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "definition/definition.h"
#include "definition/read_document.h"
#include "definition/schema.h"
#include "definition/targets.h"

namespace hauberk {
namespace {

class Resolver {
 public:
  Resolver(Substituter substituter, Platform platform)
      : substituter_(std::move(substituter)), platform_(platform) {}

  Result<Json> value(const Json& value, const Shape& shape, const std::string& where) {
    using Kind = Shape::Kind;
    switch (shape.kind) {
      case Kind::text:
        if (!value.is_string() || shape.expansion == Expansion::none) return value;
        return text(value.get_ref<const std::string&>(), shape.expansion, where);
      case Kind::list: return list(value, shape, where);
      case Kind::object: return object(value, shape, where);
      case Kind::text_map: return text_map(value, shape, where);
      default: return value;
    }
  }

 private:
  Result<Json> text(const std::string& text, Expansion expansion, const std::string& where) {
    Result<std::string> replaced = substituter_.text(text, expansion);
    if (replaced) return Json(*std::move(replaced));
    return fail(replaced.error().kind, "cannot resolve {} for {}: {}", where, platform_.text(),
                replaced.error().message);
  }

  Result<Json> text_map(const Json& map, const Shape& shape, const std::string& where) {
    if (shape.expansion == Expansion::program) {
      std::set<std::string, std::less<>> names;
      for (const auto& [key, unused] : map.items()) names.insert(key);
      substituter_.begin_environment(std::move(names));
    }
    Json out = Json::object();
    for (const auto& [key, member] : map.items()) {
      TRY(Json replaced, text(member.get_ref<const std::string&>(), shape.expansion, where + "." + key));
      out[key] = std::move(replaced);
    }
    substituter_.end_environment();
    return out;
  }

  Result<Json> list(const Json& list, const Shape& shape, const std::string& where) {
    Json out = Json::array();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string item = fmt::format("{}[{}]", where, i);
      TRY(const bool kept, is_for_us(list[i], item));
      if (!kept) continue;
      TRY(Json replaced, value(list[i], *shape.element, item));
      out.push_back(std::move(replaced));
    }
    return out;
  }

  Result<Json> object(const Json& object, const Shape& shape, const std::string& where) {
    Json out = Json::object();
    for (const Field& field : shape.fields) {
      const auto found = object.find(std::string(field.key));
      // What builds hold is resolved when they are built; only their names go on.
      if (found == object.end() || field.key == "if") continue;
      const std::string path =
          where.empty() ? std::string(field.key) : fmt::format("{}.{}", where, field.key);
      if (field.shape == &build_list) {
        TRY(Json builds, builds_for_us(*found, path));
        out[std::string(field.key)] = std::move(builds);
        continue;
      }
      TRY(Json replaced, value(*found, *field.shape, path));
      out[std::string(field.key)] = std::move(replaced);
    }
    return out;
  }

  Result<Json> builds_for_us(const Json& builds, const std::string& where) {
    Json out = Json::array();
    for (std::size_t i = 0; i < builds.size(); ++i) {
      TRY(const bool kept, is_for_us(builds[i], fmt::format("{}[{}]", where, i)));
      if (kept) out.push_back(builds[i]);
    }
    return out;
  }

  // An entry's `if` and `platforms`.
  Result<bool> is_for_us(const Json& entry, const std::string& where) {
    if (!entry.is_object()) return true;
    if (const auto platforms = entry.find("platforms"); platforms != entry.end() && platforms->is_array()) {
      bool listed = false;
      for (const Json& name : *platforms) {
        TRY(const Json replaced, text(name.get<std::string>(), Expansion::strict, where));
        listed = listed || replaced == platform_.text();
      }
      if (!listed) return false;
    }
    const auto condition = entry.find("if");
    if (condition == entry.end() || !condition->is_string()) return true;
    const Result<bool> holds = substituter_.condition(condition->get_ref<const std::string&>());
    if (holds) return *holds;
    return fail(holds.error().kind, "cannot decide {}.if for {}: {}", where, platform_.text(),
                holds.error().message);
  }

  Substituter substituter_;
  const Platform platform_;
};

}  // namespace

Result<Definition> for_platform(const Definition& definition, Platform platform) {
  bool listed = false;
  std::string known;
  for (const Platform& one : definition.platforms) {
    listed = listed || one == platform;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", one.text());
  }
  if (!listed) {
    return fail(ErrorKind::not_found, "cannot use the definition of {} for {}: it is for {}",
                definition.image, platform.text(), known);
  }
  if (!definition.document.is_object()) {
    return fail(ErrorKind::invalid_input, "cannot resolve a definition without its document");
  }
  Resolver resolver(substituter_for(definition.document, platform), platform);
  TRY(Json resolved, resolver.value(definition.document, definition_shape(), ""));
  resolved["syntax"] = definition.syntax.text();
  Definition result = read_document(resolved);
  result.document = definition.document;
  return result;
}

}  // namespace hauberk
