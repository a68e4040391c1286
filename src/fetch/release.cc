// SPDX-License-Identifier: Apache-2.0
#include "fetch/release.h"

#include <algorithm>

#include "deb/stanza.h"
#include "fetch/keyring.h"
#include "fetch/signature.h"
#include "fetch/suite_state.h"

namespace hauberk {
namespace {

constexpr std::uint64_t inrelease_limit_bytes = 16 << 20;

std::string place_of(const Repository& repository) { return public_url(repository.suite_url()); }

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

// The signed text and who vouches for it.
struct Vouched {
  SignatureCheck check;
  Keyring keyring;
};

// The configured keyring first; the definition's own keys only for what no key of it signed.
Result<Vouched> vouched_text(const FetchContext& context, const Repository& repository,
                             std::string_view inrelease, const Digest& digest) {
  const std::string place = place_of(repository);
  TRY(Keyring keyring, configured_keyring(context, repository));
  TRY(SignatureCheck check, check_signature(context, inrelease, digest, keyring, place));
  if (!check.signed_by.empty()) return Vouched{std::move(check), std::move(keyring)};
  std::string tried = keyring.name;
  if (!repository.key_urls.empty()) {
    TRY(keyring, first_use_keyring(context, repository.key_urls));
    TRY(check, check_signature(context, inrelease, digest, keyring, place));
    if (!check.signed_by.empty()) return Vouched{std::move(check), std::move(keyring)};
    tried += ", " + keyring.name;
  }
  return fail(
      ErrorKind::verification_failed,
      "cannot trust {}: it is signed by {}, which {} does not hold; if that is the right key, add its "
      "keyring to config.yaml below upstreams, keyrings",
      place, joined(check.unknown_keys), tried);
}

// The distribution's own keyring vouches for the distribution alone; elsewhere the Origin must stay.
Status check_origin(const FetchContext& context, const Repository& repository, const Release& release,
                    const Keyring& keyring, const std::optional<SuiteState>& held) {
  if (keyring.is_default && release.origin != "Debian" && release.origin != "Debian Backports")
    return fail(
        ErrorKind::verification_failed,
        "cannot trust {}: its Origin is \"{}\", not Debian's; if that is right, give its URL a keyring of "
        "its own in config.yaml below upstreams, keyrings",
        place_of(repository), release.origin);
  if (held && held->origin != release.origin)
    return fail(
        ErrorKind::verification_failed,
        "cannot trust {}: its Origin changed from \"{}\" to \"{}\"; if its owner announced that, remove {}",
        place_of(repository), held->origin, release.origin,
        suite_state_path(context.store, repository.suite_url()));
  return {};
}

Result<VerifiedRelease> verify(const FetchContext& context, const Repository& repository,
                               std::string_view inrelease, const std::optional<SuiteState>& held) {
  const Digest digest = Digest::of(inrelease);
  TRY(const Vouched vouched, vouched_text(context, repository, inrelease, digest));
  auto parsed = parse_release(vouched.check.text);
  if (!parsed) return wrap(parsed.error(), fmt::format("cannot use {}", place_of(repository)));
  Release release = *std::move(parsed);
  TRY_STATUS(check_identity(release, repository));
  TRY_STATUS(check_origin(context, repository, release, vouched.keyring, held));
  TRY(const Stanza stanza, parse_stanza(vouched.check.text));
  const bool for_all = std::ranges::find(release.architectures, "all") != release.architectures.end();
  const bool separate_all = for_all && stanza["No-Support-for-Architecture-all"] != "Packages";
  const auto& keys = vouched.keyring.first_use_keys;
  auto signed_by = keys.empty() ? vouched.check.signed_by : std::vector<std::string>{};
  return VerifiedRelease{std::move(release), digest, std::move(signed_by), keys, separate_all};
}

// The mirror answers "no such file": a suite that does not exist, or one that nobody signed.
std::unexpected<Error> no_inrelease(const FetchContext& context, const Repository& repository) {
  MemorySink sink;
  const bool unsigned_one =
      context.http.get(repository.suite_url() + "/Release", sink, inrelease_limit_bytes).has_value();
  if (unsigned_one)
    return fail(
        ErrorKind::verification_failed,
        "cannot trust {}: it has a Release but no InRelease, so that it is not signed; use a mirror that is",
        place_of(repository));
  return fail(ErrorKind::not_found,
              "cannot find the suite {} at {}: there is no {}/InRelease; check the repository "
              "line and the mirror in config.yaml",
              repository.suite, public_url(repository.url), place_of(repository));
}

Result<std::string> fetched_inrelease(const FetchContext& context, const Repository& repository) {
  auto text = fetch_text(context, repository.suite_url() + "/InRelease", inrelease_limit_bytes);
  if (text) return text;
  if (text.error().kind == ErrorKind::not_found) return no_inrelease(context, repository);
  if (text.error().kind == ErrorKind::network)
    return fail(
        ErrorKind::network,
        "{}; try again later, use another mirror, or build from what was fetched before with --offline",
        text.error().message);
  return text;
}

Result<VerifiedRelease> held_release(const FetchContext& context, const Repository& repository,
                                     const SuiteState& held) {
  TRY(const std::string text, read_from_vault(context, held.release, inrelease_limit_bytes));
  return verify(context, repository, text, held);
}

// A lagging mirror, or one that wants to take us back: what we hold stays.
Result<VerifiedRelease> newer_one_held(const FetchContext& context, const Repository& repository,
                                       const SuiteState& held, Time offered) {
  auto kept = held_release(context, repository, held);
  if (!kept)
    return fail(
        ErrorKind::verification_failed,
        "cannot trust {}: it is of {}, and one of {} was seen before; use a mirror that is up to date, or "
        "remove {} if the older one is right",
        place_of(repository), to_rfc3339(offered), to_rfc3339(held.date),
        suite_state_path(context.store, repository.suite_url()));
  context.progress.warn(fmt::format(
      "{} is of {}, older than the one of {} that was seen before, which stays in use; if this lasts, use "
      "another mirror",
      place_of(repository), to_rfc3339(offered), to_rfc3339(held.date)));
  return kept;
}

Result<VerifiedRelease> offline_release(const FetchContext& context, const Repository& repository,
                                        const std::optional<SuiteState>& held) {
  if (!held)
    return fail(ErrorKind::not_found,
                "cannot use {} offline: it was never fetched; run once without --offline",
                place_of(repository));
  return held_release(context, repository, *held);
}

}  // namespace

Status check_identity(const Release& release, const Repository& repository) {
  if (repository.flat() || release.codename == repository.suite || release.suite == repository.suite)
    return {};
  return fail(
      ErrorKind::verification_failed,
      "cannot trust {}: it was signed as suite \"{}\", codename \"{}\", not as {}; the mirror serves another "
      "suite's files here: use another mirror",
      place_of(repository), release.suite, release.codename, repository.suite);
}

Status check_freshness(const Release& release, const Repository& repository, int maximum_age_days, Time now) {
  constexpr std::chrono::hours clock_tolerance{1};
  if (release.date > now + clock_tolerance)
    return fail(ErrorKind::verification_failed,
                "cannot trust {}: it is dated {}, which is in the future; check this machine's clock",
                place_of(repository), to_rfc3339(release.date));
  if (release.valid_until) {
    if (*release.valid_until >= now) return {};
    return fail(
        ErrorKind::verification_failed,
        "cannot trust {}: it was valid until {}; the mirror is out of date: use another one, or check this "
        "machine's clock",
        place_of(repository), to_rfc3339(*release.valid_until));
  }
  const std::chrono::days limit(maximum_age_days > 0 ? maximum_age_days : 365);
  if (now - release.date <= limit) return {};
  return fail(
      ErrorKind::verification_failed,
      "cannot trust {}: it is of {}, more than {} days ago, and says no end of its validity; use another "
      "mirror, or raise maximum_age_days in config.yaml if nothing newer exists",
      place_of(repository), to_rfc3339(release.date), limit.count());
}

Result<VerifiedRelease> verified_release(const FetchContext& context, const Repository& repository) {
  const std::string suite_url = repository.suite_url();
  TRY(const auto held, suite_state(context.store, suite_url));
  if (context.options.offline) return offline_release(context, repository, held);

  TRY(const std::string text, fetched_inrelease(context, repository));
  TRY(VerifiedRelease fetched, verify(context, repository, text, held));
  const bool older = held && fetched.release.date < held->date;
  if (older) {
    TRY(fetched, newer_one_held(context, repository, *held, fetched.release.date));
  }
  const Time now = context.clock.now();
  const int maximum_age = context.store.config().upstreams.maximum_age_days;
  TRY_STATUS(check_freshness(fetched.release, repository, maximum_age, now));
  if (older) return fetched;

  TRY_STATUS(keep_in_vault(context, text));
  const SuiteState state{fetched.digest, fetched.release.date, fetched.release.origin};
  if (state != held) TRY_STATUS(keep_suite_state(context.store, suite_url, state, now));
  return fetched;
}

}  // namespace hauberk
