// One request on one connection, and what is known of a download across its requests.
//
// Spec: RFC 9110, sections 13 (If-Range), 14 (Range) and 15 (status codes).
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/egress.h"
#include "io/http.h"
#include "io/http_url.h"

namespace hauberk {

// The state of one get() or other call: it outlives the requests that it takes.
struct Download {
  ByteSink& sink;
  std::uint64_t limit_bytes;
  std::uint64_t delivered = 0;                      // bytes that the sink has
  std::optional<std::uint64_t> total = std::nullopt;  // the size that the server stated
  std::string validator = {};  // strong ETag, else Last-Modified, as the server wrote it; empty: none
  bool resume = true;          // whether Range may be asked for
  bool is_known = true;        // false: what is delivered came by another call, and has no validator
};

// How a request ended.
struct Outcome {
  enum class Kind { done, redirect, failed };
  Kind kind = Kind::done;
  std::string location = {};     // redirect: absolute
  Error error = {ErrorKind::network, {}};  // failed; the message is only the reason
  bool may_pass = false;         // failed: worth another attempt
  std::chrono::seconds retry_after{0};
};

// What a request needs beside the download.
struct HttpRequest {
  const HttpUrl& url;
  bool with_credentials;
  const HttpOptions& options;
  const ProxySettings& proxies;
  const HttpCall* call = nullptr;  // null: a plain GET, for which any answer but the file is an error
  HttpAnswer* answer = nullptr;    // of the call: filled once it is done
};

// Sends the request on the handle (whose open connections are reused). The file goes to the download; what
// else a call is answered, to its answer. Thread rule: one thread for each handle and download at a time.
Outcome perform(CURL* handle, const HttpRequest& request, Download& download);

}  // namespace hauberk
