// SPDX-License-Identifier: Apache-2.0
#include "attest/statement.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "oci/json_members.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "in-toto statement";
constexpr std::string_view type_v1 = "https://in-toto.io/Statement/v1";
constexpr std::string_view type_v01 = "https://in-toto.io/Statement/v0.1";
constexpr std::size_t predicate_type_limit_bytes = 1024;
constexpr std::array<Digest::Algorithm, 2> algorithms = {Digest::Algorithm::sha256,
                                                         Digest::Algorithm::sha512};

std::string_view name_of(Digest::Algorithm algorithm) {
  return algorithm == Digest::Algorithm::sha256 ? "sha256" : "sha512";
}

// As readers without regard to case see a name: ASCII letters, and the two that Unicode folds to such ones
// (the long s, the sign of Kelvin).
std::string folded(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const std::string_view rest = name.substr(i);
    const bool is_s = rest.starts_with("\u017f"), is_k = rest.starts_with("\u212a");
    if (is_s || is_k) {
      text += is_s ? 's' : 'k';
      i += is_s ? 1 : 2;
    } else {
      text += name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
    }
  }
  return text;
}

// Unknown members are none of our business, unless another reader takes them for known ones: Go's JSON has no
// regard to case, and the last one counts. What two readers understand differently nobody shall rely on.
Status check_no_confusion(const Json& object, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : object.items()) {
    for (const std::string_view right : known) {
      if (name == right || folded(name) != folded(right)) continue;
      return fail(
          ErrorKind::invalid_input,
          "{}: its member \"{}\" differs from \"{}\" only in case, and readers would take the one for "
          "the other",
          what, name, right);
    }
  }
  return {};
}

Status add_subject(const Json& json, Statement& statement) {
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "{}: a subject is not an object", what);
  TRY_STATUS(check_no_confusion(json, {"name", "digest"}));
  TRY(const std::string name, optional_string(json, "name", what));
  TRY(const Json* digests, json_object(json, "digest", what));
  TRY_STATUS(check_no_confusion(*digests, {"sha256", "sha512"}));
  for (const Digest::Algorithm algorithm : algorithms) {
    if (member_of(*digests, name_of(algorithm)) == nullptr) continue;
    TRY(const std::string hex, json_string(*digests, name_of(algorithm), what));
    auto digest = Digest::of_hex(algorithm, hex);
    if (!digest) return wrap(std::move(digest).error(), what);
    statement.subjects.push_back({name, *std::move(digest)});
  }
  return {};
}

Status add_subjects(const Json& json, Statement& statement) {
  TRY(const Json* subjects, json_array(json, "subject", what));
  if (subjects->empty()) return fail(ErrorKind::invalid_input, "{}: it has no subject", what);
  if (subjects->size() > most_subjects) {
    return fail(ErrorKind::limit_exceeded, "{}: it has {} subjects, more than the {} allowed", what,
                subjects->size(), most_subjects);
  }
  for (const Json& subject : *subjects) TRY_STATUS(add_subject(subject, statement));
  return {};
}

Status check_version(const Json& json) {
  TRY(const std::string type, json_string(json, "_type", what));
  if (type == type_v1 || type == type_v01) return {};
  return fail(ErrorKind::unsupported, "{}: its _type is {}, and only {} and v0.1 are known", what, type,
              type_v1);
}

Status add_predicate(Json& json, Statement& statement) {
  TRY(statement.predicate_type, optional_string(json, "predicateType", what));
  if (statement.predicate_type.empty() || statement.predicate_type.size() > predicate_type_limit_bytes) {
    return fail(ErrorKind::invalid_input, "{}: \"predicateType\" is missing, empty or too long", what);
  }
  const auto is_printable = [](char c) { return c > ' ' && c < '\x7f'; };
  if (!std::ranges::all_of(statement.predicate_type, is_printable)) {
    return fail(ErrorKind::invalid_input,
                "{}: \"predicateType\" is no URI: it has blanks or other characters than printable ASCII",
                what);
  }
  if (member_of(json, "predicate") == nullptr) return {};
  Json& predicate = json["predicate"];
  if (!predicate.is_object()) {
    return fail(ErrorKind::invalid_input, "{}: \"predicate\" is not an object", what);
  }
  statement.predicate = std::move(predicate);
  return {};
}

}  // namespace

Result<Statement> parse_statement(std::string_view text) {
  auto json = parse_json(text, {.size_bytes = most_statement_bytes});
  if (!json) return wrap(std::move(json).error(), what);
  TRY_STATUS(check_version(*json));
  TRY_STATUS(check_no_confusion(*json, {"_type", "subject", "predicateType", "predicate"}));
  Statement statement;
  TRY_STATUS(add_subjects(*json, statement));
  TRY_STATUS(add_predicate(*json, statement));
  return statement;
}

std::string text_of(const Statement& statement) {
  Json subjects = Json::array();
  for (const Statement::Subject& subject : statement.subjects) {
    subjects.push_back({{"name", subject.name},
                        {"digest", {{std::string(subject.digest.algorithm_name()), subject.digest.hex()}}}});
  }
  return canonical_json({{"_type", type_v1},
                         {"subject", std::move(subjects)},
                         {"predicateType", statement.predicate_type},
                         {"predicate", statement.predicate}});
}

}  // namespace hauberk
