#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every image of the catalogue, built again from its evidence in a store that was empty, with packages from
the archive: the same, byte for byte.

The packages are real ones, of the host's Debian mirror. HAUBERK is the program, HAUBERK_TEST_HOME a folder
for the store (default: a temporary one); exit 77 means skipped, with the reason."""

import json
import pathlib
import shutil
import tempfile
import unittest

import containers
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE = 1800


class Catalogue(unittest.TestCase):
    def test_each_is_reproduced(self):
        store, end = containers.signing_store()
        self.addCleanup(end)
        workshop = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, workshop, ignore_errors=True)
        definitions = sorted((ROOT / "catalog").glob("*/debian-*/*.yaml"))
        self.assertGreater(len(definitions), 10)
        for path in definitions:
            with self.subTest(str(path.relative_to(ROOT))):
                self.reproduce(store, path, workshop)

    def reproduce(self, store, definition, workshop):
        built = json.loads(store.run("build", definition, "--json", "--passphrase-fd", "0",
                                     input=containers.PASSPHRASE + "\n", timeout=PATIENCE).stdout)
        done = store.run("reproduce", built["reference"], "--json", "--workshop", workshop,
                         "--catalog", ROOT / "catalog", expect=None, timeout=PATIENCE)
        self.assertEqual(done.returncode, under_test.DONE, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertTrue(report["reproduced"] and report["same_index"], report)
        self.assertEqual({"linux/amd64", "linux/arm64"}, {one["platform"] for one in report["platforms"]})
        for one in report["platforms"]:
            self.assertTrue(one["same_config"] and one["same_layers"] and one["same_manifest"], one)
            self.assertEqual(one["differences"], [])


if __name__ == "__main__":
    under_test.need_tools("gpgv")
    unittest.main(verbosity=2)
