// Images made here, tried in real containers: what passes has to pass, and what is wrong has to fail for the
// reason that is wrong. Needs an OCI runtime and a static busybox; without them it is skipped.
//
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "io/test_folder.h"
#include "oci/config.h"
#include "oci/media_type.h"
#include "tar/writer.h"
#include "trial/trial.h"

namespace hauberk {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Outcome = TrialCase::Outcome;

constexpr const char* busybox = "/bin/busybox";

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// An image with busybox, a page and the accounts, run as 65532.
class TestImage {
 public:
  TestImage() {
    auto store =
        Store::init(folder_.path() + "/home", {"http://localhost/debian", "http://localhost/security"});
    if (!store) throw std::runtime_error(store.error().message);
    store_ = *std::move(store);
    config.os = "linux";
    config.architecture = Platform::of_this_machine()->architecture();
    config.user = "65532:65532";
    config.exposed_ports = {"8080/tcp"};
    annotations["hauberk.writable"] = "/data /tmp";
  }

  // `shell` is run by the image's shell.
  TestImage& program(const std::string& shell) {
    config.entrypoint = {busybox, "sh", "-c"};
    config.cmd = {shell};
    return *this;
  }

  TestImage& test(ImageTest test) {
    definition.tests.push_back(std::move(test));
    return *this;
  }

  Descriptor write() {
    const std::string layer = layer_text();
    config.diff_ids = {Digest::of(layer)};
    Manifest manifest{.media_type = std::string(media_type::manifest),
                      .artifact_type = {},
                      .config = put(media_type::config, text_of(config)),
                      .layers = {put(media_type::layer, layer)},
                      .subject = {},
                      .annotations = annotations};
    return put(media_type::manifest, text_of(manifest));
  }

  Result<TrialReport> try_it(TrialOptions options = {}) { return try_written(write(), options); }

  Result<TrialReport> try_written(const Descriptor& manifest, TrialOptions options = {}) {
    SilentProgress progress;
    options.work_dir = folder_.path();
    return try_image(*store_, manifest, definition, options, progress);
  }

  const std::string& folder() const { return folder_.path(); }

  ImageConfig config;
  Annotations annotations;
  Definition definition;

 private:
  Descriptor put(std::string_view type, std::string_view text) {
    (void)put_blob(store_->blobs(), text);
    return describe(type, text);
  }

  static std::string layer_text() {
    MemorySink sink;
    TarWriter tar(sink);
    const auto add = [&](std::string path, std::uint32_t mode, const std::string& content) {
      TarEntry entry;
      entry.path = std::move(path);
      entry.mode = mode;
      ASSERT_TRUE(tar.add_file(entry, content));
    };
    add("bin/busybox", 0755, content_of("/bin/busybox"));
    add("etc/passwd", 0644, "nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n");
    add("srv/index.html", 0644, "<h1>A page</h1>\n");
    (void)tar.finish();
    return sink.take();
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

const std::string serve = "trap 'exit 0' TERM; /bin/busybox httpd -f -p 8080 -h /srv & wait";

ImageTest commands(std::vector<std::string> list, int exit_code = 0, std::string output = "") {
  ImageTest test;
  test.name = list.empty() ? "the program" : list.front();
  test.commands = std::move(list);
  test.exit_code = exit_code;
  test.output = std::move(output);
  test.timeout_seconds = 20;
  return test;
}

class ImageTrial : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(busybox))
      GTEST_SKIP() << "skipped: there is no " << busybox << " (package busybox-static)";
    const auto report = TestImage().program("exit 0").test(commands({})).try_it();
    ASSERT_TRUE(report) << report.error().message;
    if (report->runtime.empty()) GTEST_SKIP() << "skipped: " << report->cases.at(0).why;
  }
};

TEST_F(ImageTrial, ServesStaysAndStops) {
  TestImage image;
  image.program(serve)
      .test(commands({"@http GET / 200 'A page'", "@http x200 GET /index.html", "@stays 1", "@stop"}))
      .test(commands({"@http HEAD /nothing 404", "@tcp 'GET / HTTP/1.0\\r\\n\\r\\n' 'HTTP/1.1 200'"}))
      .test(commands({"@http :8080 GET /", "/bin/busybox id"}, 0, "uid=65532(nonroot) gid=65532"));
  const auto report = image.try_it();
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& one : report->cases)
    EXPECT_EQ(one.outcome, Outcome::passed) << one.name << ": " << one.why;
  EXPECT_EQ(report->cases.size(), 3u);
  EXPECT_TRUE(report->passed());
}

