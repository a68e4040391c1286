#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/peers against a mirror on loopback whose packages and key are made here; and how it chooses a mirror
among a machine's apt sources."""

import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))
import mirror  # noqa: E402, after its folder is known
import program as under_test  # noqa: E402

LOADER = importlib.machinery.SourceFileLoader("peers", str(HERE / "peers"))
PEERS = importlib.util.module_from_spec(importlib.util.spec_from_loader("peers", LOADER))
sys.modules["peers"] = PEERS
LOADER.exec_module(PEERS)

PROGRAM = b"#!/bin/sh\necho here is $1\n"
PUBLIC = PEERS.PUBLIC_MIRROR


def oras(version="1.2.0-1", content=PROGRAM, **more):
    return mirror.Package("oras", [mirror.file("./usr/bin/oras", content, mode=0o755)], version, **more)


def run(*argv):
    return subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False)


class Brings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.key = mirror.Key(cls.folder, "trusted")
        cls.addClassCleanup(cls.key.close)
        cls.mirror = mirror.Mirror(cls.key)
        cls.addClassCleanup(cls.mirror.close)

    def setUp(self):
        self.cache = self.folder / self.id()
        self.mirror.files.clear()

    def peers(self, *words):
        return run(sys.executable, HERE / "peers", "--cache", self.cache, "--mirror", self.mirror.url,
                   "--keyring", self.key.keyring, *words)

    def refused(self, *words, why):
        done = self.peers(*words)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(why, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        left = [path.name for path in self.cache.iterdir() if path.name != ".lock"]
        self.assertEqual(left, [], "something is left of a peer that was refused")

    def test_brings_unpacks_and_asks_once(self):
        scripts = {"preinst": "#!/bin/sh\ntouch $0.ran\nexit 1\n", "postinst": "#!/bin/sh\nexit 1\n"}
        self.mirror.publish([oras(scripts=scripts)])
        done = self.peers("oras")
        self.assertEqual(done.stdout, f"{self.cache}/oras-1.2.0-1/usr/bin/oras\n", done.stderr)
        self.assertEqual(run(done.stdout.strip(), "it").stdout, "here is it\n")
        self.mirror.asked.clear()
        self.assertEqual(self.peers("oras", "oras").stdout, done.stdout * 2)
        self.assertEqual(self.mirror.asked, [])

    def test_another_key(self):
        other = mirror.Key(self.folder, "other")
        self.addCleanup(other.close)
        self.mirror.publish([oras()], key=other)
        self.refused("oras", why="NO_PUBKEY")

    def test_no_signature(self):
        text = self.mirror.release([oras()])
        self.mirror.files["/debian/dists/trixie/Release"] = text.encode()
        self.refused("oras", why="is not signed")

    def test_a_changed_package(self):
        package = oras()
        self.mirror.publish([package])
        self.mirror.files[f"/debian/{package.path}"] = oras(content=PROGRAM.replace(b"here", b"HERE")).deb
        self.refused("oras", why="Hash Sum mismatch")

    def test_a_changed_index(self):
        self.mirror.publish([oras()])
        index = "/debian/dists/trixie/main/binary-amd64/Packages"
        self.mirror.files[index] = self.mirror.files[index].replace(b"1.2.0-1", b"1.2.0-9")
        self.refused("oras", why="Hash Sum mismatch")

    def test_what_is_not_there(self):
        self.mirror.publish([oras()])
        self.refused("cosign-2", why="trixie of the mirror has no package cosign")
        self.refused("crane", why="sid")

    def test_another_version(self):
        self.mirror.publish([oras(), mirror.Package("cosign", version="3.0.1-1")])
        self.refused("cosign-2", why="trixie has cosign 3.0.1-1, and cosign-2 is 2.x")

    def test_without_the_program(self):
        self.mirror.publish([mirror.Package("oras", version="1.2.0-1")])
        self.refused("oras", why="has no program usr/bin/oras")

    def test_its_own_libraries(self):
        """This machine's own libraries and loader stand for a newer release's."""
        real = pathlib.Path(shutil.which("env")).resolve()
        needed = re.findall(r"(/\S+)", run("ldd", real).stdout)
        entries = [mirror.file(f".{path}", pathlib.Path(path).read_bytes(), mode=0o755)
                   for path in needed if os.path.isfile(path)]
        self.mirror.publish([oras(content=real.read_bytes(), fields={"Depends": "libraries"}),
                             mirror.Package("libraries", entries)])
        done = self.peers("--own-libraries", "oras")
        self.assertEqual(done.returncode, 0, done.stderr)
        script = pathlib.Path(done.stdout.strip())
        self.assertIn("--library-path", script.read_text())
        self.assertEqual(run(script, "echo", "loaded").stdout, "loaded\n")

    def test_a_peer_that_nobody_knows(self):
        done = self.peers("orsa")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cosign-2", done.stderr)


class ChoosesTheMirror(unittest.TestCase):
    CASES = [
        ("no source", {}, PUBLIC),
        ("a line", {"sources.list": "deb http://m.example/debian bookworm main\n"},
         "http://m.example/debian"),
        ("a slash at its end", {"sources.list": "deb https://m.example/debian/ sid main\n"},
         "https://m.example/debian"),
        ("a comment", {"sources.list": "# deb http://m.example/debian sid main\n"}, PUBLIC),
        ("sources of source packages", {"sources.list": "deb-src http://m.example/debian sid main\n"},
         PUBLIC),
        ("another distribution", {"sources.list": "deb http://m.example/ubuntu noble main\n"}, PUBLIC),
        ("security is no mirror",
         {"sources.list": "deb http://m.example/debian-security bookworm-security main\n"}, PUBLIC),
        ("another path, with Debian's keyring",
         {"sources.list": "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
                          "http://m.example/mirror trixie main\n"}, "http://m.example/mirror"),
        ("no http", {"sources.list": "deb file:/srv/debian sid main\n"}, PUBLIC),
        ("stanzas", {"sources.list.d/debian.sources":
                     "Types: deb deb-src\nURIs: http://m.example/debian\nSuites: trixie\n trixie-updates\n"
                     "Components: main\n"}, "http://m.example/debian"),
        ("a stanza that is off", {"sources.list.d/debian.sources":
                                  "Enabled: no\nTypes: deb\nURIs: http://m.example/debian\nSuites: trixie\n"},
         PUBLIC),
        ("a comment inside of a stanza", {"sources.list.d/debian.sources":
                                          "Types: deb\n# here\nURIs: http://m.example/debian\nSuites: sid\n"},
         "http://m.example/debian"),
        ("sources.list first", {"sources.list": "deb http://a.example/debian sid main\n",
                                "sources.list.d/b.list": "deb http://b.example/debian sid main\n"},
         "http://a.example/debian"),
        ("another suffix", {"sources.list.d/b.list.save": "deb http://b.example/debian sid main\n"}, PUBLIC),
    ]

    def test_cases(self):
        for summary, files, expected in self.CASES:
            with self.subTest(summary), tempfile.TemporaryDirectory() as etc:
                for name, text in files.items():
                    path = pathlib.Path(etc) / name
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(text)
                self.assertEqual(PEERS.mirror_of_host(pathlib.Path(etc)), expected)


def main():
    for tool in ("apt-get", "dpkg-deb", "gpg", "ldd"):
        if not shutil.which(tool):
            under_test.skip(f"{tool} is not installed")
    if run("dpkg", "--print-architecture").stdout.strip() != "amd64":
        under_test.skip("the mirror that it makes is of amd64")
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
