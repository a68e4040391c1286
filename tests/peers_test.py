#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Evidence between us and other people's programs, in both directions, at a registry on loopback: cosign 2.5
and 3.x verify what we sign, and refuse what was changed; we verify what they sign, and refuse the same. oras
and crane copy the evidence, and npm's @sigstore/verify reads the bundles.

The peers come from Debian (tools/peers), @sigstore/verify from npm; the clients themselves reach nothing but
the registry. HAUBERK, MAKE_EVIDENCE, READ_EVIDENCE, CLIENTS_IMAGE and CLIENTS_HELLO are the programs; exit 77
means skipped, with the reason."""

import base64
import functools
import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest

import program as under_test
import registry

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("PEERS_CACHE", HERE.parent / "build" / "peers")).resolve()
PASSPHRASE = "lantern-heron-gravel-17"

SIGNATURE = "https://sigstore.dev/cosign/sign/v1"
OLD_SIGNATURE = "cosign container image signature"
VEX = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1", "author": "Example",
       "timestamp": "2026-01-01T00:00:00Z", "version": 1,
       "statements": [{"vulnerability": {"name": "CVE-2026-0001"}, "status": "not_affected",
                       "products": [{"@id": "pkg:oci/hello"}],
                       "justification": "vulnerable_code_not_present"}]}
PROVENANCE = {"buildDefinition": {"buildType": "https://example.org/build/v1",
                                  "externalParameters": {"definition": "hello"}},
              "runDetails": {"builder": {"id": "urn:example:builder"}}}
SPDX = {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "hello"}

# Each of our types by its short name, and what cosign calls it where it has a name of its own.
TYPES = {"changelog": "urn:x-hauberk:changelog:v1", "coverage": "urn:x-hauberk:coverage:v1",
         "cyclonedx": "https://cyclonedx.org/bom", "hardening": "urn:x-hauberk:hardening:v1",
         "inputs": "urn:x-hauberk:inputs:v1",
         "lock": "urn:x-hauberk:lock:v1", "provenance": "https://slsa.dev/provenance/v1",
         "reproduced": "urn:x-hauberk:reproduced:v1", "secrets": "urn:x-hauberk:secrets:v1",
         "signature": SIGNATURE, "sources": "urn:x-hauberk:sources:v1", "spdx": "https://spdx.dev/Document",
         "tests": "https://in-toto.io/attestation/test-result/v0.1", "vex": "https://openvex.dev/ns/v0.2.0",
         "vulns": "https://in-toto.io/attestation/vulns/v0.2"}
COSIGN_NAMES = {"spdx": "spdxjson", "cyclonedx": "cyclonedx", "provenance": "slsaprovenance1"}
KEPT_AS_ATT = ("spdx", "cyclonedx", "vex", "provenance")
PREDICATES = {**{name: {"says": name} for name in TYPES}, "vex": VEX, "provenance": PROVENANCE, "spdx": SPDX}

# What cosign attests below: its name of the type, what is stated, and the type that stands in the statement.
THEIR_STATEMENTS = [("spdxjson", SPDX, "https://spdx.dev/Document"),
                    ("openvex", VEX, "https://openvex.dev/ns"),
                    ("slsaprovenance1", PROVENANCE, "https://slsa.dev/provenance/v1"),
                    ("https://openvex.dev/ns/v0.2.0", VEX, "https://openvex.dev/ns/v0.2.0"),
                    ("urn:x-hauberk:lock:v1", {"says": "cosign"}, "urn:x-hauberk:lock:v1"),
                    ("custom", {"says": "cosign"}, "https://cosign.sigstore.dev/attestation/v1")]

# How cosign says that a signature is not the key's.
BAD_SIGNATURE = ("invalid signature", "accepted signatures do not match threshold")
# And how we do.
WRONG_KEY = ("signatures is that of the key", "it is not that of the key")

NPM_PACKAGES = ["@sigstore/verify@3", "@sigstore/bundle@4", "@sigstore/protobuf-specs@0.5"]


run = functools.partial(under_test.run_tool, timeout=120)


def program_of(variable):
    return os.path.abspath(os.environ.get(variable, f"build/dev/tests/{variable.lower()}"))


def bring_peers():
    names = ["cosign-2", "cosign-3", "oras", "crane"]
    paths = run(HERE.parent / "tools" / "peers", "--cache", CACHE, *names, timeout=900).stdout.split()
    return dict(zip(names, paths))


class Cosign:
    """One version, alone with the registry: every other address leads to a port where nobody listens."""

    def __init__(self, path, folder, is_old):
        self.path, self.folder, self.is_old = path, folder, is_old
        nowhere = "http://127.0.0.1:9"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TUF_ROOT": str(folder / "tuf"),
                            "COSIGN_PASSWORD": PASSPHRASE, "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere,
                            "NO_PROXY": "127.0.0.1"}

    def run(self, *words, check=True, **environment):
        return run(self.path, *words, check=check, cwd=self.folder,
                   env={**self.environment, **environment})

    # --- verifying: the flags that docs/verify-with-others.md tells of ---

    def verify_signature(self, image, key, check=True):
        """2.5 knows the older form alone, 3.x takes the bundle."""
        return self.run("verify", "--key", key, "--insecure-ignore-tlog", image, check=check)

    def verify_older_signature(self, image, key, check=True):
        more = [] if self.is_old else ["--new-bundle-format=false"]
        return self.run("verify", "--key", key, "--insecure-ignore-tlog", *more, image, check=check)

    def verify_attestation(self, image, key, kind, check=True):
        more = []
        if self.is_old:
            root = self.folder / "root.json"
            root.write_text('{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}')
            more = ["--new-bundle-format", "--trusted-root", root]
        return self.run("verify-attestation", "--key", key, "--insecure-ignore-tlog", *more, "--type", kind,
                        image, check=check)

    def verify_older_attestation(self, image, key, kind, check=True):
        more = [] if self.is_old else ["--new-bundle-format=false"]
        return self.run("verify-attestation", "--key", key, "--insecure-ignore-tlog", *more, "--type", kind,
                        image, check=check)

    # --- signing, without a transparency log ---

    def signing_flags(self, is_bundle):
        flags = ["--tlog-upload=false", "--yes"]
        if not self.is_old:
            flags += ["--use-signing-config=false", f"--new-bundle-format={str(is_bundle).lower()}"]
        return flags

    def sign(self, image, key, is_bundle):
        self.run("sign", "--key", key, *self.signing_flags(is_bundle), image)

    def attest(self, image, key, kind, predicate, is_bundle):
        path = self.folder / "predicate.json"
        path.write_text(json.dumps(predicate))
        more = ["--new-bundle-format"] if self.is_old and is_bundle else []
        self.run("attest", "--key", key, *self.signing_flags(is_bundle), *more, "--type", kind,
                 "--predicate", path, image)


def by_each_cosign(test):
    """The test, once for each version, which it gets as an argument."""
    @functools.wraps(test)
    def by_each(self):
        for version, cosign in self.cosigns.items():
            with self.subTest(cosign=version):
                test(self, cosign)
    return by_each


class Places(unittest.TestCase):
    """A registry, a store with an image and a key of ours, one of cosign's, and the peers."""

    @classmethod
    def prepare(cls):
        """Once for all tests."""
        scratch = tempfile.TemporaryDirectory(prefix="hauberk-peers-")
        unittest.addModuleCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.registry = registry.Registry()
        unittest.addModuleCleanup(cls.registry.close)
        cls.peers = bring_peers()
        cls.cosigns = {"2.5": Cosign(cls.peers["cosign-2"], cls.folder, is_old=True),
                       "3": Cosign(cls.peers["cosign-3"], cls.folder, is_old=False)}
        cls.home = cls.folder / "store"
        cls.blobs = cls.home / "blobs"
        run(program_of("CLIENTS_IMAGE"), cls.home, program_of("CLIENTS_HELLO"))
        cls.passphrase = cls.folder / "passphrase"
        cls.passphrase.write_text(PASSPHRASE)
        cls.make_keys()
        store = under_test.Program(cls.home)
        cls.index = json.loads(store.run("inspect", "test.example/hello:1", "--json").stdout)["digest"]
        cls.plain = json.loads(store.run("inspect", "test.example/hello:gzip", "--json").stdout)["digest"]

    @classmethod
    def make_keys(cls):
        with cls.passphrase.open() as passphrase:
            under_test.Program(cls.home).run("keygen", "--name", "build", "--passphrase-fd",
                                             passphrase.fileno(), pass_fds=[passphrase.fileno()])
        cls.key, cls.public = cls.home / "keys" / "build.key", cls.home / "keys" / "build.pub"
        for name, cosign in cls.cosigns.items():
            cosign.run("generate-key-pair", "--output-key-prefix", f"cosign-{name}")

    @classmethod
    def cosign_key(cls, name):
        return cls.folder / f"cosign-{name}.key", cls.folder / f"cosign-{name}.pub"

    @classmethod
    def make_evidence(cls, subject, predicates, key=None, reference="registry.example/hello"):
        """What our code signs of the subject: a list of manifests, all in the store."""
        made = run(program_of("MAKE_EVIDENCE"), cls.home, key or cls.key, cls.passphrase, reference, subject,
                   input=json.dumps(predicates))
        return json.loads(made.stdout)

    @classmethod
    def push(cls, repository, subject, evidence):
        """The image and what is said of it, into a repository of its own."""
        cls.registry.put_document(repository, cls.blobs, subject, "1")
        for row in evidence:
            cls.registry.put_document(repository, cls.blobs, row["digest"], row["name"] or None)
        cls.registry.refer(repository, subject, [
            {"mediaType": row["media_type"], "digest": row["digest"], "size": row["size"],
             "artifactType": row["artifact_type"], "annotations": row["annotations"]}
            for row in evidence if not row["name"]])
        return f"{cls.registry.host}/{repository}@{subject}"

    def blob(self, digest):
        return (self.blobs / digest.replace(":", "/")).read_bytes()

    def keep(self, data):
        """Puts bytes among the store's; their descriptor's digest and size."""
        digest = registry.digest_of(data)
        (self.blobs / digest.replace(":", "/")).write_bytes(data)
        return {"digest": digest, "size": len(data)}

    def changed(self, row, change_layer=lambda data: data, change_annotations=lambda annotations: None,
                subject=None):
        """The evidence with its first layer changed, or said to be about another subject: everything that
        names bytes by their digest is made anew, so that nothing but the signature can tell."""
        manifest = json.loads(self.blob(row["digest"]))
        layer = manifest["layers"][0]
        layer.update(self.keep(change_layer(self.blob(layer["digest"]))))
        change_annotations(layer.setdefault("annotations", {}))
        if subject:
            manifest["subject"].update(digest=subject, size=len(self.blob(subject)))
        config = json.loads(self.blob(manifest["config"]["digest"]))
        if "rootfs" in config:
            config["rootfs"]["diff_ids"] = [entry["digest"] for entry in manifest["layers"]]
            manifest["config"].update(self.keep(json.dumps(config).encode()))
        return {**row, **self.keep(json.dumps(manifest).encode())}

    def another_image(self):
        """The image with one label more."""
        manifest = json.loads(self.blob(self.plain))
        config = json.loads(self.blob(manifest["config"]["digest"]))
        config["config"]["Labels"] = {"changed": "yes"}
        manifest["config"].update(self.keep(json.dumps(config).encode()))
        return self.keep(json.dumps(manifest).encode())["digest"]

    def read_evidence(self, image, key):
        """What our code says of an image's evidence: (form, type) -> why it proves nothing, "" if it does."""
        name, _, subject = image.partition("@")
        rows = json.loads(run(program_of("READ_EVIDENCE"), f"{name}:1", subject, key).stdout)
        return [(row["form"], row["type"], row["fault"]) for row in rows]


