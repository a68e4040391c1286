// SPDX-License-Identifier: Apache-2.0
#include "scan/tracker_feed.h"

#include <nlohmann/json.hpp>

#include "deb/version.h"

namespace hauberk {
namespace {

constexpr std::size_t size_limit = std::size_t{1} << 30;
constexpr std::size_t row_limit = 4'000'000;
constexpr std::size_t name_limit = 512;
constexpr std::size_t text_limit = 64 << 10;
constexpr std::size_t depth_limit = 64;

// Where in the document the reader stands. `skipped` is below a member that we do not know.
enum class Level { outside, document, source, vulnerability, releases, no_releases, release, repositories };

class Handler {
 public:
  using string_t = std::string;

  explicit Handler(AdvisoryBuilder& builder) : builder_(builder) {}

  bool null() { return scalar(); }
  bool boolean(bool value) {
    if (skip_ == 0 && level_ == Level::release && key_ == "next_point_update") {
      row_.next_point = value;
      return true;
    }
    return scalar();
  }
  bool number_integer(std::int64_t) { return scalar(); }
  bool number_unsigned(std::uint64_t) { return scalar(); }
  bool number_float(double, const string_t&) { return scalar(); }
  bool binary(std::vector<std::uint8_t>&) { return scalar(); }

  bool string(string_t& value) {
    if (skip_ > 0) return true;
    switch (level_) {
      case Level::vulnerability: return vulnerability_member(value);
      case Level::release: return release_member(value);
      case Level::repositories: return repository(value);
      default: return scalar();
    }
  }

  bool key(string_t& name) {
    if (skip_ > 0) return true;
    if (name.size() > name_limit) return limit("a name has more than 512 bytes");
    if (name.empty()) return refuse("a name is empty");
    key_.swap(name);
    return true;
  }

  bool start_object(std::size_t) {
    if (skip_ > 0) return deeper();
    switch (level_) {
      case Level::outside: level_ = Level::document; return true;
      case Level::document:
        source_ = key_;
        level_ = Level::source;
        return true;
      case Level::source:
        id_ = key_;
        vulnerability_ = builder_.vulnerability(id_);
        level_ = Level::vulnerability;
        return true;
      case Level::vulnerability:
        if (key_ != "releases") return unknown_member();
        level_ = Level::releases;
        return true;
      case Level::releases: return start_release();
      case Level::release:
        if (key_ != "repositories") return unknown_member();
        level_ = Level::repositories;
        return true;
      case Level::no_releases:
      case Level::repositories: break;
    }
    return wrong_type();
  }

  bool end_object() {
    if (skip_ > 0) return --skip_, true;
    switch (level_) {
      case Level::document: level_ = Level::outside; return true;
      case Level::source: level_ = Level::document; return true;
      case Level::vulnerability: level_ = Level::source; return true;
      case Level::releases: level_ = Level::vulnerability; return true;
      case Level::release: level_ = Level::releases; return end_release();
      default: level_ = Level::release; return true;
    }
  }

  bool start_array(std::size_t) {
    if (skip_ > 0) return deeper();
    if (level_ == Level::vulnerability && key_ == "releases") {
      level_ = Level::no_releases;
      return true;
    }
    if (level_ == Level::vulnerability || level_ == Level::release) return unknown_member();
    return wrong_type();
  }

  bool end_array() {
    if (skip_ > 0) return --skip_, true;
    level_ = Level::vulnerability;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) {
    error_ = Error{ErrorKind::invalid_input, fmt::format("at byte {}: {}", position, error.what())};
    return false;
  }

  Error take_error() { return std::move(error_); }

 private:
  bool deeper() { return ++skip_ <= depth_limit || limit("it is nested deeper than 64 levels"); }

  bool unknown_member() {
    if (is_known_member()) return wrong_type();
    skip_ = 1;
    return true;
  }

  // Those whose value must be a string.
  bool is_known_member() const {
    if (level_ == Level::vulnerability) return key_ == "description";
    return key_ == "status" || key_ == "fixed_version" || key_ == "urgency" || key_ == "nodsa" ||
           key_ == "nodsa_reason";
  }

  bool scalar() {
    if (skip_ > 0) return true;
    const bool has_members = level_ == Level::vulnerability || level_ == Level::release;
    if (!has_members || is_known_member() || key_ == "releases" || key_ == "repositories")
      return wrong_type();
    return true;
  }

  bool vulnerability_member(std::string_view value) {
    if (key_ == "releases") return wrong_type();
    if (key_ != "description") return true;
    if (value.size() > text_limit) return limit("its description has more than 64 KiB");
    builder_.describe(vulnerability_, value);
    return true;
  }

  bool start_release() {
    release_ = key_;
    row_ = {};
    fixed_.clear();
    nodsa_.clear();
    archive_.clear();
    has_status_ = false;
    level_ = Level::release;
    return true;
  }

