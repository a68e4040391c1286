// SPDX-License-Identifier: Apache-2.0
#include "oci/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImageConfig full_config() {
  ImageConfig config;
  config.created = "2026-11-24T19:10:25Z";
  config.os = "linux";
  config.architecture = "arm64";
  config.user = "65532:65532";
  config.environment = {"PATH=/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"};
  config.entrypoint = {"/usr/sbin/nginx", "-g", "daemon off;"};
  config.cmd = {"-c", ""};
  config.exposed_ports = {"8080/tcp", "8443/tcp"};
  config.volumes = {"/data"};
  config.working_dir = "/srv";
  config.stop_signal = "SIGQUIT";
  config.labels = {{"org.opencontainers.image.title", "nginx"}};
  config.diff_ids = {Digest::of("a"), Digest::of("b")};
  config.history = {{"2026-11-24T19:10:25Z", "hauberk", "", false}, {"", "ENV", "none", true}};
  return config;
}

TEST(ImageConfig, WrittenThenReadIsTheSame) {
  for (const ImageConfig& config : {full_config(), [] {
                                      ImageConfig smallest;
                                      smallest.os = "linux";
                                      smallest.architecture = "amd64";
                                      return smallest;
                                    }()}) {
    const auto read = parse_config(text_of(config));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, config);
    EXPECT_EQ(text_of(*read), text_of(config));
  }
}

TEST(ImageConfig, ReadsWhatDockerWrites) {
  const auto read = parse_config(R"({
    "architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00.123456789Z",
    "config": {"User": "", "ExposedPorts": {"80/tcp": {}}, "Env": null, "Cmd": null, "Entrypoint": ["/a"],
               "OnBuild": null, "Volumes": null, "Labels": null, "ArgsEscaped": true},
    "container": "abc", "docker_version": "20.10.24",
    "rootfs": {"type": "layers", "diff_ids": null}, "history": null, "variant": ""})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->created, "2026-01-01T00:00:00.123456789Z");
  EXPECT_THAT(read->exposed_ports, ElementsAre("80/tcp"));
  EXPECT_THAT(read->entrypoint, ElementsAre("/a"));
  EXPECT_TRUE(read->cmd.empty());
}

TEST(ImageConfig, RefusesWhatIsWrong) {
  struct Row {
    std::string summary, members;
    ErrorKind kind;
    std::string message;
  };
  const std::string rootfs = R"("rootfs":{"type":"layers","diff_ids":[]})";
  const std::string platform = R"("os":"linux","architecture":"amd64",)";
  const auto bad = ErrorKind::invalid_input;
  const auto execution = [&](std::string_view members) {
    return fmt::format(R"({}{},"config":{{{}}})", platform, rootfs, members);
  };
  const Row rows[] = {
      {"no os", R"("architecture":"amd64",)" + rootfs, bad, "\"os\""},
      {"no architecture", R"("os":"linux",)" + rootfs, bad, "\"architecture\""},
      {"no rootfs", R"("os":"linux","architecture":"amd64")", bad, "rootfs"},
      {"rootfs of another type", platform + R"("rootfs":{"type":"base","diff_ids":[]})",
       ErrorKind::unsupported, "rootfs.type"},
      {"bad diff_id", platform + R"("rootfs":{"type":"layers","diff_ids":["x"]})", bad, "diff_ids"},
      {"diff_ids an object", platform + R"("rootfs":{"type":"layers","diff_ids":{}})", bad, "diff_ids"},
      {"config a list", platform + rootfs + R"(,"config":[])", bad, "\"config\""},
      {"user a number", execution(R"("User":0)"), bad, "User"},
      {"environment a string", execution(R"("Env":"A=b")"), bad, "Env"},
      {"environment with a number", execution(R"("Env":[1])"), bad, "Env"},
      {"NUL in a word", execution(R"("Cmd":["a\u0000b"])"), bad, "NUL"},
      {"NUL in a port", execution(R"("ExposedPorts":{"80\u0000":{}})"), bad, "NUL"},
      {"ports a list", execution(R"("ExposedPorts":["80/tcp"])"), bad, "ExposedPorts"},
      {"label a list", execution(R"("Labels":{"a":[]})"), bad, "\"a\""},
      {"history an object", platform + rootfs + R"(,"history":{})", bad, "history"},
      {"history of strings", platform + rootfs + R"(,"history":["x"])", bad, "history"},
      {"empty_layer a word", platform + rootfs + R"(,"history":[{"empty_layer":"no"}])", bad, "empty_layer"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto read = parse_config("{" + row.members + "}");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, row.kind) << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(row.message));
  }
  EXPECT_FALSE(parse_config("[]"));
  EXPECT_FALSE(parse_config(""));
}

}  // namespace
}  // namespace hauberk
