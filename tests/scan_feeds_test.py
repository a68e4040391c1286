#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The scanner on real data, held against an independent check: versions are compared by dpkg's own code
(Perl's Dpkg::Version, and `dpkg --compare-versions` itself), rows are read by Python's json.

HAUBERK names the program, COMPARE_VERSIONS that of tests/compare_versions.cc, HAUBERK_SHARED a
folder whose `feeds` has a tracker file, DSA facts and a dpkg status file; without it all is skipped."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from program import HAUBERK, Program, need_tools, skip  # noqa: E402

FEEDS = pathlib.Path(os.environ.get("HAUBERK_SHARED", "/nonexistent")) / "feeds"
COMPARE = os.environ.get("COMPARE_VERSIONS", "")
OS_RELEASE = {name: f'ID=debian\nVERSION_ID="{number}"\nVERSION_CODENAME={name}\n'
              for name, number in (("bookworm", 12), ("trixie", 13))}
PERL = "while (<>) { my ($a, $b) = split; print version_compare($a, $b), qq(\\n); }"


def by_dpkg(pairs):
    """-1, 0 or 1 for each pair, by Dpkg::Version."""
    text = "".join(f"{a} {b}\n" for a, b in pairs)
    done = subprocess.run(["perl", "-MDpkg::Version", "-e", PERL], input=text, capture_output=True, text=True,
                          check=True)
    return [int(line) for line in done.stdout.split()]


def stanzas(text):
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != " ")
        if fields:
            yield fields


def archive_versions():
    """Of every package that this machine's apt knows; none where there is no apt."""
    helper = "/usr/lib/apt/apt-helper"
    found = set()
    for path in pathlib.Path("/var/lib/apt/lists").glob("*_Packages*") if os.access(helper, os.X_OK) else ():
        text = subprocess.run([helper, "cat-file", path], capture_output=True, text=True, check=False).stdout
        found |= {line[9:] for line in text.splitlines() if line.startswith("Version: ")}
    return found


def sources_of(status):
    """(source, source version) of each installed package, as deb-control(5) says."""
    found = set()
    for fields in stanzas(status):
        source, _, version = fields.get("Source", fields["Package"]).partition(" ")
        found.add((source, version.strip("()") or fields["Version"]))
    return found


