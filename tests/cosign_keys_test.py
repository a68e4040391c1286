#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Key files, both ways: each cosign reads what `hauberk keygen` made, and hauberk what that cosign made.

HAUBERK is the program; cosign comes by tools/peers. Exit 77 means skipped, with the reason."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ("cosign-2", "cosign-3")
OURS, THEIRS = "a passphrase of ours", "a passphrase of theirs"


class CosignKeys(unittest.TestCase):
    cosigns = {}  # name -> program

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.hauberk = under_test.Program(self.folder / "home")
        self.hauberk.init()
        self.keys = self.hauberk.home / "keys"

    def keygen(self, passphrase, *words, expect=under_test.DONE):
        words = ["--passphrase-fd", 0, *words]
        return self.hauberk.run("keygen", *words, input=passphrase + "\n", expect=expect)

    def cosign(self, name, passphrase, *words):
        return subprocess.run([self.cosigns[name], *words], cwd=self.folder, capture_output=True, text=True,
                              check=False, env={**os.environ, "COSIGN_PASSWORD": passphrase})

    def test_cosign_reads_ours(self):
        self.keygen(OURS)
        for cosign in self.cosigns:
            for name in ("build", "approval", "log", "root"):
                with self.subTest(cosign, key=name):
                    words = ["public-key", "--key", self.keys / f"{name}.key"]
                    done = self.cosign(cosign, OURS, *words)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(done.stdout, (self.keys / f"{name}.pub").read_text())
                    self.assertNotEqual(self.cosign(cosign, THEIRS, *words).returncode, 0)

    def test_ours_reads_cosigns(self):
        for cosign in self.cosigns:
            with self.subTest(cosign):
                done = self.cosign(cosign, THEIRS, "generate-key-pair", "--output-key-prefix", cosign)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.keys.mkdir(exist_ok=True)
                (self.folder / f"{cosign}.key").rename(self.keys / "build.key")
                self.keygen(OURS, "--name", "build", expect=under_test.NOT_TRUSTED)
                self.keygen(THEIRS, "--name", "build")
                made = self.keys / "build.pub"
                self.assertEqual(made.read_text(), (self.folder / f"{cosign}.pub").read_text())
                made.unlink()


if __name__ == "__main__":
    under_test.need_tools()
    found = subprocess.run([ROOT / "tools" / "peers", *PEERS], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        under_test.skip(f"there is no cosign: {found.stderr.strip()}")
    CosignKeys.cosigns = dict(zip(PEERS, found.stdout.split("\n")))
    unittest.main(verbosity=2)
