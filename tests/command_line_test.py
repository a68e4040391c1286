#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line itself: words that are misspelt, files that cannot be written, a store that may only be
read, and what --json promises.

The packages come from a mirror on loopback. HAUBERK is the program; exit 77 means skipped, with the
reason."""

import json
import os
import shutil
import subprocess
import time

import mirror as made
import program as under_test
from program import BAD_INPUT, CONFLICT, DONE, NO, NOT_FOUND, SYSTEM, UNSUPPORTED, USAGE


class CommandLine(made.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mirror.publish([made.Package("good", [made.folder("./usr/"), made.file("./usr/good", "good")])])
        cls.definition = cls.folder / "definition.yaml"
        cls.definition.write_text(under_test.definition(["good"]))
        cls.hauberk = cls.new_store()
        cls.report = cls.hauberk.build(cls.definition)

    def copy_of_the_store(self):
        copied = under_test.Program(self.folder / self.id())
        shutil.copytree(self.hauberk.home, copied.home)
        self.addCleanup(shutil.rmtree, copied.home, ignore_errors=True)
        return copied

    def says(self, done, *texts):
        for text in texts:
            self.assertIn(text, done.stderr)
        return done


class Words(CommandLine):
    def test_the_nearest_verb_and_flag(self):
        rows = [
            (["biuld", "x"], '"biuld"', "did you mean build?"),
            (["--quiet", "isnpect"], '"isnpect"', "did you mean inspect?"),
            (["frobnicate"], '"frobnicate"', "there is no such verb", "`hauberk --help`"),
            (["build", self.definition, "--plattform", "linux/amd64"], "--plattform",
             "did you mean --platform?"),
            (["build", self.definition, "--ofline"], "--ofline", "did you mean --offline?"),
            (["inspect", "image", "--jsno"], "--jsno", "did you mean --json?"),
            (["copy", "--unpackd=1", "image", "oci:x"], "--unpackd", "`hauberk copy --help`"),
            (["inspect"], "IMAGE is required", "`hauberk inspect --help`"),
            ([], "`hauberk --help`"),
        ]
        for words, *texts in rows:
            with self.subTest(words=words):
                done = self.says(self.hauberk.run(*words, expect=USAGE), *texts)
                self.assertEqual("", done.stdout)
                error = json.loads(self.hauberk.run(*words, "--json", expect=USAGE).stderr)["error"]
                self.assertEqual("invalid_input", error["kind"])
                self.assertIn(texts[-1], error["message"])

    def test_numbers_of_threads(self):
        for threads in ("-1", "0", "x", "99999999999999999999"):
            with self.subTest(threads):
                self.says(self.hauberk.run("build", self.definition, "--threads", threads, expect=USAGE),
                          "--threads")
        self.hauberk.run("build", self.definition, "--threads", 3)

    def test_validate_finds_includes_as_build_does(self):
        catalogue = self.folder / "catalogue"
        (catalogue / "app").mkdir(parents=True)
        (catalogue / "common.yaml").write_text("environment: {A: b}\n")
        text = under_test.definition(["good"], extra="includes: [common.yaml]\n")
        path = self.folder / "elsewhere.yaml"
        path.write_text(text)
        self.says(self.hauberk.run("validate", path, expect=BAD_INPUT), "common.yaml", "--catalog")
        for flag in ("--catalog", "--root"):
            self.hauberk.run("validate", path, flag, catalogue)
        (catalogue / "app/app.yaml").write_text(text)
        self.hauberk.run("validate", catalogue / "app/app.yaml")
        (catalogue / "link.yaml").symlink_to("app/app.yaml")
        self.hauberk.run("validate", catalogue / "link.yaml")
        self.hauberk.run("build", catalogue / "link.yaml")

    def test_customisation_in_the_wrong_place(self):
        overlay = self.folder / "overlay.yaml"
        overlay.write_text("name: x\ncontents:\n  packages: [good]\n")
        for words in (["validate", overlay], ["build", overlay]):
            self.says(self.hauberk.run(*words, expect=BAD_INPUT),
                      'if it is a customisation, it lacks "targets"')
        overlay.write_text("name: x\ntargets:\n  - {destination: a/b, tag_definition_id: a/b/1}\n")
        self.says(self.hauberk.run("build", overlay, expect=BAD_INPUT),
                  "this is a customisation", "--customise")

    def test_a_folder_that_is_gone(self):
        gone = self.folder / "gone"
        gone.mkdir()
        script = f"cd {gone} && rmdir {gone} && exec \"$@\""
        for words in (["validate", "x.yaml"], ["doctor"], ["build", "x.yaml"]):
            argv = self.hauberk.argv(*words)
            argv[argv.index("--home") + 1] = "relative"
            done = subprocess.run(["sh", "-c", script, "sh", *argv], capture_output=True, text=True,
                                  check=False)
            self.assertIn(done.returncode, (NO, BAD_INPUT, NOT_FOUND), done.stderr)
            self.assertNotIn("terminate", done.stderr)
            gone.mkdir()


class WriteLock(CommandLine):
    def test_fails_before_the_work(self):
        before = under_test.files_of(self.hauberk.home, "locks", "blobs")
        other = self.folder / "other.yaml"
        other.write_text(under_test.definition(["good"], image="test/other"))
        os.mkfifo(self.folder / "pipe")
        for target, code in ((self.folder, CONFLICT), (self.folder / "absent/lock.json", NOT_FOUND),
                             (self.folder / "pipe", CONFLICT), (f"{self.folder}/", CONFLICT)):
            with self.subTest(target=target):
                done = self.hauberk.run("build", other, "--write-lock", target, expect=code)
                self.says(done, "--write-lock", str(target).rstrip("/"))
        self.hauberk.run("inspect", "test/other", expect=NOT_FOUND)
        self.assertEqual(before, under_test.files_of(self.hauberk.home, "locks", "blobs"))

    def test_leaves_nothing_beside_it(self):
        place = self.folder / "place"
        place.mkdir()
        old = os.umask(0o022)
        self.addCleanup(os.umask, old)
        self.hauberk.run("build", self.definition, "--write-lock", place / "lock.json")
        self.assertEqual(["lock.json"], os.listdir(place))
        self.assertEqual(0o644, (place / "lock.json").stat().st_mode & 0o777)
        self.hauberk.run("build", "--locked", place / "lock.json")
        self.hauberk.run("build", self.folder / "absent.yaml", "--write-lock", place / "2", expect=NOT_FOUND)
        self.assertEqual(["lock.json"], os.listdir(place))


class JsonOutput(CommandLine):
    def object_of(self, *words, expect=DONE):
        done = self.hauberk.run(*words, "--json", expect=expect)
        self.assertEqual("", done.stderr)
        return json.loads(done.stdout)

    def test_explanation(self):
        explanation = self.object_of("build", self.definition, "--explain")["explanation"]
        self.assertEqual(["good"], [package["name"] for package in explanation["packages"]])
        self.assertTrue(explanation["packages"][0]["reason"])
        self.assertEqual({"packages", "dropped", "relaxed_pins", "guards"}, set(explanation))
        self.assertNotIn("explanation", self.object_of("build", self.definition))

    def test_warnings_are_part_of_it(self):
        self.mirror.publish([made.Package("good", [made.folder("./usr/")], version="0.9-1")], days=-3)
        self.addCleanup(self.mirror.publish, [made.Package("good", [made.folder("./usr/"),
                                                                    made.file("./usr/good", "good")])])
        report = self.object_of("build", self.definition)
        self.assertEqual(1, len(report["warnings"]))
        self.assertIn("older than the one of", report["warnings"][0])
        self.assertEqual([], self.object_of("inspect", "test/image")["warnings"])
        done = self.hauberk.run("lock", self.definition, "--json")
        self.assertIn("packages", json.loads(done.stdout))
        self.assertIn("older than the one of", json.loads(done.stderr)["warnings"][0])
        absent = self.folder / "absent-package.yaml"
        absent.write_text(under_test.definition(["absent"]))
        error = json.loads(self.hauberk.run("build", absent, "--json", expect=NOT_FOUND).stderr)
        self.assertIn("absent", error["error"]["message"])
        self.assertIn("older than the one of", error["warnings"][0])

    def test_tags_that_move_are_named(self):
        store = self.copy_of_the_store()
        again = store.build(self.definition)
        self.assertEqual([], again["moved"])
        changed = store.build(self.definition, "--compression", "zstd")
        self.assertEqual([{"tag": "1", "from": again["digest"]}], changed["moved"])
        text = store.run("build", self.definition).stdout
        self.assertIn(f"moved     1 (was {changed['digest']})", text)


class Stores(CommandLine):
    def test_a_damaged_database(self):
        store = self.copy_of_the_store()
        (store.home / "hauberk.db").write_bytes(b"no database" * 1000)
        done = self.says(store.run("inspect", "image", expect=SYSTEM), "the file is damaged", "hauberk.db")
        for word in ("sqlite", "statement", "PRAGMA"):
            self.assertNotIn(word, done.stderr)
        # The way out that it names.
        for path in store.home.glob("hauberk.db*"):
            path.unlink()
        self.assertEqual(self.report["digest"], store.build(self.definition)["digest"])
        store.run("inspect", "image")

    def test_a_store_that_may_only_be_read(self):
        if os.geteuid() != 0:
            self.skipTest("skipped: only root can mount a store for reading alone")
        at = self.folder / "read only"
        at.mkdir()
        words = f"mount --bind '{self.hauberk.home}' '{at}' && mount -o remount,bind,ro '{at}'"
        mounted = subprocess.run(words, shell=True, capture_output=True, text=True, check=False)
        self.addCleanup(subprocess.run, ["umount", at], check=False, capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"skipped: cannot mount here: {mounted.stderr.strip()}")
        store = under_test.Program(at)
        self.assertIn(self.report["digest"], store.run("inspect", "image", "--unpacked").stdout)
        store.run("copy", "image", f"oci:{self.folder}/from-read-only")
        store.run("run-profile", "image")
        self.says(store.run("build", self.definition, expect=SYSTEM), "Read-only file system")
        doctor = json.loads(store.run("doctor", "--json", expect=NO).stdout)
        found = next(check for check in doctor["checks"] if check["what"] == "store")
        self.assertEqual((False, False), (found["fine"], found["missing"]))

    def test_doctor_says_what_is_true_of_a_store(self):
        store = self.copy_of_the_store()
        (store.home / "VERSION").write_text("99\n")
        text = store.run("doctor", expect=NO).stdout
        self.assertRegex(text, r"WRONG +store: .*made by a newer Hauberk")
        self.assertNotIn("MISSING  store", text)
        store.run("inspect", "image", expect=UNSUPPORTED)
        shutil.rmtree(store.home)
        self.assertRegex(store.run("doctor", expect=NO).stdout, r"MISSING +store: there is no store")

    def test_doctor_says_what_is_true_of_feeds(self):
        store = self.copy_of_the_store()
        self.assertRegex(store.run("doctor", expect=NO).stdout, r"MISSING +feeds: none.*\n.*hauberk feed add")
        feed = self.folder / "kev.json"
        for date, words in (("2001-01-01", r"WRONG +feed kev: of 2001-01-01.*too old\n.*feed update kev"),
                            (time.strftime("%Y-%m-%d"), r"fine +feed kev: of ")):
            feed.write_text(json.dumps({"dateReleased": f"{date}T00:00:00Z", "vulnerabilities": []}))
            store.run("feed", *(["add", "kev", feed] if "2001" in date else ["update", "kev"]))
            self.assertRegex(store.run("doctor", expect=None).stdout, words)


class Copies(CommandLine):
    def test_two_images_of_one_tag_in_one_folder(self):
        other = self.folder / "second.yaml"
        other.write_text(under_test.definition(["good"], image="test/second", extra="environment: {A: b}\n"))
        self.hauberk.build(other)
        layout = self.folder / "layout"
        self.hauberk.run("copy", "test/image:1", f"oci:{layout}")
        done = self.hauberk.run("copy", "test/second:1", f"oci:{layout}")
        self.says(done, "the tag 1", "named another image", self.report["digest"])
        entries = json.loads((layout / "index.json").read_text())["manifests"]
        name = "org.opencontainers.image.ref.name"
        self.assertEqual([None, "1"], [entry["annotations"].get(name) for entry in entries])
        self.assertEqual(self.report["digest"], entries[0]["digest"])
        if shutil.which("skopeo"):
            subprocess.run(["skopeo", "inspect", f"oci:{layout}:1"], check=True, capture_output=True)


if __name__ == "__main__":
    under_test.main()
