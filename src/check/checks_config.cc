// Checks CFG-01 to CFG-04: how the image asks to be run.
//
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/fields.h"
#include "check/table.h"

namespace hauberk {
namespace {

constexpr std::string_view no_config = "a folder has no configuration";
constexpr std::uint32_t first_free_port = 1024, ssh_port = 22;

// Below each of these lie the programs, libraries or settings of the system itself.
constexpr std::array system_folders = {"bin",   "boot",  "dev",    "etc",          "lib",
                                       "lib32", "lib64", "libx32", "proc",         "root",
                                       "sbin",  "sys",   "usr",    "var/lib/dpkg", "lib/apk"};

// What a volume at `path` does to the system's folders; "" if nothing. A volume for one program's own
// settings
// (/etc/redis) is not the system's.
std::string harm_of_volume(std::string_view path) {
  if (path.empty()) return "hides the whole root";
  for (const std::string_view folder : system_folders) {
    if (is_below(folder, path)) return fmt::format("hides /{}", folder);
    const bool is_inside = is_below(path, folder) && folder != "etc" && folder != "root";
    if (is_inside) return fmt::format("makes a part of /{} writable", folder);
  }
  return "";
}

void judge_port(const std::string& port, std::vector<CheckFinding>& findings) {
  const std::string_view numbers = std::string_view(port).substr(0, port.find('/'));
  const auto first = decimal(numbers.substr(0, numbers.find('-')));
  if (!first) {
    findings.push_back({port, "is no port number"});
  } else if (*first == ssh_port) {
    findings.push_back({port, "is the port of SSH: a container is not logged in to"});
  } else if (*first < first_free_port) {
    findings.push_back({port, "needs root or a capability to listen on in many places"});
  }
}

// Docker keeps the health check in the config, where the OCI's specification has no word for it.
bool has_health_check(const Facts& facts) {
  const auto config = parse_json(facts.config_text);
  if (!config || !config->is_object()) return false;
  const auto inner = config->find("config");
  if (inner == config->end() || !inner->is_object()) return false;
  const auto check = inner->find("Healthcheck");
  if (check == inner->end() || !check->is_object()) return false;
  const auto test = check->find("Test");
  return test != check->end() && test->is_array() && !test->empty() && (*test)[0] != "NONE";
}

bool is_shell_form(const std::vector<std::string>& words) {
  static constexpr std::array shells = {"sh", "bash", "dash", "ash"};
  return words.size() >= 2 && words[1] == "-c" &&
         std::ranges::find(shells, last_part(words[0])) != shells.end();
}

void judge_program(CheckContext& context, const std::vector<std::string>& words,
                   std::vector<CheckFinding>& findings) {
  const std::string& program = words[0];
  if (is_shell_form(words)) {
    findings.push_back({"entrypoint", "starts by a shell: signals do not reach the program"});
  } else if (!program.starts_with('/')) {
    findings.push_back({"entrypoint",
                        fmt::format("\"{}\" is looked for in PATH: write where it is", program)});
  } else if (context.root().regular(program) == nullptr) {
    findings.push_back({"entrypoint", fmt::format("{} is not in the image", program)});
  }
}

void judge_stop_signal(const std::string& signal, std::vector<CheckFinding>& findings) {
  std::string_view name = signal;
  if (name.starts_with("SIG")) name.remove_prefix(3);
  if (name == "KILL" || name == "STOP" || name == "9" || name == "19") {
    findings.push_back({"stop signal", fmt::format("{} leaves no time to finish work", signal)});
  }
}

std::string label_of(const Facts& facts, const std::string& name) {
  const auto label = facts.config.labels.find(name);
  if (label != facts.config.labels.end() && !label->second.empty()) return label->second;
  const auto annotation = facts.annotations.find(name);
  return annotation == facts.annotations.end() ? "" : annotation->second;
}

std::string_view tag_of(std::string_view reference) {
  const auto colon = reference.rfind(':');
  if (colon == std::string_view::npos || reference.find('/', colon) != std::string_view::npos)
    return "latest";
  return reference.substr(colon + 1);
}

struct Variable {
  std::string_view name, value;
};

Variable variable_of(std::string_view text) {
  const auto equals = std::min(text.find('='), text.size());
  return {text.substr(0, equals), equals < text.size() ? text.substr(equals + 1) : ""};
}

// Each makes programs run code that somebody names in the environment.
constexpr std::array preload_variables = {"LD_PRELOAD",   "LD_AUDIT",         "GCONV_PATH", "BASH_ENV",
                                          "ENV",          "PYTHONSTARTUP",    "PERL5OPT",   "RUBYOPT",
                                          "NODE_OPTIONS", "JAVA_TOOL_OPTIONS"};
// Lists of folders to take code from.
constexpr std::array path_variables = {"PATH",     "LD_LIBRARY_PATH", "PYTHONPATH",
                                       "PERL5LIB", "NODE_PATH",       "RUBYLIB"};

bool loads_code(const Variable& variable) {
  if (std::ranges::find(preload_variables, variable.name) == preload_variables.end()) return false;
  if (variable.name == "NODE_OPTIONS") {
    return variable.value.contains("require") || variable.value.contains("import") ||
           variable.value.contains("-r ") || variable.value.contains("loader");
  }
  // ENV=production is somebody's own word; a path is what shells start with.
  if (variable.name == "ENV") return variable.value.contains('/');
  if (variable.name == "JAVA_TOOL_OPTIONS") {
    return variable.value.contains("agent") || variable.value.contains("bootclasspath");
  }
  return !variable.value.empty();
}

void judge_folders(CheckContext& context, const Variable& variable, std::vector<CheckFinding>& findings) {
  if (variable.value.empty() && variable.name != "PATH") return;
  for (const std::string_view folder : split(variable.value, ':')) {
    if (!folder.starts_with('/')) {
      findings.push_back({std::string(variable.name),
                          folder.empty() ? "has an empty entry: the folder where the program happens to be"
                                         : fmt::format("\"{}\" is relative", folder)});
      continue;
    }
    const auto target = context.root().follow(folder);
    const std::string path = target.path.empty() ? plain_path(folder) : target.path;
    const bool open_to_all = target.file != nullptr && (target.file->entry.mode & 2) != 0;
    const bool open_to_user = !context.user().is_root() && context.access().may_control(path);
    if (!open_to_all && !open_to_user) continue;
    findings.push_back({std::string(variable.name),
                        fmt::format("{} can be written by {}", folder,
                                    open_to_all ? "everybody" : "the image's user")});
  }
}

}  // namespace

CheckAnswer check_ports_and_volumes(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.is_folder) return not_applicable(std::string(no_config));
  if (facts.config.exposed_ports.empty() && facts.config.volumes.empty()) {
    return not_applicable("the image names no ports and no volumes");
  }
  std::vector<CheckFinding> findings;
  for (const std::string& port : facts.config.exposed_ports) judge_port(port, findings);
  for (const std::string& volume : facts.config.volumes) {
    std::string harm = harm_of_volume(plain_path(volume));
    if (!harm.empty()) findings.push_back({volume, std::move(harm)});
  }
  return judged(std::move(findings));
}

