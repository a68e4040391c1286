// One HTTP/1 answer, read as a whole. See prober.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <optional>

#include "trial/prober.h"

namespace hauberk {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

// The value of a header field of the head, which begins after the status line.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && lower(line.substr(0, colon)) == name)
      return trim(line.substr(colon + 1));
  }
  return {};
}

// RFC 9112 section 7.1; none if it is cut short or malformed.
std::optional<std::string> join_chunks(std::string_view text) {
  std::string body;
  for (;;) {
    const auto end = text.find("\r\n");
    if (end == std::string_view::npos) return {};
    const std::string_view line = text.substr(0, end);
    const auto size = number(trim(line.substr(0, line.find(';'))), 16);
    text.remove_prefix(end + 2);
    if (!size || *size > text.size()) return {};
    if (*size == 0) return body;
    body += text.substr(0, *size);
    text.remove_prefix(*size);
    if (!text.starts_with("\r\n")) return {};
    text.remove_prefix(2);
  }
}

std::unexpected<Error> wrong(std::string_view why) {
  return fail(ErrorKind::invalid_input, "the answer {}", why);
}

}  // namespace

Result<HttpAnswer> parse_http_answer(std::string_view text, std::string_view method) {
  const auto line_end = text.find("\r\n");
  const auto head_end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.") || head_end == std::string_view::npos || line_end < 12) {
    return wrong(text.empty() ? "is empty" : "is no HTTP/1 answer");
  }
  const auto status = number(text.substr(9, 3), 10);
  if (text[8] != ' ' || !status || *status < 100) return wrong("has no status");
  const std::string_view rest = text.substr(head_end + 4);
  if (*status < 200)
    return parse_http_answer(rest, method);  // 100 Continue and its like come before the answer
  HttpAnswer answer{static_cast<int>(*status), {}};
  if (method == "HEAD" || *status == 204 || *status == 304) return answer;
  const std::string_view head = text.substr(line_end + 2, head_end - std::min(head_end, line_end + 2));
  if (lower(field(head, "transfer-encoding").value_or("")) == "chunked") {
    auto body = join_chunks(rest);
    if (!body) return wrong("ends before its last chunk");
    answer.body = *std::move(body);
    return answer;
  }
  answer.body = rest;
  if (const auto length = field(head, "content-length")) {
    const auto size = number(*length, 10);
    if (!size || *size > rest.size()) return wrong("is shorter than it says");
    answer.body.resize(*size);
  }
  return answer;
}

}  // namespace hauberk