def setUpModule():  # noqa: N802, the name that unittest asks for
    Places.prepare()


def statement_in(envelope):
    return json.loads(base64.b64decode(envelope["payload"]))


def reworded(envelope_text, change):
    """An envelope, or a bundle around one, whose statement was changed and whose signature was not."""
    document = json.loads(envelope_text)
    envelope = document.get("dsseEnvelope", document)
    statement = statement_in(envelope)
    change(statement)
    envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    return json.dumps(document).encode()


def retyped(envelope_text):
    """The same bytes, said to be something else."""
    document = json.loads(envelope_text)
    document.get("dsseEnvelope", document)["payloadType"] = "application/vnd.example+json"
    return json.dumps(document).encode()


class OursAtTheirs(Places):
    """What we sign, verified by cosign."""

    @classmethod
    def setUpClass(cls):
        cls.evidence = cls.make_evidence(cls.index, PREDICATES)
        cls.image = cls.push("ours", cls.index, cls.evidence)

    def stated(self, done):
        """The statements that cosign verified and printed."""
        return [statement_in(json.loads(line)) for line in done.stdout.splitlines() if line.strip()]

    @by_each_cosign
    def test_signature(self, cosign):
        for image in (self.image, self.image.partition("@")[0] + ":1"):
            rows = json.loads(cosign.verify_signature(image, self.public).stdout)
            kinds = {row["critical"]["type"] for row in rows}
            self.assertIn(OLD_SIGNATURE if cosign.is_old else SIGNATURE, kinds)
            self.assertEqual({row["critical"]["image"]["docker-manifest-digest"] for row in rows},
                             {self.index})

    @by_each_cosign
    def test_signature_of_a_platform(self, cosign):
        image = self.push("ours-platform", self.plain, self.make_evidence(self.plain, {"signature": {}}))
        cosign.verify_signature(image, self.public)
        cosign.verify_attestation(image, self.public, SIGNATURE)

    @by_each_cosign
    def test_older_signature(self, cosign):
        rows = json.loads(cosign.verify_older_signature(self.image, self.public).stdout)
        self.assertEqual([row["critical"] for row in rows],
                         [{"identity": {"docker-reference": "registry.example/hello"},
                           "image": {"docker-manifest-digest": self.index}, "type": OLD_SIGNATURE}])

    @by_each_cosign
    def test_every_type(self, cosign):
        for name, kind in TYPES.items():
            for asked in {kind, COSIGN_NAMES.get(name, kind)}:
                with self.subTest(type=asked):
                    stated = self.stated(cosign.verify_attestation(self.image, self.public, asked))
                    self.assertEqual([(s["predicateType"], s["predicate"]) for s in stated],
                                     [(kind, PREDICATES[name])])

    @by_each_cosign
    def test_older_attestations(self, cosign):
        for name in KEPT_AS_ATT:
            with self.subTest(type=name):
                done = cosign.verify_older_attestation(self.image, self.public, TYPES[name])
                self.assertEqual([s["predicate"] for s in self.stated(done)], [PREDICATES[name]])

    def refused(self, done, *whys):
        """It says no, and for the reason that the test is about."""
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertTrue(any(why in done.stderr for why in whys), f"none of {whys} in {done.stderr}")

    @by_each_cosign
    def test_another_key(self, cosign):
        _, other = self.cosign_key("3")
        for ask in (cosign.verify_signature, cosign.verify_older_signature):
            self.refused(ask(self.image, other, check=False), *BAD_SIGNATURE)
        for ask in (cosign.verify_attestation, cosign.verify_older_attestation):
            self.refused(ask(self.image, other, TYPES["spdx"], check=False), *BAD_SIGNATURE)

    @by_each_cosign
    def test_another_type(self, cosign):
        for ask in (cosign.verify_attestation, cosign.verify_older_attestation):
            for kind in ("https://example.org/other", "openvex", TYPES["spdx"] + "/v9"):
                self.refused(ask(self.image, self.public, kind, check=False),
                             "none of the attestations matched the predicate type")

    @by_each_cosign
    def test_a_changed_image(self, cosign):
        """All that was said of the image is claimed for another one."""
        other = self.another_image()
        claimed = [{**row, "name": row["name"].replace(self.plain[7:], other[7:])} if row["name"] else
                   self.changed(row, subject=other) for row in self.signed_plain()]
        image = self.push("ours-changed-image", other, claimed)
        for ask in (cosign.verify_signature, cosign.verify_older_signature):
            self.refused(ask(image, self.public, check=False), "digest")
        for ask in (cosign.verify_attestation, cosign.verify_older_attestation):
            self.refused(ask(image, self.public, TYPES["spdx"], check=False), "digest", "subject")

    def signed_plain(self):
        """Evidence in all forms, which the image that it is about is first verified with."""
        evidence = self.make_evidence(self.plain, {"signature": {}, "spdx": SPDX})
        image = self.push("ours-plain", self.plain, evidence)
        for cosign in self.cosigns.values():
            cosign.verify_older_signature(image, self.public)
            for ask in (cosign.verify_attestation, cosign.verify_older_attestation):
                ask(image, self.public, TYPES["spdx"])
        return evidence

    @by_each_cosign
    def test_a_changed_payload(self, cosign):
        def lie(statement):
            statement["predicate"] = {"says": "something else"}

        evidence = [row for row in self.signed_plain() if not row["name"].endswith(".sig")]
        for name, change in {"reworded": lambda data: reworded(data, lie), "retyped": retyped}.items():
            image = self.push(f"ours-{name}", self.plain, [self.changed(row, change) for row in evidence])
            with self.subTest(name):
                if not cosign.is_old:
                    self.refused(cosign.verify_signature(image, self.public, check=False), *BAD_SIGNATURE)
                for ask in (cosign.verify_attestation, cosign.verify_older_attestation):
                    self.refused(ask(image, self.public, TYPES["spdx"], check=False), *BAD_SIGNATURE,
                                 "invalid payloadType")

    @by_each_cosign
    def test_a_changed_older_signature(self, cosign):
        signature = next(row for row in self.signed_plain() if row["name"].endswith(".sig"))
        changed = self.changed(signature, lambda data: data.replace(b"registry.example", b"registry.hostile"))
        image = self.push("ours-changed-sig", self.plain, [changed])
        self.refused(cosign.verify_older_signature(image, self.public, check=False), *BAD_SIGNATURE)

    def test_copies(self):
        """oras takes the referrers along, crane the tags; what they copied is verified as before."""
        source, copied = self.image.partition("@")[0], f"{self.registry.host}/copied"
        run(self.peers["oras"], "copy", "-r", "--from-plain-http", "--to-plain-http", self.image,
            f"{copied}-oras:1")
        for kind in TYPES.values():
            self.cosigns["3"].verify_attestation(f"{copied}-oras:1", self.public, kind)
        tags = run(self.peers["crane"], "ls", source).stdout.split()
        self.assertEqual(len(tags), 4)
        for tag in tags:
            run(self.peers["crane"], "copy", f"{source}:{tag}", f"{copied}-crane:{tag}")
        for cosign in self.cosigns.values():
            cosign.verify_older_signature(f"{copied}-crane:1", self.public)
            cosign.verify_older_attestation(f"{copied}-crane:1", self.public, TYPES["vex"])

    def test_oras_discovers_all(self):
        found = json.loads(run(self.peers["oras"], "discover", "--plain-http", "--format", "json",
                               self.image).stdout)["manifests"]
        kinds = {entry["annotations"]["dev.sigstore.bundle.predicateType"] for entry in found}
        self.assertEqual(kinds, set(TYPES.values()))
        self.assertEqual({entry["artifactType"] for entry in found},
                         {"application/vnd.dev.sigstore.bundle.v0.3+json"})


