// hauberk doctor: what is missing on this machine, and the command that brings it.
//
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>

#include "cli/command.h"
#include "cli/progress_bar.h"
#include "io/clock.h"
#include "io/subprocess.h"
#include "scan/feed_store.h"
#include "trial/trial.h"

namespace hauberk {
namespace {

constexpr std::string_view debian_keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
constexpr std::uint64_t enough_bytes = std::uint64_t{2} << 30;

// One thing that is needed. An empty `remedy` means that nothing is wrong with it.
struct Finding {
  std::string what;
  std::string needed_for;  // "building", "testing"
  std::string state;
  std::string remedy;
  bool is_there = false;  // but not as it should be; counts only with a remedy
};

Finding check_machine() {
  const auto platform = Platform::of_this_machine();
  if (platform) return {"processor", "testing", std::string(platform->text()), ""};
  return {"processor", "testing", platform.error().message,
          "images can be built here; test them on amd64 or arm64"};
}

Finding check_gpgv() {
  const auto program = find_program("gpgv");
  if (program) return {"gpgv (checks Debian's signatures)", "building", *program, ""};
  return {"gpgv (checks Debian's signatures)", "building", "not there", "sudo apt-get install gpgv"};
}

// Every keyring that config.yaml names; Debian's where it names none for the rest.
std::vector<Finding> check_keyrings(const Store* store) {
  std::map<std::string, std::string> keyrings;
  if (store != nullptr) keyrings = store->config().upstreams.keyrings;
  keyrings.try_emplace("", debian_keyring);
  std::vector<Finding> findings;
  for (const auto& [prefix, file] : keyrings) {
    const std::string what = prefix.empty() ? "keyring" : fmt::format("keyring of {}", prefix);
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
      findings.push_back({what, "building", file, ""});
    } else {
      findings.push_back({what, "building", fmt::format("{} is not there", file),
                          file == debian_keyring ? "sudo apt-get install debian-archive-keyring"
                                                 : "put it there, or name another one in config.yaml"});
    }
  }
  return findings;
}

Finding check_store(const Result<std::unique_ptr<Store>>& store) {
  if (!store) {
    const bool missing = store.error().kind == ErrorKind::not_found;
    return {"store", "building", store.error().message, missing ? "hauberk init" : "as it says", !missing};
  }
  const std::string& path = (*store)->path();
  if (::faccessat((*store)->dir().fd(), ".", W_OK, AT_EACCESS) == 0) return {"store", "building", path, ""};
  return {"store", "building", fmt::format("{} can be read here, not written", path),
          "run hauberk as the user that it belongs to, or name another one with --home", true};
}

// The nearest folder that is there: the store may not have been made yet.
Finding check_space(std::string what, std::string needed_for, std::filesystem::path path) {
  std::error_code error;
  path = std::filesystem::absolute(path, error);
  while (!std::filesystem::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  struct statvfs info{};
  if (statvfs(path.c_str(), &info) != 0) return {what, needed_for, "unknown", "look at it with df"};
  const std::uint64_t free = std::uint64_t{info.f_bavail} * info.f_frsize;
  const std::string state = fmt::format("{} free in {}", human_size(free), path.string());
  return {std::move(what), std::move(needed_for), state,
          free >= enough_bytes ? "" : fmt::format("free {} there", human_size(enough_bytes - free))};
}

Finding check_runtime() {
  const auto runtime = find_runtime({});
  if (runtime) return {"container runtime", "testing", *runtime, ""};
  const std::string& why = runtime.error().message;
  // Messages that already say what to run need no second advice.
  return {"container runtime", "testing", why,
          why.find("sudo ") != std::string::npos ? "as said above" : "sudo apt-get install crun runc uidmap"};
}

// Whether known holes can be looked for, by feeds that are not too old to be believed.
std::vector<Finding> check_feeds(const Store& store) {
  const auto feeds = FeedStore(store).list();
  if (!feeds) return {{"feeds", "scanning", feeds.error().message, "as it says", true}};
  if (feeds->empty()) {
    return {{"feeds", "scanning", "none: nothing is known of holes",
             "hauberk feed add debian-tracker https://security-tracker.debian.org/tracker/data/json"}};
  }
  std::vector<Finding> findings;
  for (const Feed& feed : *feeds) {
    const std::string what = fmt::format("feed {}", feed.name);
    const std::string state =
        feed.current ? fmt::format("of {}", feed.current->date) : std::string("without content");
    const bool is_old = is_stale(feed, to_unix(system_clock().now()));
    findings.push_back({what, "scanning", is_old && feed.current ? state + ", which is too old" : state,
                        is_old ? fmt::format("hauberk feed update {}", feed.name) : "", true});
    if (feed.pending) {
      findings.push_back({what + ", newer", "scanning", "turns findings off, and waits for your word",
                          fmt::format("hauberk feed accept {}", feed.name), true});
    }
  }
  return findings;
}

std::vector<Finding> examine(const Session& session) {
  const auto store = session.open_store();
  std::vector<Finding> findings{check_machine(), check_gpgv()};
  for (auto& finding : check_keyrings(store ? store->get() : nullptr)) findings.push_back(std::move(finding));
  findings.push_back(check_store(store));
  const std::string home = session.home.empty() ? Store::default_path() : session.home;
  findings.push_back(check_space("disk space of the store", "building", home));
  const char* tmpdir = std::getenv("TMPDIR");
  findings.push_back(check_space("disk space for tests", "testing", tmpdir != nullptr ? tmpdir : "/var/tmp"));
  findings.push_back(check_runtime());
  if (store) std::ranges::move(check_feeds(**store), std::back_inserter(findings));
  return findings;
}

std::string_view word_for(const Finding& finding) {
  if (finding.remedy.empty()) return "fine   ";
  return finding.is_there ? "WRONG  " : "MISSING";
}

std::string conclusion(std::size_t missing, std::size_t wrong) {
  if (missing + wrong == 0) return "Everything is there.\n";
  if (wrong == 0) return fmt::format("Missing: {}.\n", missing);
  if (missing == 0) return fmt::format("Wrong: {}.\n", wrong);
  return fmt::format("Missing: {}. Wrong: {}.\n", missing, wrong);
}

void print(Session& session, const std::vector<Finding>& findings) {
  Json list = Json::array();
  std::string text;
  std::size_t missing = 0, wrong = 0;
  for (const auto& finding : findings) {
    const bool fine = finding.remedy.empty();
    if (!fine) ++(finding.is_there ? wrong : missing);
    list.push_back(Json{{"what", finding.what},
                        {"needed_for", finding.needed_for},
                        {"fine", fine},
                        {"missing", !fine && !finding.is_there},
                        {"state", finding.state},
                        {"remedy", finding.remedy}});
    text += fmt::format("  {}  {}: {}\n", word_for(finding), finding.what, finding.state);
    if (!fine) text += fmt::format("           needed for {}: {}\n", finding.needed_for, finding.remedy);
  }
  session.print_json(Json{{"fine", missing + wrong == 0}, {"checks", std::move(list)}});
  session.print(text + conclusion(missing, wrong));
  if (missing + wrong > 0) session.exit_code = static_cast<int>(Exit::no);
}

}  // namespace

void add_doctor(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("doctor", "Say what is missing on this machine, and how to get it");
  verb->footer("Example:\n  hauberk doctor");
  verb->callback([&session] { print(session, examine(session)); });
}

}  // namespace hauberk
