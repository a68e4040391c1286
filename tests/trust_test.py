#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""trust.json from outside: two stores, one that signs and one that verifies, and what passes between them.
The root key lies on a "stick", a folder outside of both stores, as it should. The last part is the drills of
docs/trust.md on a real image: what is signed counts, and counts no more when its key ends or is revoked.

HAUBERK is the program, CLIENTS_IMAGE makes an image in a store; exit 77 means skipped, with the reason."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import program as under_test
from program import (BAD_INPUT, CONFLICT, DONE, LIMIT, NO, NOT_FOUND, NOT_TRUSTED, USAGE)

CLIENTS_IMAGE = os.path.abspath(os.environ.get("CLIENTS_IMAGE", "build/dev/tests/clients_image"))
HELLO = os.path.abspath(os.environ.get("HAUBERK_HELLO", "build/dev/tests/clients_hello"))
MACHINE, PERSON, ROOT, NEXT = "violet-otter", "quiet-ladder", "granite-heron", "copper-willow"


class Store(under_test.Program):
    """A store, and `hauberk trust` on it with passphrases."""

    def with_passphrases(self, lines, *words, **options):
        reader, writer = os.pipe()
        os.write(writer, "".join(line + "\n" for line in lines).encode())
        os.close(writer)
        try:
            return self.run(*words, "--passphrase-fd", reader, pass_fds=[reader], **options)
        finally:
            os.close(reader)

    def keygen(self, **options):
        return self.with_passphrases([MACHINE, PERSON, ROOT], "keygen", **options)

    def show(self):
        return json.loads(self.run("trust", "show", "--json").stdout)

    def keys(self):
        """name -> entry"""
        return {key["name"]: key for key in self.show()["keys"]}

    def key_files(self):
        return sorted(path.name for path in (self.home / "keys").iterdir() if not path.name.endswith("lock"))


@contextlib.contextmanager
def running_signer(store, passphrase):
    """`hauberk signer` of this store, until the end of the block."""
    process = subprocess.Popen(store.argv("signer", "--passphrase-fd", "0"), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        process.stdin.write(passphrase + "\n")
        process.stdin.close()
        assert "ready" in process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.stdout.read()
        process.stdout.close()
        process.wait(60)


class TrustTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.ours, self.theirs = Store(self.folder / "ours"), Store(self.folder / "theirs")
        for store in (self.ours, self.theirs):
            store.init()
        self.ours.keygen()
        self.stick = self.folder / "stick" / "root.key"
        self.stick.parent.mkdir()
        shutil.move(self.ours.home / "keys/root.key", self.stick)
        self.root = self.ours.show()["roots"][0]["fingerprint"]

    def change(self, *words, lines=(ROOT,), **options):
        return self.ours.with_passphrases(lines, "trust", *words, "--root-key", self.stick, **options)

    def export(self, name):
        path = self.folder / name
        self.ours.run("trust", "export", "-o", path)
        return path

    def take_first(self):
        first = self.export("first.json")
        self.theirs.run("trust", "add", first, "--root", self.root)
        return first

    def refuses(self, store, code, words, *command, **options):
        done = store.run(*command, expect=code, **options)
        self.assertIn(words, done.stderr)
        return done


class Making(TrustTest):
    def test_keygen_says_who_may_sign_what(self):
        shown = self.ours.show()
        self.assertEqual(shown["number"], 1)
        keys = self.ours.keys()
        self.assertEqual(list(keys), ["approval", "build", "log"])
        self.assertEqual(keys["build"]["builders"], ["urn:x-hauberk:builder:local"])
        self.assertEqual(keys["build"]["repositories"], ["*"])
        self.assertIn("https://spdx.dev/Document", keys["build"]["predicates"])
        self.assertIn("urn:x-hauberk:exception:v1", keys["approval"]["predicates"])
        self.assertEqual(keys["log"]["predicates"], ["urn:x-hauberk:checkpoint:v1"])
        builds, approvals = set(keys["build"]["predicates"]), set(keys["approval"]["predicates"])
        self.assertEqual(builds & approvals, {"https://openvex.dev/ns/v0.2.0"})
        self.assertNotIn("urn:x-hauberk:reproduced:v1", builds)
        self.assertFalse(any("*" in predicate for predicate in builds | approvals))

    def test_the_root_signed_it_as_openssl_sees_it(self):
        envelope = json.loads((self.ours.home / "keys/trust.json").read_text())
        payload = base64.b64decode(envelope["payload"])
        kind = envelope["payloadType"].encode()
        message, signature = self.folder / "message", self.folder / "signature"
        message.write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
        signature.write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.ours.home / "keys/root.pub",
                        "-signature", signature, message], check=True, capture_output=True)

    def test_keygen_again_changes_nothing(self):
        before = under_test.files_of(self.ours.home, "keys")
        self.ours.keygen()
        self.assertEqual(under_test.files_of(self.ours.home, "keys"), before)

    def test_a_key_made_later_is_said_to_be_unknown(self):
        for ending in ("key", "pub"):
            (self.ours.home / f"keys/approval.{ending}").unlink()
        done = self.ours.keygen()
        self.assertIn("the approval key is not in trust.json", done.stderr)
        self.assertIn("hauberk trust rotate approval", done.stderr)

    def test_a_store_of_before_gets_its_list_once_the_root_is_back(self):
        for name in ("trust.json", "trust.newest"):
            (self.ours.home / "keys" / name).unlink()
        self.assertIn("bring root.key back", self.ours.keygen().stderr)
        self.refuses(self.ours, NOT_FOUND, "no trust.json", "trust", "show")
        shutil.copy(self.stick, self.ours.home / "keys/root.key")
        self.ours.with_passphrases([ROOT], "keygen")
        self.assertEqual(self.ours.show()["roots"][0]["fingerprint"], self.root)

    def test_show_for_people_names_all_there_is(self):
        text = self.ours.run("trust", "show").stdout
        for words in ("trust.json number 1", f"root {self.root}", "every repository", "checkpoints of"):
            self.assertIn(words, text)
        self.refuses(self.theirs, NOT_FOUND, "hauberk keygen", "trust", "show")


