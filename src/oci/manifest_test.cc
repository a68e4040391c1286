// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oci/media_type.h"

namespace hauberk {
namespace {

using testing::HasSubstr;

const std::string digest_a = "sha256:" + std::string(64, 'a');

std::string descriptor(std::string_view more = "") {
  return fmt::format(R"({{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":7{}}})",
                     digest_a, more);
}

std::string manifest(std::string_view config, std::string_view more = "") {
  return fmt::format(R"({{"schemaVersion":2,"config":{},"layers":[]{}}})", config, more);
}

Descriptor layer(std::string_view content) {
  Descriptor layer = describe(media_type::layer_gzip, content);
  layer.annotations["hauberk.packages"] = "libc6=2.41-12";
  return layer;
}

TEST(Manifest, WrittenThenReadIsTheSame) {
  Manifest written{.media_type = std::string(media_type::manifest),
                   .artifact_type = "application/example",
                   .config = describe(media_type::config, "{}"),
                   .layers = {layer("one"), layer("two")},
                   .subject = describe(media_type::manifest, "subject"),
                   .annotations = {{"org.opencontainers.image.title", "n\xc3\xa4me \"quoted\"\n"}}};
  const auto read = parse_manifest(text_of(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, written);
}

TEST(Manifest, TextIsCanonical) {
  const Manifest written{.media_type = std::string(media_type::manifest),
                         .artifact_type = "",
                         .config = describe(media_type::config, "{}")};
  EXPECT_EQ(
      text_of(written),
      R"({"config":{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",)"
      R"("mediaType":"application/vnd.oci.image.config.v1+json","size":2},"layers":[],)"
      R"("mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2})");
}

TEST(Index, WrittenThenReadIsTheSame) {
  Index written{.media_type = std::string(media_type::index),
                .artifact_type = "",
                .manifests = {describe(media_type::manifest, "a"), describe(media_type::manifest, "b")},
                .subject = {},
                .annotations = {{"a", "b"}}};
  written.manifests[0].os = "linux";
  written.manifests[0].architecture = "amd64";
  const auto read = parse_index(text_of(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, written);
}

TEST(Manifest, DockersDocumentsAreTheSameValues) {
  const auto read =
      parse_manifest(fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":null}})",
                                 media_type::docker_manifest, descriptor()));
  EXPECT_FALSE(read) << "layers: null";
  const auto good =
      parse_manifest(manifest(descriptor(),
                              fmt::format(R"(,"mediaType":"{}","annotations":null,"unknown":[1])",
                                          media_type::docker_manifest)));
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->media_type, media_type::docker_manifest);
}

TEST(Manifest, AbsentMediaTypeIsToldByMembers) {
  const auto one = parse_manifest_or_index(manifest(descriptor()));
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(std::holds_alternative<Manifest>(*one));
  EXPECT_EQ(std::get<Manifest>(*one).media_type, media_type::manifest);
  const auto many = parse_manifest_or_index(R"({"schemaVersion":2,"manifests":[]})");
  ASSERT_TRUE(many) << many.error().message;
  ASSERT_TRUE(std::holds_alternative<Index>(*many));
  EXPECT_EQ(std::get<Index>(*many).media_type, media_type::index);
}