@unittest.skipUnless(shutil.which("jq"), "skipped: jq is not installed")
class Documented(Places):
    """Each command of docs/verify-with-others.md, and that it prints what stands there."""

    DOCUMENT = HERE.parent / "docs" / "verify-with-others.md"

    @classmethod
    def setUpClass(cls):
        cls.push("hello", cls.index, cls.make_evidence(cls.index, PREDICATES))
        sbom = [row for row in cls.make_evidence(cls.plain, {"spdx": SPDX}) if not row["name"]]
        cls.push("unsigned", cls.plain, sbom)
        cls.work = cls.folder / "documented"
        cls.work.mkdir()
        shutil.copy(cls.public, cls.work / "build.pub")
        shutil.copy(cls.cosign_key("3")[1], cls.work / "another.pub")

    def examples(self):
        """(version, command, lines that it prints)."""
        version = None
        for heading, block in re.findall(r"^## ([^\n]*)$|^```console\n(.*?)^```$", self.DOCUMENT.read_text(),
                                         re.M | re.S):
            found = re.match(r"cosign ([0-9.]+)$", heading)
            version = found[1] if found else version
            if block:
                command, *lines = block.splitlines()
                yield version, command.removeprefix("$ "), lines

    def test_commands(self):
        ran = 0
        for version, command, lines in self.examples():
            with self.subTest(cosign=version, command=command):
                cosign = self.cosigns[version]
                (self.work / "cosign").unlink(missing_ok=True)
                (self.work / "cosign").symlink_to(cosign.path)
                environment = {**cosign.environment, "PATH": f"{self.work}:{os.environ['PATH']}"}
                done = run("bash", "-o", "pipefail", "-c",
                           command.replace("registry.example", self.registry.host), check=False,
                           cwd=self.work, env=environment)
                said = (done.stdout + done.stderr).replace(self.registry.host, "registry.example")
                self.assertEqual(done.returncode != 0, any(line.startswith("Error:") for line in lines), said)
                for line in lines:
                    self.assertIn(line.partition("...")[0], said)
                ran += 1
        self.assertGreaterEqual(ran, 10)


