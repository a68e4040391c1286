// Who we are to a registry: what it asks for, and the header that answers.
//
// Spec: Docker's token authentication; RFC 7617 (Basic). The rule for credentials: a registry's own go to the
// registry, and to the token server that the registry names if that is reached by https, or if the registry
// is not either and it is the same host. Any other by plain http is refused, and one with a private address
// is by the rules of io/http.h. Redirects never carry credentials to another host. Tokens are kept in memory,
// one for each scope, until shortly before their end. Thread rule: every method from any thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "io/http.h"
#include "io/http_url.h"
#include "publish/challenge.h"
#include "publish/docker_config.h"

namespace hauberk {

// The credentials for a host, as its references name it; asked for at most once, and only if the registry
// asks.
using CredentialLookup = std::function<Result<RegistryCredentials>(const std::string& host)>;

class RegistryAuth {
 public:
  // `host` is the registry's name, `origin` where it answers. `http` must outlive this.
  RegistryAuth(HttpClient& http, std::string host, HttpUrl origin, CredentialLookup lookup);

  // Takes note of what an answer of status 401 asks for. unsupported: no way that we know; invalid_input: not
  // to be read; verification_failed: a token server that the rule above refuses.
  Status learn(const HttpAnswer& refused);

  // The value of the Authorization header for the scopes ("repository:team/nginx:pull"); "" where none was
  // asked for, or where nothing but credentials would do and there are none. network: the token server
  // refuses, or is not to be reached.
  Result<std::string> authorization(const std::vector<std::string>& scopes);

  // `used` was refused: it is not given out again. False: it was a last word, as a password is.
  bool forget(const std::string& used);

 private:
  enum class Way { none, basic, bearer };
  struct Token {
    std::string header;
    std::chrono::steady_clock::time_point end;
  };

  Status learn_bearer(const Challenge& challenge);
  Result<const RegistryCredentials*> credentials();
  Result<Token> fetch_token(const std::vector<std::string>& scopes);
  Result<HttpAnswer> ask_token_server(const std::vector<std::string>& scopes,
                                      const RegistryCredentials& credentials);

  HttpClient& http_;
  std::string host_;
  HttpUrl origin_;
  CredentialLookup lookup_;
  std::mutex mutex_;
  Way way_ = Way::none;
  std::string realm_, service_;
  std::optional<RegistryCredentials> credentials_;
  std::map<std::string, Token> tokens_;  // by the scopes, joined
};

}  // namespace hauberk
