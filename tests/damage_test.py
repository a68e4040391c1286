#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What went bad in the store: it is named, never handed on, and put right by building again.

The packages come from a mirror on loopback. HAUBERK is the program; exit 77 means skipped, with the
reason."""

import json
import random
import shutil
import subprocess
import time

import mirror as made
import program as under_test
from program import NOT_TRUSTED


def flip_bit(path):
    """In place, as a disk or a program with a fault would."""
    with open(path, "r+b") as file:
        middle = path.stat().st_size // 2
        file.seek(middle)
        byte = file.read(1)[0]
        file.seek(middle)
        file.write(bytes([byte ^ 1]))


class Damage(made.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        chance = random.Random(3)
        cls.mirror.publish([
            made.Package(name, [made.folder("./usr/"), made.file(f"./usr/{name}", chance.randbytes(90_000))])
            for name in ("one", "two")])
        cls.definition = cls.folder / "definition.yaml"
        (cls.folder / "page").write_text("hello from the catalogue\n")
        paths = "paths: [{type: file, path: /usr/page, source: page}]\n"
        cls.definition.write_text(under_test.definition(["one", "two"], extra=paths))

    def setUp(self):
        self.hauberk = self.new_store()
        self.report = self.hauberk.build(self.definition)
        self.blobs = sorted((self.hauberk.home / "blobs/sha256").iterdir())

    def build(self, *words, **options):
        return self.hauberk.run("build", self.definition, "--json", *words, **options)

    def is_whole(self):
        self.assertEqual([], under_test.wrongly_named(self.hauberk.home))

    def keep_times(self, change):
        """As bytes that go bad without being written: the cache is newer than the change."""
        change()
        time.sleep(0.05)
        for path in (self.hauberk.home / "cache").rglob("*.json"):
            path.chmod(0o600)

    def test_a_build_notices_what_was_written_to(self):
        for blob in self.blobs:
            with self.subTest(blob.name):
                flip_bit(blob)
                self.assertEqual(self.report["digest"], json.loads(self.build().stdout)["digest"])
                self.is_whole()

    def test_what_reads_a_damaged_layer_names_it_and_the_way_out(self):
        layer = self.report["platforms"][0]["layers"][0]["digest"]
        blob = self.hauberk.home / "blobs" / layer.replace(":", "/")
        self.keep_times(lambda: flip_bit(blob))
        self.build()  # a warm build hashes nothing
        target = self.folder / "copy"
        for words in (["copy", "image", f"docker-archive:{target}"],
                      ["copy", "image", f"oci-archive:{target}"],
                      ["copy", "image", f"oci:{target}"], ["inspect", "image", "--unpacked"]):
            with self.subTest(words[:2] + words[2:]):
                done = self.hauberk.run(*words, expect=NOT_TRUSTED)
                self.assertIn(layer, done.stderr)
                self.assertIn("hauberk build --no-cache DEFINITION", done.stderr)
        self.assertFalse(target.is_file())
        self.assertEqual(self.report["digest"], json.loads(self.build("--no-cache").stdout)["digest"])
        self.is_whole()
        self.hauberk.run("inspect", "image", "--unpacked")

    def test_no_cache_puts_everything_right(self):
        self.keep_times(lambda: [flip_bit(blob) for blob in self.blobs])
        self.assertEqual(self.report["digest"], json.loads(self.build("--no-cache").stdout)["digest"])
        self.is_whole()

    def test_a_store_that_was_copied_is_hashed_once(self):
        """Every time in it is new; the build says the same, and the next one is as quick as ever."""
        copied = under_test.Program(self.folder / "copied")
        subprocess.run(["cp", "-r", self.hauberk.home, copied.home], check=True)
        for _ in range(2):
            report = copied.build(self.definition)
            self.assertEqual(self.report["digest"], report["digest"])
            self.assertTrue(all(layer["cached"] for layer in report["platforms"][0]["layers"]))

    def damage_package(self, name):
        digest = self.hauberk.lock(self.definition)["packages"]
        package = next(package for package in digest if package["name"] == name)
        path = self.hauberk.home / "vault/sha256" / package["sha256"].removeprefix("sha256:")
        flip_bit(path)
        return path

    def test_a_damaged_package_is_fetched_again(self):
        path = self.damage_package("two")
        done = self.build("--offline", "--no-cache", expect=NOT_TRUSTED)
        error = json.loads(done.stderr)["error"]
        for text in ("package two 1.0-1 (amd64) is damaged in the vault", path.name,
                     "run once without --offline"):
            self.assertIn(text, error["message"])
        report = json.loads(self.build("--no-cache").stdout)
        self.assertEqual(self.report["digest"], report["digest"])
        self.assertEqual(1, len(report["warnings"]))
        self.assertIn("package two 1.0-1 (amd64) was damaged in the vault", report["warnings"][0])
        self.is_whole()
        self.build("--offline", "--no-cache")

    def test_a_damaged_index_is_fetched_again(self):
        index = next(path for path in (self.hauberk.home / "vault/sha256").iterdir()
                     if path.read_bytes().startswith(b"Package: "))
        flip_bit(index)
        shutil.rmtree(self.hauberk.home / "cache/index")
        done = self.build("--offline", expect=NOT_TRUSTED)
        self.assertIn(index.name, done.stderr)
        report = json.loads(self.build().stdout)
        self.assertEqual(self.report["digest"], report["digest"])
        self.assertIn("Packages was damaged in the vault", report["warnings"][0])
        self.is_whole()

    def test_a_damaged_file_of_the_catalogue_is_taken_again(self):
        for path in (self.hauberk.home / "vault/sha256").iterdir():
            if path.read_bytes().startswith(b"hello from"):
                flip_bit(path)
        report = json.loads(self.build("--no-cache").stdout)
        self.assertEqual(self.report["digest"], report["digest"])
        self.assertIn("file page was damaged", report["warnings"][0])
        self.is_whole()


if __name__ == "__main__":
    under_test.main()
