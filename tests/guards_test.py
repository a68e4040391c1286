#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every restriction of docs/guards.md: on by default, gone when its switch says so, and the lock records it.

The packages come from a mirror on loopback, made to have everything that a guard is against. HAUBERK is the
program; exit 77 means skipped, with the reason."""

import pathlib
import re

import mirror as made
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALLOW = "hauberk.allow"

# guard -> what the tempting package has, and the mode or the presence of it that the guard takes away.
PRESENCE = {
    "caches": "var/cache/tempting/cached",
    "documentation": "usr/share/doc/tempting/README",
    "locales": "usr/share/locale/de/LC_MESSAGES/tempting.mo",
    "logs": "var/log/tempting.log",
    "manual-pages": "usr/share/man/man1/tempting.1.gz",
}
MODES = {
    "setuid": ("usr/bin/as-root", 0o4755, 0o0755),
    "setgid": ("usr/bin/as-group", 0o2755, 0o0755),
    "world-writable": ("usr/share/tempting/writable", 0o666, 0o664),
}


def folders_of(paths):
    parents = {str(parent) for path in paths for parent in pathlib.PurePath(path).parents} - {"."}
    return [made.folder(f"./{path}/") for path in sorted(parents)]


def tempting_package():
    paths = [*PRESENCE.values(), "usr/share/doc/tempting/copyright"]
    files = [made.file(f"./{path}", f"{path}\n") for path in paths]
    files += [made.file(f"./{path}", "#!\n", mode=mode) for path, mode, _ in MODES.values()]
    every = paths + [path for path, _, _ in MODES.values()]
    sticky = made.folder("./usr/share/tempting/sticky/", 0o1777)
    return made.Package("tempting", [*folders_of(every), *files, sticky],
                        scripts={"postinst": "#!/bin/sh\ntouch /ran\n"})


def switches_of_document():
    """name -> the row's cells, of the tables of docs/guards.md."""
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", (ROOT / "docs/guards.md").read_text(), re.M)
    return {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in rows}


