// The runtime's document. See spec.h.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/spec.h"

#include "trial/seccomp.h"

namespace hauberk {
namespace {

// As container engines hide them: what tells about the machine, or changes it.
Json masked_paths() {
  return Json::array({"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                      "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
                      "/sys/devices/virtual/powercap", "/sys/firmware"});
}

Json read_only_paths() {
  return Json::array({"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
}

Json mount(std::string_view path, std::string_view type, std::string_view source, Json options) {
  return Json{{"destination", path}, {"type", type}, {"source", source}, {"options", std::move(options)}};
}

Json mounts(const ContainerSpec& spec) {
  Json list =
      Json::array({mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
                   mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=64k"}),
                   mount("/dev/pts", "devpts", "devpts",
                         {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}),
                   mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=64m"}),
                   mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"})});
  for (const auto& bind : spec.binds) {
    list.push_back(mount(bind.path, "bind", bind.host_dir,
                         {"bind", "nosuid", "nodev", "noexec", bind.read_only ? "ro" : "rw"}));
  }
  return list;
}

Json namespaces(const ContainerSpec& spec) {
  Json list = Json::array();
  for (const auto* type : {"pid", "mount", "ipc", "uts", "cgroup"}) list.push_back(Json{{"type", type}});
  list.push_back(Json{{"type", "network"}, {"path", spec.network_namespace}});
  return list;
}

Json limit(std::string_view type, std::uint64_t value) {
  return Json{{"type", type}, {"hard", value}, {"soft", value}};
}

Json process(const ContainerSpec& spec) {
  Json capabilities = Json::object();
  for (const auto* set : {"bounding", "effective", "inheritable", "permitted", "ambient"}) {
    capabilities[set] = Json::array();
  }
  return Json{
      {"terminal", false},
      {"user",
       Json{{"uid", spec.user.uid}, {"gid", spec.user.gid}, {"additionalGids", spec.user.additional_gids}}},
      {"args", spec.args},
      {"env", spec.environment},
      {"cwd", spec.directory},
      {"capabilities", std::move(capabilities)},
      {"noNewPrivileges", true},
      {"rlimits",
       Json::array({limit("RLIMIT_NOFILE", spec.open_files), limit("RLIMIT_NPROC", spec.processes)})}};
}

}  // namespace

Json runtime_spec(const ContainerSpec& spec) {
  Json linux_part{{"namespaces", namespaces(spec)},
                  {"maskedPaths", masked_paths()},
                  {"readonlyPaths", read_only_paths()},
                  {"seccomp", seccomp_profile(spec.platform)}};
  if (!spec.cgroup.empty()) linux_part["cgroupsPath"] = spec.cgroup;
  return Json{{"ociVersion", "1.0.2"},
              {"hostname", "hauberk-test"},
              {"root", Json{{"path", spec.root}, {"readonly", true}}},
              {"process", process(spec)},
              {"mounts", mounts(spec)},
              {"linux", std::move(linux_part)}};
}

}  // namespace hauberk
