#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `hauberk build` leaves of evidence, what `hauberk verify` makes of it, and whether `hauberk reproduce`
finds what is not the same.

The packages come from a mirror on loopback. HAUBERK is the program; exit 77 means skipped, with the
reason."""

import base64
import datetime
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import mirror as made
import program as under_test
from program import BAD_INPUT, DONE, NO, NOT_FOUND, NOT_TRUSTED, USAGE

PASSPHRASE = "correct horse battery\n"
OF_PLATFORM = {"signature", "provenance", "lock", "sources", "changelog", "spdx", "cyclonedx", "hardening",
               "secrets", "coverage"}
TYPES = {"https://sigstore.dev/cosign/sign/v1": "signature", "https://slsa.dev/provenance/v1": "provenance",
         "https://spdx.dev/Document": "spdx", "https://cyclonedx.org/bom": "cyclonedx",
         "https://openvex.dev/ns/v0.2.0": "vex", "https://in-toto.io/attestation/vulns/v0.2": "vulns"}


def name_of(predicate_type):
    return TYPES.get(predicate_type) or predicate_type.split(":")[2]


class Prove(made.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        files = [made.folder("./usr/"), made.file("./usr/good", "good " * 99)]
        cls.mirror.publish([made.Package("good", files)])
        cls.definition = cls.folder / "definition.yaml"
        cls.definition.write_text(under_test.definition(["good"]))
        cls.model = cls.new_store()
        cls.model.run("keygen", "--passphrase-fd", "0", input=PASSPHRASE)
        cls.report = cls.build_in(cls.model)

    @classmethod
    def build_in(cls, store, *words):
        done = store.run("build", cls.definition, "--json", "--passphrase-fd", "0", *words, input=PASSPHRASE)
        return json.loads(done.stdout)

    def setUp(self):
        self.store = under_test.Program(self.folder / self.id())
        shutil.copytree(self.model.home, self.store.home)
        self.addCleanup(shutil.rmtree, self.store.home, ignore_errors=True)

    def verify(self, *words, image="test/image:1", expect=DONE, store=None):
        done = (store or self.store).run("verify", image, "--json", *words, expect=expect)
        return json.loads(done.stdout)

    def blob_path(self, digest):
        return self.store.home / "blobs" / digest.replace(":", "/")

    def revoke_build(self):
        self.store.run("trust", "revoke", "build", "--reason", "stolen", "--passphrase-fd", "0",
                       input=PASSPHRASE)

    def attest(self, predicate_type, file, expect=DONE):
        self.store.run("attest", "test/image:1", "--type", predicate_type, "--predicate", file, "--as",
                       "approval", "--passphrase-fd", "0", input=PASSPHRASE, expect=expect)

    def add_feed(self, urgency):
        """A tracker that knows one hole of the package, or (no urgency) that it has none any more."""
        path = self.folder / "tracker.json"
        row = {"status": "open", "repositories": {"trixie": "1.0"}, "urgency": urgency}
        if urgency is None:
            row |= {"status": "resolved", "fixed_version": "0", "urgency": "low"}
        path.write_text(json.dumps({"good": {"CVE-2026-0001": {"description": "An example.",
                                                               "releases": {"trixie": row}}}}))
        try:
            self.store.run("feed", "update", "debian-tracker")
        except AssertionError:
            self.store.run("feed", "add", "debian-tracker", path)


class Evidence(Prove):
    def test_all_of_it_is_there_and_verified(self):
        verified = self.verify()
        by_platform = {name_of(one["predicate_type"]) for one in verified["proved"] if one["platform"]}
        self.assertLessEqual(OF_PLATFORM, by_platform)
        self.assertEqual({"build"}, {one["signer"] for one in verified["proved"]})
        self.assertEqual([], verified["ignored"])
        self.assertEqual({"bundle", "sig", "att"}, {one["form"] for one in verified["proved"]})

    def test_nothing_new_adds_nothing(self):
        before = sorted(path.name for path in (self.store.home / "blobs/sha256").iterdir())
        again = self.build_in(self.store)
        self.assertEqual(0, again["evidence"]["added"])
        self.assertEqual(before, sorted(path.name for path in (self.store.home / "blobs/sha256").iterdir()))

    def test_nothing_new_asks_for_no_passphrase(self):
        self.store.run("build", self.definition, stdin=None, input="")

    def test_a_feed_changes_what_speaks_of_holes_alone(self):
        before = {(one["subject"], one["predicate_type"], one["form"]) for one in self.verify()["proved"]}
        self.add_feed("low")
        self.build_in(self.store)
        after = self.verify("--type", "vulns", "--type", "vex")["proved"]
        new = {name_of(one["predicate_type"]) for one in after
               if (one["subject"], one["predicate_type"], one["form"]) not in before}
        self.assertEqual({"vulns", "vex"}, new)
        self.add_feed("high")
        again = self.build_in(self.store)
        self.assertLessEqual(again["evidence"]["added"], 4, "vulns, vex, a check of holes, coverage")
        self.assertGreater(again["evidence"]["kept"], 8)

    def test_nothing_new_reads_nothing_again(self):
        self.add_feed("low")
        self.build_in(self.store)
        # A scan would need the feed, and fail.
        shutil.rmtree(self.store.home / "cache/feeds")
        for path in (self.store.home / "feeds/debian-tracker").iterdir():
            if path.name != "feed.json":
                path.unlink()
        again = self.build_in(self.store)["evidence"]
        self.assertEqual((0, ["tests"]), (again["added"], [one["what"] for one in again["missing"]]))
        self.assertGreater(again["kept"], 12)

    def test_what_is_no_longer_so_is_withdrawn(self):
        self.add_feed("low")
        self.build_in(self.store)
        self.assertIn("vex", self.types_by_form()["att"])
        self.add_feed(None)
        self.store.run("feed", "accept", "debian-tracker", expect=None)
        report = self.build_in(self.store)
        self.assertIn("vex", {one["what"] for one in report["evidence"]["missing"]})
        self.verify("--type", "vex", expect=NO)
        forms = self.types_by_form()
        self.assertNotIn("vex", forms["bundle"] | forms["att"])
        self.assertLessEqual({"spdx", "cyclonedx", "provenance"}, forms["att"])

    def types_by_form(self):
        forms = {}
        for one in self.verify()["proved"]:
            forms.setdefault(one["form"], set()).add(name_of(one["predicate_type"]))
        return forms

    def test_provenance_names_the_commit_of_the_very_bytes(self):
        catalogue = self.folder / self.id() / "catalogue"
        catalogue.mkdir(parents=True, exist_ok=True)
        definition = catalogue / "own.yaml"
        definition.write_text(under_test.definition(["good"], image="test/own"))
        ran = catalogue / "ran"
        for words in (["init", "-q"], ["add", "own.yaml"],
                      ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "first"],
                      ["config", "core.fsmonitor", f"touch {ran}"],
                      ["config", "filter.x.clean", f"touch {ran}"]):
            subprocess.run(["git", "-C", catalogue, *words], check=True)
        (catalogue / ".gitattributes").write_text("*.yaml filter=x\n")
        commit = subprocess.run(["git", "-C", catalogue, "rev-parse", "HEAD"], capture_output=True, text=True,
                                check=True).stdout.strip()
        ran.unlink(missing_ok=True)
        self.assertEqual((commit, "own.yaml"), self.origin_of(definition, "test/own"))
        definition.write_text(definition.read_text() + "# changed\n")
        definition.write_text(definition.read_text().replace("Test", "Other"))
        self.assertEqual((None, "own.yaml"), self.origin_of(definition, "test/own"))
        self.assertFalse(ran.exists(), "what a catalogue's git names was run")

    def origin_of(self, definition, image):
        self.store.run("build", definition, "--passphrase-fd", "0", input=PASSPHRASE)
        with tempfile.TemporaryDirectory() as folder:
            self.store.run("copy", f"{image}:1", f"oci:{folder}")
            for path in (pathlib.Path(folder) / "blobs/sha256").iterdir():
                content = path.read_bytes()
                if b'"dsseEnvelope"' not in content:
                    continue
                payload = json.loads(base64.b64decode(json.loads(content)["dsseEnvelope"]["payload"]))
                if payload["predicateType"] == "https://slsa.dev/provenance/v1":
                    origin = payload["predicate"]["buildDefinition"]["externalParameters"]["definition"]
                    return origin.get("commit"), origin.get("path")
        raise AssertionError("there is no provenance")

    def test_what_did_not_run_is_not_proved(self):
        verified = self.verify("--type", "tests", expect=NO)
        self.assertEqual({"https://in-toto.io/attestation/test-result/v0.1"},
                         {one["what"] for one in verified["missing"]})
        missing = {one["what"]: one["why"] for one in self.report["evidence"]["missing"]}
        self.assertIn("--test", missing["tests"])
        self.assertIn("feed add", missing["vulns"])

    def test_a_key_that_is_named(self):
        own = self.store.home / "keys/build.pub"
        self.assertTrue(self.verify("--key", own)["verified"])
        others = self.store.home / "keys/approval.pub"
        verified = self.verify("--key", others, expect=NO)
        self.assertEqual([], verified["proved"])
        self.assertIn("not verified", self.store.run("verify", "test/image:1", "--key", others,
                                                     expect=NO).stdout.lower())

    def test_changed_evidence_is_not_proved(self):
        broken = 0
        for path in (self.store.home / "blobs/sha256").iterdir():
            content = path.read_bytes()
            if b"dsseEnvelope" in content:
                at = content.index(b'"payload":"') + 40
                path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1:])
                broken += 1
        self.assertGreater(broken, 8)
        verified = self.verify(expect=None)
        self.assertEqual([], [one for one in verified["proved"] if one["form"] == "bundle"])

    def test_a_revoked_key_proves_nothing(self):
        self.assertEqual([], [said for said in self.build_in(self.store)["warnings"] if "trust" in said])
        self.revoke_build()
        [said] = [said for said in self.build_in(self.store)["warnings"] if "stolen" in said]
        self.assertTrue(said.endswith("`hauberk trust rotate build`"), said)
        verified = self.verify(expect=NO)
        self.assertEqual([], verified["proved"])
        self.assertTrue(all("stolen" in one["why"] for one in verified["ignored"]))

    def test_a_build_with_the_next_key_says_it_all_again(self):
        self.store.run("trust", "rotate", "build", "--passphrase-fd", "0", input=PASSPHRASE * 2)
        self.assertEqual(0, self.build_in(self.store)["evidence"]["kept"])
        self.assertEqual(0, self.build_in(self.store)["evidence"]["added"])
        self.revoke_build()
        proved = self.verify()["proved"]
        self.assertEqual({"build-2"}, {one["signer"] for one in proved})
        self.assertLessEqual(OF_PLATFORM, {name_of(one["predicate_type"]) for one in proved})

    def test_the_policy_decides(self):
        policy = self.folder / "policy.yaml"
        policy.write_text("version: 1\nrules:\n  - repositories: [\"test/*\"]\n    keys: [approval]\n"
                          "    require: [signature]\n")
        self.assertIn("does not take the key",
                      self.verify("--policy", policy, expect=NO)["ignored"][0]["why"])
        policy.write_text("version: 1\nrules:\n  - repositories: [\"other/*\"]\n    require: [signature]\n")
        self.assertIn("no rule", self.verify("--policy", policy, expect=NO)["missing"][0]["why"])
        policy.write_text("version: 1\nrules:\n  - repositories: [\"*\"]\n    requires: [signature]\n")
        self.store.run("verify", "test/image:1", "--policy", policy, expect=BAD_INPUT)

    def policy(self, *lines):
        path = self.folder / "policy.yaml"
        rule = "".join(f"    {line}\n" for line in lines)
        path.write_text(f"version: 1\nrules:\n  - repositories: ['test/*']\n{rule}")
        return path

    def test_the_keys_of_a_policy_hold_without_a_list(self):
        build, other = ("sha256:" + self.fingerprint(name) for name in ("build", "approval"))
        own_key = self.store.home / "keys/build.pub"
        for name in ("trust.json", "trust.newest"):
            (self.store.home / "keys" / name).unlink()
        for words, key, code in ((["--key", own_key], build, DONE), (["--key", own_key], other, NO),
                                 (["--key", own_key], "build", BAD_INPUT), ([], "build", DONE),
                                 ([], build, DONE), ([], other, NO), ([], "approval", BAD_INPUT)):
            with self.subTest(key=key, words=words):
                policy = self.policy(f"keys: ['{key}']", "require: [signature]")
                self.store.run("verify", "test/image:1", "--policy", policy, *words, expect=code)
        self.assertIn("by this store's build key", self.store.run("verify", "test/image:1").stdout)
        self.assertIn("by the key that you named",
                      self.store.run("verify", "test/image:1", "--key", own_key).stdout)

    def fingerprint(self, name):
        lines = (self.store.home / f"keys/{name}.pub").read_text().splitlines()[1:-1]
        return hashlib.sha256(base64.b64decode("".join(lines))).hexdigest()

    def test_a_layout_does_not_choose_its_judge(self):
        layout = self.folder / self.id() / "layout"
        self.store.run("copy", "test/image:1", f"oci:{layout}")
        image = f"oci:{layout}"
        index = json.loads((layout / "index.json").read_text())
        named = [entry for entry in index["manifests"] if "org.opencontainers.image.ref.name" in
                 entry.get("annotations", {})]
        named[0]["annotations"]["org.opencontainers.image.ref.name"] = "partner/image:1"
        (layout / "index.json").write_text(json.dumps(index))
        policy = self.policy("require: [signature]")
        for name, code in (("test/image", DONE), ("other/image", NO), ("test/image:1", BAD_INPUT)):
            with self.subTest(name):
                self.store.run("verify", image, "--policy", policy, "--repository", name, expect=code)
        done = self.store.run("verify", image, "--policy", policy, expect=USAGE)
        self.assertIn("--repository hauberk/nginx", done.stderr)
        self.assertNotIn("judged as", self.store.run("verify", image).stdout, "every repository is allowed")
        self.store.run("trust", "change", "build", "--repositories", "test/*", "--passphrase-fd", "0",
                       input=PASSPHRASE)
        shown = self.store.run("verify", image, expect=NO)
        self.assertIn("judged as partner/image, which is what it calls itself", shown.stdout)
        self.assertEqual("partner/image", self.verify(image=image, expect=NO)["repository"])
        judged = self.verify("--repository", "test/image", image=image)
        self.assertEqual((True, "test/image"), (judged["verified"], judged["repository"]))
        self.assertEqual("test/image", self.verify()["repository"])

    def test_one_reason_for_all_is_said_once(self):
        others = self.store.home / "keys/approval.pub"
        done = self.store.run("verify", "test/image:1", "--key", others, expect=NO)
        lines = [line for line in done.stdout.splitlines() if "has not signed it" in line]
        self.assertEqual(1, len(lines), done.stdout)
        self.assertRegex(lines[0], "^  all of it +the key that you named has not signed it ")

    def test_a_new_scan_counts_although_it_found_the_same(self):
        ages = ("2026-01-01T00:00:00.5+01:00", datetime.datetime.now(datetime.timezone.utc).isoformat())
        policy = self.policy("maximum-age-hours: {vulns: 24}", "outcomes: {vulns: no-critical}")
        rows = ((ages[0], NO, "LOW"), (ages[1], DONE, "LOW"), (ages[1], NO, "CRITICAL"), (ages[1], NO, "9.8"),
                (ages[1], NO, "dreadful"))
        for finished, code, severity in rows:
            with self.subTest(finished=finished, severity=severity):
                path = self.folder / "scan.json"
                result = [{"id": "CVE-2026-0001", "severity": [{"method": "nvd", "score": severity}]}]
                path.write_text(json.dumps({"scanner": {"uri": "pkg:generic/example", "result": result},
                                            "metadata": {"scanFinishedOn": finished}}))
                attest = ("attest", "test/image:1", "--type", "vulns", "--predicate", path, "--json",
                          "--passphrase-fd", "0")
                twice = [self.store.run(*attest, input=PASSPHRASE).stdout for _ in range(2)]
                self.assertEqual([True, False], [json.loads(one)["added"] > 0 for one in twice])
                self.store.run("verify", "test/image:1", "--policy", policy, expect=code)

    def test_sign_and_attest(self):
        predicate = self.folder / "review.json"
        predicate.write_text('{"reviewer": "somebody"}')
        review = "https://example.org/review/v1"
        self.attest(review, predicate)
        self.store.run("verify", "test/image:1", "--type", review, "--key",
                       self.store.home / "keys/approval.pub", expect=NO)
        by_key = self.verify("--type", review, "--key", self.store.home / "keys/approval.pub", "--key",
                             self.store.home / "keys/build.pub")
        self.assertIn(review, {one["predicate_type"] for one in by_key["proved"]})
        done = self.store.run("sign", "test/image:1", "--json", "--passphrase-fd", "0", input=PASSPHRASE)
        self.assertEqual(0, json.loads(done.stdout)["added"], "it is signed already")
        self.attest("lock", predicate, expect=NOT_TRUSTED)

    def test_a_wrong_passphrase_and_no_key(self):
        other = self.folder / "other.yaml"
        other.write_text(under_test.definition(["good"], image="test/other"))
        done = self.store.run("build", other, "--passphrase-fd", "0", input="wrong\n", expect=NOT_TRUSTED)
        self.assertIn("evidence is not complete", done.stderr)
        self.assertNotIn("wrong\n", done.stdout + done.stderr)
        bare = self.new_store()
        report = bare.build(other)
        self.assertIsNone(report["evidence"])
        bare.run("verify", "test/other:1", expect=NOT_FOUND)


class Layout:
    """The image in a folder, to be changed: every digest is made anew, so that nothing but reading tells."""

    def __init__(self, store, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        store.run("copy", "test/image:1", f"oci:{folder}", "--without-evidence")
        self.top = json.loads((folder / "index.json").read_text())
        self.index = json.loads(self.blob(self.top["manifests"][0]["digest"]))

    def path(self, digest):
        return self.folder / "blobs" / digest.replace(":", "/")

    def blob(self, digest):
        return self.path(digest).read_bytes()

    def keep(self, data):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        if not self.path(digest).exists():
            self.path(digest).write_bytes(data)
        return {"digest": digest, "size": len(data)}

    def manifest(self):
        return json.loads(self.blob(self.index["manifests"][0]["digest"]))

    def name(self, entries):
        """An index of these, each as the true one but for what is given."""
        [true] = self.index["manifests"]
        index = {**self.index, "manifests": [{**true, **entry} for entry in entries]}
        self.top["manifests"][0].update(self.keep(json.dumps(index).encode()))
        (self.folder / "index.json").write_text(json.dumps(self.top))


class Secrets(made.TestCase):
    """A mirror's password is for the mirror alone."""

    USER, PASSWORD = "somebody", "tin-badger-lantern-7"

    def test_the_password_of_a_mirror_is_nowhere(self):
        files = [made.folder("./usr/"), made.file("./usr/good", "good " * 99)]
        self.mirror.publish([made.Package("good", files)])
        encoded = base64.b64encode(f"{self.USER}:{self.PASSWORD}".encode())
        release, given = "/debian/dists/trixie/InRelease", []

        def answer(handler):
            given.append(handler.headers.get("Authorization"))
            handler.reply(200, self.mirror.files.get(release, b""))

        self.mirror.answers[release] = answer
        url = self.mirror.url.replace("http://", f"http://{self.USER}:{self.PASSWORD}@")
        store = self.new_store(repositories={"trixie": [f"deb {url} trixie main"]})
        definition = self.folder / "definition.yaml"
        definition.write_text(under_test.definition(["good"]))
        store.run("keygen", "--passphrase-fd", "0", input=PASSPHRASE)
        lock = store.run("lock", definition)
        self.assertIn("Basic " + encoded.decode(), given, "the mirror was not given it: this shows nothing")
        (self.folder / "lock").write_text(lock.stdout)
        build = ("build", definition, "--json", "--with-inputs", "--passphrase-fd", "0")
        said = [lock, store.run(*build, input=PASSPHRASE)]
        self.assertGreater(json.loads(said[-1].stdout)["evidence"]["added"], 10)
        for words in (["verify", "test/image:1"], ["verify", "test/image:1", "--json"],
                      ["inspect", "test/image:1", "--json"], ["sbom", "test/image:1"], ["doctor"],
                      ["reproduce", "test/image:1"],
                      ["build", definition, "--locked", self.folder / "lock"]):
            said.append(store.run(*words, expect=None))
        files, self.mirror.files = self.mirror.files, {}
        self.addCleanup(setattr, self.mirror, "files", files)
        said.append(store.run("lock", definition, expect=None))
        said.append(store.run("reproduce", "test/image:1", expect=None))
        store.run("copy", "test/image:1", f"oci:{self.folder / 'layout'}")
        for done in said:
            self.assertNotIn(self.PASSWORD, done.stdout + done.stderr, done.args)
        self.assertEqual(["config.yaml"], self.files_with(store.home, self.PASSWORD.encode()))
        self.assertEqual([], self.files_with(self.folder / "layout", self.PASSWORD.encode()))
        self.assertEqual([], self.files_with(store.home, encoded))

    def files_with(self, folder, needle):
        """Also within what is compressed, or a payload of an envelope."""
        found = []
        for path in sorted(folder.rglob("*")):
            if path.is_file() and needle in self.all_that_is_in(path):
                found.append(str(path.relative_to(folder)))
        return found

    @staticmethod
    def all_that_is_in(path):
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b" or content[:4] == b"\x28\xb5\x2f\xfd":
            content += under_test.plain_bytes(path)
        for payload in re.findall(rb'"payload":"([A-Za-z0-9+/=]+)"', content):
            content += base64.b64decode(payload)
        return content


