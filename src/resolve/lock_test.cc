// The lock as text: what is written is read, and what is not a lock is refused by name.
//
// SPDX-License-Identifier: Apache-2.0
#include "resolve/lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace hauberk {
namespace {

using testing::HasSubstr;

Lock full_lock() {
  Lock lock;
  lock.recipe = 7;
  lock.definition = {{"syntax", "hauberk/build:2-debian13"}, {"name", "x"}};
  lock.platforms = {Platform::amd64(), Platform::arm64()};
  lock.profile = "runtime";
  lock.output = "layered";
  lock.compression = "gzip";
  lock.compressor = "libdeflate 1.14 level 6";
  lock.guards = {{"setuid", true}, {"logs", false}};
  lock.indexes = {{"http://m/dists/trixie",
                   "stable",
                   "trixie",
                   "main",
                   "amd64",
                   "Debian",
                   "2026-01-31T12:00:00Z",
                   "",
                   {"ABCD"},
                   Digest::of("release"),
                   Digest::of("packages")}};
  lock.packages = {{"libc6",
                    "2.41-12+deb13u1",
                    "amd64",
                    "glibc",
                    "2.41-12+deb13u1",
                    Digest::of("libc6"),
                    12,
                    "http://m/pool/libc6.deb",
                    {Platform::amd64()},
                    0,
                    "listed",
                    "libc6-old (<< 2.31)"}};
  lock.dropped = {{"libc6", "Depends", "libgcc-s1", {Platform::amd64(), Platform::arm64()}}};
  lock.files = {{"nginx/conf/nginx.conf", Digest::of("conf"), 4}};
  lock.relaxed_pins = {"a=1 -> a 2"};
  lock.created = {{"linux/amd64", "2026-01-31T12:00:00Z"}};
  return lock;
}

TEST(Lock, ReadsWhatItWrites) {
  const Lock lock = full_lock();
  const auto read = parse_lock(text_of(lock));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, lock);
  EXPECT_EQ(text_of(*read), text_of(lock));
}

RC_GTEST_PROP(LockProperty, ReadsWhatItWrites, ()) {
  Lock lock = full_lock();
  lock.recipe = *rc::gen::inRange(0, INT32_MAX);
  const auto ascii = rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  lock.packages[0].reason = *ascii;
  lock.packages[0].url = *ascii;
  lock.compressor = *ascii;
  lock.files[0].origin = *ascii;
  lock.files[0].size_bytes = *rc::gen::arbitrary<std::uint64_t>();
  lock.guards[*ascii] = *rc::gen::arbitrary<bool>();
  lock.relaxed_pins.push_back(*ascii);
  const auto read = parse_lock(text_of(lock));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == lock);
}

TEST(Lock, RefusesWhatIsMissing) {
  const Json whole = json_of(full_lock());
  for (const auto& [key, value] : whole.items()) {
    Json less = whole;
    less.erase(key);
    const auto read = parse_lock(less.dump());
    ASSERT_FALSE(read) << key;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid_input) << key;
    EXPECT_THAT(read.error().message, HasSubstr("\"" + key + "\""));
  }
  for (const std::string list : {"indexes", "packages", "dropped", "files"}) {
    for (const auto& [key, value] : whole[list][0].items()) {
      Json less = whole;
      less[list][0].erase(key);
      const auto read = parse_lock(less.dump());
      ASSERT_FALSE(read) << list << " " << key;
      EXPECT_THAT(read.error().message, HasSubstr(list + "[0]")) << key;
    }
  }
}

TEST(Lock, RefusesWhatHasAnotherType) {
  const Json whole = json_of(full_lock());
  const std::vector<Json> others = {
      nullptr, true, -1, 1.5, "text", Json::array({1}), Json::object({{"a", 1}})};
  const auto expect_refused = [&](const Json& original, const std::string& where,
                                  const std::function<Json&(Json&)>& find) {
    for (const Json& other : others) {
      if (other.type() == original.type() || (original.is_number() && other.is_number_unsigned())) continue;
      Json changed = whole;
      find(changed) = other;
      const auto read = parse_lock(changed.dump());
      EXPECT_FALSE(read) << where << " as " << other;
    }
  };
  for (const auto& [key, value] : whole.items()) {
    expect_refused(value, key, [&key = key](Json& json) -> Json& { return json[key]; });
  }
  for (const std::string list : {"indexes", "packages", "dropped", "files"}) {
    for (const auto& [key, value] : whole[list][0].items()) {
      expect_refused(value, list + "." + key,
                     [&, &key = key](Json& json) -> Json& { return json[list][0][key]; });
    }
  }
}