class TheirsAtOurs(Places):
    """What cosign signs, verified by us."""

    # Which cosign, whether as bundles, and whose key. 2.5 signs images in the older form alone.
    CASES = [("2.5", False, "cosign"), ("2.5", True, "cosign"), ("3", False, "cosign"), ("3", True, "cosign"),
             ("2.5", False, "ours"), ("3", True, "ours")]

    @classmethod
    def setUpClass(cls):
        cls.signed = {case: cls.sign(*case) for case in cls.CASES}

    @classmethod
    def sign(cls, version, is_bundle, whose):
        """Signature and attestations of the image in a repository of its own; the image and the key."""
        repository = f"theirs-{version}-{'bundle' if is_bundle else 'older'}-{whose}"
        cls.registry.put_document(repository, cls.blobs, cls.plain, "1")
        image = f"{cls.registry.host}/{repository}@{cls.plain}"
        key, public = (cls.key, cls.public) if whose == "ours" else cls.cosign_key(version)
        cosign = cls.cosigns[version]
        cosign.sign(image, key, is_bundle)
        for kind, predicate, _ in THEIR_STATEMENTS:
            cosign.attest(image, key, kind, predicate, is_bundle)
        return image, public

    def expected(self, version, is_bundle):
        signature = "bundle" if is_bundle and version == "3" else "sig"
        return sorted([(signature, SIGNATURE), *(("bundle" if is_bundle else "att", kind)
                                                 for _, _, kind in THEIR_STATEMENTS)])

    def test_all_is_verified(self):
        for case, (image, public) in self.signed.items():
            with self.subTest(case):
                found = self.read_evidence(image, public)
                self.assertEqual([fault for _, _, fault in found if fault], [])
                self.assertEqual(sorted((form, kind) for form, kind, _ in found),
                                 self.expected(case[0], case[1]))

    def test_another_key(self):
        for case, (image, _) in self.signed.items():
            with self.subTest(case):
                _, other = self.cosign_key("2.5" if case[0] == "3" else "3")
                self.proves_nothing(image, other, case, *WRONG_KEY)

    def test_a_changed_image(self):
        """The evidence of each repository is claimed for another image."""
        other = self.another_image()

        def claim(manifest):
            if "subject" in manifest:
                manifest["subject"].update(digest=other, size=len(self.blob(other)))

        for case, (image, public) in self.signed.items():
            with self.subTest(case):
                told = self.retell(image, "claimed", other, change_manifest=claim)
                self.proves_nothing(told, public, case, "not among its subjects", f"not about {other}")

    def test_a_changed_payload(self):
        def lie(statement):
            if "critical" in statement:
                statement["critical"]["identity"]["docker-reference"] = "registry.hostile/hello"
            else:
                statement["predicate"] = {"says": "something else"}

        def change(data):
            document = json.loads(data)
            if "critical" not in document:
                return reworded(data, lie)
            lie(document)
            return json.dumps(document).encode()

        for case, (image, public) in self.signed.items():
            with self.subTest(case):
                told = self.retell(image, "reworded", self.plain, change_layer=change)
                self.proves_nothing(told, public, case, *WRONG_KEY)

    def test_another_type(self):
        """Where it is said to be found decides what it is asked for: a statement of another type is none."""
        def rename(manifest):
            for annotations in [manifest.get("annotations", {}),
                                *(layer.get("annotations", {}) for layer in manifest["layers"])]:
                for key in ("predicateType", "dev.sigstore.bundle.predicateType"):
                    if key in annotations:
                        annotations[key] = TYPES["hardening"]

        for case, (image, public) in self.signed.items():
            with self.subTest(case):
                told = self.retell(image, "renamed", self.plain, change_manifest=rename)
                found = [row for row in self.read_evidence(told, public) if row[1] == TYPES["hardening"]]
                self.assertGreaterEqual(len(found), len(THEIR_STATEMENTS))
                self.assertEqual([row for row in found if "it is of the type" not in row[2]], [])

    def proves_nothing(self, image, public, case, *whys):
        """All of it is found, and none of it counts, for one of these reasons."""
        found = self.read_evidence(image, public)
        self.assertEqual(len(found), len(self.expected(case[0], case[1])))
        self.assertEqual([row for row in found if not any(why in row[2] for why in whys)], [])

    def retell(self, image, repository, subject, change_layer=lambda data: data,
               change_manifest=lambda manifest: None):
        """The evidence of an image, changed, beside `subject` in another repository: all digests are right
        again, so that only signatures can tell."""
        source = image.partition("@")[0].partition("/")[2]
        target = f"{repository}-{source}"
        self.registry.put_document(target, self.blobs, subject, "1")

        def put(name, text):
            manifest = json.loads(text)
            change_manifest(manifest)
            for layer in manifest["layers"]:
                data = self.registry.blob(source, layer["digest"])
                layer.update(self.put_changed(target, data, change_layer))
            config = json.loads(self.registry.blob(source, manifest["config"]["digest"]))
            if "rootfs" in config:
                config["rootfs"]["diff_ids"] = [layer["digest"] for layer in manifest["layers"]]
            manifest["config"].update(self.put_changed(target, json.dumps(config).encode()))
            data = json.dumps(manifest).encode()
            self.registry.put_manifest(target, name or registry.digest_of(data), data)
            return {"digest": registry.digest_of(data), "size": len(data)}

        listed = self.registry.manifest(source, f"sha256-{self.plain[7:]}")
        if listed:
            entries = json.loads(listed)["manifests"]
            for entry in entries:
                entry.update(put(None, self.registry.manifest(source, entry["digest"])))
            self.registry.refer(target, subject, entries)
        for ending in (".sig", ".att"):
            text = self.registry.manifest(source, f"sha256-{self.plain[7:]}{ending}")
            if text:
                put(f"sha256-{subject[7:]}{ending}", text)
        return f"{self.registry.host}/{target}@{subject}"

    def put_changed(self, repository, data, change=lambda data: data):
        data = change(data)
        self.registry.put_blob(repository, data)
        return {"digest": registry.digest_of(data), "size": len(data)}

    def test_a_copy_by_cosign(self):
        """`cosign copy` gives the tag of the referrers' list to the image itself: that is no list."""
        for version in ("2.5", "3"):
            image, public = self.signed[version, False, "cosign"]
            copy = f"{self.registry.host}/cosign-copy-{version}"
            self.cosigns["3"].run("copy", image, f"{copy}:1")
            found = self.read_evidence(f"{copy}@{self.plain}", public)
            self.assertEqual(sorted((form, kind) for form, kind, _ in found), self.expected(version, False))
            self.assertEqual([row for row in found if row[2]], [])


