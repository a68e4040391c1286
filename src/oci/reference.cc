// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <algorithm>

namespace hauberk {
namespace {

constexpr std::size_t name_limit_bytes = 255;  // what registries and clients agree on
constexpr std::size_t tag_limit_bytes = 128;

bool is_lower_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alnum(char c) { return is_lower_alnum(c) || (c >= 'A' && c <= 'Z'); }

// The separators that a path component may have between its letters: ".", "_", "__" or dashes.
bool is_separator(std::string_view text) {
  return text == "." || text == "_" || text == "__" ||
         (!text.empty() && std::ranges::all_of(text, [](char c) { return c == '-'; }));
}

bool is_component(std::string_view text) {
  if (text.empty() || !is_lower_alnum(text.front()) || !is_lower_alnum(text.back())) return false;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && !is_lower_alnum(text[end])) ++end;
    if (end > i && !is_separator(text.substr(i, end - i))) return false;
    i = end + 1;
  }
  return true;
}

bool is_repository(std::string_view text) {
  while (true) {
    const auto slash = text.find('/');
    if (!is_component(text.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    text.remove_prefix(slash + 1);
  }
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_label(std::string_view text) {
  const auto fits = [](char c) { return is_alnum(c) || c == '-'; };
  return !text.empty() && text.front() != '-' && text.back() != '-' && std::ranges::all_of(text, fits);
}

bool is_registry(std::string_view text) {
  if (text.starts_with('[')) {  // an IPv6 address
    const auto end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto fits = [](char c) { return is_alnum(c) || c == ':'; };
    if (!std::ranges::all_of(text.substr(1, end - 1), fits)) return false;
    text.remove_prefix(end + 1);
    return text.empty() || (text.front() == ':' && is_port(text.substr(1)));
  }
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    if (!is_port(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  while (true) {
    const auto dot = text.find('.');
    if (!is_host_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// Whether the part before the first slash is a registry rather than a repository's first part.
bool names_registry(std::string_view part) {
  return part == "localhost" || part.find_first_of(".:") != std::string_view::npos;
}

[[nodiscard]] std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return fail(ErrorKind::invalid_input,
              "cannot read the image name \"{}\": {}; write it like \"nginx\", \"nginx:1.26\", "
              "\"registry.example/team/nginx:1\" or \"nginx@sha256:...\"",
              text.substr(0, 300), why);
}

}  // namespace

bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > tag_limit_bytes) return false;
  if (!is_alnum(text.front()) && text.front() != '_') return false;
  return std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '_' || c == '.' || c == '-'; });
}

Result<Reference> Reference::parse(std::string_view text) {
  Reference reference;
  std::string_view rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    auto digest = Digest::parse(rest.substr(at + 1));
    if (!digest) return bad(text, digest.error().message);
    reference.digest_ = *std::move(digest);
    rest = rest.substr(0, at);
  }
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find('/', colon) == std::string_view::npos) {
    const auto tag = rest.substr(colon + 1);
    if (!is_tag(tag)) {
      return bad(text,
                 "a tag has at most 128 letters, digits, \"_\", \".\" and \"-\", and begins with none "
                 "of the last two");
    }
    reference.tag_ = tag;
    rest = rest.substr(0, colon);
  }
  if (rest.size() > name_limit_bytes) return bad(text, "the name has more than 255 bytes");
  if (const auto slash = rest.find('/');
      slash != std::string_view::npos && names_registry(rest.substr(0, slash))) {
    if (!is_registry(rest.substr(0, slash))) {
      return bad(text, "the part before the first slash is no host name");
    }
    reference.registry_ = rest.substr(0, slash);
    rest = rest.substr(slash + 1);
  }
  if (rest.empty()) return bad(text, "it has no repository");
  if (std::ranges::any_of(rest, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return bad(text, "a repository has only small letters");
  }
  if (!is_repository(rest)) {
    return bad(text,
               "a repository is parts of small letters and digits with single \".\", \"_\" or \"-\" "
               "between them, and slashes between the parts");
  }
  reference.repository_ = rest;
  return reference;
}

std::string Reference::text() const {
  std::string text = name();
  if (!tag_.empty()) text += ":" + tag_;
  if (digest_) text += "@" + digest_->text();
  return text;
}

std::string Reference::name() const {
  return registry_.empty() ? repository_ : registry_ + "/" + repository_;
}

Result<Reference> Reference::with_tag(std::string_view tag) const {
  if (!is_tag(tag)) return fail(ErrorKind::invalid_input, "\"{}\" is no tag", tag);
  Reference reference = *this;
  reference.tag_ = tag;
  reference.digest_.reset();
  return reference;
}

}  // namespace hauberk
