// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_auth.h"

#include <algorithm>

#include "base/base64.h"
#include "publish/registry_address.h"
#include "publish/text_body.h"
#include "publish/token_answer.h"

namespace hauberk {
namespace {

constexpr std::size_t answer_limit_bytes = 256 << 10;
constexpr std::string_view client_id = "hauberk";

std::string basic(const RegistryCredentials& credentials) {
  return "Basic " + base64_of(credentials.user + ":" + credentials.password);
}

// What was asked for first, of the ways that we know; Bearer before Basic, as its tokens are short-lived.
const Challenge* best_of(const std::vector<Challenge>& challenges) {
  for (const std::string_view scheme : {"bearer", "basic"}) {
    const auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
    if (found != challenges.end()) return &*found;
  }
  return nullptr;
}

std::string login_hint(const std::string& host) {
  return fmt::format("log in with `hauberk login {}`", host);
}

std::string query_of(const std::string& service, const std::vector<std::string>& scopes) {
  std::string query;
  if (!service.empty()) query += "&service=" + percent_encoded(service);
  for (const std::string& scope : scopes) query += "&scope=" + percent_encoded(scope);
  return query;
}

// One scope parameter with blanks between, as OAuth2 has it.
std::string form_of(const std::string& service, const std::vector<std::string>& scopes,
                    const std::string& refresh_token) {
  return fmt::format("grant_type=refresh_token&client_id={}&service={}&scope={}&refresh_token={}", client_id,
                     percent_encoded(service), percent_encoded(fmt::format("{}", fmt::join(scopes, " "))),
                     percent_encoded(refresh_token));
}

}  // namespace

RegistryAuth::RegistryAuth(HttpClient& http, std::string host, HttpUrl origin, CredentialLookup lookup)
    : http_(http), host_(std::move(host)), origin_(std::move(origin)), lookup_(std::move(lookup)) {}

Status RegistryAuth::learn(const HttpAnswer& refused) {
  std::vector<Challenge> challenges;
  for (const std::string& value : refused.all("www-authenticate")) {
    auto some = parse_challenges(value);
    if (!some) return wrap(std::move(some).error(), fmt::format("cannot log in at {}", host_));
    challenges.insert(challenges.end(), some->begin(), some->end());
  }
  const std::lock_guard lock(mutex_);
  const Challenge* challenge = best_of(challenges);
  if (challenge == nullptr) {
    return fail(ErrorKind::unsupported,
                "cannot log in at {}: it asks for another way than a password (Basic) or a token (Bearer)",
                host_);
  }
  if (challenge->scheme == "bearer") return learn_bearer(*challenge);
  way_ = Way::basic;
  return {};
}

Status RegistryAuth::learn_bearer(const Challenge& challenge) {
  const auto realm = HttpUrl::parse(challenge.parameter("realm"));
  if (!realm) return wrap(realm.error(), fmt::format("cannot log in at {}: its token server", host_));
  const bool is_same_host = realm->host() == origin_.host() && realm->scheme() == origin_.scheme();
  if (realm->scheme() != "https" && !is_same_host) {
    return fail(ErrorKind::verification_failed,
                "cannot log in at {}: it asks for credentials at another host by plain http, {}; nothing was "
                "sent there",
                host_, public_url(challenge.parameter("realm")));
  }
  way_ = Way::bearer;
  realm_ = realm->request_url();
  service_ = challenge.parameter("service");
  return {};
}

Result<const RegistryCredentials*> RegistryAuth::credentials() {
  if (!credentials_) {
    TRY(credentials_, lookup_(host_));
  }
  return &*credentials_;
}

Result<std::string> RegistryAuth::authorization(const std::vector<std::string>& scopes) {
  const std::lock_guard lock(mutex_);
  if (way_ == Way::none) return std::string();
  if (way_ == Way::basic) {
    TRY(const RegistryCredentials* known, credentials());
    return known->is_nobody() ? std::string() : basic(*known);
  }
  const std::string key = fmt::format("{}", fmt::join(scopes, " "));
  const auto found = tokens_.find(key);
  if (found != tokens_.end() && std::chrono::steady_clock::now() < found->second.end) {
    return found->second.header;
  }
  TRY(Token token, fetch_token(scopes));
  return tokens_.insert_or_assign(key, std::move(token)).first->second.header;
}

bool RegistryAuth::forget(const std::string& used) {
  const std::lock_guard lock(mutex_);
  if (way_ != Way::bearer || used.starts_with("Basic ")) return used.empty() && way_ != Way::none;
  std::erase_if(tokens_, [&](const auto& token) { return token.second.header == used; });
  return true;
}

Result<RegistryAuth::Token> RegistryAuth::fetch_token(const std::vector<std::string>& scopes) {
  TRY(const RegistryCredentials* known, credentials());
  const auto begin = std::chrono::steady_clock::now();
  TRY(const HttpAnswer answer, ask_token_server(scopes, *known));
  if (answer.status == 401 || answer.status == 403) {
    return fail(ErrorKind::network, "cannot log in at {}: its token server refuses {}; {}", host_,
                known->is_nobody() ? "those who are not logged in" : "the user name or password",
                login_hint(host_));
  }
  if (answer.status != 200) {
    return fail(ErrorKind::network, "cannot log in at {}: its token server {} answers {}", host_,
                public_url(realm_), answer.status);
  }
  auto parsed = parse_token_answer(answer.body);
  if (!parsed) return wrap(std::move(parsed).error(), fmt::format("cannot log in at {}", host_));
  // Renewed with a tenth of its life left: it has to last until the request that carries it is there.
  return Token{"Bearer " + parsed->token, begin + parsed->lifetime * 9 / 10};
}

Result<HttpAnswer> RegistryAuth::ask_token_server(const std::vector<std::string>& scopes,
                                                  const RegistryCredentials& credentials) {
  if (!credentials.identity_token.empty()) {
    const std::string text = form_of(service_, scopes, credentials.identity_token);
    const TextBody form(text);
    return http_.send({.method = HttpMethod::post,
                       .url = realm_,
                       .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                       .body = &form},
                      answer_limit_bytes);
  }
  std::string query = query_of(service_, scopes);
  if (!credentials.is_nobody()) query += "&account=" + percent_encoded(credentials.user);
  if (!query.empty() && !realm_.contains('?')) query.front() = '?';
  return http_.send({.url = realm_ + query,
                     .authorization = credentials.is_nobody() ? std::string() : basic(credentials)},
                    answer_limit_bytes);
}

}  // namespace hauberk