class HandingOn(TrustTest):
    def test_the_first_is_taken_by_its_fingerprint(self):
        first = self.export("first.json")
        self.refuses(self.theirs, NOT_TRUSTED, "--root", "trust", "add", first)
        self.refuses(self.theirs, NOT_TRUSTED, self.root, "trust", "add", first, "--root",
                     "sha256:" + "0" * 64)
        for wrong in ("0" * 64, "sha256:" + "A" * 64, "sha256:" + "0" * 63):
            self.refuses(self.theirs, BAD_INPUT, "64 hexadecimal", "trust", "add", first, "--root", wrong)
        self.refuses(self.theirs, NOT_FOUND, "trust.json", "trust", "show")
        self.theirs.run("trust", "add", first, "--root", self.root)
        self.assertEqual(self.theirs.show(), self.ours.show())

    def test_export_prints_what_is_to_be_handed_on(self):
        done = self.ours.run("trust", "export", "-o", self.folder / "out.json")
        self.assertIn(f"hauberk trust add {self.folder}/out.json --root {self.root}", done.stdout)
        self.assertEqual((self.folder / "out.json").read_bytes(),
                         (self.ours.home / "keys/trust.json").read_bytes())

    def test_hostile_files_are_refused_by_name(self):
        first = self.take_first()
        changed = json.loads(first.read_text())
        payload = json.loads(base64.b64decode(changed["payload"]))
        payload["number"] = 9
        changed["payload"] = base64.b64encode(json.dumps(payload).encode()).decode()
        rows = {"cut": (first.read_text()[:300], BAD_INPUT), "empty": ("", BAD_INPUT),
                "changed": (json.dumps(changed), NOT_TRUSTED), "large": (" " * (3 << 20), LIMIT)}
        for name, (text, code) in rows.items():
            with self.subTest(name):
                (self.folder / name).write_text(text)
                done = self.theirs.run("trust", "add", self.folder / name, expect=code)
                self.assertIn(str(self.folder / name), done.stderr)
        self.refuses(self.theirs, NOT_FOUND, "nowhere", "trust", "add", self.folder / "nowhere")
        self.assertEqual(self.theirs.show()["number"], 1)

    def test_an_old_one_is_refused_after_a_newer_one(self):
        first = self.take_first()
        self.change("revoke", "approval", "--reason", "left the company")
        second = self.export("second.json")
        self.theirs.run("trust", "add", second)
        self.refuses(self.theirs, CONFLICT, "number 2 was accepted before", "trust", "add", first)
        self.refuses(self.theirs, CONFLICT, "number 2 was accepted before", "trust", "add", first, "--root",
                     self.root, "--replace")
        shutil.rmtree(self.theirs.home / "cache")
        for store in (self.theirs, self.ours):
            shutil.copy(first, store.home / "keys/trust.json")
            done = self.refuses(store, NOT_TRUSTED, "number 2", "trust", "show")
            self.assertIn("hauberk trust add FILE", done.stderr)
            store.run("trust", "add", second)
            self.assertEqual(store.keys()["approval"]["state"], "revoked")

    def test_somebody_elses_is_not_taken_for_ours(self):
        self.take_first()
        stranger = Store(self.folder / "stranger")
        stranger.init()
        stranger.keygen()
        stranger.run("trust", "export", "-o", self.folder / "stranger.json")
        fingerprint = stranger.show()["roots"][0]["fingerprint"]
        self.refuses(self.theirs, NOT_TRUSTED, "none of the present roots", "trust", "add",
                     self.folder / "stranger.json", "--root", fingerprint)
        self.theirs.run("trust", "add", self.folder / "stranger.json", "--root", fingerprint, "--replace")
        self.assertEqual(self.theirs.show(), stranger.show())