CheckAnswer check_process_setup(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.is_folder) return not_applicable(std::string(no_config));
  const auto& words = facts.config.entrypoint.empty() ? facts.config.cmd : facts.config.entrypoint;
  if (words.empty()) return not_applicable("the image starts no program");
  std::vector<CheckFinding> findings;
  judge_program(context, words, findings);
  judge_stop_signal(facts.config.stop_signal, findings);
  // A program that answers nobody has no health that could be asked for.
  if (!facts.config.exposed_ports.empty() && !has_health_check(facts)) {
    findings.push_back({"health check",
                        "none; Compose and Kubernetes have their own, this one is for Docker alone"});
  }
  return judged(std::move(findings));
}

CheckAnswer check_names_and_labels(CheckContext& context) {
  const Facts& facts = context.facts();
  if (facts.is_folder) return not_applicable(std::string(no_config));
  std::vector<CheckFinding> findings;
  const bool only_latest = !facts.tags.empty() && std::ranges::all_of(facts.tags, [](const std::string& tag) {
    return tag_of(tag) == "latest";
  });
  if (only_latest) findings.push_back({facts.tags.front(), "has no other tag than \"latest\""});
  for (const std::string_view name : {"title", "description", "version", "licenses"}) {
    const std::string label = fmt::format("org.opencontainers.image.{}", name);
    if (label_of(facts, label).empty()) findings.push_back({label, "there is no such label or annotation"});
  }
  return judged(std::move(findings), facts.tags.empty() ? "tags are not known, so they were not judged" : "");
}

CheckAnswer check_environment(CheckContext& context) {
  const Facts& facts = context.facts();
  const auto preload = facts.texts.find("etc/ld.so.preload");
  const File* preload_file = context.root().find("etc/ld.so.preload");
  const bool has_preload = preload != facts.texts.end()
                               ? preload->second.find_first_not_of(" \t\n") != std::string::npos
                               : preload_file != nullptr && preload_file->entry.size_bytes > 0;
  if (facts.is_folder && !has_preload) return not_applicable(std::string(no_config));
  if (facts.config.environment.empty() && facts.files.empty()) {
    return not_applicable("there is no environment and no file");
  }
  std::vector<CheckFinding> findings;
  if (has_preload) findings.push_back({"etc/ld.so.preload", "every program loads what it names"});
  for (const std::string& text : facts.config.environment) {
    const Variable variable = variable_of(text);
    if (loads_code(variable)) {
      findings.push_back({std::string(variable.name), "makes programs run what it names"});
    }
    if (std::ranges::find(path_variables, variable.name) != path_variables.end()) {
      judge_folders(context, variable, findings);
    }
  }
  return judged(std::move(findings));
}

}  // namespace hauberk
