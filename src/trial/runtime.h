// The OCI runtime of this machine (crun or runc), and the containers that it makes for us.
//
// Spec: OCI runtime-spec 1.0.2, runtime.md: create, start, kill, delete; exec as both programs have it. Used
// by the first process of run_in_namespaces() only: containers are its children, so that it learns how they
// end. Thread rule: one thread.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trial/process.h"
#include "trial/spec.h"

namespace hauberk {

struct ExecResult {
  int exit_code = 0;
  std::string output;  // standard output, then standard error
};

// A container. It is killed and deleted when destroyed.
class Container {
 public:
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container();

  bool running() { return !exit_code(); }

  // How its program ended, 128 + signal when killed; none while it runs.
  std::optional<int> exit_code();

  // Waits for the end; none if it still runs at the deadline.
  std::optional<int> wait_end(Deadline deadline);

  Status signal(int number);

  // Runs one more program in it, as its user. limit_exceeded at the deadline.
  Result<ExecResult> exec(const std::vector<std::string>& argv, const std::string& directory,
                          Deadline deadline);

  // The end of what its program printed.
  std::string printed();

 private:
  friend class Runtime;
  Container(std::vector<std::string> runtime, std::string id)
      : runtime_(std::move(runtime)), id_(std::move(id)) {}

  std::vector<std::string> runtime_;  // the program and its global flags
  std::string id_;
  pid_t process_ = 0;
  std::optional<int> exit_code_;
  std::unique_ptr<OutputTail> output_;
};

class Runtime {
 public:
  // The program `wanted`, or the first of crun and runc that makes a container on this machine: each is tried
  // with a container that is made and deleted without being started. `work_dir` is absolute, and kept for
  // bundles and state. unsupported: there is none, or none works, with what each said.
  static Result<Runtime> find(const std::string& wanted, const std::string& work_dir);

  // "runc 1.1.5"
  const std::string& name() const { return name_; }

  // Makes a container and starts its program. io: the runtime refuses, with its reason, which for a program
  // that is not in the image is the image's fault.
  Result<std::unique_ptr<Container>> start(const ContainerSpec& spec, Deadline deadline);

 private:
  Runtime(std::vector<std::string> command, std::string name, std::string work_dir)
      : command_(std::move(command)), name_(std::move(name)), work_dir_(std::move(work_dir)) {}
  static Result<Runtime> tried(std::vector<std::string> command, bool cgroup, const std::string& work_dir);
  Result<std::unique_ptr<Container>> create(const ContainerSpec& spec, Deadline deadline);
  Status check();

  std::vector<std::string> command_;
  std::string name_;
  std::string work_dir_;
  bool cgroup_ = true;
  int made_ = 0;  // containers so far: each has a number of its own
};

// The name of the cgroup that all containers below `work_dir` are in: the folder's own.
std::string cgroup_name(const std::string& work_dir);

// Removes the empty folders that this name left in the machine's cgroups; absent is fine.
void remove_cgroup(const std::string& name);

}  // namespace hauberk