class Changing(TrustTest):
    def test_a_key_is_added_changed_and_revoked(self):
        partner = Store(self.folder / "partner")
        partner.init()
        partner.keygen()
        pub = partner.home / "keys/build.pub"
        self.change("add-key", "partner", pub, "--predicates", "signature,spdx",
                    "--repositories", "partner/*", "--to", "2099-01-31")
        entry = self.ours.keys()["partner"]
        self.assertEqual(entry["predicates"],
                         ["https://sigstore.dev/cosign/sign/v1", "https://spdx.dev/Document"])
        self.assertEqual((entry["repositories"], entry["builders"], entry["to"]),
                         (["partner/*"], [], "2099-01-31T00:00:00Z"))
        self.change("change", "partner", "--repositories", "partner/web,partner/db", "--to", "never")
        entry = self.ours.keys()["partner"]
        self.assertEqual((entry["repositories"], entry["to"]), (["partner/web", "partner/db"], ""))
        done = self.change("revoke", entry["fingerprint"], "--reason", "stolen")
        self.assertNotIn("rotate", done.stdout, "it is no key of ours")
        self.assertEqual(self.ours.keys()["partner"]["revoked"]["reason"], "stolen")
        self.assertEqual(self.ours.show()["number"], 4)

    def test_what_cannot_be_is_said_before_a_passphrase_is_asked_for(self):
        pub = self.ours.home / "keys/build.pub"
        (self.folder / "no.pub").write_text("no key")
        rights = ("--predicates", "spdx", "--repositories", "*")
        rows = [
            (CONFLICT, "already, as \"build\"", "add-key", "other", pub, *rights),
            (CONFLICT, "root key", "add-key", "other", self.ours.home / "keys/root.pub", *rights),
            (BAD_INPUT, "no.pub", "add-key", "other", self.folder / "no.pub", *rights),
            (BAD_INPUT, "did you mean \"spdx\"", "add-key", "other", pub, "--predicates", "spxd",
             "--repositories", "*"),
            (BAD_INPUT, "2027-06-30", "add-key", "other", pub, *rights, "--to", "next year"),
            (NOT_FOUND, "its keys are: approval, build, log", "change", "bild", "--to", "never"),
            *[(BAD_INPUT, "for example \"partner-", "add-key", name, pub, *rights)
              for name in ("build", "build-7", "build-07", "approval-2", "log", "root", "root-1", "build-")],
            (BAD_INPUT, "nothing to change", "change", "build"),
            (NOT_FOUND, "its keys are", "revoke", "bild", "--reason", "x"),
            (BAD_INPUT, "build, approval, log and root", "rotate", "bild"),
            (BAD_INPUT, "by itself", "rotate", "root", "build"),
            (BAD_INPUT, "for the root alone", "rotate", "build", "--lost"),
            (USAGE, "--reason is required; see `hauberk trust revoke --help`", "revoke", "build"),
            (USAGE, "--grace", "rotate", "build", "--grace", "-1"),
            (USAGE, "no such verb; did you mean revoke? `hauberk trust --help` lists", "revok"),
            (USAGE, "--reason? `hauberk trust revoke --help`", "revoke", "build", "--reason", "x", "--reson"),
        ]
        for code, words, *command in rows:
            with self.subTest(" ".join(map(str, command))):
                self.refuses(self.ours, code, words, "trust", *command, stdin=subprocess.DEVNULL)
        self.assertEqual(self.ours.show()["number"], 1)

    def test_the_root_key_must_be_there_and_open_and_be_the_root(self):
        command = ("trust", "revoke", "approval", "--reason", "x")
        self.refuses(self.ours, NOT_FOUND, "--root-key FILE", *command)
        done = self.change(*command[1:], lines=["tin-badger"], expect=NOT_TRUSTED)
        self.assertIn("passphrase is wrong", done.stderr)
        self.assertNotIn("tin-badger", done.stdout + done.stderr)
        self.refuses(self.ours, NOT_FOUND, "nowhere.key", *command, "--root-key", self.folder / "nowhere.key")
        stranger = Store(self.folder / "stranger")
        stranger.init()
        stranger.keygen()
        done = self.ours.with_passphrases([ROOT], *command, "--root-key", stranger.home / "keys/root.key",
                                          expect=NOT_TRUSTED)
        self.assertIn(self.root, done.stderr)
        self.assertEqual(self.ours.show()["number"], 1)

    def test_a_root_key_in_the_store_is_found(self):
        shutil.copy(self.stick, self.ours.home / "keys/root.key")
        self.ours.with_passphrases([ROOT], "trust", "revoke", "approval", "--reason", "x")
        self.assertEqual(self.ours.show()["number"], 2)


