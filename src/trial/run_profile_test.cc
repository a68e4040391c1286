// SPDX-License-Identifier: Apache-2.0
#include "trial/run_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "trial/words.h"

namespace hauberk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImageConfig nginx_config() {
  ImageConfig config;
  config.user = "65532:65532";
  config.exposed_ports = {"8080/tcp", "8443/udp"};
  config.volumes = {"/srv/data"};
  config.stop_signal = "SIGQUIT";
  return config;
}

const Annotations writable{{"hauberk.writable", "/run /var/cache/nginx /srv/data"}};

RunProfile nginx() { return run_profile("example.org/team/nginx:1.26", nginx_config(), writable).value(); }

TEST(RunProfile, ReadsConfigAndAnnotations) {
  const auto profile = nginx();
  EXPECT_EQ(profile.user, "65532:65532");
  EXPECT_THAT(profile.writable, ElementsAre("/run", "/var/cache/nginx")) << "a volume needs no tmpfs";
  EXPECT_THAT(profile.volumes, ElementsAre("/srv/data"));
  EXPECT_THAT(profile.ports, ElementsAre("8080/tcp", "8443/udp"));
  const auto least = run_profile("a", ImageConfig{}, {});
  ASSERT_TRUE(least);
  EXPECT_EQ(least->user, "0:0");
}

TEST(RunProfile, Docker) {
  EXPECT_EQ(print_run_profile(nginx(), ProfileFormat::docker), R"(docker run --rm \
  --read-only \
  --user 65532:65532 \
  --cap-drop ALL \
  --security-opt no-new-privileges \
  --tmpfs /run:rw,nosuid,nodev,noexec,mode=1777,size=64m \
  --tmpfs /var/cache/nginx:rw,nosuid,nodev,noexec,mode=1777,size=64m \
  --volume nginx-srv-data:/srv/data \
  --publish 127.0.0.1:8080:8080 \
  --publish 127.0.0.1:8443:8443/udp \
  --stop-signal SIGQUIT \
  example.org/team/nginx:1.26
)");
}

TEST(RunProfile, Compose) {
  EXPECT_EQ(print_run_profile(nginx(), ProfileFormat::compose), R"(services:
  nginx:
    image: example.org/team/nginx:1.26
    user: "65532:65532"
    read_only: true
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true
    tmpfs:
      - /run:rw,nosuid,nodev,noexec,mode=1777,size=64m
      - /var/cache/nginx:rw,nosuid,nodev,noexec,mode=1777,size=64m
    volumes:
      - nginx-srv-data:/srv/data
    ports:
      - "127.0.0.1:8080:8080"
      - "127.0.0.1:8443:8443/udp"
    stop_signal: "SIGQUIT"
    restart: unless-stopped
volumes:
  nginx-srv-data: {}
)");
}

TEST(RunProfile, Kubernetes) {
  EXPECT_EQ(print_run_profile(nginx(), ProfileFormat::kubernetes),
            R"(# The image is stopped by SIGQUIT, which the container runtime reads from it.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx
spec:
  replicas: 1
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: nginx
          image: example.org/team/nginx:1.26
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          ports:
            - containerPort: 8080
              protocol: TCP
            - containerPort: 8443
              protocol: UDP
          volumeMounts:
            - name: nginx-run
              mountPath: /run
            - name: nginx-var-cache-nginx
              mountPath: /var/cache/nginx
            - name: nginx-srv-data
              mountPath: /srv/data
      volumes:
        - name: nginx-run
          emptyDir:
            medium: Memory
            sizeLimit: 64Mi
        - name: nginx-var-cache-nginx
          emptyDir:
            medium: Memory
            sizeLimit: 64Mi
        - name: nginx-srv-data
          persistentVolumeClaim:
            claimName: nginx-srv-data
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: nginx-srv-data
spec:
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 1Gi
)");
}

