#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scanner on the real archive: an image of Debian 12's point release alone, scanned while the security
suite's index is known; then the same definition with all suites. What must be found, and what of it can be
closed now, is computed here from the raw Packages texts that apt fetched and verified, with Dpkg's own order
of versions.

The tracker file of HAUBERK_SHARED/feeds has fixed issues only, and no very large packages (kernel, browsers):
what nobody has fixed yet is not in this test. Network: the host's Debian mirror. HAUBERK names the program;
exit 77 means skipped, with the reason."""

import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import apt_closure_test as apt_closure
import program as under_test
from scan_feeds_test import by_dpkg, stanzas

FEED = pathlib.Path(os.environ.get("HAUBERK_SHARED", "/nonexistent")) / "feeds" / "bookworm.tracker.json"
# Programs that have many holes fixed between two point releases.
PACKAGES = ["base-files", "ca-certificates", "curl", "git", "libxslt1.1", "nginx", "openssl", "python3",
            "python3-requests"]
DEFINITION = """# syntax=hauberk/build:2-debian12
name: Archive test
image: {image}
tags: ["1"]
platforms: [linux/amd64]
contents:
  repositories: {repositories}
  packages: {packages}
os-release:
  id: debian
  version-id: "12"
  version-codename: bookworm
"""


def below(version, other):
    return by_dpkg([(version, other)])[0] < 0


def newest(versions):
    return sorted(versions, key=functools.cmp_to_key(lambda a, b: by_dpkg([(a, b)])[0]))[-1]


def source_of(fields):
    """(source, source version), as Debian's policy has them."""
    source, _, version = fields.get("Source", fields["Package"]).partition(" ")
    return source, version.strip("()") or fields["Version"]


class Archive(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = pathlib.Path(folder.name)
        cls.hauberk = under_test.Program(cls.path / "home")
        cls.hauberk.init()
        cls.read_archive()
        cls.tracker = json.loads(FEED.read_text())
        cls.hauberk.run("feed", "add", "debian-tracker", FEED, "--max-age-hours", 999999)
        every = cls.repositories()
        cls.point = cls.build("point", [line for line in every if re.search(r" bookworm main$", line)])
        cls.secure = cls.build("secure", every)

    @classmethod
    def repositories(cls):
        """What the store takes by default for this release."""
        text = (cls.hauberk.home / "config.yaml").read_text()
        return re.findall(r"^\s+- \"?(deb \S+ bookworm(?:-\w+)? main)\"?$", text, re.M)

    @classmethod
    def read_archive(cls):
        """The raw Packages texts: every version that there is of a source, and the source of each binary."""
        apt = apt_closure.Apt(cls.path / "apt", apt_closure.sources_of(cls.hauberk.home, "bookworm"))
        apt.options += ["-o", "Acquire::GzipIndexes=false"]
        updated = apt.update()
        if updated.returncode != 0:
            raise unittest.SkipTest(f"skipped: the mirror does not answer: {updated.stderr.strip()[-200:]}")
        texts = list((apt.root / "var/lib/apt/lists").glob("*_Packages"))
        assert len(texts) == 3, texts
        cls.sources, cls.versions = {}, {}
        for fields in (found for path in texts for found in stanzas(path.read_text())):
            source, version = source_of(fields)
            cls.sources[fields["Package"], fields["Version"]] = (source, version)
            cls.versions.setdefault(source, set()).add(version)

    @classmethod
    def build(cls, name, repositories):
        """Builds it; the reference, and (source, source version) of what is in it."""
        path = cls.path / f"{name}.yaml"
        path.write_text(DEFINITION.format(image=f"test/{name}", repositories=json.dumps(repositories),
                                          packages=json.dumps(PACKAGES)))
        lock = cls.hauberk.lock(path)
        cls.hauberk.build(path)
        debs = [(package["name"], package["version"]) for package in lock["packages"]]
        return f"test/{name}:1", {cls.sources[deb] for deb in debs}

    def expected(self, installed):
        """{(source, installed, id, fixed): whether the archive has the fix}"""
        rows = [(source, version, cve, entry["releases"]["bookworm"]["fixed_version"])
                for source, version in sorted(installed)
                for cve, entry in self.tracker.get(source, {}).items()]
        rows = [row for row in rows if row[3] != "0"]
        orders = by_dpkg([(version, fixed) for _, version, _, fixed in rows])
        open_rows = [row for row, order in zip(rows, orders) if order < 0]
        best = {source: newest(self.versions[source]) for source in {row[0] for row in open_rows}}
        return {row: not below(best[row[0]], row[3]) for row in open_rows}

    def found(self, image, *words):
        result = json.loads(self.hauberk.run("scan", image, "--json", *words).stdout)
        self.assertEqual(result["not_judged"], [])
        for finding in result["findings"]:
            self.assertIn(finding["state"], ("fixed and available", "fixed elsewhere"))
        return {(f["source"], f["installed"], f["id"], f["fixed_version"]):
                f["state"] == "fixed and available" for f in result["findings"]}

    def test_available_means_that_the_archive_has_it(self):
        reference, installed = self.point
        expected = self.expected(installed)
        self.assertGreater(sum(expected.values()), 20, "the point release is new, or the tracker file old")
        self.assertEqual(self.found(reference, "--update"), expected)
        # The indexes are kept: the same without the network.
        self.assertEqual(self.found(reference), expected)

    def test_security_removes_exactly_those(self):
        before = self.expected(self.point[1])
        self.assertEqual({source for source, _ in self.secure[1]}, {source for source, _ in self.point[1]})
        after = self.found(self.secure[0], "--update")
        self.assertEqual(after, self.expected(self.secure[1]))
        self.assertEqual({(source, cve) for source, _, cve, _ in after},
                         {(source, cve) for (source, _, cve, _), there in before.items() if not there})
        self.assertFalse(any(after.values()), "what can be closed is closed")

    def test_a_gate_sees_the_difference(self):
        self.hauberk.run("scan", self.point[0], "--update", "--fail-on", "fixable", expect=under_test.NO)
        self.hauberk.run("scan", self.secure[0], "--fail-on", "fixable")

    def test_an_sbom_says_the_same(self):
        for form in ("spdx", "cyclonedx"):
            document = self.path / f"point.{form}.json"
            self.hauberk.run("sbom", self.point[0], "--format", form, "--output", document)
            self.assertEqual(self.found(document, "--update"), self.found(self.point[0]), form)

    def test_explain(self):
        (source, installed, cve, fixed), _ = min(
            (row, there) for row, there in self.expected(self.point[1]).items() if there)
        text = self.hauberk.run("explain", cve, self.point[0], "--update").stdout
        for word in (source, installed, fixed):
            self.assertIn(word, text)
        answer = self.hauberk.run("explain", cve, self.secure[0], "--json").stdout
        self.assertFalse(json.loads(answer)["affected"])


if __name__ == "__main__":
    under_test.need_tools("apt-get", "dpkg", "perl", "gpgv")
    if not FEED.is_file():
        under_test.skip("HAUBERK_SHARED names no folder with feeds/bookworm.tracker.json")
    loads = subprocess.run(["perl", "-MDpkg::Version", "-e", "1"], capture_output=True, check=False)
    if loads.returncode != 0:
        under_test.skip("Perl's Dpkg::Version is not installed")
    under_test.main()