TEST(Manifest, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text;
    ErrorKind kind;
    std::string message;
  };
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  std::string many = "[";
  for (int i = 0; i < 2'001; ++i) many += (i == 0 ? "" : ",") + descriptor();
  const auto bad = ErrorKind::invalid_input;
  const Row rows[] = {
      {"empty", "", bad, "JSON"},
      {"a list", "[]", bad, "not a JSON object"},
      {"cut short", "{\"schemaVersion\":2", bad, "JSON"},
      {"duplicate key", R"({"schemaVersion":2,"schemaVersion":2})", bad, "twice"},
      {"too deep", manifest(descriptor(), R"(,"x":)" + deep), ErrorKind::limit_exceeded, "deeper"},
      {"too large", std::string((4 << 20) + 1, ' '), ErrorKind::limit_exceeded, "bytes"},
      {"no config", R"({"schemaVersion":2,"layers":[]})", bad, "no \"config\""},
      {"no version", fmt::format(R"({{"config":{},"layers":[]}})", descriptor()), bad, "schemaVersion"},
      {"version 1", fmt::format(R"({{"schemaVersion":1,"config":{},"layers":[]}})", descriptor()),
       ErrorKind::unsupported, "schemaVersion is 1"},
      {"no layers", fmt::format(R"({{"schemaVersion":2,"config":{}}})", descriptor()), bad, "layers"},
      {"layers an object", fmt::format(R"({{"schemaVersion":2,"config":{},"layers":{{}}}})", descriptor()),
       bad, "not a list"},
      {"too many layers",
       fmt::format(R"({{"schemaVersion":2,"config":{},"layers":{}]}})", descriptor(), many),
       ErrorKind::limit_exceeded, "2001"},
      {"a layer that is no object",
       fmt::format(R"({{"schemaVersion":2,"config":{},"layers":[1]}})", descriptor()), bad, "layers[0]"},
      {"a bad digest", manifest(R"({"mediaType":"a/b","digest":"sha256:AA","size":1})"), bad, "config"},
      {"another algorithm", manifest(R"({"mediaType":"a/b","digest":"blake3:00","size":1})"),
       ErrorKind::unsupported, "config"},
      {"negative size", manifest(fmt::format(R"({{"mediaType":"a/b","digest":"{}","size":-1}})", digest_a)),
       bad, "size"},
      {"size above 2^63",
       manifest(fmt::format(R"({{"mediaType":"a/b","digest":"{}","size":9223372036854775808}})", digest_a)),
       bad, "size"},
      {"fraction as size",
       manifest(fmt::format(R"({{"mediaType":"a/b","digest":"{}","size":1.0}})", digest_a)), bad, "size"},
      {"no media type", manifest(fmt::format(R"({{"digest":"{}","size":1}})", digest_a)), bad, "mediaType"},
      {"media type without slash",
       manifest(fmt::format(R"({{"mediaType":"tar","digest":"{}","size":1}})", digest_a)), bad, "media type"},
      {"media type with parameter",
       manifest(fmt::format(R"({{"mediaType":"a/b;c=d","digest":"{}","size":1}})", digest_a)), bad,
       "media type"},
      {"annotation that is a number", manifest(descriptor(R"(,"annotations":{"a":1})")), bad, "\"a\""},
      {"NUL in an annotation", manifest(descriptor(R"(,"annotations":{"a":"b\u0000"})")), bad, "NUL"},
      {"platform a string", manifest(descriptor(R"(,"platform":"linux")")), bad, "platform"},
      {"subject a string", manifest(descriptor(), R"(,"subject":"x")"), bad, "subject"},
      {"an index too", manifest(descriptor(), R"(,"manifests":[])"), bad, "only an index"},
      {"of another type", manifest(descriptor(), R"(,"mediaType":"application/json")"),
       ErrorKind::unsupported, "application/json"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto read = parse_manifest(row.text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, row.kind) << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(row.message));
    EXPECT_FALSE(parse_manifest_or_index(row.text));
  }
}

TEST(Index, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, text, message;
  };
  const Row rows[] = {
      {"a manifest too", R"({"schemaVersion":2,"manifests":[],"layers":[]})", "only a manifest"},
      {"a config too", R"({"schemaVersion":2,"manifests":[],"config":{}})", "only a manifest"},
      {"a manifest's type",
       R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]})",
       "media type"},
      {"null", R"({"schemaVersion":2,"manifests":null})", "not a list"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto read = parse_index(row.text);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr(row.message));
  }
}

}  // namespace
}  // namespace hauberk
