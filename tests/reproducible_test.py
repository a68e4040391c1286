#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same lock gives the same digest: whoever builds it, where, when, with what cache and without network.

The packages are real ones, of the host's Debian mirror. HAUBERK is the program; exit 77 means skipped, with
the reason."""

import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import program as under_test

SMALL = ("base-files", "tzdata", "libc6", "dash")
LARGE = ("nginx-light",)
PATHS = """paths:
  - type: directory
    path: /srv/data
    uid: 65532
    gid: 65532
    mode: "0750"
  - type: file
    path: /etc/greeting
    content: "good morning\\n"
    mode: "0644"
"""
IS_ROOT = os.geteuid() == 0


def without_network():
    """Words before a command that take its network away, where we may."""
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False) if IS_ROOT else None
    return ("unshare", "-n") if tried and tried.returncode == 0 else ()


class Reproducible(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        under_test.need_tools("gpgv", "zstd")
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.hauberk = under_test.Program(cls.folder / "store")
        cls.hauberk.init()
        cls.small, cls.small_lock = cls.locked("small", SMALL)
        cls.large, cls.large_lock = cls.locked("large", LARGE, platforms=("linux/amd64", "linux/arm64"))

    @classmethod
    def locked(cls, name, packages, **parts):
        path = cls.folder / f"{name}.yaml"
        path.write_text(under_test.definition(packages, f"test/{name}", extra=PATHS, **parts))
        lock = cls.folder / f"{name}.lock"
        done = cls.hauberk.run("build", path, "--write-lock", lock, "--json", expect=None)
        if done.returncode == under_test.NETWORK:
            under_test.skip(f"the mirror does not answer: {done.stderr.strip()}")
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout), lock

    def other_store(self, name):
        """A store that has the first one's packages and configuration, and nothing else of it."""
        store = under_test.Program(self.folder / name, wrapper=without_network())
        store.init()
        shutil.copy(self.hauberk.home / "config.yaml", store.home / "config.yaml")
        shutil.rmtree(store.home / "vault")
        shutil.copytree(self.hauberk.home / "vault", store.home / "vault", copy_function=os.link)
        self.addCleanup(shutil.rmtree, store.home)
        return store

    def same(self, first, second):
        """All that a build says of its image, but for how long it took and what came out of a cache."""
        def plain(report):
            text = json.dumps({key: report[key] for key in ("digest", "platforms")}, sort_keys=True)
            return text.replace('"cached": true', '"cached": false')
        self.assertEqual(json.loads(plain(first)), json.loads(plain(second)))

    def test_anywhere(self):
        places = [
            {"umask": 0o077, "env": {"TZ": "UTC", "LC_ALL": "C"}, "words": ("--threads", "1")},
            {"umask": 0, "env": {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"}, "words": ("--threads", "4")},
            {"umask": 0o027, "env": {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"}, "words": ()},
        ]
        for number, place in enumerate(places):
            with self.subTest(place):
                store = self.other_store(f"place{number}/a store")
                elsewhere = self.folder / f"cwd {number}"
                elsewhere.mkdir()
                report = store.build("--locked", self.small_lock, "--offline", *place["words"], cwd=elsewhere,
                                     umask=place["umask"], env={**os.environ, **place["env"], "HOME": "/"})
                self.same(self.small, report)
                self.assertFalse(any(layer["cached"] for layer in report["platforms"][0]["layers"]))
                self.assertEqual([], under_test.wrongly_named(store.home))

    def test_two_platforms_elsewhere_offline(self):
        store = self.other_store("elsewhere")
        report = store.build("--locked", self.large_lock, "--offline", "--threads", "3")
        self.same(self.large, report)
        self.assertEqual(["linux/amd64", "linux/arm64"], [p["platform"] for p in report["platforms"]])

    def test_a_lock_from_elsewhere_brings_the_catalogues_files(self):
        catalogue = self.folder / "catalogue"
        (catalogue / "conf").mkdir(parents=True)
        source = catalogue / "conf/greeting"
        source.write_text("good evening\n")
        path = catalogue / "d.yaml"
        path.write_text(under_test.definition(("base-files",), "test/source", extra=(
            "paths:\n  - {type: file, path: /etc/greeting, source: conf/greeting}\n")))
        lock = self.folder / "source.lock"
        first = json.loads(self.hauberk.run("build", path, "--write-lock", lock, "--json").stdout)
        store = under_test.Program(self.folder / "another")
        store.init()
        self.addCleanup(shutil.rmtree, store.home)
        refused = store.run("build", "--locked", lock, expect=under_test.NOT_FOUND)
        self.assertIn("needs conf/greeting", refused.stderr)
        self.assertIn("--catalog", refused.stderr)
        source.write_text("good night\n")
        self.assertIn("with other bytes", store.run("build", "--locked", lock, "--catalog", catalogue,
                                                    expect=under_test.NOT_FOUND).stderr)
        source.write_text("good evening\n")
        self.same(first, store.build("--locked", lock, "--catalog", catalogue))

    def test_offline_needs_the_vault(self):
        store = under_test.Program(self.folder / "empty", wrapper=without_network())
        store.init()
        self.addCleanup(shutil.rmtree, store.home)
        done = store.run("build", "--locked", self.small_lock, "--offline", expect=under_test.NOT_FOUND)
        self.assertIn("the vault lacks", done.stderr)
        self.assertIn("run once without --offline", done.stderr)

    def test_without_cache(self):
        store = self.other_store("no cache")
        self.same(self.small, store.build("--locked", self.small_lock, "--offline"))
        for lost in (("cache",), ("cache/images",), ("cache/layers",), ("cache/facts",), ("blobs/sha256",),
                     ("blobs/sha256", "cache")):
            with self.subTest(lost):
                for name in lost:
                    shutil.rmtree(store.home / name)
                    (store.home / name).mkdir()
                self.same(self.small, store.build("--locked", self.small_lock, "--offline"))
                self.assertEqual([], under_test.wrongly_named(store.home))

    def test_order_of_the_lock(self):
        lock = json.loads(self.small_lock.read_text())
        chance = random.Random(4)
        for number in range(3):
            order = list(range(len(lock["indexes"])))
            chance.shuffle(order)
            shuffled = {**lock, "indexes": [lock["indexes"][i] for i in order]}
            shuffled["packages"] = [{**p, "index": order.index(p["index"])} for p in lock["packages"]]
            chance.shuffle(shuffled["packages"])
            keys = list(shuffled)
            chance.shuffle(keys)
            path = self.folder / "shuffled.lock"
            path.write_text(json.dumps({key: shuffled[key] for key in keys}))
            store = self.other_store(f"order{number}")
            self.same(self.small, store.build("--locked", path, "--offline"))

    def test_order_of_the_definition(self):
        path = self.folder / "reversed.yaml"
        text = under_test.definition(SMALL[::-1], "test/small", extra=PATHS)
        head, *lines = text.splitlines(keepends=True)
        blocks = []  # each top-level key with its lines
        for line in lines:
            if line[0] not in " -":
                blocks.append("")
            blocks[-1] += line
        path.write_text(head + "# in another order\n" + "".join(reversed(blocks)))
        self.same(self.small, self.hauberk.build(path))

    def test_nothing_new(self):
        def state():
            rows = sqlite3.connect(self.hauberk.home / "hauberk.db").execute("SELECT * FROM moves").fetchall()
            return under_test.files_of(self.hauberk.home, "blobs", "vault", "locks", "tmp"), rows
        # Other tests build the same image from a lock that says it in other words, and the last lock is kept.
        self.hauberk.build(self.folder / "small.yaml")
        before = state()
        for words in ((self.folder / "small.yaml",), ("--locked", self.small_lock)):
            report = self.hauberk.build(*words)
            self.same(self.small, report)
            self.assertEqual(self.small["tags"], report["tags"])
            self.assertTrue(all(layer["cached"] for layer in report["platforms"][0]["layers"]))
        self.assertEqual(before, state())

    def variants(self, extra="", words=()):
        path = self.folder / "variant.yaml"
        path.write_text(under_test.definition(SMALL, "test/variant", extra=PATHS + extra))
        lock = self.folder / "variant.lock"
        report = self.hauberk.build(path, "--write-lock", lock, *words)
        again = self.other_store("variant").build("--locked", lock, "--offline")
        self.doCleanups()
        self.same(report, again)
        return report, self.hauberk.image(report["digest"])

    def test_gzip_and_zstd(self):
        gzip, gzip_image = self.variants(words=("--compression", "gzip"))
        zstd, zstd_image = self.variants(words=("--compression", "zstd"))
        self.assertEqual(self.small["platforms"][0]["layers"][0]["digest"],
                         gzip["platforms"][0]["layers"][0]["digest"])
        self.assertNotEqual(gzip["digest"], zstd["digest"])
        self.assertEqual(gzip_image.config, zstd_image.config)
        self.assertEqual(set(), gzip_image.listing() ^ zstd_image.listing())

    def test_layered_and_squashed(self):
        _, layered = self.variants()
        _, squashed = self.variants(extra="output: squashed\n")
        self.assertEqual(1, len(squashed.manifest["layers"]))
        self.assertLess(1, len(layered.manifest["layers"]))
        self.assertEqual(set(), layered.listing() ^ squashed.listing())

    def test_lock_of_another_time(self):
        lock = json.loads(self.small_lock.read_text())
        lock["created"]["linux/amd64"] = "2001-01-01T00:00:00Z"
        path = self.folder / "wrong.lock"
        path.write_text(json.dumps(lock))
        done = self.hauberk.run("build", "--locked", path, expect=under_test.NOT_TRUSTED)
        self.assertIn("the lock says 2001-01-01T00:00:00Z", done.stderr)


if __name__ == "__main__":
    under_test.main()