class Rotating(TrustTest):
    def test_a_new_key_takes_over(self):
        self.take_first()
        old = (self.ours.home / "keys/build.pub").read_text()
        files = self.ours.key_files()
        done = self.change("rotate", "build", "--json", lines=[ROOT, MACHINE])
        self.assertEqual(json.loads(done.stdout)["rotated"][0]["called"], "build-2")
        keys = self.ours.keys()
        self.assertEqual(keys["build"]["public_key"], old)
        self.assertEqual(keys["build-2"]["public_key"], (self.ours.home / "keys/build.pub").read_text())
        for right in ("predicates", "repositories", "builders"):
            self.assertEqual(keys["build"][right], keys["build-2"][right])
        self.assertTrue(keys["build"]["to"])
        self.assertEqual((keys["build"]["state"], keys["build-2"]["state"], keys["build-2"]["to"]),
                         ("valid", "valid", ""))
        self.assertEqual(self.ours.key_files(), files, "the old private key is nowhere")
        self.theirs.run("trust", "add", self.export("second.json"))
        self.assertEqual(self.theirs.show(), self.ours.show())
        self.change("rotate", "build", "--grace", "0", lines=[ROOT, MACHINE])
        self.assertIn("build-3", self.ours.keys())

    def test_the_passphrase_of_a_group_stays_one(self):
        before = under_test.files_of(self.ours.home, "keys")
        done = self.change("rotate", "build", lines=[ROOT, NEXT], expect=CONFLICT)
        self.assertIn("hauberk trust rotate build log", done.stderr)
        self.assertEqual(under_test.files_of(self.ours.home, "keys"), before)
        self.change("rotate", "build", "log", "approval", lines=[ROOT, NEXT, PERSON])
        self.assertEqual(sorted(self.ours.keys()),
                         ["approval", "approval-2", "build", "build-2", "log", "log-2"])
        self.assertEqual(self.ours.show()["number"], 2)

    def test_a_lost_key_is_rotated_without_it(self):
        """All but trust.json and the root key is gone: a new machine."""
        exported = self.export("trust.json")
        machine = Store(self.folder / "machine")
        machine.init()
        machine.run("trust", "add", exported, "--root", self.root)
        machine.with_passphrases([ROOT, NEXT, PERSON], "trust", "rotate", "build", "log", "approval",
                                 "--root-key", self.stick)
        self.assertEqual(machine.keys()["build-2"]["public_key"],
                         (machine.home / "keys/build.pub").read_text())
        self.assertNotIn("root.key", machine.key_files())
        machine.with_passphrases([NEXT], "keygen")
        self.assertNotIn("root.key", machine.key_files(), "no root beside the one that trust.json names")

    def test_an_interrupted_rotation_is_ended_by_the_same_command(self):
        keys = self.ours.home / "keys"
        old = {ending: (keys / f"build.{ending}").read_bytes() for ending in ("key", "pub")}
        self.change("rotate", "build", lines=[ROOT, MACHINE])
        new = (keys / "build.pub").read_bytes()
        # As it is when trust.json was kept, and nothing more.
        for ending, content in old.items():
            (keys / f"build.{ending}").rename(keys / f"build.next.{ending}")
            (keys / f"build.{ending}").write_bytes(content)
        done = self.ours.run("trust", "rotate", "build", "--json", stdin=subprocess.DEVNULL)
        self.assertTrue(json.loads(done.stdout)["was_interrupted"])
        self.assertEqual((keys / "build.pub").read_bytes(), new)
        self.assertEqual([name for name in self.ours.key_files() if "next" in name], [])
        self.assertEqual(self.ours.show()["number"], 2)

    def test_one_that_waits_but_is_not_believed_is_made_anew(self):
        """What a run leaves that died before it had signed."""
        stranger = Store(self.folder / "stranger")
        stranger.init()
        stranger.with_passphrases([MACHINE], "keygen", "--name", "build")
        keys = self.ours.home / "keys"
        for ending in ("key", "pub"):
            shutil.copy(stranger.home / f"keys/build.{ending}", keys / f"build.next.{ending}")
        self.change("rotate", "build", lines=[ROOT, MACHINE])
        self.assertEqual(self.ours.keys()["build-2"]["public_key"], (keys / "build.pub").read_text())
        self.assertNotEqual((keys / "build.pub").read_text(), (stranger.home / "keys/build.pub").read_text())
        self.assertEqual([name for name in self.ours.key_files() if "next" in name], [])


