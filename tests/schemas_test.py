#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the documents of an image that we write against the OCI image specification's own JSON schemas, found
in $HAUBERK_SHARED/schemas. Usage: schemas_test.py HAUBERK CLIENTS_IMAGE CLIENTS_HELLO"""

import collections
import os
import pathlib
import subprocess
import sys
import tempfile

import official_schemas


def main():
    hauberk, clients_image, hello = (os.path.abspath(path) for path in sys.argv[1:4])
    schemas = official_schemas.Schemas()
    counts, wrong = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as work:
        subprocess.run([clients_image, f"{work}/store", hello], check=True)
        subprocess.run([hauberk, "--home", f"{work}/store", "--quiet", "copy", "test.example/hello:1",
                        f"oci:{work}/layout"], check=True, stdout=subprocess.DEVNULL)
        for schema, name, document in official_schemas.layout_documents(pathlib.Path(work) / "layout"):
            counts[schema] += 1
            for message in schemas.errors(schema, document):
                print(f"{name} against {schema}: {message}")
                wrong += 1
    print(", ".join(f"{count} against {schema}" for schema, count in sorted(counts.items())))
    if len(counts) != 4 or wrong:
        sys.exit(1)


main()
