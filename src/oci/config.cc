// SPDX-License-Identifier: Apache-2.0
#include "oci/config.h"

#include <algorithm>

#include "base/json.h"
#include "oci/json_members.h"

namespace hauberk {
namespace {

constexpr std::string_view what = "image config";
constexpr std::size_t layers_limit = 2'000;

// A Go set: an object whose values are empty objects. Returns the names, sorted as Json's objects are.
Result<std::vector<std::string>> names_of_set(const Json& object, std::string_view key) {
  std::vector<std::string> names;
  const Json* value = member_of(object, key);
  if (value == nullptr) return names;
  if (!value->is_object()) return fail(ErrorKind::invalid_input, "{}: \"{}\" is not an object", what, key);
  for (const auto& item : value->items()) {
    if (item.key().find('\0') != std::string::npos) {
      return fail(ErrorKind::invalid_input, "{}: \"{}\" has a NUL byte in it", what, key);
    }
    names.push_back(item.key());
  }
  return names;
}

Status read_execution(const Json& json, ImageConfig& config) {
  const Json* execution = member_of(json, "config");
  if (execution == nullptr) return {};
  if (!execution->is_object()) {
    return fail(ErrorKind::invalid_input, "{}: \"config\" is not an object", what);
  }
  TRY(config.user, optional_string(*execution, "User", what));
  TRY(config.environment, optional_strings(*execution, "Env", what));
  TRY(config.entrypoint, optional_strings(*execution, "Entrypoint", what));
  TRY(config.cmd, optional_strings(*execution, "Cmd", what));
  TRY(config.exposed_ports, names_of_set(*execution, "ExposedPorts"));
  TRY(config.volumes, names_of_set(*execution, "Volumes"));
  TRY(config.working_dir, optional_string(*execution, "WorkingDir", what));
  TRY(config.stop_signal, optional_string(*execution, "StopSignal", what));
  TRY(config.labels, optional_string_map(*execution, "Labels", what));
  return {};
}

Status read_layers(const Json& json, ImageConfig& config) {
  TRY(const Json* rootfs, json_object(json, "rootfs", what));
  TRY(const std::string type, json_string(*rootfs, "type", what));
  if (type != "layers") {
    return fail(ErrorKind::unsupported, "{}: rootfs.type is \"{}\", and only \"layers\" is known", what,
                type);
  }
  TRY(const std::vector<std::string> diff_ids, optional_strings(*rootfs, "diff_ids", what));
  if (diff_ids.size() > layers_limit) {
    return fail(ErrorKind::limit_exceeded, "{}: {} layers, more than the {} allowed", what, diff_ids.size(),
                layers_limit);
  }
  for (const std::string& text : diff_ids) {
    auto digest = Digest::parse(text);
    if (!digest) return wrap(std::move(digest).error(), "image config: diff_ids");
    config.diff_ids.push_back(*std::move(digest));
  }
  return {};
}

Result<ImageConfig::History> history_of(const Json& json) {
  if (!json.is_object()) return fail(ErrorKind::invalid_input, "{}: a history entry is no object", what);
  ImageConfig::History entry;
  TRY(entry.created, optional_string(json, "created", what));
  TRY(entry.created_by, optional_string(json, "created_by", what));
  TRY(entry.comment, optional_string(json, "comment", what));
  if (const Json* empty = member_of(json, "empty_layer")) {
    if (!empty->is_boolean()) {
      return fail(ErrorKind::invalid_input, "{}: \"empty_layer\" is neither true nor false", what);
    }
    entry.empty_layer = empty->get<bool>();
  }
  return entry;
}

Status read_history(const Json& json, ImageConfig& config) {
  const Json* history = member_of(json, "history");
  if (history == nullptr) return {};
  if (!history->is_array()) return fail(ErrorKind::invalid_input, "{}: \"history\" is not a list", what);
  for (const Json& item : *history) {
    TRY(auto entry, history_of(item));
    config.history.push_back(std::move(entry));
  }
  return {};
}

void put(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

void put(Json& object, const char* key, const std::vector<std::string>& list) {
  if (!list.empty()) object[key] = list;
}

void put_set(Json& object, const char* key, const std::vector<std::string>& names) {
  for (const std::string& name : names) object[key][name] = Json::object();
}

Json json_of(const ImageConfig::History& entry) {
  Json json = Json::object();
  put(json, "created", entry.created);
  put(json, "created_by", entry.created_by);
  put(json, "comment", entry.comment);
  if (entry.empty_layer) json["empty_layer"] = true;
  return json;
}

Json execution_json(const ImageConfig& config) {
  Json json = Json::object();
  put(json, "User", config.user);
  put(json, "Env", config.environment);
  put(json, "Entrypoint", config.entrypoint);
  put(json, "Cmd", config.cmd);
  put_set(json, "ExposedPorts", config.exposed_ports);
  put_set(json, "Volumes", config.volumes);
  put(json, "WorkingDir", config.working_dir);
  put(json, "StopSignal", config.stop_signal);
  if (!config.labels.empty()) json["Labels"] = config.labels;
  return json;
}

}  // namespace

Result<ImageConfig> parse_config(std::string_view text) {
  auto json = parse_json(text, {.size_bytes = 8 << 20, .depth = 32});
  if (!json) return wrap(std::move(json).error(), what);
  if (!json->is_object()) return fail(ErrorKind::invalid_input, "{} is not a JSON object", what);
  ImageConfig config;
  TRY(config.created, optional_string(*json, "created", what));
  TRY(config.os, json_string(*json, "os", what));
  TRY(config.architecture, json_string(*json, "architecture", what));
  TRY_STATUS(read_execution(*json, config));
  TRY_STATUS(read_layers(*json, config));
  TRY_STATUS(read_history(*json, config));
  return config;
}

std::string text_of(const ImageConfig& config) {
  Json json = {{"os", config.os}, {"architecture", config.architecture}};
  put(json, "created", config.created);
  json["config"] = execution_json(config);
  Json diff_ids = Json::array();
  for (const Digest& digest : config.diff_ids) diff_ids.push_back(digest.text());
  json["rootfs"] = {{"type", "layers"}, {"diff_ids", std::move(diff_ids)}};
  for (const ImageConfig::History& entry : config.history) json["history"].push_back(json_of(entry));
  return canonical_json(json);
}

}  // namespace hauberk