  bool release_member(string_t& value) {
    if (key_ == "repositories") return wrong_type();
    if (key_ == "nodsa") {
      if (row_.nodsa_kind == NoDsa::none) row_.nodsa_kind = NoDsa::no_dsa;
      if (value.size() > text_limit) return limit("its nodsa has more than 64 KiB");
      nodsa_.swap(value);
      return true;
    }
    if (value.size() > name_limit) return limit("a value has more than 512 bytes");
    if (key_ == "status") return status(value);
    if (key_ == "fixed_version") fixed_.swap(value);
    if (key_ == "urgency") row_.urgency = urgency_of(value);
    if (key_ == "nodsa_reason") return nodsa_reason(value);
    return true;
  }

  bool status(std::string_view value) {
    has_status_ = true;
    if (value == "resolved")
      row_.status = DebianStatus::resolved;
    else if (value == "open")
      row_.status = DebianStatus::open;
    else if (value == "undetermined")
      row_.status = DebianStatus::undetermined;
    else
      return refuse(fmt::format("its status \"{}\" is not one that this version knows", value));
    return true;
  }

  bool nodsa_reason(std::string_view value) {
    if (value == "postponed")
      row_.nodsa_kind = NoDsa::postponed;
    else if (value == "ignored")
      row_.nodsa_kind = NoDsa::ignored;
    else if (row_.nodsa_kind == NoDsa::none)
      row_.nodsa_kind = NoDsa::no_dsa;
    return true;
  }

  // The newest version of the release itself: "bookworm", "bookworm-security", not what is only proposed.
  bool repository(string_t& value) {
    if (value.size() > name_limit) return limit("a version has more than 512 bytes");
    const bool own = key_ == release_ || key_ == release_ + "-security" || key_ == release_ + "-updates" ||
                     key_ == release_ + "-lts";
    if (own && (archive_.empty() || compare_versions(archive_, value) < 0)) archive_.swap(value);
    return true;
  }

  bool end_release() {
    if (!has_status_) return refuse("it has no status");
    if (++rows_ > row_limit) return limit("there are more than 4,000,000 rows");
    row_.release = release_;
    row_.source = source_;
    row_.vulnerability = vulnerability_;
    row_.fixed_version = fixed_;
    row_.nodsa = nodsa_;
    row_.archive_version = archive_;
    // What is called resolved with no version is a statement that cannot be compared.
    if (row_.status == DebianStatus::resolved && fixed_.empty()) row_.status = DebianStatus::undetermined;
    builder_.add(row_);
    return true;
  }

  std::string place() const {
    std::string text;
    if (level_ >= Level::source) text += fmt::format("source package {}", source_);
    if (level_ >= Level::vulnerability) text += fmt::format(", {}", id_);
    if (level_ >= Level::release) text += fmt::format(", release {}", release_);
    return text.empty() ? "the document" : text;
  }

  bool stop(ErrorKind kind, std::string_view why) {
    error_ = Error{kind, fmt::format("{}: {}", place(), why)};
    return false;
  }
  bool refuse(std::string_view why) { return stop(ErrorKind::invalid_input, why); }
  bool limit(std::string_view why) { return stop(ErrorKind::limit_exceeded, why); }
  bool wrong_type() {
    if (level_ == Level::outside) return refuse("it is not a JSON object");
    if (level_ == Level::no_releases) return refuse("\"releases\" is a list that is not empty");
    return refuse(fmt::format("\"{}\" is not of the form that the tracker writes", key_));
  }

  AdvisoryBuilder& builder_;
  Level level_ = Level::outside;
  std::size_t skip_ = 0;  // open objects and lists below a member that is passed over
  std::size_t rows_ = 0;
  std::string key_, source_, id_, release_, fixed_, nodsa_, archive_;
  std::uint32_t vulnerability_ = 0;
  bool has_status_ = false;
  DebianRow row_;
  Error error_{ErrorKind::invalid_input, "it is not of the form that the tracker writes"};
};

}  // namespace

Urgency urgency_of(std::string_view text) {
  while (text.ends_with('*')) text.remove_suffix(1);
  if (text == "not yet assigned") return Urgency::not_yet_assigned;
  if (text == "unimportant") return Urgency::unimportant;
  if (text == "low") return Urgency::low;
  if (text == "medium") return Urgency::medium;
  if (text == "high") return Urgency::high;
  return text == "end-of-life" ? Urgency::end_of_life : Urgency::other;
}

Status read_debian_tracker(std::string_view text, AdvisoryBuilder& builder) {
  if (text.size() > size_limit) {
    return fail(ErrorKind::limit_exceeded, "it has {} bytes, more than the {} allowed", text.size(),
                size_limit);
  }
  Handler handler(builder);
  if (!nlohmann::json::sax_parse(text, &handler)) return std::unexpected(handler.take_error());
  return {};
}

}  // namespace hauberk
