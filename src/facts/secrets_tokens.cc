// Tokens that say by their first characters whose they are: one row for each.
//
// The forms are those the services document or give out. Where a format has a checksum it must be right: a
// token that only looks like one is an example, or is found by the name it is given to.
//
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "facts/secrets_detector.h"
#include "facts/secrets_value.h"

namespace hauberk {
namespace {

using std::string_view;

// "ghp_", "npm_": 30 characters and their CRC-32 in base 62.
bool ends_with_crc(string_view token) {
  const string_view body = token.substr(4);
  return crc32_base62(body.substr(0, 30)) == body.substr(30);
}

// "glsa_", 32 characters, "_", a checksum of 8 digits.
bool is_grafana(string_view token) {
  const string_view sum = token.substr(token.size() - 8);
  return token[token.size() - 9] == '_' && run_length(sum, 0, Alphabet::lower_hex, 8) == 8;
}

// "SG.", 22 characters, ".", 43 characters.
bool is_sendgrid(string_view token) { return token[25] == '.' && token.find('.', 26) == string_view::npos; }

// "github_pat_", 22 characters, "_", 59 characters.
bool is_github_pat(string_view token) {
  return token[33] == '_' && run_length(token, 34, Alphabet::alnum, 60) == 59;
}

// "xoxb-1234567890-...": a number comes first, except in configuration tokens.
bool is_slack(string_view token) {
  return is_digit(token[5]) && run_length(token, token.size() - 8, Alphabet::alnum, 8) == 8;
}

// Small and capital letters both, as anything random of this length has.
bool is_mixed(string_view token) {
  bool has_lower = false;
  bool has_upper = false;
  for (const char c : token.substr(token.size() / 3)) {
    has_lower |= is_lower(c);
    has_upper |= is_upper(c);
  }
  return has_lower && has_upper;
}

constexpr SecretDetector token(string_view kind, string_view literal, Alphabet alphabet, std::size_t least,
                               std::size_t most, SecretDetector::Verifier verify = nullptr) {
  return {.kind = kind,
          .literal = literal,
          .match = match_token,
          .verify = verify,
          .alphabet = alphabet,
          .least = least,
          .most = most,
          .in_binary = true};
}

constexpr SecretDetector checked(string_view kind, string_view literal) {
  SecretDetector detector = token(kind, literal, Alphabet::alnum, 36, 36, ends_with_crc);
  detector.in_samples = true;
  return detector;
}

// Too short or too plain to be sure of between other bytes.
constexpr SecretDetector in_text(SecretDetector detector) {
  detector.in_binary = false;
  return detector;
}

using enum Alphabet;

constexpr std::array detectors = {
    checked("github-token", "ghp_"),
    checked("github-token", "gho_"),
    checked("github-token", "ghu_"),
    checked("github-token", "ghs_"),
    checked("github-token", "ghr_"),
    token("github-token", "github_pat_", dotted, 82, 82, is_github_pat),
    checked("npm-token", "npm_"),
    token("gitlab-token", "glpat-", dotted, 20, 300, is_mixed),
    token("gitlab-token", "gldt-", base64url, 20, 64, is_mixed),
    token("gitlab-token", "glrt-", dotted, 20, 64, is_mixed),
    token("gitlab-token", "glcbt-", base64url, 20, 80),
    token("gitlab-token", "glptt-", lower_hex, 40, 40),
    token("gitlab-token", "glsoat-", base64url, 20, 64, is_mixed),
    token("gitlab-token", "GR1348941", base64url, 20, 20),
    token("slack-token", "xoxb-", base64url, 30, 120, is_slack),
    token("slack-token", "xoxp-", base64url, 30, 120, is_slack),
    token("slack-token", "xoxa-", base64url, 30, 120, is_slack),
    token("slack-token", "xoxr-", base64url, 30, 120, is_slack),
    token("slack-token", "xoxs-", base64url, 30, 120, is_slack),
    token("slack-token", "xapp-1-", base64url, 40, 160),
    token("stripe-key", "sk_live_", alnum, 24, 247),
    token("stripe-key", "rk_live_", alnum, 24, 247),
    token("stripe-webhook-secret", "whsec_", base64, 32, 64, is_mixed),
    token("pypi-token", "pypi-AgEIcHlwaS5vcmc", base64url, 50, 1024),
    token("pypi-token", "pypi-AgENdGVzdC5weXBpLm9yZw", base64url, 50, 1024),
    token("sendgrid-key", "SG.", dotted, 66, 66, is_sendgrid),
    in_text(token("mailgun-key", "key-", lower_hex, 32, 32)),
    token("digitalocean-token", "dop_v1_", lower_hex, 64, 64),
    token("digitalocean-token", "doo_v1_", lower_hex, 64, 64),
    token("digitalocean-token", "dor_v1_", lower_hex, 64, 64),
    token("heroku-key", "HRKU-", base64url, 36, 72),
    in_text(token("huggingface-token", "hf_", alnum, 34, 40, is_mixed)),
    token("openai-key", "sk-proj-", base64url, 40, 220, is_mixed),
    token("openai-key", "sk-svcacct-", base64url, 40, 220, is_mixed),
    token("openai-key", "sk-admin-", base64url, 40, 220, is_mixed),
    in_text(token("openai-key", "sk-", alnum, 48, 48, is_mixed)),
    token("anthropic-key", "sk-ant-", base64url, 60, 160, is_mixed),
    token("gcp-api-key", "AIza", base64url, 35, 35, is_mixed),
    token("google-oauth", "GOCSPX-", base64url, 28, 28),
    in_text(token("google-oauth", "ya29.", base64url, 40, 2048, is_mixed)),
    token("aws-access-key", "AKIA", base32, 16, 16),
    token("aws-access-key", "ASIA", base32, 16, 16),
    token("vault-token", "hvs.", base64url, 24, 300, is_mixed),
    token("vault-token", "hvb.", base64url, 100, 300, is_mixed),
    token("vault-token", "hvr.", base64url, 24, 300, is_mixed),
    token("grafana-token", "glsa_", base64url, 41, 41, is_grafana),
    token("dockerhub-token", "dckr_pat_", base64url, 27, 27),
    token("dockerhub-token", "dckr_oat_", base64url, 32, 32),
    token("databricks-token", "dapi", lower_hex, 32, 32),
    token("shopify-token", "shpat_", hex, 32, 32),
    token("shopify-token", "shpss_", hex, 32, 32),
    token("shopify-token", "shpca_", hex, 32, 32),
    token("atlassian-token", "ATATT3xFfGF0", base64url, 150, 250),
    token("newrelic-key", "NRAK-", upper_alnum, 27, 27),
    token("pulumi-token", "pul-", lower_hex, 40, 40),
    token("rubygems-key", "rubygems_", lower_hex, 48, 48),
    token("doppler-token", "dp.pt.", alnum, 40, 44),
    token("doppler-token", "dp.st.", dotted, 40, 80),
    token("linear-key", "lin_api_", alnum, 40, 40),
    token("planetscale-token", "pscale_tkn_", dotted, 32, 64),
    token("planetscale-token", "pscale_pw_", dotted, 32, 64),
    token("tailscale-key", "tskey-auth-", base64url, 30, 80),
    token("tailscale-key", "tskey-api-", base64url, 30, 80),
    token("sentry-token", "sntryu_", lower_hex, 64, 64),
    token("postman-key", "PMAK-", base64url, 59, 59),
    token("figma-token", "figd_", base64url, 38, 60),
    token("groq-key", "gsk_", alnum, 52, 52, is_mixed),
    token("supabase-key", "sbp_", lower_hex, 40, 40),
    token("square-token", "EAAAE", base64url, 59, 59, is_mixed),
    token("square-token", "sq0csp-", base64url, 43, 43),
};

}  // namespace

std::span<const SecretDetector> token_detectors() { return detectors; }

}  // namespace hauberk