class Guards(made.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_key = made.Key(cls.folder, "stranger")
        cls.addClassCleanup(cls.other_key.close)
        bash = made.Package("bash", [made.folder("./usr/"), made.folder("./usr/bin/"),
                                     made.file("./usr/bin/bash", "bash", mode=0o755)])
        lib = made.Package("lib", [made.folder("./usr/"), made.file("./usr/lib.so", "1")])
        app = made.Package("app", [made.folder("./usr/"), made.file("./usr/app", "1")],
                           fields={"Depends": "lib"})
        cls.packages = [tempting_package(), bash, lib, app]

    def setUp(self):
        self.mirror.publish(self.packages)
        self.hauberk = self.new_store("store")

    def define(self, packages=("tempting",), **parts):
        path = self.folder / "definition.yaml"
        path.write_text(under_test.definition(packages, **parts))
        return path

    def built(self, *words, hauberk=None, **parts):
        """The image of a definition, and the lock that it was made of."""
        hauberk = hauberk or self.hauberk
        lock_file = self.folder / "lock.json"
        report = hauberk.build(self.define(**parts), "--write-lock", lock_file, *words)
        return hauberk.image(report["digest"]), under_test.json.loads(lock_file.read_text()), report

    def refused(self, code, *texts, hauberk=None, **parts):
        done = (hauberk or self.hauberk).run("build", self.define(**parts), expect=code)
        for text in texts:
            self.assertIn(text, done.stderr)

    def test_document_lists_exactly_the_guards_of_the_lock(self):
        lock = self.hauberk.lock(self.define())
        listed = switches_of_document()
        guards = sorted(name for name, row in listed.items() if row[1] == "its name")
        self.assertEqual(sorted(lock["guards"]), guards)
        self.assertTrue(all(lock["guards"].values()))
        self.assertEqual(sorted({*PRESENCE, *MODES}), sorted(lock["guards"]), "a guard without a test")

    def test_each_row_of_the_document_is_whole(self):
        for name, row in switches_of_document().items():
            self.assertEqual(3, len(row), name)
            self.assertTrue(all(row), name)

    def test_all_on(self):
        image, lock, report = self.built()
        for guard, path in PRESENCE.items():
            self.assertNotIn(path, image.entries, guard)
            self.assertEqual(1, report["platforms"][0]["left_out"][guard]["files"], guard)
        for guard, (path, _, mode) in MODES.items():
            self.assertEqual(mode, image.entries[path].mode, guard)
        self.assertEqual(0o1777, image.entries["usr/share/tempting/sticky"].mode)
        self.assertIn("usr/share/doc/tempting/copyright", image.entries)
        self.assertEqual({True}, set(lock["guards"].values()))

    def test_each_switch_alone(self):
        for guard in [*PRESENCE, *MODES]:
            for way in ("--allow", ALLOW):
                with self.subTest(guard=guard, way=way):
                    words = ("--allow", guard) if way == "--allow" else ()
                    extra = f"annotations: {{{ALLOW}: {guard}}}\n" if way == ALLOW else ""
                    image, lock, _ = self.built(*words, extra=extra)
                    self.assertEqual([guard], [name for name, on in lock["guards"].items() if not on])
                    for name, path in PRESENCE.items():
                        self.assertEqual(name == guard, path in image.entries, path)
                    for name, (path, own, guarded) in MODES.items():
                        self.assertEqual(own if name == guard else guarded, image.entries[path].mode, path)

    def test_several_switches_and_a_misspelt_one(self):
        image, lock, _ = self.built("--allow", "setuid", extra=f"annotations: {{{ALLOW}: logs caches}}\n")
        self.assertEqual(["caches", "logs", "setuid"], [n for n, on in lock["guards"].items() if not on])
        self.assertIn(PRESENCE["logs"], image.entries)
        done = self.hauberk.run("build", self.define(), "--allow", "setiud", expect=under_test.BAD_INPUT)
        self.assertIn("did you mean setuid?", done.stderr)

    def test_no_script_is_run(self):
        image, _, report = self.built()
        self.assertNotIn("ran", image.entries)
        self.assertIn("tempting", " ".join(report["warnings"]))
        self.assertIn("postinst", " ".join(report["warnings"]))

    def test_user(self):
        image, lock, _ = self.built()
        self.assertEqual("65532:65532", image.config["config"]["User"])
        self.assertNotIn("accounts", lock["definition"])
        user = "  users: [{name: web, uid: 1000, gid: 1000}]\n"
        image, lock, _ = self.built(extra=f"accounts:\n  run-as: web\n{user}")
        self.assertEqual("1000:1000", image.config["config"]["User"])
        self.assertEqual("web", lock["definition"]["accounts"]["run-as"])
        self.assertIn("web:x:1000:1000:web:/home/web:/usr/sbin/nologin\n", image.text("etc/passwd"))

    def test_root_entry(self):
        user = "  users: [{name: web, uid: 1000, gid: 1000}]\n  run-as: web\n"
        image, _, _ = self.built(packages=("bash",), extra=f"accounts:\n{user}")
        self.assertNotIn("root:", image.text("etc/passwd"))
        image, lock, _ = self.built(packages=("bash",), extra=f"accounts:\n  root: true\n{user}")
        self.assertIn("root:x:0:0:root:/root:/bin/bash\n", image.text("etc/passwd"))
        self.assertIn("/usr/sbin/nologin\n", image.text("etc/passwd"))
        self.assertIs(True, lock["definition"]["accounts"]["root"])

    def test_private_addresses(self):
        closed = self.new_store("closed", allow_private_hosts=[])
        self.refused(under_test.NOT_TRUSTED, "127.0.0.1", "allow_private_hosts", hauberk=closed)
        for switch in ({"allow_private_hosts": ["127.0.0.1"]},
                       {"allow_private_hosts": [], "allow_private_addresses": True}):
            with self.subTest(switch):
                self.mirror.configure(closed.home, **switch)
                _, lock, _ = self.built(hauberk=closed)
                self.assertIn("127.0.0.1", lock["indexes"][0]["url"])

    def test_signatures(self):
        text = self.mirror.release(self.packages)
        inrelease = "/debian/dists/trixie/InRelease"
        self.mirror.files[inrelease] = text.encode()
        self.refused(under_test.NOT_TRUSTED, "cannot trust")
        self.mirror.files[inrelease] = self.other_key.sign(text)
        self.refused(under_test.NOT_TRUSTED, "keyrings", "config.yaml")
        self.mirror.configure(self.hauberk.home, keyrings={self.mirror.url: str(self.other_key.keyring)})
        _, lock, _ = self.built()
        stranger = lock["indexes"][0]["signed_by"]
        self.mirror.publish(self.packages)
        self.mirror.configure(self.hauberk.home)
        _, lock, _ = self.built()
        self.assertEqual([1, 1], [len(stranger), len(lock["indexes"][0]["signed_by"])])
        self.assertNotEqual(stranger, lock["indexes"][0]["signed_by"])
        trusting = self.new_store("trusting")
        line = f"deb [trusted=yes] {self.mirror.url} trixie main"
        self.mirror.configure(trusting.home, repositories={"trixie": [line]})
        self.refused(under_test.BAD_INPUT, "signatures are always checked", hauberk=trusting)

    def test_age_of_suites(self):
        self.mirror.publish(self.packages, days=-30, valid=None)
        old = self.new_store("old", maximum_age_days=20)
        self.refused(under_test.NOT_TRUSTED, "maximum_age_days", hauberk=old)
        self.mirror.configure(old.home, maximum_age_days=40)
        _, lock, _ = self.built(hauberk=old)
        self.assertEqual("", lock["indexes"][0]["valid_until"])
        self.assertRegex(lock["indexes"][0]["date"], r"^\d{4}-")

    def test_pins(self):
        pinned = ("tempting=1.0-1+vendor1",)
        self.refused(under_test.NOT_FOUND, "tempting 1.0-1", "relax_vendor_pins", packages=pinned)
        relaxed = self.new_store("relaxed", relax_vendor_pins=True)
        _, lock, _ = self.built(hauberk=relaxed, packages=pinned)
        self.assertEqual(["tempting=1.0-1+vendor1 -> tempting 1.0-1"], lock["relaxed_pins"])

    def test_bans(self):
        image, lock, _ = self.built(packages=("app",))
        self.assertIn("usr/lib.so", image.entries)
        self.assertEqual([], lock["dropped"])
        image, lock, _ = self.built(packages=("app", "!lib"))
        self.assertNotIn("usr/lib.so", image.entries)
        self.assertEqual([("app", "Depends", "lib")],
                         [(d["package"], d["field"], d["relation"]) for d in lock["dropped"]])


if __name__ == "__main__":
    under_test.main()
