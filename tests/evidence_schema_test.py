#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every document of an image's evidence against its schema: the OCI manifests, the statements, and what they
state: SPDX, CycloneDX, OpenVEX and in-toto's predicates; also cosign's older forms, whose envelopes are those
of the bundles. Once for an image of packages made here, with known holes in every state; with the argument
Catalogue for each image of the catalogue.

HAUBERK is the program, HAUBERK_HELLO a static program for an image, HAUBERK_SHARED the folder with the
schemas, HAUBERK_TEST_HOME a folder for the catalogue's store; exit 77 means skipped, with the reason."""

import base64
import json
import os
import pathlib
import tempfile
import time
import unittest

import containers
import mirror
import official_schemas
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
HELLO = os.environ.get("HAUBERK_HELLO", "build/dev/tests/clients_hello")
PASSPHRASE = containers.PASSPHRASE
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
ENVELOPE = "application/vnd.dsse.envelope.v1+json"
SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"

# The types that have a schema; our own have none.
SCHEMAS = {"https://spdx.dev/Document": "spdx", "https://cyclonedx.org/bom": "cyclonedx",
           "https://openvex.dev/ns/v0.2.0": "openvex", "https://slsa.dev/provenance/v1": "provenance-v1",
           "https://in-toto.io/attestation/vulns/v0.2": "vulns-v0.2",
           "https://in-toto.io/attestation/test-result/v0.1": "test-result-v0.1"}
SIGNATURE = "https://sigstore.dev/cosign/sign/v1"
OWN = {f"urn:x-hauberk:{name}:v1"
       for name in ("hardening", "secrets", "lock", "sources", "changelog", "coverage")}
OF_INDEX = {SIGNATURE, "https://slsa.dev/provenance/v1", "urn:x-hauberk:lock:v1", "urn:x-hauberk:coverage:v1"}
WITHOUT_FEED = OWN | {SIGNATURE, "https://spdx.dev/Document", "https://cyclonedx.org/bom",
                      "https://slsa.dev/provenance/v1"}
OF_PLATFORM = WITHOUT_FEED | {"https://openvex.dev/ns/v0.2.0", "https://in-toto.io/attestation/vulns/v0.2"}
AS_ATT = {"https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://slsa.dev/provenance/v1",
          "https://openvex.dev/ns/v0.2.0"}

TESTS = """entrypoint: ["/usr/bin/app"]
tests:
  - name: it says hello
    exit-code: 0
    output: hello as
"""


def release(status, fixed=None, **more):
    return {"status": status, "repositories": {"trixie": "1.0-1"}, "urgency": "medium",
            **({"fixed_version": fixed} if fixed else {}), **more}


# Debian's tracker, on one source package: a hole in each state that it knows.
TRACKER = {"app": {
    "CVE-2026-0001": {"description": "open", "releases": {"trixie": release("open")}},
    "CVE-2026-0002": {"description": "fixed", "releases": {"trixie": release("resolved", "1.0-2")}},
    "CVE-2026-0003": {"description": "fixed elsewhere", "releases": {"trixie": release("resolved", "9.0-1")}},
    "CVE-2026-0004": {"description": "not affected", "releases": {"trixie": release("resolved", "0")}},
    "CVE-2026-0005": {"description": "undetermined", "releases": {"trixie": release("undetermined")}},
    "CVE-2026-0006": {"description": "postponed", "releases": {
        "trixie": release("open", nodsa="Minor issue", nodsa_reason="postponed")}},
    "CVE-2026-0007": {"description": "ignored, \\u202e<odd> \"text\"", "releases": {
        "trixie": release("open", nodsa="Minor issue", nodsa_reason="ignored")}},
    "CVE-2026-0008": {"description": "unimportant", "releases": {
        "trixie": {**release("open"), "urgency": "unimportant"}}}}}


def envelope_statement(envelope):
    return json.loads(base64.b64decode(envelope["payload"], validate=True))