class Reproduce(Prove):
    def test_the_same_from_archive_and_vault(self):
        for words in ([], ["--from-vault"]):
            done = self.store.run("reproduce", "test/image:1", "--json", *words)
            report = json.loads(done.stdout)
            self.assertTrue(report["reproduced"] and report["same_index"], report)
            self.assertTrue(all(one["same_manifest"] for one in report["platforms"]))

    def test_says_so_with_the_approval_key(self):
        self.store.run("reproduce", "test/image:1", "--sign", "--passphrase-fd", "0", input=PASSPHRASE)
        verified = self.verify("--type", "reproduced")
        self.assertEqual({"approval"}, {one["signer"] for one in verified["proved"]
                                        if name_of(one["predicate_type"]) == "reproduced"})

    def test_names_the_file_of_a_flipped_byte(self):
        layer = self.report["platforms"][0]["layers"][0]
        path = self.blob_path(layer["digest"])
        tar = bytearray(under_test.plain_bytes(path))
        tar[tar.index(b"good good")] ^= 1
        path.chmod(0o600)
        path.write_bytes(bytes(tar))
        done = self.store.run("reproduce", "test/image:1", expect=NO)
        self.assertIn("usr/good: other content", done.stdout)
        self.assertIn("NOT reproduced", done.stdout)

    def test_another_lock_is_another_image(self):
        lock = json.loads(self.store.run("lock", self.definition).stdout)
        lock["guards"] = {guard: False for guard in lock["guards"]}
        lock["definition"]["environment"] = {"MORE": "1"}
        path = self.folder / "other.lock"
        path.write_text(json.dumps(lock))
        done = self.store.run("reproduce", "test/image:1", "--lock", path, expect=NO)
        self.assertIn("the config is another one", done.stdout)

    def test_a_config_that_lies_about_its_layers_is_found_out(self):
        """The config is the true one; the layer below it is another's."""
        layout = Layout(self.store, self.folder / "lying")
        manifest = layout.manifest()
        tar = made.make_tar([made.file("usr/good", "BACKDOOR")])
        manifest["layers"][0].update(layout.keep(tar), mediaType="application/vnd.oci.image.layer.v1.tar")
        layout.name([layout.keep(json.dumps(manifest).encode())])
        done = self.reproduce(layout, expect=NO)
        self.assertIn("usr/good: ", done.stdout)
        self.assertIn("it is not what the image's config says", done.stdout)
        self.assertIn("NOT reproduced", done.stdout)

    def test_what_the_lock_does_not_make_is_not_reproduced(self):
        layout = Layout(self.store, self.folder / "more")
        manifest = layout.manifest()
        config = json.loads(layout.blob(manifest["config"]["digest"]))
        config["architecture"] = "arm64"
        manifest["config"].update(layout.keep(json.dumps(config).encode()))
        layout.name([{}, {**layout.keep(json.dumps(manifest).encode()),
                          "platform": {"os": "linux", "architecture": "arm64"}}])
        done = self.reproduce(layout, expect=NO)
        self.assertIn("linux/amd64: the same, byte for byte", done.stdout)
        self.assertIn("the lock makes no image for this platform", done.stdout)

    def test_an_index_that_calls_it_another_platforms(self):
        layout = Layout(self.store, self.folder / "renamed")
        layout.name([{"platform": {"os": "linux", "architecture": "arm64"}}])
        self.assertIn("the index says that it is for linux/arm64", self.reproduce(layout, expect=NO).stdout)

    def test_compressed_otherwise_it_is_the_same(self):
        layout = Layout(self.store, self.folder / "plain")
        manifest = layout.manifest()
        for layer in manifest["layers"]:
            tar = under_test.plain_bytes(layout.path(layer["digest"]))
            layer.update(layout.keep(tar), mediaType="application/vnd.oci.image.layer.v1.tar")
        layout.name([layout.keep(json.dumps(manifest).encode())])
        self.assertIn("the same config and files", self.reproduce(layout).stdout)

    def reproduce(self, layout, expect=DONE):
        lock = self.folder / "image.lock"
        lock.write_text(self.store.run("lock", self.definition).stdout)
        return self.store.run("reproduce", f"oci:{layout.folder}", "--lock", lock, "--from-vault",
                              expect=expect)

    def test_a_lock_that_nobody_signed_is_not_believed(self):
        self.revoke_build()
        done = self.store.run("reproduce", "test/image:1", expect=NOT_TRUSTED)
        self.assertIn("stolen", done.stderr)


