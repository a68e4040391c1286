#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks dpkg itself: a Debian system is installed by mmdebstrap, and what facts say of it, as a folder, a
docker archive, an OCI archive and a layout, is what dpkg-query says in it: packages, versions, states,
sources, the owner of every file, and the MD5 that dpkg would verify.

Network: the host's Debian mirror. FACTS_DUMP is the program; exit 77 means skipped, with the reason. As an
argument, a tar of mmdebstrap's that is used instead of making one.
"""

import glob
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import program as under_test
from foreign import codename, debian_sources, run

DUMP = os.path.abspath(os.environ.get("FACTS_DUMP", "build/dev/tests/facts_dump"))
TOOLS = ["mmdebstrap", "skopeo", "dpkg-query", "tar"]
STATES = ["installed", "half-installed", "unpacked", "half-configured", "triggers", "config-files",
          "unknown"]


def docker_archive(root_tar, path):
    """The same tar as an image of one layer, put together by skopeo."""
    folder = path.parent / "dir"
    folder.mkdir()
    layer = run("sha256sum", root_tar).split()[0]
    os.link(root_tar, folder / layer)
    config = {"os": "linux", "architecture": "amd64", "config": {},
              "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]}}
    (folder / "config").write_text(json.dumps(config))
    config_digest = run("sha256sum", folder / "config").split()[0]
    (folder / "config").rename(folder / config_digest)
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                           "digest": f"sha256:{config_digest}",
                           "size": (folder / config_digest).stat().st_size},
                "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar",
                            "digest": f"sha256:{layer}", "size": os.path.getsize(root_tar)}]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "version").write_text("Directory Transport Version: 1.1\n")
    run("skopeo", "copy", "--insecure-policy", f"dir:{folder}", f"docker-archive:{path}:debian:test")


class Dpkg(unittest.TestCase):
    """One Debian root for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.tar = cls.path / "root.tar"
        if GIVEN:
            shutil.copy(GIVEN[0], cls.tar)
        else:
            run("mmdebstrap", "--mode=root", "--variant=important", codename(), cls.tar, *debian_sources())
        cls.root = cls.path / "root"
        cls.root.mkdir()
        run("tar", "-C", cls.root, "-xf", cls.tar, "--exclude=./dev/*")
        cls.archive = cls.path / "docker.tar"
        docker_archive(cls.tar, cls.archive)
        cls.facts = json.loads(run(DUMP, cls.archive))
        cls.files = {file["path"]: file for file in cls.facts["files"]}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def query(self, *argv):
        return run("dpkg-query", f"--admindir={self.root}/var/lib/dpkg", *argv)

    def test_packages(self):
        form = " ".join(["${Package}", "${Version}", "${Architecture}", "${db:Status-Status}",
                         "${source:Package}", "${source:Version}\n"])
        theirs = sorted(line.split() for line in self.query("-W", "-f", form).splitlines())
        ours = sorted([p["name"], p["version"], p["architecture"], STATES[p["state"]], p["source"],
                       p["source_version"]] for p in self.facts["packages"] if p["type"] == "deb")
        self.assertEqual(ours, theirs)
        self.assertGreater(len(theirs), 80)
        self.assertEqual(self.facts["problems"], [])

    def real(self, path):
        """The path with its folder's links followed inside the root, and its own kept."""
        folder, _, name = path.rpartition("/")
        at = os.path.realpath(f"{self.root}/{folder}")
        return os.path.relpath(f"{at}/{name}", self.root)

    def test_owners(self):
        """Every file's owners are the packages whose lists name it."""
        theirs = {}
        for package in self.query("-W", "-f", "${binary:Package} ${Package}\n").splitlines():
            qualified, name = package.split()
            for path in self.query("-L", qualified).splitlines():
                if path.startswith("/") and path != "/.":
                    theirs.setdefault(self.real(path.lstrip("/")), set()).add(name)
        ours = {path: set(file["owners"]) for path, file in self.files.items() if file["owners"]}
        there = {path: owners for path, owners in theirs.items() if path in self.files}
        self.assertEqual(ours, there)
        self.assertGreater(len(ours), 3000)

    def test_sums(self):
        """The MD5 of each file is the one that its package's list has."""
        compared = 0
        for path in glob.glob(f"{self.root}/var/lib/dpkg/info/*.md5sums"):
            for line in pathlib.Path(path).read_text().splitlines():
                md5, name = line.split("  ", 1)
                file = self.files.get(self.real(name))
                if file and file["type"] == "file":
                    self.assertEqual(file["md5"], md5, name)
                    compared += 1
        self.assertGreater(compared, 2000)

    def test_contents(self):
        """What the tar's files hash to, by another program."""
        names = [path for path, file in self.files.items() if file["type"] == "file"][::37]
        sums = run("sha256sum", "--", *names, cwd=self.root).splitlines()
        self.assertEqual([line.split()[0] for line in sums], [self.files[name]["sha256"] for name in names])

    def test_licences(self):
        """Most of Debian's packages say their licences in a form that programs read."""
        with_licence = [p for p in self.facts["packages"] if p["licences"]]
        self.assertGreater(len(with_licence), len(self.facts["packages"]) * 0.9)

    def test_other_forms(self):
        """The same root as a folder, an OCI archive and a layout gives the same."""
        run("skopeo", "copy", "--insecure-policy", f"docker-archive:{self.archive}",
            f"oci-archive:{self.path}/oci.tar:x")
        run("skopeo", "copy", "--insecure-policy", f"docker-archive:{self.archive}", f"oci:{self.path}/oci:x")
        for form in ("oci.tar", "oci"):
            facts = json.loads(run(DUMP, self.path / form))
            self.assertEqual(facts["packages"], self.facts["packages"], form)
            self.assertEqual(facts["files"], self.facts["files"], form)
        folder = json.loads(run(DUMP, self.root))
        self.assertEqual(folder["packages"], self.facts["packages"])
        plain = [f for f in self.facts["files"] if not f["path"].startswith("dev/")]
        as_folder = [f for f in folder["files"] if not f["path"].startswith("dev/")]
        self.assertEqual([f["path"] for f in as_folder], [f["path"] for f in plain])


if __name__ == "__main__":
    GIVEN = sys.argv[1:]
    for tool in TOOLS:
        if not shutil.which(tool):
            under_test.skip(f"{tool} is not installed")
    if os.geteuid() != 0:
        under_test.skip("mmdebstrap is run as root here")
    if not GIVEN and not (codename() and debian_sources()):
        under_test.skip("this host has no apt sources of Debian")
    result = unittest.main(argv=sys.argv[:1], exit=False, verbosity=1).result
    ran = result.testsRun - len(result.skipped)
    failed = len(result.failures) + len(result.errors)
    print(f"{ran - failed} passed, {failed} failed")
    sys.exit(0 if result.wasSuccessful() else 1)