class RotatingTheRoot(TrustTest):
    def test_both_roots_sign(self):
        self.take_first()
        self.change("rotate", "root", lines=[ROOT, NEXT])
        both = self.export("both.json")
        new_root = self.ours.show()["roots"][0]["fingerprint"]
        self.assertNotEqual(new_root, self.root)
        envelope = json.loads(both.read_text())
        self.assertEqual([s["keyid"] for s in envelope["signatures"]], [self.root, new_root])
        for only in envelope["signatures"]:
            (self.folder / "one.json").write_text(json.dumps({**envelope, "signatures": [only]}))
            self.refuses(self.theirs, NOT_TRUSTED, "root", "trust", "add", self.folder / "one.json")
        self.theirs.run("trust", "add", both)
        self.assertEqual(self.theirs.show(), self.ours.show())

        # The old root has no say any more; the new one, from its place in the store, has.
        done = self.change("revoke", "approval", "--reason", "x", expect=NOT_TRUSTED)
        self.assertIn(new_root, done.stderr)
        self.ours.with_passphrases([NEXT], "trust", "revoke", "approval", "--reason", "x")
        self.theirs.run("trust", "add", self.export("third.json"))
        self.assertEqual(self.theirs.keys()["approval"]["state"], "revoked")

    def test_a_lost_root_is_told_by_its_fingerprint(self):
        self.take_first()
        self.stick.unlink()
        done = self.ours.with_passphrases([NEXT], "trust", "rotate", "root", "--lost")
        self.assertIn("--replace", done.stdout)
        new_root = self.ours.show()["roots"][0]["fingerprint"]
        alone = self.export("alone.json")
        self.refuses(self.theirs, NOT_TRUSTED, "none of the present roots", "trust", "add", alone)
        self.refuses(self.theirs, NOT_TRUSTED, "--root", "trust", "add", alone, "--replace")
        self.theirs.run("trust", "add", alone, "--root", new_root, "--replace")
        self.assertEqual(self.theirs.show(), self.ours.show())


