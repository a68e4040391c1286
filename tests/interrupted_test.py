#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A build that is killed, that has no room left, or that is not alone: nothing half-made is visible, and
building again goes on and gives the same image.

The packages come from a mirror on loopback. HAUBERK is the program; exit 77 means skipped, with the
reason."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time

import mirror as made
import program as under_test

KILLS = 12
AT_ONCE, TURNS = 10, 8
PACKAGES = [f"part{number}" for number in range(8)]


def packages():
    """Several layers, large enough that a build takes a moment; always the same bytes."""
    chance = random.Random(7)
    for name in PACKAGES:
        files = [made.file(f"./usr/{name}-{number}", chance.randbytes(200_000)) for number in range(3)]
        yield made.Package(name, [made.folder("./usr/"), *files])


class Interrupted(made.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mirror.publish(list(packages()))
        cls.definition = cls.folder / "definition.yaml"
        cls.definition.write_text(under_test.definition(PACKAGES))
        store = cls.new_store("reference")
        start = time.monotonic()
        cls.report = store.build(cls.definition)
        cls.seconds = time.monotonic() - start
        cls.files = under_test.files_of(store.home, "blobs", "vault", "locks", "tmp")

    def setUp(self):
        self.mirror.answers.clear()

    def start(self, store, *words):
        return subprocess.Popen(store.argv("build", *words, "--json"), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def is_whole(self, store):
        """Every file that has its final name has its final bytes, and what is tagged is all there."""
        self.assertEqual([], under_test.wrongly_named(store.home))
        if not (store.home / "hauberk.db").exists():
            return
        database = sqlite3.connect(store.home / "hauberk.db")
        self.addCleanup(database.close)
        self.assertEqual([("ok",)], database.execute("PRAGMA integrity_check").fetchall())
        has_tags = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'tags'").fetchone()[0]
        rows = database.execute("SELECT digest FROM tags").fetchall() if has_tags else []
        for (digest,) in rows:
            self.assertEqual(self.report["digest"], digest)
            store.image(digest)

    def goes_on(self, store):
        report = store.build(self.definition)
        self.assertEqual((self.report["digest"], self.report["tags"]), (report["digest"], report["tags"]))
        self.is_whole(store)
        # All that a build that nobody disturbed makes, and nothing else.
        self.assertEqual(self.files, under_test.files_of(store.home, "blobs", "vault", "locks", "tmp"))
        shutil.rmtree(store.home)

    def killed(self, process):
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL

    def test_killed_at_any_time(self):
        hits = 0
        for number in range(KILLS):
            store = self.new_store(f"killed{number}")
            process = self.start(store, self.definition)
            time.sleep(self.seconds * number / KILLS)
            hits += self.killed(process)
            with self.subTest(number=number, of=KILLS, seconds=self.seconds):
                self.is_whole(store)
                self.goes_on(store)
        self.assertLess(0, hits, "no kill came in time")

    def test_killed_again_and_again(self):
        """In one store, each time a little later: what a killed build leaves does not add up."""
        store = self.new_store("again")
        for number in range(KILLS):
            process = self.start(store, self.definition)
            time.sleep(self.seconds * number / KILLS)
            self.killed(process)
            self.is_whole(store)
        self.goes_on(store)

    def test_killed_while_fetching(self):
        """At chosen moments: when the mirror is asked for a file, and in the middle of its answer."""
        paths = ["/debian/dists/trixie/InRelease", "/debian/dists/trixie/main/binary-amd64/Packages",
                 f"/debian/pool/{PACKAGES[0]}_1.0-1_amd64.deb",
                 f"/debian/pool/{PACKAGES[-1]}_1.0-1_amd64.deb"]
        for number, path in enumerate(paths):
            for part in (0, 0.5, 1):
                with self.subTest(path=path, part=part):
                    store = self.new_store(f"fetching{number}-{part}")
                    body = self.mirror.files[path]
                    process = None

                    def answer(handler):
                        handler.send_response(200)
                        handler.send_header("Content-Length", str(len(body)))
                        handler.end_headers()
                        handler.wfile.write(body[:int(len(body) * part)])
                        handler.wfile.flush()
                        process.send_signal(signal.SIGKILL)
                        handler.close_connection = True
                    self.mirror.answers[path] = answer
                    process = self.start(store, self.definition)
                    process.communicate(timeout=under_test.TIMEOUT)
                    self.mirror.answers.clear()
                    self.assertEqual(-signal.SIGKILL, process.returncode)
                    self.is_whole(store)
                    self.goes_on(store)

    def test_two_at_once(self):
        for number, words in enumerate(((), ("--threads", "4"))):
            store = self.new_store(f"together{number}")
            both = [self.start(store, self.definition, *words) for _ in range(2)]
            for process in both:
                output, errors = process.communicate(timeout=under_test.TIMEOUT)
                self.assertEqual(0, process.returncode, errors)
                report = json.loads(output)
                self.assertEqual(self.report["digest"], report["digest"])
                self.assertEqual(self.report["tags"], report["tags"])
            self.goes_on(store)

    def test_one_goes_on_while_another_is_killed(self):
        store = self.new_store("pair")
        victim, survivor = self.start(store, self.definition), self.start(store, self.definition)
        time.sleep(self.seconds / 2)
        self.killed(victim)
        output, errors = survivor.communicate(timeout=under_test.TIMEOUT)
        self.assertEqual(0, survivor.returncode, errors)
        self.assertEqual(self.report["digest"], json.loads(output)["digest"])
        self.goes_on(store)

    def test_builds_of_one_day_get_tags_of_their_own(self):
        """Several images under one name, all cached, so that all come to their tags at the same moment."""
        store = self.new_store("tags")
        paths = [self.folder / f"tags{number}.yaml" for number in range(AT_ONCE)]
        for number, path in enumerate(paths):
            extra = f"environment: {{N: '{number}'}}\n"
            path.write_text(under_test.definition(PACKAGES[:1], extra=extra))
            store.build(path)
        for _ in range(TURNS):
            for path in store.home.glob("hauberk.db*"):
                path.unlink()
            numbers = []
            for process in [self.start(store, path, "--offline") for path in paths]:
                output, errors = process.communicate(timeout=under_test.TIMEOUT)
                self.assertEqual(0, process.returncode, errors)
                numbers.append(int(json.loads(output)["tags"][-1].rsplit(".", 1)[1]))
            self.assertEqual(list(range(1, AT_ONCE + 1)), sorted(numbers))


class FullDisk(Interrupted):
    """A store on a small file system, filled up to less than a build needs."""

    # The inherited tests are of the class above.
    test_killed_at_any_time = test_killed_again_and_again = test_killed_while_fetching = None
    test_two_at_once = test_one_goes_on_while_another_is_killed = None
    test_builds_of_one_day_get_tags_of_their_own = None

    def test_full(self):
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small file system")
        disk = self.folder / "disk"
        disk.mkdir()
        size = 32 << 20
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk],
                                 capture_output=True, check=False, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a small file system: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        needed = sum(path.stat().st_size for path in (self.folder / "reference").rglob("*") if path.is_file())
        for share in (0, 0.02, 0.1, 0.3, 0.5, 0.6, 0.8, 0.95):
            with self.subTest(share=share):
                shutil.rmtree(disk / "store", ignore_errors=True)
                store = self.new_store("disk/store")
                ballast = disk / "ballast"
                with ballast.open("wb") as file:
                    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
                    file.write(bytes(max(0, free - int(needed * share))))
                done = store.run("build", self.definition, expect=None)
                self.assertEqual(under_test.SYSTEM, done.returncode, done.stderr)
                self.assertRegex(done.stderr, "(?m)^hauberk: cannot .*(No space left on device|full)")
                self.assertIn(str(store.home), done.stderr)
                ballast.unlink()
                self.is_whole(store)
                self.goes_on(store)


if __name__ == "__main__":
    under_test.main()