class OursByTheirKeys(Places):
    """What we sign with keys that cosign made, or took from elsewhere. How key files are read is what
    cosign_keys_test.py is about."""

    def is_verified_by_all(self, repository, key, public):
        image = self.push(repository, self.plain, self.make_evidence(self.plain, {"signature": {}}, key=key))
        for cosign in self.cosigns.values():
            cosign.verify_signature(image, public)
            cosign.verify_attestation(image, public, SIGNATURE)
        self.assertEqual([fault for _, _, fault in self.read_evidence(image, public)], ["", ""])

    def test_made(self):
        for version in self.cosigns:
            with self.subTest(version):
                self.is_verified_by_all(f"by-key-of-{version}", *self.cosign_key(version))

    @unittest.skipUnless(shutil.which("openssl"), "skipped: openssl is not installed")
    def test_imported(self):
        """Only by 3.x: Debian's 2.5 imports no key of the kind that it makes itself."""
        plain = self.folder / "plain.pem"
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", plain)
        self.cosigns["3"].run("import-key-pair", "--key", plain, "--output-key-prefix", "imported", "--yes")
        self.is_verified_by_all("by-imported", self.folder / "imported.key", self.folder / "imported.pub")


class ByCommand(Places):
    """The same by the commands that people use: what `hauberk sign`, `attest` and `push` leave in a registry
    is
    verified by cosign, and `hauberk verify` says of a registry what it says of the store."""

    # That an image was reproduced is not for the builder's key to say.
    stated = sorted(set(TYPES) - {"signature", "reproduced"})

    @classmethod
    def setUpClass(cls):
        cls.store = under_test.Program(cls.home)
        cls.signing("sign", "test.example/hello:1")
        path = cls.folder / "stated.json"
        for name in cls.stated:
            path.write_text(json.dumps(PREDICATES[name]))
            cls.signing("attest", "test.example/hello:1", "--type", name, "--predicate", path)
        cls.store.run("push", "test.example/hello:1", f"{cls.registry.host}/command:1")
        cls.platforms = [entry["digest"] for entry in json.loads(
            (cls.blobs / cls.index.replace(":", "/")).read_bytes())["manifests"]]

    @classmethod
    def signing(cls, *words):
        with cls.passphrase.open() as passphrase:
            cls.store.run(*words, "--passphrase-fd", passphrase.fileno(), pass_fds=[passphrase.fileno()])

    def test_another_key_of_ours_takes_nothing_away(self):
        """The older attestations have one tag: what the build key stated stays when a person states more."""
        name, repository = "test.example/hello:gzip", f"{self.registry.host}/command-two-keys"
        path = self.folder / "approved.json"
        self.signing("keygen", "--name", "approval")
        self.signing("sign", name)
        for kind, predicate in (("spdx", SPDX), ("vex", VEX)):
            path.write_text(json.dumps(predicate))
            self.signing("attest", name, "--type", kind, "--predicate", path)
        for author in ("A person", "The same person, later"):
            path.write_text(json.dumps({**VEX, "author": author}))
            self.signing("attest", name, "--type", "vex", "--predicate", path, "--as", "approval")
        self.store.run("push", name, f"{repository}:1")
        image, approval = f"{repository}@{self.plain}", self.home / "keys" / "approval.pub"
        for cosign in self.cosigns.values():
            for key, author in ((self.public, VEX["author"]), (approval, "The same person, later")):
                done = cosign.verify_older_attestation(image, key, TYPES["vex"])
                self.assertEqual([statement_in(json.loads(line))["predicate"]["author"]
                                  for line in done.stdout.splitlines() if line], [author])
            cosign.verify_older_attestation(image, self.public, TYPES["spdx"])

    def images(self):
        return [f"{self.registry.host}/command@{digest}" for digest in (self.index, *self.platforms)]

    @by_each_cosign
    def test_cosign_verifies_the_signatures(self, cosign):
        for image in self.images():
            with self.subTest(image):
                cosign.verify_signature(image, self.public)
                cosign.verify_older_signature(image, self.public)
                cosign.verify_attestation(image, self.public, SIGNATURE)

    @by_each_cosign
    def test_cosign_verifies_every_type(self, cosign):
        for name in self.stated:
            with self.subTest(name):
                cosign.verify_attestation(self.images()[-1], self.public, TYPES[name])
                if name in KEPT_AS_ATT:
                    cosign.verify_older_attestation(self.images()[-1], self.public, TYPES[name])

    def verify(self, image, key, *words, expect):
        done = self.store.run("verify", image, "--key", key, *words, expect=expect)
        self.assertIn("NOT verified" if expect else ": verified.", done.stdout)
        return done.stdout

    def test_we_verify_our_own(self):
        types = [word for name in self.stated for word in ("--type", name)]
        for image in ("test.example/hello:1", f"registry:{self.registry.host}/command:1"):
            with self.subTest(image):
                self.verify(image, self.public, *types, expect=under_test.DONE)
                self.verify(image, self.cosign_key("3")[1], expect=under_test.NO)
                self.verify(image, self.public, "--type", "https://example.org/other", expect=under_test.NO)

    def test_we_verify_theirs(self):
        for version, is_bundle in (("2.5", False), ("3", False), ("3", True)):
            with self.subTest(cosign=version, bundle=is_bundle):
                repository = f"command-{version}-{'bundle' if is_bundle else 'older'}"
                self.registry.put_document(repository, self.blobs, self.plain, "1")
                key, public = self.cosign_key(version)
                cosign, image = self.cosigns[version], f"{self.registry.host}/{repository}@{self.plain}"
                cosign.sign(image, key, is_bundle)
                cosign.attest(image, key, "spdxjson", SPDX, is_bundle)
                named = f"registry:{self.registry.host}/{repository}:1"
                self.verify(named, public, "--type", "spdx", expect=under_test.DONE)
                self.verify(named, public, "--type", "cyclonedx", expect=under_test.NO)
                self.verify(named, self.public, expect=under_test.NO)

    def test_a_statement_is_no_signature(self):
        """cosign 3 takes any bundle of the right subject for one."""
        sbom = [row for row in self.make_evidence(self.plain, {"spdx": SPDX}) if not row["name"]]
        image = self.push("command-unsigned", self.plain, sbom)
        self.cosigns["3"].verify_signature(image, self.public)
        self.verify(f"registry:{self.registry.host}/command-unsigned:1", self.public, expect=under_test.NO)


