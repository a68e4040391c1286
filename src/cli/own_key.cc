// SPDX-License-Identifier: Apache-2.0
#include "cli/own_key.h"

#include <algorithm>

#include "cli/trust_text.h"
#include "signer/rights.h"
#include "trust/trust_file.h"

namespace hauberk {
namespace {

std::string way_out(const TrustedKey& key, KeyName name, const SigningRequest& request) {
  const std::string_view state = state_of(key, request.now);
  if (state == "not yet") return "see `hauberk trust show`";
  if (state != "valid") return fmt::format("make the next one with `hauberk trust rotate {}`", name_of(name));
  const bool is_its_repository = std::ranges::any_of(key.repositories, [&](const std::string& pattern) {
    return fits_pattern(pattern, request.repository);
  });
  return fmt::format("give it the whole list with `hauberk trust change {} --{} ...`", key.name,
                     is_its_repository ? "predicates" : "repositories");
}

// Empty: it is believed.
std::string fault_of(const Trust& trust, const PublicKey& key, KeyName name, const SigningRequest& request) {
  const TrustedKey* const listed = trust.find(key.fingerprint());
  if (listed == nullptr) {
    return fmt::format("the {} key {} is not in it; make one that is with `hauberk trust rotate {}`",
                       name_of(name), key.fingerprint(), name_of(name));
  }
  const Status allowed = trust.allows(*listed, request);
  if (allowed) return {};
  return fmt::format("{}; {}", allowed.error().message, way_out(*listed, name, request));
}

}  // namespace

void warn_if_not_believed(Session& session, const Store& store, KeyName name, const SigningRequest& request) {
  // What a key of this name may never sign, the signer refuses.
  if (!may_sign(name, request.predicate_type)) return;
  const auto key = KeyFolder(store).public_key(name);
  if (!key) return;
  const auto trust = TrustFile(store).load();
  if (!trust) return session.warn(trust.error().message);
  if (!*trust) return;
  const std::string fault = fault_of(**trust, *key, name, request);
  if (fault.empty()) return;
  session.warn(fmt::format("nobody who goes by this store's trust.json believes what is signed now: {}",
                           fault));
}

}  // namespace hauberk
