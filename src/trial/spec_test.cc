// SPDX-License-Identifier: Apache-2.0
#include "trial/spec.h"

#include <gtest/gtest.h>

#include "trial/seccomp.h"

namespace hauberk {
namespace {

ContainerSpec example() {
  ContainerSpec spec;
  spec.root = "/var/tmp/t/root";
  spec.args = {"/usr/sbin/nginx", "-g", "daemon off;"};
  spec.environment = {"PATH=/usr/bin"};
  spec.directory = "/srv";
  spec.user = {65532, 65533, {7}};
  spec.binds = {{"/etc/hosts", "/var/tmp/t/hosts", true}, {"/run", "/var/tmp/t/1", false}};
  spec.network_namespace = "/proc/1/ns/net";
  spec.cgroup = "/trial/1";
  return spec;
}

// All of the document but the long filter, which has its own test.
TEST(RuntimeSpec, Golden) {
  Json document = runtime_spec(example());
  document["linux"].erase("seccomp");
  const Json expected = Json::parse(R"({
    "ociVersion": "1.0.2",
    "hostname": "hauberk-test",
    "root": {"path": "/var/tmp/t/root", "readonly": true},
    "process": {
      "terminal": false,
      "user": {"uid": 65532, "gid": 65533, "additionalGids": [7]},
      "args": ["/usr/sbin/nginx", "-g", "daemon off;"],
      "env": ["PATH=/usr/bin"],
      "cwd": "/srv",
      "capabilities": {"bounding": [], "effective": [], "inheritable": [], "permitted": [], "ambient": []},
      "noNewPrivileges": true,
      "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024},
                  {"type": "RLIMIT_NPROC", "hard": 4096, "soft": 4096}]
    },
    "mounts": [
      {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]},
      {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
       "options": ["nosuid", "strictatime", "mode=755", "size=64k"]},
      {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
       "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
      {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
       "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=64m"]},
      {"destination": "/sys", "type": "sysfs", "source": "sysfs",
       "options": ["nosuid", "noexec", "nodev", "ro"]},
      {"destination": "/etc/hosts", "type": "bind", "source": "/var/tmp/t/hosts",
       "options": ["bind", "nosuid", "nodev", "noexec", "ro"]},
      {"destination": "/run", "type": "bind", "source": "/var/tmp/t/1",
       "options": ["bind", "nosuid", "nodev", "noexec", "rw"]}
    ],
    "linux": {
      "cgroupsPath": "/trial/1",
      "namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}, {"type": "cgroup"},
                     {"type": "network", "path": "/proc/1/ns/net"}],
      "maskedPaths": ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                      "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
                      "/sys/devices/virtual/powercap", "/sys/firmware"],
      "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    }
  })");
  EXPECT_EQ(pretty_json(document), pretty_json(expected));
}

TEST(RuntimeSpec, WithoutACgroupNoneIsNamed) {
  ContainerSpec spec = example();
  spec.cgroup.clear();
  EXPECT_FALSE(runtime_spec(spec)["linux"].contains("cgroupsPath"));
}

TEST(SeccompProfile, RefusesWhatLeadsOut) {
  const Json profile = seccomp_profile(Platform::amd64());
  EXPECT_EQ(profile["architectures"], Json::array({"SCMP_ARCH_X86_64"}));
  EXPECT_EQ(seccomp_profile(Platform::arm64())["architectures"], Json::array({"SCMP_ARCH_AARCH64"}));
  const Json& rules = profile["syscalls"];
  for (const std::string name : {"mount", "ptrace", "bpf", "unshare", "setns", "keyctl", "io_uring_setup"}) {
    EXPECT_TRUE(std::ranges::count(rules[0]["names"], Json(name)) == 1) << name;
  }
  std::uint64_t flags = 0;
  for (const auto& rule : rules) {
    EXPECT_EQ(rule["action"], "SCMP_ACT_ERRNO");
    if (rule["names"] == Json::array({"clone"})) flags |= rule["args"][0]["value"].get<std::uint64_t>();
  }
  EXPECT_EQ(flags, 0x7E020000u) << "mount, cgroup, uts, ipc, user, pid, net";
}

}  // namespace
}  // namespace hauberk