@unittest.skipUnless(shutil.which("npm") and shutil.which("node"), "skipped: npm is not installed")
class OursAtNpm(Places):
    """Our bundles, verified by @sigstore/verify."""

    @classmethod
    def setUpClass(cls):
        shared = os.environ.get("HAUBERK_SHARED", "")
        script = pathlib.Path(shared) / "verify" / "verify-bundle.mjs"
        if not shared or not script.is_file():
            raise unittest.SkipTest("skipped: HAUBERK_SHARED names no folder with verify/verify-bundle.mjs")
        cls.node = CACHE / "npm-sigstore"
        cls.node.mkdir(parents=True, exist_ok=True)
        if not (cls.node / "node_modules" / "@sigstore" / "verify").is_dir():
            (cls.node / "package.json").write_text('{"private": true}')
            run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *NPM_PACKAGES, cwd=cls.node,
                timeout=300)
        shutil.copy(script, cls.node / script.name)
        cls.evidence = cls.make_evidence(cls.index, PREDICATES)

    def verify(self, data, key, subject, check=True):
        path = self.folder / "bundle.json"
        path.write_bytes(data)
        return run("node", self.node / "verify-bundle.mjs", "verify", key, path, subject, check=check)

    def bundles(self):
        for row in self.evidence:
            if not row["name"]:
                manifest = json.loads(self.blob(row["digest"]))
                yield row["predicate_type"], self.blob(manifest["layers"][0]["digest"])

    def test_every_bundle(self):
        seen = set()
        for kind, data in self.bundles():
            done = self.verify(data, self.public, self.index)
            self.assertIn(f"VERIFIED predicateType={kind} ", done.stdout)
            self.assertEqual(done.stderr, "", "a note about the media type or the hint")
            seen.add(kind)
        self.assertEqual(seen, set(TYPES.values()))

    def test_refuses(self):
        data = dict(self.bundles())[TYPES["spdx"]]
        cases = {"another key": (data, self.cosign_key("3")[1], self.index),
                 "another image": (data, self.public, self.plain),
                 "reworded": (reworded(data, lambda s: s.update(predicate={})), self.public, self.index),
                 "retyped": (retyped(data), self.public, self.index)}
        for name, (bundle, key, subject) in cases.items():
            with self.subTest(name):
                self.assertNotEqual(self.verify(bundle, key, subject, check=False).returncode, 0)


def main():
    under_test.need_tools("docker-registry", "apt-get", "dpkg-deb")
    under_test.main()


if __name__ == "__main__":
    main()
