// Cache file: cache/signatures/<sha256 of "InRelease's digest, keyring's digest">.txt =
//   {"checked": RFC 3339, "signed_by": [...], "version": 1} newline, then the signed text as gpgv wrote it.
//
// SPDX-License-Identifier: Apache-2.0
#include "fetch/signature.h"

#include <algorithm>

#include "io/subprocess.h"

namespace hauberk {
namespace {

constexpr std::string_view help =
    "the mirror may be damaged, or someone between it and you changes what it says; try another mirror";
constexpr std::chrono::hours answer_lasts{24};
constexpr std::uint64_t answer_limit_bytes = 32 << 20;
constexpr int answer_version = 1;

std::string answer_path(const Digest& inrelease, const Keyring& keyring) {
  return fmt::format("signatures/{}.txt", Digest::of(inrelease.text() + keyring.digest.text()).hex());
}

// The remembered answer; nothing when there is none that can be used, whatever the reason: gpgv is asked
// then.
std::optional<SignatureCheck> remembered(const FetchContext& context, const std::string& path) {
  const auto file = context.store.cache().read_file(path, answer_limit_bytes);
  if (!file) return std::nullopt;
  const auto line = std::min(file->find('\n'), file->size());
  const auto head = parse_json(std::string_view(*file).substr(0, line));
  if (!head || line == file->size()) return std::nullopt;
  const auto version = json_size(*head, "version", path);
  const auto checked = json_string(*head, "checked", path);
  const auto keys = json_array(*head, "signed_by", path);
  if (!version || *version != answer_version || !checked || !keys) return std::nullopt;
  const auto when = parse_rfc3339(*checked);
  const Time now = context.clock.now();
  if (!when || (!context.options.offline && (*when > now || now - *when > answer_lasts))) return std::nullopt;

  SignatureCheck check;
  check.text = file->substr(line + 1);
  for (const Json& key : **keys) {
    if (!key.is_string()) return std::nullopt;
    check.signed_by.push_back(key.get<std::string>());
  }
  return check;
}

Status remember(const FetchContext& context, const std::string& path, const SignatureCheck& check) {
  const Json head = {{"version", answer_version},
                     {"checked", to_rfc3339(context.clock.now())},
                     {"signed_by", check.signed_by}};
  return context.store.cache().write_file(path, canonical_json(head) + "\n" + check.text);
}

Result<CommandResult> run_gpgv(std::string_view inrelease, const Keyring& keyring) {
  Command command;
  // Status on standard error beside gpgv's own words: its lines alone begin with "[GNUPG:]", since what gpgv
  // quotes from its input stands behind "gpgv: " and holds no line breaks.
  command.argv = {"gpgv", "--status-fd", "2", "--output", "-", "--keyring", keyring.path, "-"};
  command.environment = {{"LC_ALL", "C"}, {"GNUPGHOME", "/nonexistent"}};
  command.input = std::string(inrelease);
  command.output_limit_bytes = answer_limit_bytes;
  auto result = run(command);
  if (!result && result.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::not_found,
                "cannot check signatures: gpgv is not installed; run `apt-get install gpgv`");
  return result;
}

}  // namespace

Status check_clear_signed(std::string_view inrelease, std::string_view what) {
  constexpr std::string_view begin = "-----BEGIN PGP SIGNED MESSAGE-----\n";
  constexpr std::string_view signature = "\n-----BEGIN PGP SIGNATURE-----\n";
  constexpr std::string_view end = "\n-----END PGP SIGNATURE-----";
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::verification_failed, "cannot trust {}: its InRelease {}; {}", what, why, help);
  };
  if (!inrelease.contains(begin.substr(0, begin.size() - 1))) return refuse("is not signed");
  if (inrelease.contains('\0')) return refuse("holds a NUL byte");
  if (!inrelease.starts_with(begin)) return refuse("has text before the signed part");
  if (inrelease.find(begin, 1) != std::string_view::npos) return refuse("has two signed parts");

  std::string_view rest = inrelease.substr(begin.size());
  while (!rest.empty() && rest[0] != '\n') {
    const auto line = rest.substr(0, rest.find('\n'));
    if (!line.starts_with("Hash: ")) return refuse("has text in the head of the signed part");
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  const auto signature_at = rest.find(signature);
  if (signature_at == std::string_view::npos) return refuse("has no signature");
  const auto end_at = rest.find(end, signature_at);
  if (end_at == std::string_view::npos) return refuse("ends within its signature");
  if (rest.substr(signature_at + 1, end_at - signature_at).contains(signature))
    return refuse("has two signature parts");
  if (rest.substr(end_at + end.size()).find_first_not_of(" \t\r\n") != std::string_view::npos)
    return refuse("has text after the signature");
  return {};
}

Result<SignatureCheck> check_signature(const FetchContext& context, std::string_view inrelease,
                                       const Digest& digest, const Keyring& keyring, std::string_view what) {
  const std::string path = answer_path(digest, keyring);
  if (auto known = remembered(context, path)) return *std::move(known);
  TRY_STATUS(check_clear_signed(inrelease, what));
  TRY(CommandResult gpgv, run_gpgv(inrelease, keyring));
  TRY(SignatureCheck check, parse_gpgv_status(gpgv.error_output, what));
  if (check.signed_by.empty()) return check;
  check.text = std::move(gpgv.output);
  TRY_STATUS(remember(context, path, check));
  return check;
}

}  // namespace hauberk