TEST_F(ImageTrial, KeepsWhatItWroteAcrossStopAndStart) {
  TestImage image;
  image
      .program(
          "trap 'exit 0' TERM; [ -e /data/index.html ] || echo first > /data/index.html;"
          "/bin/busybox httpd -f -p 8080 -h /data & wait")
      .test(commands({"@http GET / first", "/bin/busybox sh -c 'echo second > /data/index.html'", "@stop",
                      "/bin/busybox cat /data/index.html", "@start", "@http GET / second"},
                     0, "second"))
      .test(commands({"@http GET / first"}));  // and the next test has a new one
  const auto report = image.try_it();
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& one : report->cases)
    EXPECT_EQ(one.outcome, Outcome::passed) << one.name << ": " << one.why;
}

TEST_F(ImageTrial, FailsForTheRightReason) {
  struct Row {
    std::string summary, program;
    ImageTest test;
    std::string why;
  };
  const std::vector<Row> rows{
      {"another status", serve, commands({"@http GET /nothing 200"}), "status 404 and not 200"},
      {"another text", serve, commands({"@http GET / 'Another page'"}), "does not contain 'Another page'"},
      {"another answer", serve, commands({"@tcp 'GET / HTTP/1.0\\r\\n\\r\\n' 'HTTP/1.1 500'"}),
       "HTTP/1.1 500"},
      {"a program that ends", "echo I give up; exit 3", commands({"@http GET /"}),
       "ended with code 3; it printed 'I give up'"},
      {"a program that does not stay", "sleep 0.2; exit 0", commands({"@stays 5"}), "ended with code 0"},
      {"a program deaf to its signal", "trap '' TERM; while :; do sleep 1; done",
       [] {
         auto test = commands({"@stays 1", "@stop"});
         test.timeout_seconds = 2;
         return test;
       }(),
       "does not end by signal 15"},
      {"a program that stops badly", "trap 'exit 7' TERM; sleep 100 & echo up > /data/up; wait",
       commands({"/bin/busybox sh -c 'until [ -e /data/up ]; do sleep 0.05; done'", "@stop"}),
       "code 7; it printed"},
      {"another exit code", serve, commands({"/bin/busybox false"}), "ended with code 1, not 0"},
      {"an exit code too good", serve, commands({"/bin/busybox true"}, 1), "ended with code 0, not 1"},
      {"an output that is not there", serve, commands({"/bin/busybox echo this"}, 0, "that"),
       "does not contain 'that'"},
      {"a program that is not there", serve, commands({"/bin/nothing"}), "/bin/nothing"},
      {"a root that is not written", serve, commands({"/bin/busybox touch /srv/x"}), "Read-only file system"},
      {"a mount", serve, commands({"/bin/busybox mount -t tmpfs none /tmp"}), "denied"},
      {"another network", serve, commands({"/bin/busybox ping -c 1 192.0.2.1"}), "ended with code"},
      {"a timeout too short to stay", serve, commands({"@stays 60"}), "longer `timeout`"},
      {"an unknown word", serve, commands({"@htpp GET /"}), "did you mean @http"},
      {"a stopped program asked", serve, commands({"@http GET /", "@stop", "@http GET /"}),
       "@start starts it again"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.summary);
    const auto report = TestImage().program(row.program).test(row.test).try_it();
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->cases.size(), 1u);
    EXPECT_EQ(report->cases[0].outcome, Outcome::failed);
    EXPECT_THAT(report->cases[0].why, HasSubstr(row.why));
  }
}

TEST_F(ImageTrial, RunsCommandsOfImagesWithoutALastingProgram) {
  TestImage bare;
  bare.test(commands({"/bin/busybox true", "/bin/busybox echo hello"}, 0, "hello"))
      .test(commands({"/bin/busybox sh -c 'exit 4'"}, 4))
      .test(commands({"@stays 1"}));
  const auto report = bare.try_it();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cases[0].outcome, Outcome::passed) << report->cases[0].why;
  EXPECT_EQ(report->cases[1].outcome, Outcome::passed) << report->cases[1].why;
  EXPECT_EQ(report->cases[2].outcome, Outcome::failed);
  EXPECT_THAT(report->cases[2].why, HasSubstr("neither entrypoint nor cmd"));

  TestImage interpreter;  // reads commands from nothing, and ends
  interpreter.config.cmd = {busybox, "sh"};
  interpreter.test(commands({"/bin/busybox sh -c 'sleep 1; pwd; echo $HOME'"}, 0, "/tmp"));
  interpreter.definition.tests[0].directory = "/tmp";
  const auto second = interpreter.try_it();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(second->passed()) << second->cases[0].why;
}

