#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the documents that we write against the OCI image specification's own JSON schemas, found in
$HAUBERK_SHARED/schemas. Usage: schemas_test.py HAUBERK CLIENTS_IMAGE CLIENTS_HELLO"""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

BASE = "http://schemas.invalid/"  # of a kind that references can be relative to; nothing is fetched


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def without_ids(schema):
    """The schema without its "id"s: with them, its references would lead to the web."""
    if isinstance(schema, list):
        return [without_ids(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: without_ids(value) for key, value in schema.items()
            if not (key == "id" and isinstance(value, str))}


def validators(jsonschema, folder):
    """By the name of the schema's file: a function from a document to its errors."""
    store = {BASE + path.name.removeprefix("oci-"): without_ids(json.loads(path.read_text()))
             for path in sorted(folder.glob("oci-*.json"))}

    def errors_of(name, document):
        schema = store[BASE + name]
        resolver = jsonschema.RefResolver(BASE + name, schema, store=store)
        validator = jsonschema.Draft4Validator(schema, resolver=resolver)
        return [error.message for error in validator.iter_errors(document)]
    return errors_of


def documents(layout):
    """(schema, path, document) of all that a layout has."""
    files = {"oci-layout": "image-layout-schema.json", "index.json": "image-index-schema.json"}
    for name, schema in files.items():
        yield schema, name, json.loads((layout / name).read_text())
    waiting, seen = list(json.loads((layout / "index.json").read_text())["manifests"]), set()
    while waiting:
        digest = waiting.pop()["digest"]
        path = layout / "blobs" / digest.replace(":", "/")
        if digest in seen or path.read_bytes()[:1] != b"{":
            continue
        seen.add(digest)
        document = json.loads(path.read_text())
        waiting += document.get("manifests", []) + ([document["config"]] if "layers" in document else [])
        schema = ("image-index-schema.json" if "manifests" in document else
                  "image-manifest-schema.json" if "layers" in document else "config-schema.json")
        yield schema, digest, document


def main():
    hauberk, clients_image, hello = (os.path.abspath(path) for path in sys.argv[1:4])
    shared = os.environ.get("HAUBERK_SHARED")
    if not shared or not (Path(shared) / "schemas").is_dir():
        skip("HAUBERK_SHARED names no folder with the schemas")
    try:
        import jsonschema
    except ImportError:
        skip("python3-jsonschema is not installed")
    warnings.simplefilter("ignore", DeprecationWarning)
    errors_of = validators(jsonschema, Path(shared) / "schemas")

    # First that the schemas say no at all.
    if not errors_of("image-manifest-schema.json", {"schemaVersion": 2, "config": {}, "layers": []}):
        sys.exit("the schema of manifests takes a manifest whose config is empty")
    if not errors_of("config-schema.json", {"os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}):
        sys.exit("the schema of configs takes a config without architecture")

    counts, wrong = {}, 0
    with tempfile.TemporaryDirectory() as work:
        subprocess.run([clients_image, f"{work}/store", hello], check=True)
        subprocess.run([hauberk, "--home", f"{work}/store", "--quiet", "copy", "test.example/hello:1",
                        f"oci:{work}/layout"], check=True, stdout=subprocess.DEVNULL)
        for schema, name, document in documents(Path(work) / "layout"):
            counts[schema] = counts.get(schema, 0) + 1
            for message in errors_of(schema, document):
                print(f"{name} against {schema}: {message}")
                wrong += 1
    print(", ".join(f"{count} against {schema}" for schema, count in sorted(counts.items())))
    if len(counts) != 4 or wrong:
        sys.exit(1)


main()
