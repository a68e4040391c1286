# SPDX-License-Identifier: Apache-2.0
"""Docker and podman, as the tests of the catalogue and of own apps use them: both without a bridge, so a
container has a loopback of its own and is asked from inside its network."""

import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import program as under_test

# The kinds of options of `hauberk run-profile` that go for a container without a network.
PROFILE_OPTION = re.compile(
    r"^\s*(--(?:read-only|user|cap-drop|security-opt|tmpfs|stop-signal)\b.*?)\s*\\?$", re.M)
LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096")  # podman's own may be above ours
ASK = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())"


run = functools.partial(under_test.run_tool, timeout=600)


def profile(hauberk, image):
    """The options that `hauberk run-profile` tells for this image, as words."""
    text = hauberk.run("run-profile", image).stdout
    return [word for option in PROFILE_OPTION.findall(text) for word in option.split()]


class Engine:
    """What docker and podman have in common. `words` begin each of their commands."""

    def __init__(self, words, limits=()):
        self.words, self.limits = tuple(map(str, words)), tuple(limits)

    def __call__(self, *argv, **options):
        return run(*self.words, *argv, **options)

    def load(self, hauberk, *images):
        """Copies images out of the store into the engine, as an archive that every Docker reads."""
        with tempfile.TemporaryDirectory() as folder:
            archive = pathlib.Path(folder) / "image.tar"
            for image in images:
                hauberk.run("copy", image, f"docker-archive:{archive}")
                self("load", "--quiet", "--input", archive)
                archive.unlink()

    def start(self, image, options):
        return self("run", "--detach", "--network", "none", *self.limits, *options, image).stdout.split()[-1]

    def inspect(self, container, template):
        return self("inspect", "--format", template, container).stdout.strip()

    def get(self, container, port, path="/", patience=30):
        """What the container answers, once it takes connections."""
        url, deadline = f"http://127.0.0.1:{port}{path}", time.monotonic() + patience
        while True:
            process = self.inspect(container, "{{.State.Pid}}")
            if process in ("", "0"):
                raise AssertionError(f"the container ended:\n{self.logs(container)}")
            asked = run("nsenter", "--target", process, "--net", sys.executable, "-c", ASK, url,
                        check=False)
            if asked.returncode == 0:
                return asked.stdout
            if time.monotonic() > deadline:
                raise AssertionError(f"no answer: {asked.stderr[-500:]}\n{self.logs(container)}")
            time.sleep(0.1)

    def logs(self, container):
        done = self("logs", container, check=False)
        return done.stdout + done.stderr

    def stop(self, container):
        """Asks it to stop, and tells its exit code: 137 if it had to be killed."""
        self("stop", "--time", "10", container)
        return int(self.inspect(container, "{{.State.ExitCode}}"))

    def remove(self, container):
        self("rm", "--force", container, check=False)


def podman(folder):
    """podman with its storage below `folder`, on hosts of both kinds of cgroups."""
    under_test.need_tools("podman", "runc", "nsenter")
    if os.geteuid() != 0:
        under_test.skip("asking a container of podman from inside its network needs root")
    words = ["podman", "--root", folder / "root", "--runroot", folder / "run", "--tmpdir", folder / "tmp",
             "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--runtime", "runc"]
    return Engine(words, LIMITS)


class Dockerd:
    """A Docker daemon of our own, without a bridge and without rules of the firewall."""

    def __init__(self):
        under_test.need_tools("dockerd", "docker", "nsenter")
        if os.geteuid() != 0:
            under_test.skip("dockerd needs root")
        # Unix sockets have short paths.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hd-", dir="/tmp"))
        socket = f"unix://{self.folder}/d.sock"
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["dockerd", "--iptables=false", "--ip6tables=false", "--bridge=none",
                 "--storage-driver=overlay2", "--data-root", self.folder / "data",
                 "--exec-root", self.folder / "exec", "--pidfile", self.folder / "pid", "--host", socket],
                stdout=log, stderr=log)
        self.engine = Engine(["docker", "--host", socket])
        deadline = time.monotonic() + 60
        while self.engine("version", check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                why = (self.folder / "log").read_text(encoding="utf-8").strip().splitlines()[-1:]
                self.end()
                under_test.skip(f"dockerd does not start here: {' '.join(why)}")
            time.sleep(0.2)

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def store():
    """The store that these tests share, so that each package's layer is made once; and what ends it."""
    shared = os.environ.get("HAUBERK_TEST_HOME")
    folder = None if shared else tempfile.TemporaryDirectory()
    hauberk = under_test.Program(pathlib.Path(shared or folder.name) / "store")
    hauberk.home.parent.mkdir(parents=True, exist_ok=True)
    hauberk.init()
    hauberk.build_flags = ("--no-evidence",)  # one of these tests makes keys there; the others cannot sign
    return hauberk, (lambda: None) if shared else folder.cleanup


PASSPHRASE = "copper-finch-meadow-58"


def signing_store():
    """The same, with keys: PASSPHRASE opens them. Whichever test comes first makes them."""
    hauberk, end = store()
    hauberk.build_flags = ()
    public = hauberk.home / "keys" / "build.pub"
    if not public.exists():
        done = hauberk.run("keygen", "--name", "build", "--passphrase-fd", 0, input=PASSPHRASE + "\n",
                           expect=None)
        if not public.exists():
            raise AssertionError(f"no key was made: {done.stderr}")
    return hauberk, end