class Layout:
    """An image's evidence in an OCI layout: what refers to a subject, and what stands below its tags."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.index = json.loads((self.folder / "index.json").read_text())
        self.documents = {digest: document for _, digest, document
                          in official_schemas.layout_documents(self.folder)}

    def blob(self, descriptor):
        return (self.folder / "blobs" / descriptor["digest"].replace(":", "/")).read_bytes()

    def subjects(self):
        """The digests that anything refers to."""
        return {document["subject"]["digest"] for document in self.documents.values()
                if "subject" in document}

    def envelopes(self, subject):
        """(predicate type that the manifest says, manifest, envelope) of each bundle of the subject."""
        for document in self.documents.values():
            if document.get("subject", {}).get("digest") == subject:
                bundle = json.loads(self.blob(document["layers"][0]))
                yield (document["annotations"]["dev.sigstore.bundle.predicateType"], document,
                       bundle["dsseEnvelope"])

    def tagged(self, subject, ending):
        """The layers of one of cosign's older images, or none."""
        name = subject.replace(":", "-") + ending
        for entry in self.index["manifests"]:
            if entry.get("annotations", {}).get("org.opencontainers.image.ref.name") == name:
                return json.loads(self.blob(entry))["layers"]
        return []


class Checks(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.schemas = official_schemas.Schemas()
        super().setUpClass()

    def build(self, store, *words, **options):
        reader, writer = os.pipe()
        os.write(writer, PASSPHRASE.encode() + b"\n")
        os.close(writer)
        try:
            return store.build(*words, "--passphrase-fd", reader, pass_fds=[reader], **options)
        finally:
            os.close(reader)

    @staticmethod
    def keygen(store):
        store.run("keygen", "--name", "build", "--passphrase-fd", 0, input=PASSPHRASE + "\n")

    def check_image(self, store, reference, of_platform):
        """All documents of the image and its evidence; the types that are stated of each platform."""
        with tempfile.TemporaryDirectory() as folder:
            store.run("copy", reference, f"oci:{folder}/layout")
            layout = Layout(f"{folder}/layout")
            for schema, name, document in official_schemas.layout_documents(layout.folder):
                self.valid(schema, name, document)
            index = next(entry["digest"] for entry in layout.index["manifests"]
                         if "manifests" in layout.documents.get(entry["digest"], {}))
            platforms = {entry["digest"] for entry in layout.documents[index]["manifests"]}
            self.assertEqual(layout.subjects(), {index, *platforms})
            self.assertEqual(self.check_subject(layout, index), OF_INDEX)
            for platform in platforms:
                stated = self.check_subject(layout, platform)
                self.assertEqual(stated & of_platform, of_platform)
                yield layout, platform, stated

    def valid(self, schema, name, document):
        self.assertEqual(self.schemas.errors(schema, document), [], f"{name} against {schema}")

    def check_subject(self, layout, subject):
        by_type = {}
        for kind, manifest, envelope in layout.envelopes(subject):
            with self.subTest(subject=subject, type=kind):
                self.assertNotIn(kind, by_type, "stated twice")
                by_type[kind] = envelope
                self.assertEqual(manifest["artifactType"], BUNDLE)
                self.check_statement(kind, subject, envelope)
        self.check_older(layout, subject, by_type)
        return set(by_type)

    def check_statement(self, kind, subject, envelope):
        self.assertEqual(envelope["payloadType"], "application/vnd.in-toto+json")
        statement = envelope_statement(envelope)
        self.valid("statement-v1", kind, statement)
        self.assertEqual(statement["predicateType"], kind)
        self.assertEqual([each["digest"] for each in statement["subject"]], [{"sha256": subject[7:]}])
        if kind in SCHEMAS:
            self.valid(SCHEMAS[kind], kind, statement["predicate"])
        else:
            self.assertIn(kind, OWN | {SIGNATURE})

    def check_older(self, layout, subject, by_type):
        layers = layout.tagged(subject, ".att")
        self.assertEqual({layer["mediaType"] for layer in layers}, {ENVELOPE})
        self.assertEqual({layer["annotations"]["predicateType"]: json.loads(layout.blob(layer))
                          for layer in layers},
                         {kind: envelope for kind, envelope in by_type.items() if kind in AS_ATT})
        signature, = layout.tagged(subject, ".sig")
        self.assertEqual(signature["mediaType"], SIMPLE_SIGNING)
        self.assertEqual(json.loads(layout.blob(signature))["critical"]["image"],
                         {"docker-manifest-digest": subject})


class MadeHere(Checks, mirror.TestCase):
    """One image of packages that are made here, for both platforms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hello = pathlib.Path(HELLO).read_bytes()
        cls.mirror.publish([mirror.Package("app", [mirror.file("./usr/bin/app", hello, mode=0o755)])])

    def store_with_feed(self):
        store = self.new_store()
        self.keygen(store)
        tracker = self.folder / "tracker.json"
        tracker.write_text(json.dumps(TRACKER))
        store.run("feed", "add", "debian-tracker", tracker, "--date",
                  time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        return store

    def definition(self):
        path = self.folder / "app.yaml"
        path.write_text(under_test.definition(["app"], extra=TESTS))
        return path

    def test_all_types(self):
        store = self.store_with_feed()
        self.build(store, self.definition(), "--test", expect=None)
        for _, _, stated in self.check_image(store, "test/image:1", OF_PLATFORM):
            self.assertLessEqual(stated - OF_PLATFORM, {"https://in-toto.io/attestation/test-result/v0.1"})

    def test_holes_are_stated(self):
        """Each known hole that the package is affected by, in vulns and in VEX."""
        store = self.store_with_feed()
        self.build(store, self.definition())
        expected = {f"CVE-2026-000{number}" for number in (1, 2, 3, 5, 6, 7, 8)}
        for layout, platform, _ in self.check_image(store, "test/image:1", OF_PLATFORM):
            said = {kind: envelope_statement(envelope)["predicate"]
                    for kind, _, envelope in layout.envelopes(platform)}
            vulns = said["https://in-toto.io/attestation/vulns/v0.2"]["scanner"]["result"]
            vex = said["https://openvex.dev/ns/v0.2.0"]["statements"]
            self.assertEqual({one["id"] for one in vulns}, expected)
            self.assertEqual({one["vulnerability"]["name"] for one in vex}, expected)

    def test_without_feed(self):
        """What was not looked for is not stated, and coverage says so."""
        store = self.new_store()
        self.keygen(store)
        self.build(store, self.definition())
        for layout, platform, stated in self.check_image(store, "test/image:1", WITHOUT_FEED):
            self.assertEqual(stated, WITHOUT_FEED)
            coverage = next(envelope_statement(envelope)["predicate"]["evidence"]
                            for kind, _, envelope in layout.envelopes(platform)
                            if kind == "urn:x-hauberk:coverage:v1")
            missing = {row["what"]: row["why"] for row in coverage if not row["present"]}
            self.assertEqual(set(missing), {"vulns", "vex", "tests"})
            self.assertTrue(all(missing.values()))


class Catalogue(Checks):
    """Each image of the catalogue, from the host's Debian mirror."""

    def test_catalogue(self):
        under_test.need_tools("gpgv")
        store, end = containers.signing_store()
        self.addCleanup(end)
        definitions = sorted((ROOT / "catalog").glob("*/debian-*/*.yaml"))
        self.assertGreater(len(definitions), 10)
        for path in definitions:
            with self.subTest(str(path.relative_to(ROOT))):
                report = self.build(store, path, timeout=1800)
                for _, _, stated in self.check_image(store, report["reference"], WITHOUT_FEED):
                    self.assertLessEqual(WITHOUT_FEED, stated)


if __name__ == "__main__":
    under_test.need_tools("gpg", "gpgv")
    unittest.main(verbosity=2, defaultTest=["MadeHere"])