TEST_F(ImageTrial, GrantsNothing) {
  const std::string script =
      "/bin/busybox sh -c 'grep -E \"^(CapEff|CapBnd|NoNewPrivs|Seccomp):\" /proc/self/status | tr -d "
      "\"\\t\"; "
      "ulimit -n; ls /sys/class/net; cat /proc/net/route | wc -l'";
  const auto report =
      TestImage()
          .program(serve)
          .test(commands(
              {script}, 0,
              "CapEff:0000000000000000\nCapBnd:0000000000000000\nNoNewPrivs:1\nSeccomp:2\n1024\nlo\n1\n"))
          .try_it();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->passed()) << report->cases[0].why;
}

TEST_F(ImageTrial, TriesAnImageWithoutTests) {
  const auto good = TestImage().program(serve).try_it();
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_TRUE(good->passed()) << good->cases.at(0).why;
  const auto bad = TestImage().program("exit 1").try_it();
  ASSERT_TRUE(bad) << bad.error().message;
  EXPECT_TRUE(bad->failed());
  const auto none = TestImage().try_it();
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_EQ(none->cases.at(0).outcome, Outcome::not_run);
}

TEST_F(ImageTrial, RunsNoTestsThatLieInTheCatalogue) {
  TestImage image;
  image.program(serve).test(commands({"/bin/busybox true"}));
  image.definition.tests[0].directory = "image/example/tests";
  const auto report = image.try_it();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cases.at(0).outcome, Outcome::not_run);
  EXPECT_THAT(report->cases.at(0).why, HasSubstr("image/example/tests is one of the catalogue"));
}

TEST_F(ImageTrial, SaysWhyNothingRan) {
  TestImage foreign;
  foreign.config.architecture = foreign.config.architecture == "amd64" ? "arm64" : "amd64";
  const auto report = foreign.program(serve).test(commands({"@http GET /"})).try_it();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cases.at(0).outcome, Outcome::not_run);
  EXPECT_THAT(report->cases.at(0).why, HasSubstr("this machine is"));
  EXPECT_FALSE(report->passed());
  EXPECT_FALSE(report->failed());

  const auto missing = TestImage()
                           .program(serve)
                           .test(commands({"@http GET /"}))
                           .try_it({.runtime = "no-such-runtime", .work_dir = {}});
  ASSERT_TRUE(missing) << missing.error().message;
  EXPECT_THAT(missing->cases.at(0).why, HasSubstr("apt-get install"));

  const auto broken = TestImage()
                          .program(serve)
                          .test(commands({"@http GET /"}))
                          .try_it({.runtime = "/bin/false", .work_dir = {}});
  ASSERT_TRUE(broken) << broken.error().message;
  EXPECT_EQ(broken->cases.at(0).outcome, Outcome::not_run);
}

std::size_t entries_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST_F(ImageTrial, LeavesNothingBehind) {
  TestImage image;
  image.program(serve).test(commands({"@http GET /",
                                      "/bin/busybox sh -c 'mkdir -p /data/a/b; chmod 0 /data/a'"}));
  const auto report = image.try_it();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->passed()) << report->cases[0].why;
  EXPECT_EQ(entries_in(image.folder()), 1u) << "only the store itself is left";
}

// The signal comes while a test waits for a program that will not end; our process then has to end by it.
TEST_F(ImageTrial, EndsEverythingWhenInterrupted) {
  TestImage image;
  image.program("trap '' TERM INT; echo up; while :; do sleep 1; done").test(commands({"@stays 19"}));
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGINT, SIG_DFL);
    (void)image.try_it();
    _exit(99);
  }
  const auto in_test = [&] {  // the folder of the first test is there
    for (const auto& entry : fs::directory_iterator(image.folder())) {
      if (fs::exists(entry.path() / "bundle-2" / "pid")) return true;
    }
    return false;
  };
  for (int i = 0; i < 1000 && !in_test(); ++i) usleep(10'000);
  ASSERT_TRUE(in_test());
  kill(child, SIGINT);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
  EXPECT_EQ(entries_in(image.folder()), 1u) << "only the store itself is left";
}

TEST_F(ImageTrial, RefusesALayerThatIsNotTheImages) {
  TestImage image;
  image.program(serve).test(commands({"@http GET /"}));
  const auto written = image.write();
  const fs::path blobs = image.folder() + "/home/blobs/sha256";
  for (const auto& entry : fs::directory_iterator(blobs)) {
    if (entry.file_size() < 100'000) continue;
    fs::permissions(entry.path(), fs::perms(0600));
    std::fstream layer(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    layer.seekp(60'000);
    layer.put('!');
  }
  const auto report = image.try_written(written);  // writing it again would put it right
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::verification_failed) << report.error().message;
}

}  // namespace
}  // namespace hauberk
