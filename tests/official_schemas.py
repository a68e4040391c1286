# SPDX-License-Identifier: Apache-2.0
"""The official schemas of the documents that we write, found in $HAUBERK_SHARED/schemas, and rules that no
schema says. in-toto has no JSON schemas: those of its statement and predicates, below tests/in_toto, are
ours, written from its specification."""

import json
import os
import pathlib
import warnings

import program as under_test

OCI_BASE = "http://schemas.invalid/"  # of a kind that references can be relative to; nothing is fetched
CYCLONEDX_BASE = "http://cyclonedx.org/schema/"  # the schemas' own identifiers; nothing is fetched
CYCLONEDX = {"bom-1.6.schema.json": "cyclonedx-bom-1.6.schema.json",
             "spdx.schema.json": "cyclonedx-spdx.schema.json",
             "jsf-0.82.schema.json": "cyclonedx-jsf-0.82.schema.json"}
OCI = {"oci-layout": "image-layout-schema.json", "oci-index": "image-index-schema.json",
       "oci-manifest": "image-manifest-schema.json", "oci-config": "config-schema.json"}
IN_TOTO = pathlib.Path(__file__).resolve().parent / "in_toto"

# Documents that each schema must refuse: else it is not one.
NONE_OF_THEM = {
    "oci-layout": {}, "oci-index": {"schemaVersion": 2},
    "oci-manifest": {"schemaVersion": 2, "config": {}, "layers": []},
    "oci-config": {"os": "linux", "rootfs": {"type": "layers", "diff_ids": []}},
    "spdx": {"SPDXID": "x"},
    "cyclonedx": {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "x"}]},
    "openvex": {"@context": "https://openvex.dev/ns/v0.2.0", "statements": []},
    "statement-v1": {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "urn:x"},
    "provenance-v1": {"buildDefinition": {"buildType": "urn:x"}, "runDetails": {"builder": {}}},
    "vulns-v0.2": {"scanner": {"uri": "urn:x"}, "metadata": {}},
    "test-result-v0.1": {"result": "OK", "configuration": []},
}


def without_ids(schema):
    """The schema without its "id"s: with them, its references would lead to the web."""
    if isinstance(schema, list):
        return [without_ids(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: without_ids(value) for key, value in schema.items()
            if not (key == "id" and isinstance(value, str))}


class Schemas:
    """What each name's schema finds wrong in a document. Ends the test as skipped where schemas or the module
    that reads them are not there."""

    def __init__(self):
        shared = os.environ.get("HAUBERK_SHARED")
        self.folder = pathlib.Path(shared or "") / "schemas"
        if not shared or not self.folder.is_dir():
            under_test.skip("HAUBERK_SHARED names no folder with the schemas")
        try:
            import jsonschema
        except ImportError:
            under_test.skip("python3-jsonschema is not installed")
        warnings.simplefilter("ignore", DeprecationWarning)
        self.validators = {**self._oci(jsonschema), **self._sboms(jsonschema)}
        self.validators["openvex"] = jsonschema.Draft202012Validator(self._load("openvex-0.2.json"))
        for path in sorted(IN_TOTO.glob("*.json")):
            schema = json.loads(path.read_text())
            jsonschema.Draft202012Validator.check_schema(schema)
            self.validators[path.stem] = jsonschema.Draft202012Validator(schema)
        for name, document in NONE_OF_THEM.items():
            if not self.errors(name, document):
                raise AssertionError(f"the schema {name} takes what is none: {document}")

    def _load(self, name):
        return json.loads((self.folder / name).read_text())

    def _oci(self, jsonschema):
        store = {OCI_BASE + path.name.removeprefix("oci-"): without_ids(json.loads(path.read_text()))
                 for path in sorted(self.folder.glob("oci-*.json"))}
        made = {}
        for name, file in OCI.items():
            resolver = jsonschema.RefResolver(OCI_BASE + file, store[OCI_BASE + file], store=store)
            made[name] = jsonschema.Draft4Validator(store[OCI_BASE + file], resolver=resolver)
        return made

    def _sboms(self, jsonschema):
        store = {CYCLONEDX_BASE + name: self._load(file) for name, file in CYCLONEDX.items()}
        bom = store[CYCLONEDX_BASE + "bom-1.6.schema.json"]
        resolver = jsonschema.RefResolver(CYCLONEDX_BASE + "bom-1.6.schema.json", bom, store=store)
        return {"spdx": jsonschema.Draft7Validator(self._load("spdx-2.3-schema.json")),
                "cyclonedx": jsonschema.Draft7Validator(bom, resolver=resolver)}

    def errors(self, name, document):
        found = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:300]
                 for error in self.validators[name].iter_errors(document)]
        return found + list(RULES.get(name, lambda _: ())(document)) if not found else found


def spdx_rules(document):
    """Every reference leads somewhere, no identifier is there twice."""
    ids = [element["SPDXID"] for element in [document, *document["packages"]]]
    if len(ids) != len(set(ids)):
        yield "an SPDXID is there twice"
    for relation in document["relationships"]:
        for end in ("spdxElementId", "relatedSpdxElement"):
            if relation[end] not in ids:
                yield f"{relation[end]} is nowhere"
    defined = {entry["licenseId"] for entry in document.get("hasExtractedLicensingInfos", [])}
    for package in document["packages"]:
        for word in package["licenseDeclared"].replace("(", " ").replace(")", " ").split():
            if word.startswith("LicenseRef-") and word not in defined:
                yield f"{word} of {package['name']} is not explained"


def cyclonedx_rules(document):
    components = [document["metadata"]["component"], *document["components"]]
    refs = [component["bom-ref"] for component in components]
    if len(refs) != len(set(refs)):
        yield "a bom-ref is there twice"
    for dependency in document["dependencies"]:
        for ref in [dependency["ref"], *dependency["dependsOn"]]:
            if ref not in refs:
                yield f"{ref} is nowhere"


RULES = {"spdx": spdx_rules, "cyclonedx": cyclonedx_rules}


def schema_of(document):
    """The name of the schema for an OCI document that lies among blobs."""
    return ("oci-index" if "manifests" in document else
            "oci-manifest" if "layers" in document else "oci-config")


def layout_documents(layout):
    """(schema's name, path or digest, document) of all that a layout has: also what refers to its images."""
    layout = pathlib.Path(layout)
    index = json.loads((layout / "index.json").read_text())
    yield "oci-layout", "oci-layout", json.loads((layout / "oci-layout").read_text())
    yield "oci-index", "index.json", index
    waiting, seen = [entry["digest"] for entry in index["manifests"]], set()
    while waiting:
        digest = waiting.pop()
        if digest in seen:
            continue
        seen.add(digest)
        document = json.loads((layout / "blobs" / digest.replace(":", "/")).read_bytes())
        waiting += [entry["digest"] for entry in document.get("manifests", [])]
        if "layers" in document and "image.config" in document["config"]["mediaType"]:
            waiting.append(document["config"]["digest"])
        yield schema_of(document), digest, document