struct Row {
  std::string summary;
  std::function<void(Json&)> change;
  ErrorKind kind;
  std::string message;
};

TEST(Lock, RefusesWhatCannotBe) {
  const auto package = [](const std::string& key, const Json& value) {
    return [=](Json& json) { json["packages"][0][key] = value; };
  };
  const auto member = [](const std::string& key, const Json& value) {
    return [=](Json& json) { json[key] = value; };
  };
  const std::vector<Row> rows = {
      {"a newer version", member("version", 2), ErrorKind::unsupported, "version 2"},
      {"version 0", member("version", 0), ErrorKind::invalid_input, "version 0"},
      {"a recipe too large", member("recipe", 4'000'000'000), ErrorKind::invalid_input, "recipe"},
      {"no platform", member("platforms", Json::array()), ErrorKind::invalid_input, "platforms"},
      {"a platform twice", member("platforms", {"linux/amd64", "linux/amd64"}), ErrorKind::invalid_input,
       "twice"},
      {"an unknown platform", member("platforms", {"linux/vax"}), ErrorKind::unsupported, "linux/vax"},
      {"an unknown profile", member("profile", "odd"), ErrorKind::invalid_input, "profile"},
      {"an unknown output", member("output", "odd"), ErrorKind::invalid_input, "output"},
      {"an unknown compression", member("compression", "xz"), ErrorKind::invalid_input, "compression"},
      {"a guard that is no boolean", member("guards", {{"setuid", "on"}}), ErrorKind::invalid_input,
       "setuid"},
      {"a time that is none", member("created", {{"linux/amd64", "yesterday"}}), ErrorKind::invalid_input,
       "yesterday"},
      {"a name that leads out", package("name", "../../etc"), ErrorKind::invalid_input, "../../etc"},
      {"a name that is a folder", package("name", ".."), ErrorKind::invalid_input, "\"..\""},
      {"a name with a line break", package("name", "a\nb"), ErrorKind::invalid_input, "not a name"},
      {"a source that leads out", package("source", "a/b"), ErrorKind::invalid_input, "a/b"},
      {"a version with a comma", package("version", "1,b=2"), ErrorKind::invalid_input, "1,b=2"},
      {"an empty version", package("version", ""), ErrorKind::invalid_input, "version"},
      {"a source version with a blank", package("source_version", "1 2"), ErrorKind::invalid_input, "1 2"},
      {"an odd architecture", package("architecture", "../x"), ErrorKind::invalid_input, "../x"},
      {"a digest too short", package("sha256", "abcd"), ErrorKind::invalid_input, "sha256"},
      {"Replaces that is no relation", package("replaces", "a (>>>= 1)"), ErrorKind::invalid_input,
       "replaces"},
      {"an index that is not there", package("index", 1), ErrorKind::invalid_input,
       "names index 1, but there are 1"},
      {"an index out of all bounds", package("index", UINT64_MAX), ErrorKind::invalid_input, "names index"},
      {"a package twice", [](Json& json) { json["packages"].push_back(json["packages"][0]); },
       ErrorKind::invalid_input, "libc6 is there twice for linux/amd64"},
  };
  for (const Row& row : rows) {
    Json json = json_of(full_lock());
    row.change(json);
    const auto read = parse_lock(json.dump());
    ASSERT_FALSE(read) << row.summary;
    EXPECT_EQ(read.error().kind, row.kind) << row.summary << ": " << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(row.message)) << row.summary;
  }
}

TEST(Lock, RefusesWhatIsNoDocument) {
  for (const std::string text : {"", "null", "[]", "{", "{\"version\": 1, \"version\": 1}", "\xff"}) {
    EXPECT_FALSE(parse_lock(text)) << text;
  }
  Json deep = json_of(full_lock());
  for (int i = 0; i < 100; ++i) deep["definition"] = Json{{"a", deep["definition"]}};
  EXPECT_EQ(parse_lock(deep.dump()).error().kind, ErrorKind::limit_exceeded);
}

}  // namespace
}  // namespace hauberk