class Drills(TrustTest):
    """docs/trust.md on an image."""

    def setUp(self):
        super().setUp()
        subprocess.run([CLIENTS_IMAGE, self.ours.home, HELLO], capture_output=True, check=True)
        self.image = "test.example/hello:1"
        self.sign()

    def sign(self):
        self.ours.with_passphrases([MACHINE], "sign", self.image)

    def verify(self, expect=DONE):
        return self.ours.run("verify", self.image, expect=expect).stdout

    def test_a_key_outside_of_its_repositories_predicates_or_time(self):
        self.verify()
        for flags, words in ((("--repositories", "elsewhere/*"), "for the repository"),
                             (("--repositories", "*", "--predicates", "spdx"), "may not sign"),
                             (("--predicates", "*", "--to", "2026-01-01"), "only until 2026-01-01")):
            with self.subTest(flags):
                self.change("change", "build", *flags)
                self.assertIn(words, self.verify(expect=NO))
        self.change("change", "build", "--to", "never")
        self.verify()

    def test_rotation(self):
        self.change("rotate", "build", lines=[ROOT, MACHINE])
        self.verify()
        self.change("change", "build", "--to", "2026-01-01")
        self.assertIn("only until", self.verify(expect=NO))
        self.sign()
        self.verify()

    def warning(self, *words, lines=(MACHINE,)):
        """What the command warns of, if it does; it signs all the same."""
        done = self.ours.with_passphrases(lines, *words, "--json")
        warnings = json.loads(done.stdout)["warnings"]
        self.assertLessEqual(len(warnings), 1, warnings)
        return "".join(warnings)

    def test_who_signs_with_a_key_that_is_not_believed_is_told(self):
        sign = ("sign", self.image)
        self.assertEqual(self.warning(*sign), "")
        for flags, why, way in (
                (("--repositories", "elsewhere/*"), "may not sign for the repository test.example/hello",
                 "`hauberk trust change build --repositories ...`"),
                (("--repositories", "*", "--predicates", "spdx"), "may not sign",
                 "`hauberk trust change build --predicates ...`"),
                (("--predicates", "signature", "--to", "2026-01-01"), "counted only until 2026-01-01",
                 "`hauberk trust rotate build`")):
            with self.subTest(flags):
                self.change("change", "build", *flags)
                said = self.warning(*sign)
                self.assertIn(why, said)
                self.assertTrue(said.endswith(way), said)
        self.change("revoke", "build", "--reason", "laptop stolen")
        said = self.warning(*sign)
        self.assertIn("laptop stolen", said)
        self.assertTrue(said.endswith("`hauberk trust rotate build`"), said)
        self.change("rotate", "build", lines=[ROOT, MACHINE])
        self.assertEqual(self.warning(*sign), "")

    def test_a_key_that_no_list_has_is_told_of_and_without_a_list_nothing_is(self):
        predicate = self.folder / "review.json"
        predicate.write_text("{}")
        attest = ("attest", self.image, "--type", "https://example.org/review/v1", "--predicate", predicate)
        said = self.warning(*attest, "--as", "approval", lines=[PERSON])
        self.assertTrue(said.endswith("`hauberk trust change approval --predicates ...`"), said)
        for ending in ("key", "pub"):
            (self.ours.home / f"keys/build.{ending}").unlink()
        self.ours.with_passphrases([MACHINE], "keygen", "--name", "build")
        done = self.ours.with_passphrases([MACHINE], "sign", self.image)
        self.assertRegex(done.stderr, r"^hauberk: warning: .*the build key sha256:\w{64} is not in it; .*"
                                      r"`hauberk trust rotate build`\n$")
        (self.ours.home / "keys/trust.json").unlink()
        self.assertIn("`hauberk trust add", self.warning("sign", self.image))
        (self.ours.home / "keys/trust.newest").unlink()
        self.assertEqual(self.warning("sign", self.image), "")

    def test_a_policy_that_names_the_build_key_means_the_next_one_too(self):
        policy = self.folder / "policy.yaml"
        self.change("rotate", "build", "--grace", "0", lines=[ROOT, MACHINE])
        self.sign()
        for key, code in (("build", DONE), ("build-2", DONE), ("approval", NO)):
            policy.write_text(f"version: 1\nrules:\n  - repositories: [\"*\"]\n    keys: [{key}]\n"
                              "    require: [signature]\n")
            self.ours.run("verify", self.image, "--policy", policy, expect=code)

    def test_a_signer_that_runs_on_after_a_rotation_signs_nothing(self):
        with running_signer(self.ours, MACHINE):
            done = self.change("rotate", "build", "log", lines=[ROOT, NEXT])
            self.assertIn("systemctl restart hauberk-signer", done.stderr)
            self.assertIn(str(self.ours.home / "run/signer.sock"), done.stderr)
            for words in (("sign", self.image),
                          ("attest", self.image, "--type", "https://example.org/review/v1", "--predicate",
                           self.file("review.json", "{}"))):
                self.refuses(self.ours, CONFLICT, "holds another one", *words, stdin=subprocess.DEVNULL)
            self.assertNotIn("build-2", self.verify())
        with running_signer(self.ours, NEXT):
            done = self.ours.run("sign", self.image, "--json", stdin=subprocess.DEVNULL)
            self.assertGreater(json.loads(done.stdout)["added"], 0)
        self.assertIn("build-2", self.verify())
        self.change("revoke", "build", "--reason", "old")
        self.verify()

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_a_stolen_key(self):
        done = self.change("revoke", "build", "--reason", "laptop stolen")
        self.assertIn("hauberk trust rotate build", done.stdout)
        self.assertIn("laptop stolen", self.verify(expect=NO))
        self.change("rotate", "build", lines=[ROOT, MACHINE])
        self.assertIn("laptop stolen", self.verify(expect=NO), "the new key has not signed yet")
        self.sign()
        self.verify()


if __name__ == "__main__":
    under_test.need_tools("openssl")
    under_test.main()
