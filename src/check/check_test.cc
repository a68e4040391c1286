// Each check on an image that passes it and on one that does not: the good image with one thing spoilt.
//
// SPDX-License-Identifier: Apache-2.0
#include "check/check.h"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "check/table.h"
#include "check/test_facts.h"

namespace hauberk {
namespace {

using test::certificate;
using test::file;
using test::folder;
using test::good_image;
using test::hide;
using test::image_time;
using test::library;
using test::now;
using test::owned_file;
using test::program;
using test::put;
using test::symlink;
using test::text_file;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

// What a run is given beside the image.
struct Given {
  Facts facts = good_image();
  std::map<std::string, std::string> origins = {{"app", "Debian"}};
  std::vector<KnownHole> holes = {};
  std::string end_of_life = {};
  std::vector<std::string> ended_packages = {};
};

Report report_of(const Given& given, CheckProfile profile = CheckProfile::runtime) {
  return check_image({.facts = given.facts,
                      .profile = profile,
                      .now = now,
                      .package_origins = given.origins,
                      .holes = given.holes,
                      .end_of_life = given.end_of_life,
                      .ended_packages = given.ended_packages});
}

const CheckResult& result(const Report& report, std::string_view id) {
  const auto found = std::ranges::find(report.results, id, &CheckResult::id);
  if (found == report.results.end()) throw std::runtime_error(fmt::format("no check {}", id));
  return *found;
}

struct Spoilt {
  std::string_view id;
  std::string_view summary;
  std::function<void(Given&)> spoil;
  std::string_view detail;  // a part of what is found
};

void passwd(Given& given, std::string_view lines) { given.facts.texts["etc/passwd"] += lines; }
ElfFacts& app(Given& given) {
  for (File& one : given.facts.files) {
    if (one.entry.path == "usr/bin/app") return *one.elf;
  }
  throw std::runtime_error("no app");
}
void secret(Given& given, FoundSecret::Place place, std::string path, bool hidden = false) {
  given.facts.secrets
      .push_back({.kind = "private-key", .place = place, .path = std::move(path), .is_hidden = hidden});
}

const std::vector<Spoilt>& spoilt_images() {
  static const std::vector<Spoilt> rows = {
      {"USR-01", "no user", [](Given& g) { g.facts.config.user = ""; }, "none is set"},
      {"USR-01", "root by number", [](Given& g) { g.facts.config.user = "0:65532"; }, "set to \"0:65532\""},
      {"USR-01", "root by another name",
       [](Given& g) {
         passwd(g, "toor:x:0:0::/:/usr/sbin/nologin\n");
         g.facts.config.user = "toor";
       },
       "set to \"toor\""},
      {"USR-01", "a name that is not there", [](Given& g) { g.facts.config.user = "who"; },
       "no user \"who\""},
      {"USR-02", "no group, and no entry to take it from", [](Given& g) { g.facts.config.user = "1000"; },
       "no group is said"},
      {"USR-02", "group 0", [](Given& g) { g.facts.config.user = "65532:0"; }, "the group is 0"},
      {"USR-02", "a member of group 0",
       [](Given& g) {
         g.facts.config.user = "app";
         g.facts.texts["etc/group"] += "root:x:0:app\n";
       },
       "member of group 0"},
      {"USR-03", "two roots",
       [](Given& g) { passwd(g, "root:x:0:0::/root:/usr/sbin/nologin\nr:x:00:0::/:/usr/sbin/nologin\n"); },
       "2 entries: root, r"},
      {"USR-04", "a hash in shadow", [](Given& g) { g.facts.texts["etc/shadow"] = "app:$y$j9T$x:1::::::\n"; },
       "hash of \"app\""},
      {"USR-04", "a locked hash is still a hash",
       [](Given& g) { g.facts.texts["etc/shadow"] = "app:!$6$salt$hash:1::::::\n"; }, "hash of \"app\""},
      {"USR-04", "no password needed", [](Given& g) { g.facts.texts["etc/shadow"] = "app::1::::::\n"; },
       "needs no password"},
      {"USR-05", "one id twice", [](Given& g) { passwd(g, "b:x:65532:1::/:/usr/sbin/nologin\n"); },
       "the user id 65532 is there 2 times"},
      {"USR-05", "one group twice", [](Given& g) { g.facts.texts["etc/group"] += "app:x:7:\n"; },
       "the name app is there 2 times"},
      {"USR-06", "a shell", [](Given& g) { passwd(g, "b:x:7:7::/:/bin/bash\n"); },
       "\"b\" logs in to /bin/bash"},
      {"USR-06", "an empty shell is /bin/sh", [](Given& g) { passwd(g, "b:x:7:7::/:\n"); }, "/bin/sh"},
      {"USR-07", "no entry", [](Given& g) { g.facts.config.user = "1000:1000"; }, "user id 1000"},
      {"USR-07", "no home",
       [](Given& g) {
         std::erase_if(g.facts.files, [](const File& f) { return f.entry.path == "home/app"; });
       },
       "is no folder"},

      {"FS-01", "a setuid file", [](Given& g) { owned_file(g.facts, "usr/bin/x", 04755); },
       "mode 4755, owner 0:0"},
      {"FS-01", "a setgid file", [](Given& g) { owned_file(g.facts, "usr/bin/x", 02755); }, "mode 2755"},
      {"FS-01", "in an earlier layer", [](Given& g) { hide(g.facts, "usr/bin/su", 04755); },
       "hidden by layer 2"},
      {"FS-02", "a capability",
       [](Given& g) {
         owned_file(g.facts, "usr/bin/x", 0755).entry.xattrs["security.capability"] =
             std::string("\x01\0\0\x02\0\x24\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
       },
       "may net_bind_service, net_raw"},
      {"FS-02", "a capability that makes no sense",
       [](Given& g) { owned_file(g.facts, "usr/bin/x", 0755).entry.xattrs["security.capability"] = "x"; },
       "unknown form"},
      {"FS-03", "mode 0666", [](Given& g) { file(g.facts, "data/x", 0666); }, "mode 0666"},
      {"FS-04", "not sticky", [](Given& g) { folder(g.facts, "tmp", 0777); }, "remove others' files"},
      {"FS-04", "not on the list", [](Given& g) { folder(g.facts, "usr/lib/x", 01777); }, "nothing says"},
      {"FS-05", "an unknown user", [](Given& g) { file(g.facts, "data/x", 0644, 4711); },
       "no user has the id 4711"},
      {"FS-06", "a writable program", [](Given& g) { owned_file(g.facts, "usr/bin/app2", 0757); },
       "mode 0757"},
      {"FS-06", "its own program", [](Given& g) { file(g.facts, "opt/tool", 0755, 65532); },
       "owner 65532:65532"},
      {"FS-06", "a folder of programs", [](Given& g) { folder(g.facts, "usr/bin", 0775, 0); }, "mode 0775"},
      {"FS-06", "a program in the user's home", [](Given& g) { file(g.facts, "home/app/tool", 0755); },
       "the folder /home/app can be written"},
      {"FS-06", "a setting of group 0",
       [](Given& g) { text_file(g.facts, "etc/x.conf", "").entry.mode = 0664; }, "mode 0664"},
      {"FS-06", "the root folder", [](Given& g) { folder(g.facts, "", 0777); }, "can be replaced"},
      {"FS-07", "a device",
       [](Given& g) {
         put(g.facts, {.type = TarEntry::Type::block_device,
                       .path = "dev/sda",
                       .mode = 0600,
                       .mtime_seconds = image_time,
                       .device_major = 8});
       },
       "block device 8:0"},
      {"FS-07", "a FIFO", [](Given& g) { put(g.facts, {.type = TarEntry::Type::fifo, .path = "data/f"}); },
       "a "},
      {"FS-08", "climbs out", [](Given& g) { symlink(g.facts, "data/x", "../../etc/shadow"); }, "leads out"},
      {"FS-08", "climbs out by another link",
       [](Given& g) {
         symlink(g.facts, "data/up", "..");
         symlink(g.facts, "data/x", "up/../host");
       },
       "leads out"},
      {"FS-08", "by another process", [](Given& g) { symlink(g.facts, "data/x", "/proc/1/root/etc"); },
       "leads out"},
      {"FS-09", "leads to nothing", [](Given& g) { symlink(g.facts, "usr/lib/x", "y"); },
       "/usr/lib/y, which is not"},
      {"FS-09", "a circle", [](Given& g) { symlink(g.facts, "usr/lib/x", "x"); }, "circle"},
      {"FS-10", "of nobody", [](Given& g) { file(g.facts, "usr/bin/miner", 0755); },
       "no package and no definition"},
      {"FS-10", "changed", [](Given& g) { owned_file(g.facts, "usr/lib/x").md5 = std::string(32, '0'); },
       "differs"},
      {"FS-11", "setuid", [](Given& g) { hide(g.facts, "usr/bin/su", 04755); },
       "a setuid or setgid file, in layer 1"},
      {"FS-11", "a key", [](Given& g) { hide(g.facts, "root/.ssh/id_ed25519"); }, "an SSH key"},
      {"FS-11", "a secret", [](Given& g) { secret(g, FoundSecret::Place::file, "app/x", true); },
       "a secret (private-key)"},
      {"FS-12", "documents", [](Given& g) { owned_file(g.facts, "usr/share/doc/app/manual.html"); },
       "1 file, 10 bytes"},
      {"FS-13", "from the future",
       [](Given& g) { owned_file(g.facts, "usr/lib/x").entry.mtime_seconds += 1; },
       "is of 2026-05-28T20:26:41Z"},
      {"FS-13", "beyond all dates",
       [](Given& g) { owned_file(g.facts, "usr/lib/x").entry.mtime_seconds = INT64_MAX; },
       "after the year 9999"},
      {"FS-14", "a machine id", [](Given& g) { file(g.facts, "etc/machine-id"); }, "a machine's id"},
      {"FS-14", "a host key", [](Given& g) { file(g.facts, "etc/ssh/ssh_host_rsa_key"); }, "an SSH host key"},

      {"PKG-01", "a shell", [](Given& g) { owned_file(g.facts, "usr/bin/bash", 0755); }, "a shell"},
      {"PKG-01", "by a link",
       [](Given& g) {
         owned_file(g.facts, "usr/lib/box", 0755);
         symlink(g.facts, "usr/bin/sh", "/lib/box");
       },
       "a shell, a link to /usr/lib/box"},
      {"PKG-01", "hidden away", [](Given& g) { owned_file(g.facts, "usr/lib/x/busybox-1.37", 0755); },
       "a shell"},
      {"PKG-01", "of two letters, anywhere", [](Given& g) { owned_file(g.facts, "opt/x/sh", 0755); },
       "a shell"},
      {"PKG-02", "apt", [](Given& g) { owned_file(g.facts, "usr/bin/apt-get", 0755); }, "a package manager"},
      {"PKG-02", "pip of a version", [](Given& g) { owned_file(g.facts, "usr/bin/pip3.13", 0755); },
       "manager"},
      {"PKG-02", "pip as a module",
       [](Given& g) {
         g.facts.packages.push_back({.kind = Package::Kind::python,
                                     .name = "pip",
                                     .version = "25.0",
                                     .record = "usr/lib/python3/dist-packages/pip-25.dist-info/METADATA"});
       },
       "the module pip 25.0"},
      {"PKG-03", "gcc", [](Given& g) { owned_file(g.facts, "usr/bin/x86_64-linux-gnu-gcc-14", 0755); },
       "compiler"},
      {"PKG-03", "gdb", [](Given& g) { owned_file(g.facts, "usr/bin/gdb", 0755); }, "compiler or debugger"},
      {"PKG-04", "curl", [](Given& g) { owned_file(g.facts, "usr/bin/curl", 0755); }, "a network tool"},
      {"PKG-05", "su", [](Given& g) { owned_file(g.facts, "usr/bin/su", 0755); }, "another user"},
      {"PKG-06", "unsigned", [](Given& g) { g.origins["app"] = ""; }, "without a signature"},
      {"PKG-06", "not in the lock", [](Given& g) { g.origins.clear(); }, "not in the lock"},
      {"PKG-07", "critical and fixable",
       [](Given& g) { g.holes.push_back({"CVE-2026-0001", "app", true, true}); },
       "CVE-2026-0001 is critical"},
      {"PKG-08", "past its end", [](Given& g) { g.end_of_life = "nobody patches it"; }, "nobody patches it"},
      {"PKG-08", "a package", [](Given& g) { g.ended_packages = {"app: not supported upstream"}; },
       "no security fixes: not supported"},
      {"PKG-09", "no record", [](Given& g) { g.facts.has_package_record = false; }, "no record says"},
      {"PKG-09", "a broken record",
       [](Given& g) { g.facts.problems = {"var/lib/dpkg/status: line 3 is cut"}; }, "line 3 is cut"},
      {"PKG-09", "two records",
       [](Given& g) {
         g.facts.packages.push_back(g.facts.packages[0]);
         g.facts.packages[1].record = "var/lib/dpkg/status.d/app";
         g.facts.packages[1].version = "2";
       },
       "recorded twice"},
      {"PKG-09", "half installed",
       [](Given& g) { g.facts.packages[0].state = Package::State::half_installed; }, "half installed"},
      {"PKG-09", "files removed by hand",
       [](Given& g) { g.facts.listed[0].push_back({"usr/bin/apt", std::string(32, 'a')}); },
       "for example /usr/bin/apt"},

      {"ELF-01", "no PIE", [](Given& g) { app(g).is_position_independent = false; }, "same address"},
      {"ELF-02", "asked for", [](Given& g) { app(g).has_executable_stack = true; }, "asks for a stack"},
      {"ELF-03", "no RELRO", [](Given& g) { app(g).has_relro = false; }, "no RELRO"},
      {"ELF-04", "bare", [](Given& g) { app(g).uses_fortify = app(g).uses_stack_protector = false; },
       "neither"},
      {"ELF-05", "relative", [](Given& g) { app(g).rpath = {"lib"}; }, "depends on where"},
      {"ELF-05", "empty", [](Given& g) { app(g).runpath = {""}; }, "an empty entry"},
      {"ELF-05", "a build folder", [](Given& g) { app(g).runpath = {"/build/src/lib"}; },
       "outside of the system"},
      {"ELF-05", "the user's", [](Given& g) { app(g).runpath = {"/home/app/lib"}; },
       "written by the image's user"},
      {"ELF-05", "everybody's", [](Given& g) { app(g).rpath = {"/tmp"}; }, "written by everybody"},
      {"ELF-05", "by $ORIGIN", [](Given& g) { app(g).runpath = {"$ORIGIN/../../tmp"}; }, "by everybody"},
      {"ELF-06", "writable code", [](Given& g) { app(g).has_writable_executable_segment = true; },
       "both writable"},
      {"ELF-06", "text relocations", [](Given& g) { app(g).has_text_relocations = true; }, "its own code"},
      {"ELF-07", "a library", [](Given& g) { app(g).needed.push_back("libmiss.so.2"); },
       "needs libmiss.so.2"},
      {"ELF-07", "of another machine",
       [](Given& g) {
         library(g.facts, "usr/lib/libarm.so").elf->machine = 183;
         app(g).needed.push_back("libarm.so");
       },
       "needs libarm.so"},
      {"ELF-07", "the interpreter", [](Given& g) { app(g).interpreter = "/lib/ld-x.so"; },
       "needs /lib/ld-x.so"},
      {"ELF-07", "of a library",
       [](Given& g) {
         library(g.facts, "usr/lib/libplug.so").elf->needed = {"libgone.so"};
         app(g).needed.push_back("libplug.so");
       },
       "needs libgone.so"},

      {"SEC-01", "in a file", [](Given& g) { secret(g, FoundSecret::Place::file, "etc/app.key"); },
       "a private-key"},
      {"SEC-01", "in the environment", [](Given& g) { secret(g, FoundSecret::Place::environment, "TOKEN"); },
       "a private"},
      {"SEC-02", "a key", [](Given& g) { file(g.facts, "home/app/.ssh/id_rsa", 0600); }, "an SSH key"},
      {"SEC-02", "a cloud", [](Given& g) { file(g.facts, "home/app/.aws/credentials"); }, "a cloud's"},
      {"SEC-03", "expired",
       [](Given& g) { g.facts.certificates[0].not_after = g.facts.certificates[1].not_after = now - 1; },
       "expired: CN=Root"},
      {"SEC-03", "unknown",
       [](Given& g) { certificate(g.facts, "etc/ssl/certs/ca-certificates.crt", "CN=Proxy"); }, "CN=Proxy"},

      {"CFG-01", "a low port", [](Given& g) { g.facts.config.exposed_ports = {"80/tcp"}; },
       "root or a capability"},
      {"CFG-01", "SSH", [](Given& g) { g.facts.config.exposed_ports = {"22/tcp"}; }, "SSH"},
      {"CFG-01", "a volume over the system", [](Given& g) { g.facts.config.volumes = {"/var"}; },
       "hides /var/lib"},
      {"CFG-01", "a volume in the system", [](Given& g) { g.facts.config.volumes = {"/usr/share/x"}; },
       "of /usr"},
      {"CFG-02", "by a shell", [](Given& g) { g.facts.config.entrypoint = {"/bin/sh", "-c", "app"}; },
       "by a shell"},
      {"CFG-02", "by PATH", [](Given& g) { g.facts.config.entrypoint = {"app"}; }, "looked for in PATH"},
      {"CFG-02", "not there", [](Given& g) { g.facts.config.entrypoint = {"/app"}; }, "not in the image"},
      {"CFG-02", "killed", [](Given& g) { g.facts.config.stop_signal = "SIGKILL"; }, "no time"},
      {"CFG-02", "no health check", [](Given& g) { g.facts.config_text = "{}"; }, "none;"},
      {"CFG-03", "only latest", [](Given& g) { g.facts.tags = {"example/app:latest"}; }, "no other tag"},
      {"CFG-03", "no version",
       [](Given& g) { g.facts.config.labels.erase("org.opencontainers.image.version"); }, "no such label"},
      {"CFG-04", "a relative entry", [](Given& g) { g.facts.config.environment = {"PATH=/usr/bin:bin"}; },
       "relative"},
      {"CFG-04", "an empty entry", [](Given& g) { g.facts.config.environment = {"PATH=/usr/bin:"}; },
       "empty entry"},
      {"CFG-04", "a writable entry", [](Given& g) { g.facts.config.environment = {"PATH=/home/app/bin"}; },
       "user"},
      {"CFG-04", "preload", [](Given& g) { g.facts.config.environment = {"LD_PRELOAD=/tmp/x.so"}; },
       "programs run"},
      {"CFG-04", "preload by file", [](Given& g) { text_file(g.facts, "etc/ld.so.preload", "/tmp/x.so\n"); },
       "every program loads"},
  };
  return rows;
}

// Whoever removes a check has to remove it here.
constexpr std::string_view all_ids =
    "USR-01 USR-02 USR-03 USR-04 USR-05 USR-06 USR-07 "
    "FS-01 FS-02 FS-03 FS-04 FS-05 FS-06 FS-07 FS-08 FS-09 FS-10 FS-11 FS-12 FS-13 FS-14 "
    "PKG-01 PKG-02 PKG-03 PKG-04 PKG-05 PKG-06 PKG-07 PKG-08 PKG-09 "
    "ELF-01 ELF-02 ELF-03 ELF-04 ELF-05 ELF-06 ELF-07 SEC-01 SEC-02 SEC-03 CFG-01 CFG-02 CFG-03 CFG-04";

TEST(Check, HasEveryCheckInItsOrderAndAnImageThatFailsIt) {
  std::vector<std::string_view> ids;
  for (const CheckRow& row : check_table()) ids.push_back(row.id);
  EXPECT_EQ(fmt::format("{}", fmt::join(ids, " ")), all_ids);
  for (const std::string_view id : ids) {
    EXPECT_TRUE(std::ranges::find(spoilt_images(), id, &Spoilt::id) != spoilt_images().end())
        << id << " has no image that fails it";
  }
}

TEST(Check, TheGoodImagePassesEachCheck) {
  const Report report = report_of({});
  for (const CheckResult& one : report.results) {
    EXPECT_EQ(name_of(one.outcome), "pass")
        << one.id << " "
        << (one.findings.empty() ? one.note : one.findings[0].path + ": " + one.findings[0].detail);
  }
  EXPECT_TRUE(report.passes());
}

TEST(Check, EachSpoiltImageFailsItsCheck) {
  for (const Spoilt& row : spoilt_images()) {
    SCOPED_TRACE(fmt::format("{}: {}", row.id, row.summary));
    Given given;
    row.spoil(given);
    const Report report = report_of(given);
    const CheckResult& one = result(report, row.id);
    const auto expected = one.level == CheckLevel::failure ? Outcome::fail : Outcome::warn;
    EXPECT_EQ(name_of(one.outcome), name_of(expected)) << one.note;
    EXPECT_THAT(one.findings, Contains(Field(&CheckFinding::detail, HasSubstr(std::string(row.detail)))));
    EXPECT_EQ(report.passes(), one.level != CheckLevel::failure && report.passes());
  }
}

TEST(Check, AnEmptyImagePassesNothing) {
  for (const auto profile : {CheckProfile::runtime, CheckProfile::dev, CheckProfile::app}) {
    for (const bool is_folder : {false, true}) {
      Facts facts;
      facts.is_folder = is_folder;
      for (const CheckResult& one : check_image({.facts = facts, .profile = profile, .now = now}).results) {
        EXPECT_NE(one.outcome, Outcome::pass) << one.id;
        EXPECT_FALSE(one.findings.empty() && one.note.empty()) << one.id << " does not say why";
      }
    }
  }
}

TEST(Check, ImmediateBindingAloneIsAWarning) {
  Given given;
  app(given).binds_now = false;
  EXPECT_EQ(result(report_of(given), "ELF-03").outcome, Outcome::warn);
}

TEST(Check, WhatIsNotAskedOfGoRustAndStaticPrograms) {
  Given given;
  ElfFacts& elf = app(given);
  elf.uses_fortify = elf.uses_stack_protector = false;
  elf.needed = {"libc.so.6", "libgcc_s.so.1"};
  EXPECT_NE(result(report_of(given), "ELF-04").outcome, Outcome::warn) << "Rust";
  elf.needed = {"libc.so.6"};
  elf.is_go = true;
  EXPECT_NE(result(report_of(given), "ELF-04").outcome, Outcome::warn) << "Go";
  elf = {.kind = ElfFacts::Kind::program,
         .machine = 62,
         .is_position_independent = true,
         .is_static = true,
         .is_go = true};
  const Report report = report_of(given);
  for (const char* id : {"ELF-01", "ELF-02", "ELF-03", "ELF-04", "ELF-07"}) {
    EXPECT_NE(result(report, id).outcome, Outcome::fail) << id;
  }
}

TEST(Check, LibrariesAreFoundWhereLinkersLook) {
  struct Row {
    std::string_view summary;
    std::string_view path;
    std::function<void(Given&)> prepare;
  };
  const Row rows[] = {
      {"RUNPATH", "opt/app/libx.so", [](Given& g) { app(g).runpath = {"/opt/app"}; }},
      {"RPATH by $ORIGIN", "usr/lib/app/libx.so", [](Given& g) { app(g).rpath = {"${ORIGIN}/../lib/app"}; }},
      {"ld.so.conf.d", "opt/y/libx.so",
       [](Given& g) { text_file(g.facts, "etc/ld.so.conf.d/y.conf", "# y\n/opt/y \n"); }},
      {"LD_LIBRARY_PATH", "opt/z/libx.so",
       [](Given& g) { g.facts.config.environment = {"LD_LIBRARY_PATH=/opt/z"}; }},
      {"by a link", "usr/lib/deep/libx.so.1.2",
       [](Given& g) { symlink(g.facts, "usr/lib/libx.so", "deep/libx.so.1.2"); }},
  };
  for (const Row& row : rows) {
    Given given;
    app(given).needed.push_back("libx.so");
    EXPECT_EQ(result(report_of(given), "ELF-07").outcome, Outcome::fail) << row.summary;
    library(given.facts, std::string(row.path));
    row.prepare(given);
    EXPECT_EQ(result(report_of(given), "ELF-07").outcome, Outcome::pass) << row.summary;
  }
}

TEST(Check, DevImagesMayHaveWhatTheyAreFor) {
  Given given;
  given.facts.config.user = "";
  owned_file(given.facts, "usr/bin/bash", 0755);
  owned_file(given.facts, "usr/bin/apt", 0755);
  owned_file(given.facts, "usr/bin/gcc", 0755);
  passwd(given, "root:x:0:0::/root:/bin/bash\n");
  folder(given.facts, "root", 0700);
  EXPECT_FALSE(report_of(given).passes());
  const Report report = report_of(given, CheckProfile::dev);
  EXPECT_TRUE(report.passes()) << text_of(report, false);
  EXPECT_EQ(result(report, "PKG-01").outcome, Outcome::not_applicable);
  file(given.facts, "usr/bin/x", 04755);
  EXPECT_FALSE(report_of(given, CheckProfile::dev).passes()) << "a setuid file is of no use there either";
}

TEST(Check, AnAppIsNotToBlameForItsBase) {
  Facts base = good_image();
  owned_file(base, "usr/bin/bash", 0755);
  file(base, "data/x", 0666);
  Facts derived = base;
  const auto judge = [&] {
    return check_image({.facts = derived, .profile = CheckProfile::app, .base = &base, .now = now});
  };
  EXPECT_TRUE(judge().passes()) << text_of(judge(), false);
  file(derived, "opt/app/run", 0755);
  EXPECT_TRUE(judge().passes()) << "an app's own files are of no package: " << text_of(judge(), false);
  EXPECT_THAT(result(judge(), "FS-10").note, HasSubstr("1 file of the app itself"));
  file(derived, "data/x", 0666).sha256 = Digest::of("other bytes");
  EXPECT_EQ(result(judge(), "FS-03").outcome, Outcome::fail) << "the app changed it, so it is the app's";
  owned_file(derived, "usr/bin/app2", 0755).md5 = std::string(32, '0');
  EXPECT_EQ(result(judge(), "FS-10").outcome, Outcome::fail) << "a package's file that was changed";
}

TEST(Check, WhatOurOwnDefinitionAddedHasItsOrigin) {
  Given given;
  given.facts.config.history = {{"", "hauberk: app: app=1.0-1", "", false},
                                {"", "hauberk: definition:", "", false}};
  file(given.facts, "opt/app/run", 0755).layer = 1;
  EXPECT_EQ(result(report_of(given), "FS-10").outcome, Outcome::pass);
  given.facts.config.history.push_back({"", "COPY x /opt/x", "", false});
  given.facts.layers.resize(3);
  file(given.facts, "opt/x", 0755).layer = 2;
  EXPECT_EQ(result(report_of(given), "FS-10").outcome, Outcome::fail) << "a layer of somebody else on top";
}

TEST(Check, HolesAreNotCheckedWithoutAFeedOrWithAnOldOne) {
  const Facts facts = good_image();
  EXPECT_THAT(result(check_image({.facts = facts, .now = now}), "PKG-07").note,
              HasSubstr("there is no feed"));
  const Report old = check_image({.facts = facts, .now = now, .holes_unknown = "the feed is too old"});
  EXPECT_EQ(result(old, "PKG-07").outcome, Outcome::not_checked);
  EXPECT_EQ(result(old, "PKG-07").note, "the feed is too old");
}

TEST(Check, APackageCalledPasswdIsNoPassword) {
  Given given;
  given.facts.config.history = {{"", "hauberk: app: app=1.0-1", "", false}};
  secret(given, FoundSecret::Place::history, "1");
  EXPECT_EQ(result(report_of(given), "SEC-01").outcome, Outcome::pass);
  given.facts.config.history[0].created_by = "hauberk: app: app=1.0-1 password=hunter2";
  EXPECT_EQ(result(report_of(given), "SEC-01").outcome, Outcome::fail) << "not an installed package";
}

TEST(Check, AcceptedFindingsAreCountedApart) {
  Given given;
  app(given).is_position_independent = false;
  CheckInput input{.facts = given.facts,
                   .acceptances = {{"ELF-01", "usr/bin/a*", "Debian builds it so", "2026-09-21"}},
                   .now = now};
  Report report = check_image(input);
  EXPECT_EQ(result(report, "ELF-01").outcome, Outcome::accepted);
  EXPECT_EQ(report.counts().at(Outcome::accepted), 1U);
  EXPECT_THAT(text_of(report, false), HasSubstr("accepted until 2026-09-21: Debian builds it so"));
  EXPECT_TRUE(report.unused.empty());

  input.acceptances[0].until = "2026-09-20";
  report = check_image(input);
  EXPECT_EQ(result(report, "ELF-01").outcome, Outcome::fail);
  EXPECT_THAT(text_of(report, false), HasSubstr("the acceptance ended on 2026-09-20"));

  input.acceptances[0] = {"ELF-01", "usr/bin/other", "", "2030-01-01"};
  report = check_image(input);
  EXPECT_EQ(result(report, "ELF-01").outcome, Outcome::fail);
  EXPECT_EQ(report.unused.size(), 1U);
}

TEST(Check, ShowsTheWorstFirstAndWhatToDo) {
  Given given;
  given.facts.config.user = "0";
  owned_file(given.facts, "usr/share/doc/app/x");
  const std::string text = text_of(report_of(given), false);
  EXPECT_LT(text.find("FAIL        USR-01"), text.find("warn        FS-12"));
  EXPECT_THAT(text, HasSubstr("To mend it: Set a user that is not 0"));
  EXPECT_THAT(text, HasSubstr("of 44 checks.\nIt does not pass."));
  EXPECT_EQ(text.find("USR-03"), std::string::npos) << "what passed is shown with --all";
  EXPECT_THAT(text_of(report_of(given), true), HasSubstr("pass        USR-03"));
}

TEST(Check, TheJsonSaysTheSame) {
  Given given;
  given.facts.config.user = "0";
  const Json json = json_of(report_of(given));
  EXPECT_EQ(json["passes"], false);
  EXPECT_EQ(json["results"].size(), check_table().size());
  EXPECT_EQ(json["results"][0]["outcome"], "fail");
  EXPECT_EQ(json["results"][0]["findings"][0]["detail"], "set to \"0\"");
  std::size_t sum = 0;
  for (const auto& [name, number] : json["counts"].items()) sum += number.get<std::size_t>();
  EXPECT_EQ(sum, check_table().size());
}

TEST(Check, TheDocumentListsTheTable) {
  const std::string path =
      std::string(__FILE__).substr(0, std::string(__FILE__).rfind("src/")) + "docs/checks.md";
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  const std::string mark = "## The list\n";
  const std::string document = text.str();
  const auto list = document.find(mark);
  ASSERT_NE(list, std::string::npos) << path;
  const std::string whole = document.substr(0, list + mark.size()) + table_as_markdown();
  if (getenv("HAUBERK_REWRITE_GOLDEN") != nullptr) std::ofstream(path) << whole;
  EXPECT_EQ(document, whole) << "HAUBERK_REWRITE_GOLDEN=1 rewrites " << path;
}

}  // namespace
}  // namespace hauberk
