#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The signer's service (packaging/systemd): systemd finds no fault in it, the program knows what it is called
with, its command line serves, and needs no system call that the service forbids.

HAUBERK is the program, SIGNER_CLIENT a client of the signer (signer_client.cc). What a machine lacks
(systemd-analyze, strace, root) leaves out the tests that need it, by name."""

import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import unittest

import program as under_test
from program import HAUBERK, run_tool

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "packaging" / "systemd"
UNIT = FOLDER / "hauberk-signer.service"
CLIENT = os.path.abspath(os.environ.get("SIGNER_CLIENT", "build/dev/tests/signer_client"))
PASSPHRASE = "walnut-harbour-lantern"
MOST_EXPOSED = 2.0
# A sanitizer makes system calls of its own, and cannot be traced.
IS_SANITIZED = any(mark in pathlib.Path(HAUBERK).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))


def needs(*tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    return unittest.skipIf(missing, f"skipped: {', '.join(missing)} is not installed")


class Unit:
    """The settings of the unit: name -> values, in their order."""

    def __init__(self, text):
        self.settings = {}
        for line in text.splitlines():
            if match := re.match(r"(\w+)=(.*)$", line):
                self.settings.setdefault(match[1], []).append(match[2])

    def one(self, name):
        [value] = self.settings[name]
        return value

    def calls(self):
        """The system calls that its filter allows, as systemd works it out: a list that each line changes."""
        allowed = set()
        for line in self.settings["SystemCallFilter"]:
            words = set().union(*(self.group(word) for word in line.lstrip("~").split()))
            allowed = allowed - words if line.startswith("~") else allowed | words
        return allowed

    def group(self, word):
        if not word.startswith("@"):
            return {word}
        lines = run_tool("systemd-analyze", "syscall-filter", "--no-pager", word).stdout.splitlines()[1:]
        names = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
        return set().union(*(self.group(name) for name in names))


class Service(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.text = UNIT.read_text()
        self.unit = Unit(self.text)
        self.words = shlex.split(self.unit.one("ExecStart"))

    @needs("systemd-analyze")
    def test_systemd_finds_no_fault_in_it(self):
        # The program is not installed here.
        self.assertEqual(self.words[0], "hauberk")
        path = self.folder / UNIT.name
        path.write_text(self.text.replace("ExecStart=hauberk ", f"ExecStart={HAUBERK} "))
        done = run_tool("systemd-analyze", "verify", "--man=no", path, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        done = run_tool("systemd-analyze", "security", "--offline=yes", "--no-pager", path)
        exposed = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1])
        self.assertLess(exposed, MOST_EXPOSED, done.stdout)

    def test_the_program_knows_what_it_is_called_with(self):
        verb = self.words.index("signer")
        for words, said in ((self.words[1:verb], run_tool(HAUBERK, "--help").stdout),
                            (self.words[verb:], run_tool(HAUBERK, "signer", "--help").stdout)):
            flags = [word for word in words if word.startswith("-")]
            self.assertTrue(flags)
            for flag in flags:
                self.assertRegex(said, rf"(?m)^  (-\w,)?{flag} ")
        credential, path = self.unit.one("LoadCredentialEncrypted").split(":")
        self.assertIn(f"credential {credential},", run_tool(HAUBERK, "signer", "--help").stdout)
        # And whoever follows docs/trust.md makes what it looks for.
        page = (ROOT / "docs" / "trust.md").read_text()
        for words in (f"--name={credential} - {path}\n", f"--home {self.words[2]} init",
                      f"HAUBERK_SIGNER={self.words[self.words.index('--socket') + 1]}\n"):
            self.assertIn(words, page)

    def test_folders_and_users_are_those_of_the_other_files(self):
        user, home = self.unit.one("User"), self.words[self.words.index("--home") + 1]
        self.assertEqual(self.unit.one("Group"), user)
        self.assertIn(f"\nu {user} - ", (FOLDER / "sysusers.d" / "hauberk-signer.conf").read_text())
        self.assertIn(f"\nd {home} 0700 {user} {user} -",
                      (FOLDER / "tmpfiles.d" / "hauberk-signer.conf").read_text())
        socket = pathlib.Path(self.words[self.words.index("--socket") + 1])
        self.assertEqual(str(socket.parent), f"/run/{self.unit.one('RuntimeDirectory')}")

    @needs("systemd-sysusers", "systemd-tmpfiles")
    @unittest.skipUnless(os.geteuid() == 0, "skipped: making users and their folders needs root")
    def test_systemd_makes_the_user_and_its_folder(self):
        (self.folder / "etc").mkdir()
        run_tool("systemd-sysusers", f"--root={self.folder}", FOLDER / "sysusers.d" / "hauberk-signer.conf")
        [row] = [line.split(":") for line in (self.folder / "etc/passwd").read_text().splitlines()
                 if line.startswith("hauberk-signer:")]
        run_tool("systemd-tmpfiles", f"--root={self.folder}", "--create",
                 FOLDER / "tmpfiles.d" / "hauberk-signer.conf")
        made = (self.folder / "var/lib/hauberk-signer").stat()
        self.assertEqual((made.st_mode & 0o7777, made.st_uid), (0o700, int(row[2])))

    # --- its command line, in folders of the test ----------------------------------------------------

    def command(self):
        """The words of the unit, with the folders and the user of this test."""
        places = {"/var/lib/hauberk-signer": str(self.folder / "state"),
                  "/run/hauberk-signer/signer.sock": str(self.folder / "signer.sock"),
                  "$BUILDERS": pwd.getpwuid(os.geteuid()).pw_name}
        return [HAUBERK, *(places.get(word, word) for word in self.words[1:])]

    def serve(self, *wrapper):
        """Starts it as systemd would: with nothing in its environment but the credential, and its limits."""
        limits = ["--core=0", f"--memlock={8 << 20}", "--nofile=256"]
        environment = {"CREDENTIALS_DIRECTORY": str(self.folder / "credentials"), "PATH": os.environ["PATH"]}
        words = [*wrapper, "prlimit", *limits, *self.command()]
        process = subprocess.Popen(words, env=environment, text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertIn("ready at", process.stdout.readline())
        return process

    def ask_and_stop(self, process, pid):
        """Three signatures for a client of another store; then the service's end, and what it said."""
        done = run_tool(CLIENT, self.folder / "builder", HAUBERK, input="",
                        env={**os.environ, "HAUBERK_SIGNER": str(self.folder / "signer.sock")})
        self.assertEqual(len(done.stdout.splitlines()), 3)
        os.kill(pid, signal.SIGTERM)
        said = process.communicate(timeout=under_test.TIMEOUT)[0]
        self.assertEqual(process.returncode, 0)
        self.assertEqual(said.count("with the build key"), 3)

    def make_stores(self):
        signers, builders = (under_test.Program(self.folder / name) for name in ("state", "builder"))
        for store in (signers, builders):
            store.init()
        signers.run("keygen", "--name", "build", "--passphrase-fd", "0", input=PASSPHRASE + "\n")
        (self.folder / "credentials").mkdir()
        (self.folder / "credentials" / "hauberk-passphrase").write_text(PASSPHRASE + "\n")

    @needs("prlimit")
    def test_it_serves_another_store_and_writes_into_none(self):
        self.make_stores()
        before = under_test.files_of(self.folder, "state")
        process = self.serve()
        self.ask_and_stop(process, process.pid)
        self.assertEqual(under_test.files_of(self.folder, "state"), before)

    @needs("prlimit", "strace", "systemd-analyze")
    @unittest.skipIf(IS_SANITIZED, "skipped: a program with a sanitizer cannot be traced")
    def test_it_needs_no_system_call_that_is_forbidden(self):
        if subprocess.run(["strace", "-qq", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("skipped: no process may be traced here")
        self.make_stores()
        process = self.serve("strace", "-f", "-qq", "-o", self.folder / "trace")
        [pid] = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.ask_and_stop(process, int(pid))
        called = set()
        for call in re.findall(r"^\d+ +(\w+)\(", (self.folder / "trace").read_text(), re.M):
            called = {call} if call == "execve" else called | {call}  # what came before was prlimit's
        self.assertIn("mlock", called)
        self.assertEqual(called - self.unit.calls(), set())


if __name__ == "__main__":
    under_test.need_tools()
    unittest.main(verbosity=2)
