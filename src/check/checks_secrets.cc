// Checks SEC-01 to SEC-03: keys, passwords and whom the image trusts.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/fields.h"
#include "check/file_sorts.h"
#include "check/table.h"

namespace hauberk {
namespace {

std::string place_text(const FoundSecret& secret) {
  switch (secret.place) {
    case FoundSecret::Place::environment: return "environment " + secret.path;
    case FoundSecret::Place::history: return "history step " + secret.path;
    case FoundSecret::Place::config: return "config " + secret.path;
    case FoundSecret::Place::file: return secret.path;
  }
  return secret.path;
}

std::string secret_text(const FoundSecret& secret) {
  std::string text = fmt::format("a {}", secret.kind);
  if (!secret.hint.empty()) text += fmt::format(", {}", secret.hint);
  if (secret.place != FoundSecret::Place::file) return text;
  if (secret.line != 0) text += fmt::format(", line {}", secret.line);
  if (secret.is_hidden) text += fmt::format(", in layer {}, hidden by a later one", secret.layer + 1);
  return text;
}

// True for a step of our own builds that does nothing but list installed packages, "passwd=1:4.17" among
// them: what looks like a password there is a version.
bool lists_packages(const Facts& facts, const FoundSecret& secret) {
  const auto number = decimal(secret.path);
  const auto& history = facts.config.history;
  if (secret.place != FoundSecret::Place::history || !number) return false;
  if (*number == 0 || *number > history.size()) return false;
  std::string_view step = history[*number - 1].created_by;
  const auto list = step.rfind(": ");
  if (!step.starts_with("hauberk: ") || list == std::string_view::npos) return false;
  std::set<std::string> installed;
  for (const Package& package : facts.packages) installed.insert(package.name + "=" + package.version);
  return std::ranges::all_of(split(step.substr(list + 2), ' '),
                             [&](std::string_view word) { return installed.contains(std::string(word)); });
}

// What programs read: one file, or a folder of hashed links to it.
bool is_bundle(std::string_view path) {
  return path.starts_with("etc/ssl/") || path.starts_with("etc/pki/") ||
         path.starts_with("usr/local/share/") || path.starts_with("etc/ca-certificates/");
}

// Certificates as the distribution's package brings them, one file each: they are judged by its list (FS-10).
bool is_of_distribution(std::string_view path) { return path.starts_with("usr/share/ca-certificates/"); }

}  // namespace

CheckAnswer check_no_secrets(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.files.empty() && facts.hidden.empty() && facts.config_text.empty()) {
    return not_applicable("there is nothing to look into");
  }
  std::vector<CheckFinding> findings;
  for (const FoundSecret& secret : facts.secrets) {
    if (!lists_packages(facts, secret)) findings.push_back({place_text(secret), secret_text(secret)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_no_credential_files(CheckContext& context) {
  if (context.judged_files().empty()) return not_applicable("the image has no files");
  std::vector<CheckFinding> findings;
  for (const File* file : context.judged_files()) {
    const TarEntry& entry = file->entry;
    if (!is_regular(entry) || (entry.type == TarEntry::Type::file && entry.size_bytes == 0)) continue;
    const std::string_view kind = credential_kind(entry.path);
    if (!kind.empty()) findings.push_back({entry.path, std::string(kind)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_certificates(CheckContext& context) {
  const Facts& facts = context.facts();
  std::set<Digest> known;
  for (const Certificate& certificate : facts.certificates) {
    if (is_of_distribution(certificate.file)) known.insert(certificate.sha256);
  }
  std::vector<CheckFinding> findings;
  std::set<Digest> judged_already;
  bool any = false;
  for (const Certificate& certificate : facts.certificates) {
    if (!is_bundle(certificate.file)) continue;
    any = true;
    if (!judged_already.insert(certificate.sha256).second) continue;
    if (certificate.not_after < context.input().now) {
      findings.push_back({certificate.file, fmt::format("expired: {}", certificate.subject)});
    }
    if (!known.empty() && !known.contains(certificate.sha256)) {
      findings.push_back({certificate.file,
                          fmt::format("not of the distribution's: {}", certificate.subject)});
    }
  }
  if (!any) return not_applicable("the image trusts no certificates");
  return judged(std::move(findings),
                known.empty() ? "the distribution's own certificates are not there to compare with" : "");
}

}  // namespace hauberk
