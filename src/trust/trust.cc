// SPDX-License-Identifier: Apache-2.0
#include "trust/trust.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "attest/verified.h"
#include "base/json.h"

namespace hauberk {
namespace {

constexpr std::size_t most_bytes = 1 << 20;
constexpr std::size_t most_keys = 256, most_roots = 16, most_patterns = 256, most_name_bytes = 256;
constexpr std::uint64_t version = 1;
constexpr std::string_view what = "trust.json";

bool is_signed_by_one_of(const Envelope& envelope, const std::vector<PublicKey>& keys) {
  return std::ranges::any_of(keys, [&](const PublicKey& key) { return is_signed_by(envelope, key); });
}

std::string fingerprints_of(const std::vector<PublicKey>& keys) {
  std::string text;
  for (const PublicKey& key : keys) text += fmt::format("{}{}", text.empty() ? "" : ", ", key.fingerprint());
  return text;
}

struct Opened {
  Envelope envelope;
  TrustDocument document;
};

// Parsed, and signed by a root that it names itself: consistent, but nobody's word yet.
Result<Opened> open(std::string_view text) {
  if (text.size() > 2 * most_bytes) {
    return fail(ErrorKind::limit_exceeded, "cannot read trust.json: it is larger than 2 MiB");
  }
  auto envelope = parse_envelope(text);
  if (!envelope) return wrap(envelope.error(), "cannot read trust.json");
  if (envelope->payload_type != trust_payload_type) {
    return fail(ErrorKind::verification_failed, "cannot use trust.json: it is a signed \"{}\", not a \"{}\"",
                envelope->payload_type, trust_payload_type);
  }
  auto document = parse_trust_document(envelope->payload);
  if (!document) return wrap(document.error(), "cannot read trust.json");
  if (!is_signed_by_one_of(*envelope, document->roots)) {
    return fail(ErrorKind::verification_failed,
                "cannot use trust.json: none of the roots that it names has signed it");
  }
  return Opened{*std::move(envelope), *std::move(document)};
}

Result<std::vector<std::string>> patterns(const Json& object, std::string_view key) {
  TRY(std::vector<std::string> list, json_strings(object, key, what));
  if (list.size() > most_patterns) {
    return fail(ErrorKind::limit_exceeded, "{}: \"{}\" has more than {} entries", what, key, most_patterns);
  }
  for (const std::string& pattern : list) {
    if (pattern.empty() || pattern.size() > most_name_bytes) {
      return fail(ErrorKind::invalid_input, "{}: an entry of \"{}\" is empty or too long", what, key);
    }
  }
  return list;
}

Result<std::string> time_text(const Json& object, std::string_view key, bool may_be_empty) {
  TRY(std::string text, json_string(object, key, what));
  if (text.empty() && may_be_empty) return text;
  if (const auto time = parse_rfc3339(text); !time) return wrap(time.error(), fmt::format("\"{}\"", key));
  return text;
}

Result<TrustedKey> parse_key(const Json& object) {
  if (!object.is_object()) return fail(ErrorKind::invalid_input, "{}: a key is not an object", what);
  TRY(std::string name, json_string(object, "name", what));
  if (name.empty() || name.size() > most_name_bytes) {
    return fail(ErrorKind::invalid_input, "{}: the name of a key is empty or too long", what);
  }
  TRY(const std::string pem, json_string(object, "key", what));
  auto key = PublicKey::parse_pem(pem);
  if (!key) return wrap(key.error(), fmt::format("the key \"{}\"", name));
  TrustedKey trusted{std::move(name), *std::move(key), {}, {}, {}, {}, {}, {}};
  TRY(trusted.predicates, patterns(object, "predicates"));
  TRY(trusted.repositories, patterns(object, "repositories"));
  TRY(trusted.builders, patterns(object, "builders"));
  TRY(trusted.from, time_text(object, "from", false));
  TRY(trusted.to, time_text(object, "to", true));
  if (object.contains("revoked")) {
    TRY(const Json* revoked, json_object(object, "revoked", what));
    Revocation revocation;
    TRY(revocation.at, time_text(*revoked, "at", false));
    TRY(revocation.reason, json_string(*revoked, "reason", what));
    trusted.revoked = std::move(revocation);
  }
  return trusted;
}

Json json_of(const TrustedKey& trusted) {
  Json object = {{"name", trusted.name},
                 {"key", trusted.key.pem()},
                 {"predicates", trusted.predicates},
                 {"repositories", trusted.repositories},
                 {"builders", trusted.builders},
                 {"from", trusted.from},
                 {"to", trusted.to}};
  if (trusted.revoked) {
    object["revoked"] = {{"at", trusted.revoked->at}, {"reason", trusted.revoked->reason}};
  }
  return object;
}

// One name and one entry for each key: else a revoked key could live on under another name.
Status check_unique(const TrustDocument& document) {
  std::set<std::string> names, fingerprints;
  for (const TrustedKey& trusted : document.keys) {
    if (!names.insert(trusted.name).second) {
      return fail(ErrorKind::invalid_input, "{}: two keys are named \"{}\"", what, trusted.name);
    }
    if (!fingerprints.insert(trusted.key.fingerprint()).second) {
      return fail(ErrorKind::invalid_input, "{}: the key of \"{}\" is there twice", what, trusted.name);
    }
  }
  return {};
}

Result<std::vector<PublicKey>> parse_roots(const Json& object) {
  TRY(const std::vector<std::string> texts, json_strings(object, "roots", what));
  if (texts.empty() || texts.size() > most_roots) {
    return fail(ErrorKind::invalid_input, "{}: there are {} roots, not 1 to {}", what, texts.size(),
                most_roots);
  }
  std::vector<PublicKey> roots;
  for (const std::string& pem : texts) {
    auto root = PublicKey::parse_pem(pem);
    if (!root) return wrap(root.error(), "a root");
    roots.push_back(*std::move(root));
  }
  return roots;
}

Json json_of(const std::vector<PublicKey>& roots) {
  Json list = Json::array();
  for (const PublicKey& root : roots) list.push_back(root.pem());
  return list;
}

// The object that a document of ours is, of the version that we know.
Result<Json> parse_versioned(std::string_view text) {
  TRY(Json object, parse_json(text, {.size_bytes = most_bytes, .depth = 8}));
  TRY(const std::uint64_t written, json_size(object, "version", what));
  if (written == version) return object;
  return fail(ErrorKind::unsupported, "{}: version {} is not known: this program reads {}", what, written,
              version);
}

// Above this, numbers of JSON are not the same to every reader, and none may be the last that there can be.
Result<std::uint64_t> number_of(const Json& object) {
  constexpr std::uint64_t most = std::uint64_t(1) << 53;
  TRY(const std::uint64_t number, json_size(object, "number", what));
  if (number <= most) return number;
  return fail(ErrorKind::limit_exceeded, "{}: its number {} is above {}", what, number, most);
}

}  // namespace

Result<TrustMark> parse_trust_mark(std::string_view text) {
  TRY(const Json object, parse_versioned(text));
  TRY(const std::uint64_t number, number_of(object));
  TRY(const std::string document, json_string(object, "document", what));
  TRY(Digest digest, Digest::parse(document));
  TRY(std::vector<PublicKey> roots, parse_roots(object));
  return TrustMark{number, std::move(digest), std::move(roots)};
}

std::string text_of(const TrustMark& mark) {
  return canonical_json({{"version", version},
                         {"number", mark.number},
                         {"document", mark.document.text()},
                         {"roots", json_of(mark.roots)}});
}

Result<TrustDocument> parse_trust_document(std::string_view text) {
  TRY(const Json object, parse_versioned(text));
  TrustDocument document;
  TRY(document.number, number_of(object));
  TRY(document.roots, parse_roots(object));
  TRY(const Json* keys, json_array(object, "keys", what));
  if (keys->size() > most_keys) {
    return fail(ErrorKind::limit_exceeded, "{}: there are more than {} keys", what, most_keys);
  }
  for (const Json& entry : *keys) {
    TRY(TrustedKey trusted, parse_key(entry));
    document.keys.push_back(std::move(trusted));
  }
  std::ranges::sort(document.keys, {}, &TrustedKey::name);
  TRY_STATUS(check_unique(document));
  return document;
}

std::string text_of(const TrustDocument& document) {
  Json keys = Json::array();
  for (const TrustedKey& trusted : document.keys) keys.push_back(json_of(trusted));
  return canonical_json({{"version", version},
                         {"number", document.number},
                         {"roots", json_of(document.roots)},
                         {"keys", std::move(keys)}});
}

Result<Trust> Trust::first(std::string_view envelope_text, std::string_view root_fingerprint) {
  TRY(Opened opened, open(envelope_text));
  for (const PublicKey& root : opened.document.roots) {
    if (root.fingerprint() == root_fingerprint && is_signed_by(opened.envelope, root)) {
      return Trust(std::move(opened.document), std::string(envelope_text));
    }
  }
  return fail(
      ErrorKind::verification_failed,
      "cannot use trust.json: no root with the fingerprint {} has signed it; those that it names are {}",
      root_fingerprint, fingerprints_of(opened.document.roots));
}

Result<Trust> Trust::after(const TrustMark& mark, std::string_view envelope_text) {
  TRY(Opened opened, open(envelope_text));
  Trust next(std::move(opened.document), std::string(envelope_text));
  if (!is_signed_by_one_of(opened.envelope, mark.roots)) {
    return fail(ErrorKind::verification_failed,
                "cannot take trust.json number {}: none of the present roots has signed it ({})",
                next.document_.number, fingerprints_of(mark.roots));
  }
  if (next.mark() == mark || next.document_.number > mark.number) return next;
  if (next.document_.number == mark.number) {
    return fail(ErrorKind::conflict,
                "cannot take trust.json number {}: another one of this number was accepted before",
                mark.number);
  }
  return fail(ErrorKind::conflict, "cannot take trust.json number {}: number {} was accepted before",
              next.document_.number, mark.number);
}

TrustMark Trust::mark() const { return {document_.number, Digest::of(text_of(document_)), document_.roots}; }

const TrustedKey* Trust::find(std::string_view fingerprint) const {
  const auto at = std::ranges::find_if(document_.keys, [&](const TrustedKey& trusted) {
    return trusted.key.fingerprint() == fingerprint;
  });
  return at == document_.keys.end() ? nullptr : &*at;
}

Status Trust::allows(const TrustedKey& key, const SigningRequest& request) const {
  const auto refuse = [&](std::string_view why) -> Status {
    return fail(ErrorKind::verification_failed, "the key \"{}\" {}", key.name, why);
  };
  if (key.revoked) {
    return refuse(fmt::format("was revoked at {}: {}", key.revoked->at, key.revoked->reason));
  }
  const std::string now = to_rfc3339(request.now);
  if (now < key.from) return refuse(fmt::format("counts only from {} on", key.from));
  if (!key.to.empty() && now > key.to) return refuse(fmt::format("counted only until {}", key.to));
  const auto fits = [](const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(patterns,
                               [&](const std::string& pattern) { return fits_pattern(pattern, text); });
  };
  if (!fits(key.predicates, request.predicate_type)) {
    return refuse(fmt::format("may not sign \"{}\"", request.predicate_type));
  }
  if (!fits(key.repositories, request.repository)) {
    return refuse(fmt::format("may not sign for the repository {}", request.repository));
  }
  return {};
}

std::optional<std::uint64_t> place_in_family(std::string_view name, std::string_view family) {
  if (name == family) return 1;
  if (!name.starts_with(family) || !name.substr(family.size()).starts_with('-')) return std::nullopt;
  const std::string_view digits = name.substr(family.size() + 1);
  std::uint64_t place = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), place);
  const bool is_number = error == std::errc() && end == digits.data() + digits.size() && digits[0] != '0';
  return is_number && place > 1 ? std::optional(place) : std::nullopt;
}

bool is_called(const TrustedKey& key, std::string_view name) {
  return key.key.fingerprint() == name || place_in_family(key.name, name).has_value();
}

bool fits_pattern(std::string_view pattern, std::string_view text) {
  // The last "*" can always take more: going back to it alone is enough.
  std::size_t p = 0, t = 0, star = std::string_view::npos, taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace hauberk
