// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <set>
#include <vector>

namespace hauberk {
namespace {

// Checks what nlohmann's parser lets pass: duplicate keys and depth. Values are built by a second,
// ordinary parse, so this handler keeps nothing but the keys of the open objects.
class StrictHandler : public nlohmann::json_sax<Json> {
 public:
  StrictHandler(const JsonLimits& limits, std::string& why, bool& limit)
      : limits_(limits), why_(why), limit_(limit) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return deeper();
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    why_ = fmt::format("the key \"{}\" is there twice in one object", name);
    return false;
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return deeper(); }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    // The library's sentence, without what it has read last: that may be a password.
    const std::string_view sentence = e.what();
    why_ = fmt::format("at byte {}: {}", position, sentence.substr(0, sentence.find("; last read")));
    return false;
  }

 private:
  bool deeper() {
    if (++depth_ <= limits_.depth) return true;
    why_ = fmt::format("nested deeper than {} levels", limits_.depth);
    limit_ = true;
    return false;
  }

  const JsonLimits& limits_;
  std::string& why_;
  bool& limit_;
  std::size_t depth_ = 0;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.size_bytes) {
    return fail(ErrorKind::limit_exceeded, "the JSON document has {} bytes, more than the {} allowed",
                text.size(), limits.size_bytes);
  }
  std::string why;
  bool limit = false;
  StrictHandler handler(limits, why, limit);
  if (!Json::sax_parse(text, &handler)) {
    return fail(limit ? ErrorKind::limit_exceeded : ErrorKind::invalid_input, "not acceptable JSON: {}", why);
  }
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return fail(ErrorKind::invalid_input, "not acceptable JSON");
  return value;
}

std::string canonical_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string pretty_json(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

Result<const Json*> member(const Json& object, std::string_view key, std::string_view what) {
  if (!object.is_object()) return fail(ErrorKind::invalid_input, "{} is not a JSON object", what);
  const auto at = object.find(key);
  if (at == object.end()) return fail(ErrorKind::invalid_input, "{} has no \"{}\"", what, key);
  return &*at;
}

}  // namespace

Result<std::string> json_string(const Json& object, std::string_view key, std::string_view what) {
  TRY(const Json* value, member(object, key, what));
  if (!value->is_string()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not a string", what, key);
  return value->get<std::string>();
}

Result<std::uint64_t> json_size(const Json& object, std::string_view key, std::string_view what) {
  TRY(const Json* value, member(object, key, what));
  if (!value->is_number_unsigned()) {
    return fail(ErrorKind::invalid_input, "{}: \"{}\" is not a whole number of zero or more", what, key);
  }
  return value->get<std::uint64_t>();
}

Result<const Json*> json_array(const Json& object, std::string_view key, std::string_view what) {
  TRY(const Json* value, member(object, key, what));
  if (!value->is_array()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not a list", what, key);
  return value;
}

Result<std::vector<std::string>> json_strings(const Json& object, std::string_view key,
                                              std::string_view what) {
  TRY(const Json* list, json_array(object, key, what));
  std::vector<std::string> values;
  for (const Json& item : *list) {
    if (!item.is_string()) {
      return fail(ErrorKind::invalid_input, "{}: \"{}\" has an entry that is no string", what, key);
    }
    values.push_back(item.get<std::string>());
  }
  return values;
}

Result<const Json*> json_object(const Json& object, std::string_view key, std::string_view what) {
  TRY(const Json* value, member(object, key, what));
  if (!value->is_object()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not an object", what, key);
  return value;
}

}  // namespace hauberk