class WithInputs(Prove):
    """What `hauberk build --with-inputs` keeps is enough, when no archive has any of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = made.Source("good")
        entries = [made.folder("./usr/"), made.file("./usr/other", "other")]
        good = made.Package("good", [made.folder("./usr/"), made.file("./usr/good", "good " * 99)])
        cls.mirror.publish([good, made.Package("other", entries, version="2.0-1")], sources=[cls.source])
        cls.catalog = cls.folder / "catalog"
        cls.catalog.mkdir()
        (cls.catalog / "own.conf").write_text("own = yes\n")
        cls.definition = cls.catalog / "definition.yaml"
        cls.definition.write_text(under_test.definition(["good", "other"], extra="""
paths:
  - type: file
    path: /etc/own.conf
    source: own.conf
"""))
        cls.report = cls.build_in(cls.model, "--with-inputs")
        cls.layout = cls.folder / "layout"
        cls.model.run("copy", "test/image:1", f"oci:{cls.layout}")
        cls.image = f"oci:{cls.layout}"
        cls.build_key = cls.model.home / "keys" / "build.pub"

    def setUp(self):
        super().setUp()
        # Nobody has anything any more, and this store has never seen it.
        self.files, self.mirror.files = self.mirror.files, {}
        self.addCleanup(setattr, self.mirror, "files", self.files)
        self.stranger = self.new_store()

    def reproduce(self, *words, expect=DONE):
        return self.stranger.run("reproduce", self.image, "--key", self.build_key, *words, expect=expect)

    def layers(self):
        """Of the artifact: title -> path."""
        blobs = self.layout / "blobs"
        manifest = json.loads((blobs / self.report["inputs"]["digest"].replace(":", "/")).read_bytes())
        self.assertEqual(manifest["subject"]["digest"], self.report["digest"])
        title = "org.opencontainers.image.title"
        return {layer["annotations"][title]: blobs / layer["digest"].replace(":", "/")
                for layer in manifest["layers"]}

    def test_all_is_there(self):
        self.assertEqual({"good_1.0-1_amd64.deb", "other_2.0-1_amd64.deb", "own.conf", *self.source.files},
                         set(self.layers()))
        for name, body in self.source.files.items():
            self.assertEqual(self.layers()[name].read_bytes(), body)
        inputs = self.report["inputs"]
        self.assertEqual((inputs["packages"], inputs["sources"]), (2, 1))
        self.assertEqual([("other", "2.0-1")], [(one["name"], one["version"]) for one in inputs["missing"]])

    def test_it_is_built_again_without_an_archive(self):
        self.assertNotEqual(self.reproduce(expect=NOT_FOUND).stderr, "")
        self.assertIn(": reproduced.", self.reproduce("--from-inputs").stdout)

    def test_it_is_proved(self):
        self.stranger.run("verify", self.image, "--key", self.build_key, "--type", "inputs")

    def test_the_second_time_adds_nothing(self):
        self.mirror.files = self.files
        before = sorted((self.store.home / "blobs" / "sha256").iterdir())
        again = self.build_in(self.store, "--with-inputs")
        self.assertEqual(again["inputs"], self.report["inputs"])
        self.assertEqual(0, again["evidence"]["added"])
        self.assertEqual(0, self.build_in(self.store)["evidence"]["added"], "they are still there")
        self.assertEqual(before, sorted((self.store.home / "blobs" / "sha256").iterdir()))

    def test_a_damaged_package_is_not_taken(self):
        path = self.layers()["good_1.0-1_amd64.deb"]
        whole = path.read_bytes()
        self.addCleanup(path.write_bytes, whole)
        path.chmod(0o600)
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        done = self.reproduce("--from-inputs", expect=NOT_TRUSTED)
        self.assertIn(path.name, done.stderr)

    def test_without_a_key_they_are_kept_too(self):
        self.mirror.files = self.files
        report = json.loads(self.stranger.run("build", self.definition, "--with-inputs", "--json").stdout)
        self.assertEqual(report["inputs"], self.report["inputs"])


if __name__ == "__main__":
    under_test.main()
