// The system calls that a container under test may not make. See seccomp.h.
//
// These are the calls that no server needs and that most ways out of a container begin with. All else is
// allowed: without capabilities and new privileges, on a root that is read-only, this is the last of several
// fences, and a list of what is allowed would fail programs for what their production allows.
//
// SPDX-License-Identifier: Apache-2.0
#include "trial/seccomp.h"

#include <array>

namespace hauberk {
namespace {

constexpr int eperm = 1, enosys = 38;

Json refused(Json names, int error) {
  return Json{{"names", std::move(names)}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", error}};
}

Json privileged_calls() {
  return Json::array({"acct",
                      "add_key",
                      "bpf",
                      "clock_adjtime",
                      "clock_settime",
                      "create_module",
                      "delete_module",
                      "fanotify_init",
                      "finit_module",
                      "fsconfig",
                      "fsmount",
                      "fsopen",
                      "fspick",
                      "get_kernel_syms",
                      "get_mempolicy",
                      "init_module",
                      "io_uring_enter",
                      "io_uring_register",
                      "io_uring_setup",
                      "ioperm",
                      "iopl",
                      "kcmp",
                      "kexec_file_load",
                      "kexec_load",
                      "keyctl",
                      "lookup_dcookie",
                      "mbind",
                      "migrate_pages",
                      "mount",
                      "mount_setattr",
                      "move_mount",
                      "move_pages",
                      "name_to_handle_at",
                      "nfsservctl",
                      "open_by_handle_at",
                      "open_tree",
                      "perf_event_open",
                      "pidfd_getfd",
                      "pivot_root",
                      "process_madvise",
                      "process_vm_readv",
                      "process_vm_writev",
                      "ptrace",
                      "query_module",
                      "quotactl",
                      "quotactl_fd",
                      "reboot",
                      "request_key",
                      "set_mempolicy",
                      "setdomainname",
                      "sethostname",
                      "setns",
                      "settimeofday",
                      "stime",
                      "swapoff",
                      "swapon",
                      "sysfs",
                      "syslog",
                      "umount",
                      "umount2",
                      "unshare",
                      "uselib",
                      "userfaultfd",
                      "ustat",
                      "vhangup"});
}

// clone() with one of the flags that make a namespace.
Json clone_with(std::uint32_t flag) {
  Json rule = refused(Json::array({"clone"}), eperm);
  rule["args"] =
      Json::array({Json{{"index", 0}, {"value", flag}, {"valueTwo", flag}, {"op", "SCMP_CMP_MASKED_EQ"}}});
  return rule;
}

}  // namespace

Json seccomp_profile(Platform platform) {
  // clone3 keeps its flags in memory, where a filter cannot look; told that there is no such call, the C
  // library falls back on clone.
  Json rules = Json::array({refused(privileged_calls(), eperm), refused(Json::array({"clone3"}), enosys)});
  constexpr std::array<std::uint32_t, 7> namespace_flags{0x00020000 /* mount */,
                                                         0x02000000 /* cgroup */,
                                                         0x04000000 /* uts */,
                                                         0x08000000 /* ipc */,
                                                         0x10000000 /* user */,
                                                         0x20000000 /* pid */,
                                                         0x40000000 /* net */};
  for (const auto flag : namespace_flags) rules.push_back(clone_with(flag));
  const bool amd64 = platform == Platform::amd64();
  return Json{{"defaultAction", "SCMP_ACT_ALLOW"},
              {"architectures", Json::array({amd64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64"})},
              {"syscalls", std::move(rules)}};
}

}  // namespace hauberk
