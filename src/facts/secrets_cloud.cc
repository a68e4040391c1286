// Secrets of services that need more than a first few characters to be known: a name beside them, two parts
// that belong together, a document around them.
//
// Specs: RFC 7519 and 7515 (JSON Web Tokens), RFC 7617 (Basic), RFC 6750 (Bearer), Docker's config.json,
// kubeconfig v1; the others as their services document them.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/json.h"
#include "facts/secrets_detector.h"
#include "facts/secrets_value.h"

namespace hauberk {
namespace {

using std::string_view;
using Match = std::optional<SecretMatch>;

// The value that is assigned at `at`, behind a name: past quotes, blanks and one of "=", ":", "=>". The
// offset of its first character; none if nothing is assigned.
std::optional<std::size_t> assigned_at(string_view content, std::size_t at) {
  const std::size_t stop = std::min(content.size(), at + 16);
  const auto skip = [&](string_view characters) {
    while (at < stop && contains(characters, content.substr(at, 1))) ++at;
  };
  skip("\"'] \t");
  const std::size_t sign = at;
  skip("=:>");
  if (at == sign) return std::nullopt;
  skip("\"' \t");
  return at;
}

// A run of exactly `length` characters of the alphabet.
bool is_run(string_view content, std::size_t at, Alphabet alphabet, std::size_t length) {
  return run_length(content, at, alphabet, length + 1) == length;
}

// aws_secret_access_key = 40 characters of base64.
Match match_aws_secret(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const auto value = assigned_at(file.content, at + detector.literal.size());
  if (!value || !is_run(file.content, *value, Alphabet::base64, 40)) return std::nullopt;
  const string_view secret = file.content.substr(*value, 40);
  if (looks_made_up(secret) || entropy(secret) < 4.0) return std::nullopt;
  return SecretMatch{*value, *value + 40, detector.kind, {}};
}

// AccountKey=86 characters and "==". The key of the storage emulator is the same everywhere.
Match match_azure_storage(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const std::size_t begin = at + detector.literal.size();
  if (!is_run(file.content, begin, Alphabet::base64, 88)) return std::nullopt;
  const string_view key = file.content.substr(begin, 88);
  constexpr string_view emulator = "Eby8vdM02xNO";
  if (!key.ends_with("==") || key.starts_with(emulator) || looks_made_up(key)) return std::nullopt;
  return SecretMatch{begin, begin + 88, detector.kind, {}};
}

// Source code of libraries, where logins and URLs are examples.
bool is_library_code(const SecretFile& file) {
  return file.is_library && file.format == SecretFile::Format::code;
}

bool is_url_character(char c) { return c > ' ' && c < '\x7f' && !contains("\"'<>`", string_view(&c, 1)); }

// The signature of a shared access URL: sig=... beside sv= (version) and se= (expiry).
Match match_azure_sas(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const string_view content = file.content;
  const std::size_t begin = at + detector.literal.size();
  if (file.is_library) return std::nullopt;
  std::size_t end = begin;
  while (end < content.size() && end - begin < 100 && (is_word(content[end]) || content[end] == '%')) ++end;
  if (end - begin < 43) return std::nullopt;
  std::size_t first = at;
  while (first > 0 && at - first < 512 && is_url_character(content[first - 1])) --first;
  std::size_t last = end;
  while (last < content.size() && last - end < 512 && is_url_character(content[last])) ++last;
  const string_view url = content.substr(first, last - first);
  if (!contains(url, "sv=20") || !contains(url, "se=20")) return std::nullopt;
  if (looks_made_up(content.substr(begin, end - begin))) return std::nullopt;
  return SecretMatch{begin, end, detector.kind, {}};
}

// Three characters, a digit, "Q~", 31 to 34 characters. The literal is the digit and "Q~".
Match match_azure_client(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const auto is_of_it = [](char c) { return is_word(c) || c == '.' || c == '~' || c == '-'; };
  if (at < 3 || (at > 3 && is_of_it(file.content[at - 4]))) return std::nullopt;
  const std::size_t begin = at - 3;
  std::size_t end = begin;
  while (end < file.content.size() && end - begin < 48 && is_of_it(file.content[end])) ++end;
  const string_view secret = file.content.substr(begin, end - begin);
  if (secret.size() < 37 || secret.size() > 40 || !looks_random(secret)) return std::nullopt;
  return SecretMatch{begin, end, detector.kind, {}};
}

// SK and 32 digits of hex, near the word "twilio".
Match match_twilio(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const string_view near = window(file.content, at, 256, 512);
  const auto from = static_cast<std::size_t>(near.data() - file.content.data());
  for (std::size_t found = near.find("SK"); found != string_view::npos; found = near.find("SK", found + 2)) {
    const string_view key = file.content.substr(from + found, 34);
    if (!begins_word(near, found) || !is_run(near, found + 2, Alphabet::hex, 32)) continue;
    if (!looks_made_up(key)) return SecretMatch{from + found, from + found + 34, detector.kind, "SK"};
  }
  return std::nullopt;
}

bool is_uuid(string_view text) {
  for (std::size_t i = 0; i < 36; ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (i >= text.size() || (is_dash ? text[i] != '-' : !is_in(Alphabet::hex, text[i]))) return false;
  }
  return !looks_made_up(text.substr(0, 36));
}

// heroku_api_key = UUID.
Match match_heroku(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const string_view content = file.content;
  std::size_t end = at;
  while (end < content.size() && end - at < 40 && (is_word(content[end]) || content[end] == '-')) ++end;
  const string_view name = content.substr(at, end - at);
  const auto value = assigned_at(content, end);
  if (!value || telling(name) == Telling::no || !is_uuid(content.substr(*value, 36))) return std::nullopt;
  return SecretMatch{*value, *value + 36, detector.kind, {}};
}

// OpenAI's older keys have this in their middle: "OpenAI" in base64.
Match match_openai(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const string_view content = file.content;
  std::size_t begin = at;
  while (begin > 0 && at - begin < 140 && is_in(Alphabet::base64url, content[begin - 1])) --begin;
  const std::size_t tail = at + detector.literal.size();
  const std::size_t end = tail + run_length(content, tail, Alphabet::base64url, 141);
  const string_view key = content.substr(begin, end - begin);
  if (!key.starts_with("sk-") || at - begin < 20 || end - tail < 20 || looks_made_up(key))
    return std::nullopt;
  return SecretMatch{begin, end, detector.kind, "sk-"};
}

// The number of a bot, ":AA", 33 characters.
Match match_telegram(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const string_view content = file.content;
  std::size_t begin = at;
  while (begin > 0 && at - begin < 11 && is_digit(content[begin - 1])) --begin;
  if (at - begin < 8 || at - begin > 10 || (begin > 0 && is_word(content[begin - 1]))) return std::nullopt;
  const std::size_t tail = at + detector.literal.size();
  if (!is_run(content, tail, Alphabet::base64url, 33) || looks_made_up(content.substr(tail, 33))) {
    return std::nullopt;
  }
  return SecretMatch{begin, tail + 33, detector.kind, {}};
}

// 14 characters, ".atlasv1.", 60 to 70 characters.
Match match_terraform(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  if (at < 14 || run_length(file.content, at - 14, Alphabet::alnum, 15) != 14) return std::nullopt;
  const std::size_t tail = at + detector.literal.size();
  const std::size_t length = run_length(file.content, tail, Alphabet::base64url, 80);
  const string_view token = file.content.substr(tail, length);
  if (length < 60 || length > 72 || looks_made_up(token)) return std::nullopt;
  return SecretMatch{at - 14, tail + length, detector.kind, {}};
}

// hooks.slack.com/services/T.../B.../24 characters.
Match match_slack_webhook(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const string_view content = file.content;
  std::size_t end = at + detector.literal.size();
  for (const char first : string_view("TB")) {
    if (end >= content.size() || content[end] != first) return std::nullopt;
    const std::size_t length = run_length(content, end, Alphabet::upper_alnum, 16);
    if (length < 9 || content.substr(end + length, 1) != "/") return std::nullopt;
    end += length + 1;
  }
  if (!is_run(content, end, Alphabet::alnum, 24) || looks_made_up(content.substr(end, 24)))
    return std::nullopt;
  return SecretMatch{at, end + 24, detector.kind, detector.literal};
}

// discord.com/api/webhooks/NUMBER/68 characters.
Match match_discord_webhook(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const std::size_t number = at + detector.literal.size();
  const std::size_t digits = run_length(file.content, number, Alphabet::digits, 24);
  if (digits < 17 || file.content.substr(number + digits, 1) != "/") return std::nullopt;
  const std::size_t token = number + digits + 1;
  const std::size_t length = run_length(file.content, token, Alphabet::base64url, 100);
  if (length < 60 || looks_made_up(file.content.substr(token, length))) return std::nullopt;
  return SecretMatch{at, token + length, detector.kind, detector.literal};
}

// A part of a JSON Web Token: base64url of a JSON object.
std::optional<Json> decode_part(string_view part) {
  const auto text = decode_base64(part);
  if (!text) return std::nullopt;
  auto value = parse_json(*text);
  if (!value || !value->is_object()) return std::nullopt;
  return *std::move(value);
}

// The token of RFC 7519's and jwt.io's examples, which every library of them has in its tests.
bool is_known_example(const Json& claims) {
  const auto is = [&](const char* name, string_view value) {
    const auto found = claims.find(name);
    return found != claims.end() && found->is_string() && found->get_ref<const std::string&>() == value;
  };
  return is("sub", "1234567890") || is("iss", "joe");
}

// header.claims.signature, with an algorithm that signs. Without claims that can be read (encrypted) it is
// none.
Match match_jwt(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  constexpr std::size_t longest = 8 << 10;
  if (!begins_word(file.content, at) || (at > 0 && file.content[at - 1] == '.')) return std::nullopt;
  const string_view token = file.content.substr(at, run_length(file.content, at, Alphabet::dotted, longest));
  const std::size_t first = token.find('.');
  const std::size_t second = first == string_view::npos ? first : token.find('.', first + 1);
  if (second == string_view::npos) return std::nullopt;
  const std::size_t signature = run_length(token, second + 1, Alphabet::base64url, longest);
  if (signature < 32) return std::nullopt;
  const auto header = decode_part(token.substr(0, first));
  const auto claims = decode_part(token.substr(first + 1, second - first - 1));
  if (!header || !claims || is_known_example(*claims)) return std::nullopt;
  const auto algorithm = header->find("alg");
  if (algorithm == header->end() || !algorithm->is_string() || *algorithm == "none") return std::nullopt;
  return SecretMatch{at, at + second + 1 + signature, detector.kind, "eyJ"};
}

// "user:password" in base64, both printable and the password no placeholder.
bool is_basic_login(string_view base64) {
  const auto text = decode_base64(base64);
  if (!text) return false;
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos || colon == 0) return false;
  const bool is_printable = std::ranges::all_of(*text, [](char c) { return c >= ' ' && c < '\x7f'; });
  const string_view password = string_view(*text).substr(colon + 1);
  return is_printable && !is_placeholder(password) && password != string_view(*text).substr(0, colon);
}

// "auth": "base64 of user:password", as Docker's config.json and Kubernetes' pull secrets have it.
Match match_docker_auth(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const auto value = assigned_at(file.content, at + detector.literal.size());
  if (!value) return std::nullopt;
  const std::size_t length = run_length(file.content, *value, Alphabet::base64, 4096);
  if (length < 8 || !is_basic_login(file.content.substr(*value, length))) return std::nullopt;
  return SecretMatch{*value, *value + length, detector.kind, {}};
}

// A key in PEM once more in base64: kubeconfig's client-key-data, tls.key of a Kubernetes secret.
Match match_encoded_key(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const auto value = assigned_at(file.content, at + detector.literal.size());
  if (!value) return std::nullopt;
  const std::size_t length = run_length(file.content, *value, Alphabet::base64, 16 << 10);
  const auto text = decode_base64(file.content.substr(*value, length));
  if (!text || !text->starts_with("-----BEGIN ") || !contains(*text, "PRIVATE KEY-----")) return std::nullopt;
  return SecretMatch{*value, *value + length, detector.kind, {}};
}

// Authorization: Basic ... and Bearer ...; the literal ends with the blank.
Match match_basic(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const std::size_t begin = at + detector.literal.size();
  const std::size_t length = run_length(file.content, begin, Alphabet::base64, 1024);
  if (length < 8 || !begins_word(file.content, at) || is_library_code(file)) return std::nullopt;
  if (!is_basic_login(file.content.substr(begin, length))) return std::nullopt;
  return SecretMatch{begin, begin + length, detector.kind, {}};
}

Match match_bearer(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const std::size_t begin = at + detector.literal.size();
  const std::size_t length = run_length(file.content, begin, Alphabet::dotted, 1024);
  if (!begins_word(file.content, at) || !looks_random(file.content.substr(begin, length)))
    return std::nullopt;
  return SecretMatch{begin, begin + length, detector.kind, {}};
}

// PrivateKey = 32 bytes in base64, in a WireGuard configuration.
Match match_wireguard(const SecretDetector& detector, const SecretFile& file, std::size_t at) {
  const auto value = assigned_at(file.content, at + detector.literal.size());
  if (!value || !is_run(file.content, *value, Alphabet::base64, 44)) return std::nullopt;
  const string_view key = file.content.substr(*value, 44);
  if (!key.ends_with('=') || key[42] == '=' || looks_made_up(key)) return std::nullopt;
  return SecretMatch{*value, *value + 44, detector.kind, {}};
}

constexpr SecretDetector row(string_view kind, string_view literal, SecretDetector::Matcher match) {
  return {.kind = kind, .literal = literal, .match = match};
}

constexpr SecretDetector any_case(SecretDetector detector) {
  detector.any_case = true;
  return detector;
}

constexpr SecretDetector in_binary(SecretDetector detector) {
  detector.in_binary = true;
  return detector;
}

constexpr SecretDetector broad(SecretDetector detector) {
  detector.is_broad = true;
  return detector;
}

constexpr std::array detectors = {
    any_case(row("aws-secret-key", "secret_access_key", match_aws_secret)),
    any_case(row("aws-secret-key", "secretaccesskey", match_aws_secret)),
    any_case(row("aws-secret-key", "aws_secret_key", match_aws_secret)),
    in_binary(row("azure-storage-key", "AccountKey=", match_azure_storage)),
    row("azure-sas", "sig=", match_azure_sas),
    row("azure-client-secret", "0Q~", match_azure_client),
    row("azure-client-secret", "1Q~", match_azure_client),
    row("azure-client-secret", "2Q~", match_azure_client),
    row("azure-client-secret", "3Q~", match_azure_client),
    row("azure-client-secret", "4Q~", match_azure_client),
    row("azure-client-secret", "5Q~", match_azure_client),
    row("azure-client-secret", "6Q~", match_azure_client),
    row("azure-client-secret", "7Q~", match_azure_client),
    row("azure-client-secret", "8Q~", match_azure_client),
    row("azure-client-secret", "9Q~", match_azure_client),
    any_case(row("twilio-key", "twilio", match_twilio)),
    any_case(row("heroku-key", "heroku", match_heroku)),
    in_binary(row("openai-key", "T3BlbkFJ", match_openai)),
    row("telegram-bot-token", ":AA", match_telegram),
    in_binary(row("terraform-token", ".atlasv1.", match_terraform)),
    in_binary(row("slack-webhook", "hooks.slack.com/services/", match_slack_webhook)),
    in_binary(row("discord-webhook", "discord.com/api/webhooks/", match_discord_webhook)),
    row("kubernetes-key", "client-key-data", match_encoded_key),
    row("kubernetes-key", "tls.key", match_encoded_key),
    row("docker-auth", "\"auth\"", match_docker_auth),
    row("wireguard-key", "PrivateKey", match_wireguard),
    row("jwt", "eyJ", match_jwt),
    broad(row("basic-login", "Basic ", match_basic)),
    broad(row("bearer-token", "Bearer ", match_bearer)),
};

}  // namespace

std::span<const SecretDetector> cloud_detectors() { return detectors; }

}  // namespace hauberk