// Each YAML document is read by our own strict parser; names that look like something else stay strings.
TEST(RunProfile, YamlIsYaml) {
  ImageConfig config = nginx_config();
  config.user = "0x10:1e3";
  for (const auto& image : {std::string("yes"), std::string("1.0"), "a/b:1@sha256:" + std::string(64, 'a')}) {
    SCOPED_TRACE(image);
    const auto profile = run_profile(image, config, writable);
    ASSERT_TRUE(profile);
    const auto compose = parse_yaml(print_run_profile(*profile, ProfileFormat::compose), "compose");
    ASSERT_TRUE(compose) << compose.error().message;
    const auto& service = compose->find("services")->members.at(0).value;
    EXPECT_EQ(service.find("image")->scalar, image);
    EXPECT_EQ(service.find("image")->type_name(), "string");
    EXPECT_EQ(service.find("user")->scalar, "0x10:1e3");
    EXPECT_EQ(service.find("ports")->items.at(0).scalar, "127.0.0.1:8080:8080");
    const std::string kubernetes = print_run_profile(*profile, ProfileFormat::kubernetes);
    const auto split = kubernetes.find("---\n");
    ASSERT_NE(split, std::string::npos);
    for (const auto& part : {kubernetes.substr(0, split), kubernetes.substr(split + 4)}) {
      const auto parsed = parse_yaml(part, "kubernetes");
      ASSERT_TRUE(parsed) << parsed.error().message;
      EXPECT_EQ(parsed->find("metadata")->find("name")->type_name(), "string");
    }
  }
}

TEST(RunProfile, NothingOfTheImageIsUnquoted) {
  ImageConfig config = nginx_config();
  const std::string image = "a:b; touch /tmp/x $(id)";
  const auto profile = run_profile(image, config, {});
  ASSERT_TRUE(profile);
  const auto words = split_words(print_run_profile(*profile, ProfileFormat::docker));
  ASSERT_TRUE(words);
  EXPECT_EQ(words->back(), image);
}

TEST(RunProfile, Refuses) {
  struct Row {
    std::string summary, writable, volume, user, port, signal, why;
  };
  const std::vector<Row> rows{
      {"a relative path", "run", "/v", "1:1", "80/tcp", "", "path 'run'"},
      {"the root", "/", "/v", "1:1", "80/tcp", "", "path '/'"},
      {"a path upwards", "/a/../b", "/v", "1:1", "80/tcp", "", "path '/a/../b'"},
      {"mount options in a path", "/a:exec", "/v", "1:1", "80/tcp", "", "path '/a:exec'"},
      {"a comma in a path", "/a,exec", "/v", "1:1", "80/tcp", "", "path '/a,exec'"},
      {"a line end in a path", "'/a\nb'", "/v", "1:1", "80/tcp", "", "path"},
      {"an open quote", "'/a", "/v", "1:1", "80/tcp", "", "not closed"},
      {"a volume with a colon", "", "/v:/host", "1:1", "80/tcp", "", "volumes"},
      {"a user with a blank", "", "/v", "1 --privileged", "80/tcp", "", "user"},
      {"a user with a slash", "", "/v", "../x", "80/tcp", "", "user"},
      {"a port that is none", "", "/v", "1:1", "http", "", "port"},
      {"a port too high", "", "/v", "1:1", "65536", "", "port"},
      {"a protocol that is none", "", "/v", "1:1", "80/x", "", "port"},
      {"a signal with a line end", "", "/v", "1:1", "80", "SIG\nTERM", "stop signal"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    ImageConfig config;
    config.user = row.user;
    config.volumes = {row.volume};
    config.exposed_ports = {row.port};
    config.stop_signal = row.signal;
    const auto profile = run_profile("a", config, {{"hauberk.writable", row.writable}});
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(profile.error().message, HasSubstr(row.why));
  }
}

TEST(RunProfile, NamedUsersAndLongNames) {
  ImageConfig config;
  config.user = "redis";
  const auto profile =
      run_profile("R_E.dis/" + std::string(100, 'x'), config, {{"hauberk.writable", "/Data_1"}});
  ASSERT_TRUE(profile);
  const std::string docker = print_run_profile(*profile, ProfileFormat::docker);
  EXPECT_THAT(docker, HasSubstr("--user redis"));
  EXPECT_THAT(docker, HasSubstr("/Data_1:rw,nosuid,nodev,noexec,mode=1777"));
  const std::string kubernetes = print_run_profile(*profile, ProfileFormat::kubernetes);
  EXPECT_THAT(kubernetes, testing::Not(HasSubstr("runAsUser")));
  EXPECT_THAT(kubernetes, HasSubstr("name: " + std::string(63, 'x') + "\n"));
}

TEST(RunProfile, Json) {
  const Json json = json_of(nginx());
  EXPECT_EQ(json["user"], "65532:65532");
  EXPECT_EQ(json["read_only"], true);
  EXPECT_EQ(json["writable"], Json::array({"/run", "/var/cache/nginx"}));
  EXPECT_EQ(json["stop_signal"], "SIGQUIT");
  EXPECT_EQ(json_of(run_profile("a", ImageConfig{}, {}).value())["stop_signal"], "SIGTERM");
}

}  // namespace
}  // namespace hauberk
