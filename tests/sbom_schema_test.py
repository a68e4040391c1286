#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the SBOMs that we write against the official schemas of SPDX 2.3 and CycloneDX 1.6, found in
$HAUBERK_SHARED/schemas, and against the rules that no schema says: every reference leads somewhere, no
identifier is there twice. Usage: sbom_schema_test.py HAUBERK CLIENTS_IMAGE CLIENTS_HELLO"""

import functools
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

BASE = "http://cyclonedx.org/schema/"  # the schemas' own identifiers; nothing is fetched
CYCLONEDX = {"bom-1.6.schema.json": "cyclonedx-bom-1.6.schema.json",
             "spdx.schema.json": "cyclonedx-spdx.schema.json",
             "jsf-0.82.schema.json": "cyclonedx-jsf-0.82.schema.json"}

# Records that lie, break off or hold what a JSON document, a table or a terminal would choke on.
NASTY_STATUS = """Package: plain
Status: install ok installed
Version: 1:2.0+dfsg~rc1-1+b2
Architecture: amd64
Source: origin (1:2.0+dfsg~rc1-1)
Maintainer: "Quoted, Person" <person@example.org>
Homepage: not a url at all
Depends: virtual | nothing, odd (>= 1), plain, (((
Built-Using: static (= 1.0)

Package: odd
Status: install ok half-installed
Version: 1
Architecture: all
Maintainer: Example Maintainers <list@lists.example.org>
Provides: virtual (= 3)
Depends: plain

Package: gone
Status: deinstall ok config-files
Version: 9
Architecture: amd64
Maintainer: nobody

Package: escape
Status: install ok installed
Version: 1\x1b[31m
Architecture: amd64
Maintainer: \u202eevil\u202c <\x07>
Description: \xff
"""

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 Example
License: GPL-2+ or Strange-1_0
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def validators(jsonschema, folder):
    """From the name of a format to a function from a document to its errors."""
    load = lambda name: json.loads((folder / name).read_text())
    store = {BASE + name: load(file) for name, file in CYCLONEDX.items()}
    spdx = load("spdx-2.3-schema.json")
    bom = store[BASE + "bom-1.6.schema.json"]
    resolver = jsonschema.RefResolver(BASE + "bom-1.6.schema.json", bom, store=store)
    made = {"spdx": jsonschema.Draft7Validator(spdx),
            "cyclonedx": jsonschema.Draft7Validator(bom, resolver=resolver)}
    def errors(validator, document):
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:300]
                for error in validator.iter_errors(document)]
    return {name: functools.partial(errors, validator) for name, validator in made.items()}


def nasty_folder(root):
    files = {"etc/os-release": 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n'
                               'PRETTY_NAME="Debian \\"13\\""\n',
             "var/lib/dpkg/status": NASTY_STATUS,
             "usr/share/doc/plain/copyright": COPYRIGHT,
             "usr/share/doc/odd/copyright": "See elsewhere.\n",
             "srv/with space\n and newline": "x",
             "srv/app/node_modules/a/package.json":
                 '{"name": "@x/a", "version": "1", "license": "SEE LICENSE"}'}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode().replace(b"\xc3\xbf", b"\xff"))
    return root


def spdx_errors(document):
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


def cyclonedx_errors(document):
    components = [document["metadata"]["component"], *document["components"]]
    refs = [component["bom-ref"] for component in components]
    if len(refs) != len(set(refs)):
        yield "a bom-ref is there twice"
    for dependency in document["dependencies"]:
        for ref in [dependency["ref"], *dependency["dependsOn"]]:
            if ref not in refs:
                yield f"{ref} is nowhere"


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
    rules = {"spdx": spdx_errors, "cyclonedx": cyclonedx_errors}

    # First that the schemas say no at all.
    if not errors_of["spdx"]({"SPDXID": "x"}) or not errors_of["cyclonedx"](
            {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "x"}]}):
        sys.exit("a schema takes what is none")

    wrong, held = 0, 0
    with tempfile.TemporaryDirectory() as work:
        store = f"{work}/store"
        subprocess.run([clients_image, store, hello], check=True)
        images = ["test.example/hello:1", f"dir:{nasty_folder(Path(work) / 'nasty')}"]
        for image in images:
            for name, schema in errors_of.items():
                command = [hauberk, "--home", store, "--quiet", "sbom", image, "--format", name]
                text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
                if text != subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout:
                    print(f"{image} as {name}: other bytes the second time")
                    wrong += 1
                document = json.loads(text)
                for message in [*schema(document), *rules[name](document)]:
                    print(f"{image} as {name}: {message}")
                    wrong += 1
                held += 1
    print(f"{held} documents, {wrong} errors")
    sys.exit(1 if wrong or held != 4 else 0)


main()