class Scanner(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.program = Program(cls.path / "home")
        cls.program.init()
        cls.program.run("feed", "add", "debian-tracker", FEEDS / "bookworm.tracker.json")
        cls.program.run("feed", "add", "kev", FEEDS / "kev.json", "--max-age-hours", "999999")
        cls.tracker = json.loads((FEEDS / "bookworm.tracker.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def scan(self, name, status, program=None, release="bookworm"):
        root = self.path / name
        for file, text in {"etc/os-release": OS_RELEASE[release], "var/lib/dpkg/status": status}.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text)
        return json.loads((program or self.program).run("scan", f"dir:{root}", "--json").stdout)

    def expected(self, installed):
        rows, pairs = [], []
        for source, version in installed:
            for cve, entry in self.tracker.get(source, {}).items():
                row = entry["releases"]["bookworm"]
                if row["fixed_version"] != "0":
                    rows.append((source, version, cve, row["fixed_version"]))
                    pairs.append((version, row["fixed_version"]))
        return {row for row, order in zip(rows, by_dpkg(pairs)) if order < 0}

    def found(self, result):
        return {(f["source"], f["installed"], f["id"], f["fixed_version"]) for f in result["findings"]}

    def test_the_status_file_gives_what_dpkg_says(self):
        status = (FEEDS / "bookworm-main-base.dpkg-status").read_text()
        result = self.scan("base", status)
        expected = self.expected(sources_of(status))
        self.assertGreater(len(expected), 20)
        self.assertEqual(self.found(result), expected)
        self.assertEqual(result["not_judged"], [])

    def test_every_row_is_loaded(self):
        """A package of each source in a version before all: each row with a fix must be found."""
        status = "".join(f"Package: {source}\nStatus: install ok installed\nArchitecture: amd64\n"
                         f"Version: 0~~\nMaintainer: E <x@debian.org>\n\n" for source in self.tracker)
        result = self.scan("all", status)
        expected = self.expected({(source, "0~~") for source in self.tracker})
        self.assertEqual(self.found(result), expected)
        rows = sum(len(cves) for cves in self.tracker.values())
        never = sum(entry["releases"]["bookworm"]["fixed_version"] == "0"
                    for cves in self.tracker.values() for entry in cves.values())
        self.assertEqual(len(result["findings"]), rows - never)
        kev = {entry["cveID"] for entry in json.loads((FEEDS / "kev.json").read_text())["vulnerabilities"]}
        self.assertEqual({f["id"] for f in result["findings"] if f["known_exploited"]},
                         {f["id"] for f in result["findings"]} & kev)

    def test_dsa_facts(self):
        """The tracker file says what the DSAs say; and just below the fixed version a hole is there, at it no
        more, in each release that a DSA names."""
        facts = json.loads((FEEDS / "dsa-facts.json").read_text())
        rows = [(fact["source"], cve, release, fixed)
                for fact in facts for cve in fact["cves"] for release, fixed in fact["fixed"].items()]
        self.assertEqual(len(rows), 20)
        for source, cve, release, fixed in rows:
            if release == "bookworm":
                self.assertEqual(self.tracker[source][cve]["releases"][release]["fixed_version"], fixed)
        own = Program(self.path / "facts-home")
        own.init()
        feed = {}
        for source, cve, release, fixed in rows:
            entry = feed.setdefault(source, {}).setdefault(cve, {"releases": {}})
            entry["releases"][release] = {"status": "resolved", "fixed_version": fixed, "urgency": "high"}
        (self.path / "facts.json").write_text(json.dumps(feed))
        own.run("feed", "add", "debian-tracker", self.path / "facts.json")
        for source, cve, release, fixed in rows:
            for version, there in ((fixed + "~", True), (fixed, False)):
                status = (f"Package: x\nSource: {source}\nStatus: install ok installed\n"
                          f"Architecture: amd64\nVersion: {version}\nMaintainer: E <x@debian.org>\n")
                result = self.scan("dsa", status, program=own, release=release)
                self.assertEqual(cve in {f["id"] for f in result["findings"]}, there, (cve, version))

    def test_explain_agrees(self):
        self.scan("one", "Package: libssl3\nSource: openssl\nStatus: install ok installed\n"
                         "Architecture: amd64\nVersion: 3.0.9-1\nMaintainer: E <x@debian.org>\n")
        for cve, affected in (("CVE-2023-5363", True), ("CVE-2023-4911", False)):
            done = self.program.run("explain", cve, f"dir:{self.path / 'one'}", "--json")
            self.assertEqual(json.loads(done.stdout)["affected"], affected)


class Versions(unittest.TestCase):
    def setUp(self):
        tracker = json.loads((FEEDS / "bookworm.tracker.json").read_text())
        versions = {entry["releases"]["bookworm"]["fixed_version"]
                    for cves in tracker.values() for entry in cves.values()}
        for fields in stanzas((FEEDS / "bookworm-main-base.dpkg-status").read_text()):
            versions.add(fields["Version"])
        versions |= archive_versions()
        rng = random.Random(4)
        ordered = sorted(versions)
        near = [(ordered[i], ordered[min(len(ordered) - 1, i + rng.randrange(1, 6))])
                for i in (rng.randrange(len(ordered)) for _ in range(50_000))]
        self.pairs = near + [tuple(rng.choices(ordered, k=2)) for _ in range(50_000)]

    def test_100000_pairs_are_ordered_as_by_dpkg(self):
        text = "".join(f"{a} {b}\n" for a, b in self.pairs)
        done = subprocess.run([COMPARE], input=text, capture_output=True, text=True, check=True)
        ours = done.stdout.split()
        self.assertEqual(len(ours), 100_000)
        wrong = [pair for pair, a, b in zip(self.pairs, map(int, ours), by_dpkg(self.pairs)) if a != b]
        self.assertEqual(wrong, [])
        for (a, b), order in list(zip(self.pairs, map(int, ours)))[::200]:
            relation = {-1: "lt", 0: "eq", 1: "gt"}[order]
            done = subprocess.run(["dpkg", "--compare-versions", a, relation, b], check=False)
            self.assertEqual(done.returncode, 0, (a, b))


if __name__ == "__main__":
    need_tools("perl", "dpkg")
    if not FEEDS.is_dir():
        skip("HAUBERK_SHARED names no folder with feeds")
    if subprocess.run(["perl", "-MDpkg::Version", "-e", "1"], capture_output=True).returncode != 0:
        skip("Perl's Dpkg::Version is not installed")
    assert HAUBERK and COMPARE
    unittest.main()
