// SPDX-License-Identifier: Apache-2.0
#include "sbom/element_stream.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

namespace hauberk {
namespace {

constexpr std::size_t most_values = 200'000;

template <std::size_t size>
bool is_one_of(std::string_view key, const std::array<std::string_view, size>& keys) {
  return std::ranges::find(keys, key) != keys.end();
}

constexpr std::array<std::string_view, 7> header_keys{"Data",    "_type",       "bomFormat",  "name",
                                                      "payload", "specVersion", "spdxVersion"};

// What holds a document: a statement's predicate, an older attestation's Data, a bundle's envelope,
// BuildKit's SPDX.
constexpr std::array<std::string_view, 4> wrapper_keys{"Data", "SPDX", "dsseEnvelope", "predicate"};

constexpr std::array<std::string_view, 12> package_keys{
    "SPDXID", "annotations", "externalRefs",          "homepage",   "licenseConcluded", "licenseDeclared",
    "name",   "originator",  "primaryPackagePurpose", "sourceInfo", "supplier",         "versionInfo"};
constexpr std::array<std::string_view, 3> relationship_keys{"relatedSpdxElement", "relationshipType",
                                                            "spdxElementId"};
constexpr std::array<std::string_view, 13> component_keys{
    "author",    "description", "externalReferences", "group", "licenses", "name", "pedigree", "properties",
    "publisher", "purl",        "supplier",           "type",  "version"};

bool is_kept(ElementKind kind, std::string_view key) {
  switch (kind) {
    case ElementKind::spdx_package: return is_one_of(key, package_keys);
    case ElementKind::relationship: return is_one_of(key, relationship_keys);
    case ElementKind::component:
    case ElementKind::root_component: return is_one_of(key, component_keys);
  }
  return false;
}

std::optional<ElementKind> listed_in(std::string_view key) {
  if (key == "packages") return ElementKind::spdx_package;
  if (key == "relationships") return ElementKind::relationship;
  if (key == "components") return ElementKind::component;
  return std::nullopt;
}

bool is_component(ElementKind kind) {
  return kind == ElementKind::component || kind == ElementKind::root_component;
}

// An object or list that is open while the text is read.
struct Frame {
  enum class Kind { document, metadata, list, element, value };
  Kind kind = Kind::value;
  ElementKind element = ElementKind::component;  // of an element, or of those in a list
  Json value = {};                               // what is kept of an element or value
  std::string key = {};                          // the member that is being read
  std::set<std::string> seen = {};               // the members of a document that were read
};

class Handler : public nlohmann::json_sax<Json> {
 public:
  Handler(const SbomLimits& limits, const TakeElement& take) : limits_(limits), take_(take) {}

  bool null() override { return scalar(Json()); }
  bool boolean(bool value) override { return scalar(Json(value)); }
  bool number_integer(number_integer_t value) override { return scalar(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return scalar(Json(value)); }
  bool number_float(number_float_t value, const string_t&) override { return scalar(Json(value)); }
  bool string(string_t& value) override { return scalar(Json(std::move(value))); }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (skipped_ == 0) frames_.back().key = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
    return refuse(ErrorKind::invalid_input, fmt::format("not JSON at byte {}: {}", position, e.what()));
  }

  SbomHeader take_header() { return std::move(header_); }
  Error take_error() { return error_.value_or(Error{ErrorKind::invalid_input, "it is not acceptable JSON"}); }

 private:
  bool refuse(ErrorKind kind, std::string message) {
    if (!error_) error_ = Error{kind, std::move(message)};
    return false;
  }

  bool refuse_twice(std::string_view key) {
    return refuse(ErrorKind::invalid_input, fmt::format("the key \"{}\" is there twice in one object", key));
  }

  bool open(bool is_array) {
    if (++depth_ > limits_.depth) {
      return refuse(ErrorKind::limit_exceeded, fmt::format("nested deeper than {} levels", limits_.depth));
    }
    if (skipped_ > 0) {
      ++skipped_;
      return true;
    }
    if (!frames_.empty()) return open_inside(frames_.back(), is_array);
    if (is_array) return refuse(ErrorKind::invalid_input, "it is a list, not an object");
    frames_.push_back({.kind = Frame::Kind::document});
    return true;
  }

  bool skip() {
    ++skipped_;
    return true;
  }

