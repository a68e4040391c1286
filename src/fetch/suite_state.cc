// SPDX-License-Identifier: Apache-2.0
#include "fetch/suite_state.h"

#include "base/json.h"
#include "io/http.h"

namespace hauberk {
namespace {

constexpr int state_version = 1;
constexpr int lock_timeout_ms = 30'000;

std::string state_path(const std::string& suite_url) {
  return fmt::format("suites/{}.json", Digest::of(public_url(suite_url)).hex());
}

// None if it is of another version.
Result<std::optional<SuiteState>> parse_state(std::string_view text, const std::string& path) {
  TRY(const Json json, parse_json(text));
  TRY(const std::uint64_t version, json_size(json, "version", path));
  if (version != state_version) return std::nullopt;
  TRY(const std::string release, json_string(json, "release", path));
  TRY(const Digest digest, Digest::parse(release));
  TRY(const std::string date_text, json_string(json, "date", path));
  TRY(const Time date, parse_rfc3339(date_text));
  TRY(std::string origin, json_string(json, "origin", path));
  return SuiteState{digest, date, std::move(origin)};
}

}  // namespace

std::string suite_state_path(const Store& store, const std::string& suite_url) {
  return fmt::format("{}/{}", store.path(), state_path(suite_url));
}

Result<std::optional<SuiteState>> suite_state(const Store& store, const std::string& suite_url) {
  const std::string path = state_path(suite_url);
  const auto text = store.dir().read_file(path, 1 << 16);
  if (!text && text.error().kind == ErrorKind::not_found) return std::nullopt;
  if (!text) return std::unexpected(text.error());
  auto state = parse_state(*text, path);
  if (!state) {
    // Taken for absent, a damaged file would open the way back in time: that is for a person to decide.
    return wrap(state.error(), fmt::format("cannot read {} (remove it to trust the suite as it is now)",
                                           suite_state_path(store, suite_url)));
  }
  return state;
}

Status keep_suite_state(const Store& store, const std::string& suite_url, const SuiteState& state, Time now) {
  const std::string path = state_path(suite_url);
  TRY_STATUS(store.dir().make_dirs("suites"));
  TRY(const FileLock lock, FileLock::acquire(store.dir(), path + ".lock", true, lock_timeout_ms));
  TRY(const auto known, suite_state(store, suite_url));
  if (known && (known->date > state.date || *known == state)) return {};
  const Json json = {{"version", state_version},        {"url", public_url(suite_url)},
                     {"release", state.release.text()}, {"date", to_rfc3339(state.date)},
                     {"origin", state.origin},          {"fetched", to_rfc3339(now)}};
  return store.dir().write_file(path, pretty_json(json));
}

}  // namespace hauberk
