#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the SBOMs that we write against the official schemas of SPDX 2.3 and CycloneDX 1.6, found in
$HAUBERK_SHARED/schemas, and against the rules that no schema says: every reference leads somewhere, no
identifier is there twice. Usage: sbom_schema_test.py HAUBERK CLIENTS_IMAGE CLIENTS_HELLO"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import official_schemas

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


def main():
    hauberk, clients_image, hello = (os.path.abspath(path) for path in sys.argv[1:4])
    schemas = official_schemas.Schemas()
    wrong, held = 0, 0
    with tempfile.TemporaryDirectory() as work:
        store = f"{work}/store"
        subprocess.run([clients_image, store, hello], check=True)
        images = ["test.example/hello:1", f"dir:{nasty_folder(Path(work) / 'nasty')}"]
        for image in images:
            for name in ("spdx", "cyclonedx"):
                command = [hauberk, "--home", store, "--quiet", "sbom", image, "--format", name]
                text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
                if text != subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout:
                    print(f"{image} as {name}: other bytes the second time")
                    wrong += 1
                document = json.loads(text)
                for message in schemas.errors(name, document):
                    print(f"{image} as {name}: {message}")
                    wrong += 1
                held += 1
    print(f"{held} documents, {wrong} errors")
    sys.exit(1 if wrong or held != 4 else 0)


main()