  bool push(Frame frame) {
    if (frame.kind == Frame::Kind::element) values_ = 0;
    frames_.push_back(std::move(frame));
    return true;
  }

  bool open_inside(Frame& parent, bool is_array) {
    switch (parent.kind) {
      case Frame::Kind::document: return open_in_document(parent, is_array);
      case Frame::Kind::metadata:
        if (is_array || parent.key != "component") return skip();
        if (!parent.seen.insert(parent.key).second) return refuse_twice(parent.key);
        return push({.kind = Frame::Kind::element,
                     .element = ElementKind::root_component,
                     .value = Json::object()});
      case Frame::Kind::list:
        if (is_array) return skip();
        return push({.kind = Frame::Kind::element, .element = parent.element, .value = Json::object()});
      case Frame::Kind::element:
        if (is_array && is_component(parent.element) && parent.key == "components") {
          return push({.kind = Frame::Kind::list, .element = ElementKind::component});
        }
        if (!is_kept(parent.element, parent.key)) return skip();
        break;
      case Frame::Kind::value: break;
    }
    return count() && push({.value = is_array ? Json::array() : Json::object()});
  }

  bool open_in_document(Frame& parent, bool is_array) {
    const auto element = is_array ? listed_in(parent.key) : std::nullopt;
    const bool is_metadata = !is_array && parent.key == "metadata";
    const bool is_wrapper = !is_array && is_one_of(parent.key, wrapper_keys);
    if (!element && !is_metadata && !is_wrapper) return skip();
    if (!parent.seen.insert(parent.key).second) return refuse_twice(parent.key);
    if (element) return push({.kind = Frame::Kind::list, .element = *element});
    return push({.kind = is_metadata ? Frame::Kind::metadata : Frame::Kind::document});
  }

  bool count() {
    if (++values_ <= most_values) return true;
    return refuse(ErrorKind::limit_exceeded, fmt::format("an element has more than {} values", most_values));
  }

  bool scalar(Json value) {
    if (skipped_ > 0) return true;
    if (frames_.empty()) return refuse(ErrorKind::invalid_input, "it is no JSON object");
    Frame& parent = frames_.back();
    switch (parent.kind) {
      case Frame::Kind::document: return header_text(parent, value);
      case Frame::Kind::metadata:
      case Frame::Kind::list: return true;
      case Frame::Kind::element:
        if (!is_kept(parent.element, parent.key)) return true;
        break;
      case Frame::Kind::value: break;
    }
    return count() && attach(parent, std::move(value));
  }

  bool header_text(Frame& document, const Json& value) {
    if (!value.is_string() || !is_one_of(document.key, header_keys)) return true;
    if (!document.seen.insert(document.key).second) return refuse_twice(document.key);
    header_[document.key] = value.get<std::string>();
    return true;
  }

  bool attach(Frame& parent, Json value) {
    if (parent.value.is_array()) {
      parent.value.push_back(std::move(value));
      return true;
    }
    if (parent.value.contains(parent.key)) return refuse_twice(parent.key);
    parent.value[parent.key] = std::move(value);
    return true;
  }

  bool close() {
    --depth_;
    if (skipped_ > 0) {
      --skipped_;
      return true;
    }
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.kind == Frame::Kind::value) return attach(frames_.back(), std::move(frame.value));
    if (frame.kind != Frame::Kind::element) return true;
    const Status taken = take_(frame.element, frame.value);
    return taken || refuse(taken.error().kind, taken.error().message);
  }

  const SbomLimits& limits_;
  const TakeElement& take_;
  SbomHeader header_;
  std::optional<Error> error_;
  std::vector<Frame> frames_;
  std::size_t depth_ = 0;
  std::size_t skipped_ = 0;  // open objects and lists that are not kept
  std::size_t values_ = 0;   // kept since the last element began
};

}  // namespace

Result<SbomHeader> stream_elements(std::string_view text, const SbomLimits& limits, const TakeElement& take) {
  if (text.size() > limits.size_bytes) {
    return fail(ErrorKind::limit_exceeded, "it has {} bytes, more than the {} allowed", text.size(),
                limits.size_bytes);
  }
  Handler handler(limits, take);
  if (!Json::sax_parse(text, &handler)) return std::unexpected(handler.take_error());
  return handler.take_header();
}

}  // namespace hauberk
