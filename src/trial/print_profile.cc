// The run profile as a docker command, a Compose file and Kubernetes objects. See run_profile.h.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/fields.h"
#include "base/yaml.h"
#include "trial/run_profile.h"
#include "trial/words.h"

namespace hauberk {
namespace {

// Enough for sockets, pid files and small caches; whoever needs more sees where to change it.
constexpr std::string_view tmpfs_size = "64m", empty_dir_size = "64Mi";

struct NumericUser {
  std::uint32_t uid = 0, gid = 0;
};

// Names are known only inside the image, so what needs numbers goes without them then.
std::optional<NumericUser> numeric(std::string_view user) {
  const auto colon = user.find(':');
  const auto uid = decimal(user.substr(0, colon));
  const auto gid = colon == std::string_view::npos ? 0 : decimal(user.substr(colon + 1));
  if (!uid || !gid) return {};
  return NumericUser{*uid, *gid};
}

// A name for services, volumes and Kubernetes objects: a DNS label of at most 63 letters.
std::string label_of(std::string_view text) {
  std::string label;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (letter)
      label += c;
    else if (c >= 'A' && c <= 'Z')
      label += static_cast<char>(c - 'A' + 'a');
    else if (!label.empty() && label.back() != '-')
      label += '-';
  }
  label.resize(std::min<std::size_t>(label.size(), 63));
  while (label.ends_with('-')) label.pop_back();
  return label.empty() ? "app" : label;
}

// "dhi.io/team/nginx:1@sha256:..." -> "nginx"
std::string service_name(std::string_view image) {
  image = image.substr(0, image.find('@'));
  image = image.substr(image.rfind('/') + 1);
  return label_of(image.substr(0, image.find(':')));
}

std::string volume_name(std::string_view image, std::string_view path) {
  return label_of(fmt::format("{}{}", service_name(image), path));
}

// The mode is that of /tmp, since podman knows no owner for a tmpfs; nobody else lives in the container.
std::string tmpfs_mount(const std::string& path) {
  return fmt::format("{}:rw,nosuid,nodev,noexec,mode=1777,size={}", path, tmpfs_size);
}

// "8080/tcp" -> "127.0.0.1:8080:8080", with "/udp" kept.
std::string published(std::string_view port) {
  const auto number = port.substr(0, port.find('/'));
  const auto protocol = port.ends_with("/tcp") ? std::string_view() : port.substr(port.find('/'));
  return fmt::format("127.0.0.1:{}:{}{}", number, number, protocol);
}

std::string print_docker(const RunProfile& profile) {
  std::vector<std::string> options{"--read-only", "--user " + quote_word(profile.user), "--cap-drop ALL",
                                   "--security-opt no-new-privileges"};
  for (const auto& path : profile.writable) {
    options.push_back("--tmpfs " + quote_word(tmpfs_mount(path)));
  }
  for (const auto& path : profile.volumes) {
    options.push_back("--volume " + quote_word(volume_name(profile.image, path) + ":" + path));
  }
  for (const auto& port : profile.ports) options.push_back("--publish " + quote_word(published(port)));
  if (!profile.stop_signal.empty()) options.push_back("--stop-signal " + quote_word(profile.stop_signal));
  std::string text = "docker run --rm";
  for (const auto& option : options) text += " \\\n  " + option;
  return text + " \\\n  " + quote_word(profile.image) + "\n";
}

void add_list(std::string& text, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  text += fmt::format("    {}:\n", key);
  for (const auto& value : values) text += fmt::format("      - {}\n", yaml_scalar(value));
}

// A string that must not be read as a number, as "65532" or "0:0" (base 60 in YAML 1.1) would be.
std::string in_quotes(std::string_view text) { return Json(text).dump(); }

std::string print_compose(const RunProfile& profile) {
  std::string text =
      fmt::format("services:\n  {}:\n    image: {}\n    user: {}\n    read_only: true\n",
                  service_name(profile.image), yaml_scalar(profile.image), in_quotes(profile.user));
  text += "    cap_drop:\n      - ALL\n    security_opt:\n      - no-new-privileges:true\n";
  std::vector<std::string> mounts, volumes, names;
  for (const auto& path : profile.writable) mounts.push_back(tmpfs_mount(path));
  for (const auto& path : profile.volumes) {
    names.push_back(volume_name(profile.image, path));
    volumes.push_back(names.back() + ":" + path);
  }
  add_list(text, "tmpfs", mounts);
  add_list(text, "volumes", volumes);
  if (!profile.ports.empty()) text += "    ports:\n";
  for (const auto& port : profile.ports) text += fmt::format("      - {}\n", in_quotes(published(port)));
  if (!profile.stop_signal.empty()) {
    text += fmt::format("    stop_signal: {}\n", in_quotes(profile.stop_signal));
  }
  text += "    restart: unless-stopped\n";
  if (!names.empty()) text += "volumes:\n";
  for (const auto& name : names) text += fmt::format("  {}: {{}}\n", name);
  return text;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string pod_security(const RunProfile& profile) {
  std::string text = "      securityContext:\n";
  if (const auto ids = numeric(profile.user)) {
    text += fmt::format("        runAsUser: {}\n        runAsGroup: {}\n        fsGroup: {}\n", ids->uid,
                        ids->gid, ids->gid);
    text += fmt::format("        runAsNonRoot: {}\n", ids->uid != 0);
  }
  return text + "        seccompProfile:\n          type: RuntimeDefault\n";
}

std::string container_of(const RunProfile& profile, std::string_view name) {
  std::string text =
      fmt::format("        - name: {}\n          image: {}\n", yaml_scalar(name), yaml_scalar(profile.image));
  text +=
      "          securityContext:\n"
      "            allowPrivilegeEscalation: false\n"
      "            readOnlyRootFilesystem: true\n"
      "            capabilities:\n"
      "              drop:\n"
      "                - ALL\n";
  if (!profile.ports.empty()) text += "          ports:\n";
  for (const auto& port : profile.ports) {
    text += fmt::format("            - containerPort: {}\n              protocol: {}\n",
                        port.substr(0, port.find('/')), upper(port.substr(port.find('/') + 1)));
  }
  std::vector<std::string> paths = profile.writable;
  paths.insert(paths.end(), profile.volumes.begin(), profile.volumes.end());
  if (!paths.empty()) text += "          volumeMounts:\n";
  for (const auto& path : paths) {
    text += fmt::format("            - name: {}\n              mountPath: {}\n",
                        volume_name(profile.image, path), yaml_scalar(path));
  }
  return text;
}

std::string volumes_of(const RunProfile& profile) {
  if (profile.writable.empty() && profile.volumes.empty()) return {};
  std::string text = "      volumes:\n";
  for (const auto& path : profile.writable) {
    text += fmt::format(
        "        - name: {}\n          emptyDir:\n            medium: Memory\n            sizeLimit: {}\n",
        volume_name(profile.image, path), empty_dir_size);
  }
  for (const auto& path : profile.volumes) {
    const auto name = volume_name(profile.image, path);
    text += fmt::format("        - name: {}\n          persistentVolumeClaim:\n            claimName: {}\n",
                        name, name);
  }
  return text;
}

std::string print_kubernetes(const RunProfile& profile) {
  const auto name = service_name(profile.image);
  std::string text;
  if (!profile.stop_signal.empty() && profile.stop_signal != "SIGTERM") {
    text += fmt::format("# The image is stopped by {}, which the container runtime reads from it.\n",
                        profile.stop_signal);
  }
  text += fmt::format(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {0}\nspec:\n  replicas: 1\n"
      "  selector:\n    matchLabels:\n      app: {0}\n"
      "  template:\n    metadata:\n      labels:\n        app: {0}\n    spec:\n"
      "      automountServiceAccountToken: false\n",
      yaml_scalar(name));
  text += pod_security(profile) + "      containers:\n" + container_of(profile, name) + volumes_of(profile);
  for (const auto& path : profile.volumes) {
    text += fmt::format(
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: {}\nspec:\n"
        "  accessModes:\n    - ReadWriteOnce\n  resources:\n    requests:\n      storage: 1Gi\n",
        volume_name(profile.image, path));
  }
  return text;
}

}  // namespace

std::string print_run_profile(const RunProfile& profile, ProfileFormat format) {
  switch (format) {
    case ProfileFormat::docker: return print_docker(profile);
    case ProfileFormat::compose: return print_compose(profile);
    case ProfileFormat::kubernetes: return print_kubernetes(profile);
  }
  return {};
}

}  // namespace hauberk
