#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The starter catalogue: every definition is valid, builds for both platforms, and passes its own tests;
what is in the images is what they promise.

The packages are real ones, of the host's Debian mirror. HAUBERK is the program, HAUBERK_TEST_HOME a folder
for the store (default: a temporary one), HAUBERK_HELLO a static program to run on the static image; exit 77
means skipped, with the reason."""

import os
import pathlib
import re
import tempfile
import unittest

import containers
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "catalog"
IMAGES = ("base", "nginx", "node", "python", "redis", "static")
DEFINITIONS = sorted(CATALOGUE.glob("*/debian-*/*.yaml"))
RUNTIME = [path for path in DEFINITIONS if not path.stem.endswith("-dev")]
DEV = [path for path in DEFINITIONS if path.stem.endswith("-dev")]
# Compressed, for each platform; DESIGN asks for these.
MOST_BYTES = {"static": 2e6, "base": 25e6, "nginx": 25e6, "redis": 25e6, "python": 25e6, "node": 45e6}
# What an intruder would look for, below any bin folder.
TOOLS = re.compile(r"^(usr/)?s?bin/(sh|bash|dash|busybox|apt(-get)?|dpkg|perl.*|su|mount|curl|wget|pip3?|npm|"
                   r"corepack|debconf|openssl)$")
NOTHING_TO_RUN = "the image has neither entrypoint nor cmd"
# Debian's package that a definition's VERSION is of, for those that no program tells.
VERSIONED = {"static": "ca-certificates"}


def name(path):
    return f"{path.parent.parent.name}/{path.parent.name}/{path.stem}"


def reference(path):
    """The image that the definition makes, by its shortest tag."""
    image = path.parent.parent.name
    release = path.parent.name.removeprefix("debian-")
    dev = "-dev" if path.stem.endswith("-dev") else ""
    rung = path.stem.removesuffix("-dev")
    if image in ("static", "base"):
        return f"hauberk/{image}:{rung}{dev}"
    return f"hauberk/{image}:{rung}-debian{release}{dev}"


def stanzas(text):
    """The stanzas of dpkg's record: name -> fields."""
    found = {}
    for part in re.split(r"\n\n+", text.strip()):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", part, re.M))
        found[fields["Package"]] = fields
    return found


def recorded(image):
    """What dpkg's record in an image says, in either of its forms."""
    if "var/lib/dpkg/status" in image.contents:
        return stanzas(image.text("var/lib/dpkg/status"))
    paths = [path for path in image.contents
             if path.startswith("var/lib/dpkg/status.d/") and not path.endswith(".md5sums")]
    return stanzas("\n\n".join(image.text(path).strip() for path in paths))


def source_of(fields):
    """Source and its version, as Debian's policy derives them where they are not said."""
    said = re.fullmatch(r"(\S+)(?: \((\S+)\))?", fields.get("Source", fields["Package"]))
    return said[1], said[2] or fields["Version"]


class Catalogue(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        under_test.need_tools("gpgv")
        cls.hauberk, end = containers.store()
        cls.addClassCleanup(end)
        cls.built, cls.images = {}, {}
        for path in DEFINITIONS:
            # No: a test failed, or was not run. Which, the tests below say.
            cls.built[path] = cls.hauberk.build(path, "--test", expect=None, timeout=900)

    def image(self, path):
        if path not in self.images:
            self.images[path] = self.hauberk.image(reference(path))
        return self.images[path]

    def each(self, paths):
        for path in paths:
            with self.subTest(name(path)):
                yield path

    def test_is_complete(self):
        self.assertEqual(sorted(path.name for path in CATALOGUE.iterdir() if path.is_dir()), list(IMAGES))
        for image in IMAGES:
            self.assertTrue((CATALOGUE / image / "info.yaml").is_file(), image)
            for release in ("debian-12", "debian-13"):
                files = sorted(path.stem for path in (CATALOGUE / image / release).glob("*.yaml"))
                self.assertEqual(len(files), 2, f"{image} {release}")
                self.assertEqual(files[1], files[0] + "-dev")

    def test_is_valid(self):
        self.hauberk.run("validate", *DEFINITIONS)

    def test_builds_for_both_platforms(self):
        for path in self.each(DEFINITIONS):
            platforms = [platform["platform"] for platform in self.built[path]["platforms"]]
            self.assertEqual(platforms, ["linux/amd64", "linux/arm64"])
            self.assertEqual(self.built[path]["warnings"], [])

    def test_passes_its_own_tests(self):
        for path in self.each(DEFINITIONS):
            cases = self.built[path]["tests"]["cases"]
            self.assertTrue(cases)
            for case in cases:
                if case["outcome"] == "not_run" and NOTHING_TO_RUN not in case["why"]:
                    self.skipTest(f"skipped: {case['why']}")
                expected = "not_run" if NOTHING_TO_RUN in case["why"] else "passed"
                self.assertEqual(case["outcome"], expected, case)
                if expected == "not_run":
                    self.assertEqual(path.parent.parent.name, "static", case)

    def test_a_static_program_runs_on_static(self):
        hello = os.environ.get("HAUBERK_HELLO")
        if not hello:
            self.skipTest("skipped: HAUBERK_HELLO names no static program")
        for path in self.each(path for path in RUNTIME if path.parent.parent.name == "static"):
            with tempfile.TemporaryDirectory() as folder:
                overlay = pathlib.Path(folder) / "hello.yaml"
                (pathlib.Path(folder) / "hello").write_bytes(pathlib.Path(hello).read_bytes())
                overlay.write_text("name: hello\ntargets:\n  - destination: test/hello\n"
                                   "    tag_definition_id: static\npaths:\n  - type: file\n    path: /hello\n"
                                   "    source: hello\n    mode: \"0755\"\nentrypoint: [/hello]\n")
                report = self.hauberk.build(path, "--customise", overlay, "--test")
            self.assertTrue(report["tests"]["passed"], report["tests"])

    def test_sizes(self):
        for path in self.each(RUNTIME):
            for platform in self.built[path]["platforms"]:
                most = MOST_BYTES[path.parent.parent.name]
                self.assertLess(platform["size_bytes"], most, platform["platform"])

    def test_runtime_images_hold_no_tools_and_no_rights(self):
        for path in self.each(RUNTIME):
            image = self.image(path)
            self.assertEqual(image.config["config"]["User"], "65532:65532")
            self.assertEqual([p for p in image.entries if TOOLS.match(p)], [])
            self.assertEqual([p for p, e in image.entries.items() if e.mode & 0o6000 and not e.issym()], [])
            self.assertEqual([p for p, e in image.entries.items()
                              if e.mode & 0o0002 and not e.issym() and not e.mode & 0o1000], [])
            ports = [int(port.split("/")[0]) for port in image.config["config"].get("ExposedPorts", {})]
            self.assertTrue(all(port > 1023 for port in ports), ports)

    def test_dev_images_are_for_building(self):
        for path in self.each(DEV):
            image = self.image(path)
            self.assertIn(image.config["config"].get("User", ""), ("", "0:0"))
            for tool in ("usr/bin/bash", "usr/bin/apt-get", "usr/bin/dpkg"):
                self.assertIn(tool, image.entries)
            release = {"debian-12": "bookworm", "debian-13": "trixie"}[path.parent.name]
            sources = image.text("etc/apt/sources.list.d/hauberk.sources")
            suites = re.findall(r"^Suites: (.*)$", sources, re.M)
            self.assertEqual(sorted(suites), [release, f"{release}-security", f"{release}-updates"])

    def test_the_record_in_the_image_is_the_lock(self):
        for path in self.each(DEFINITIONS):
            locked = {package["name"]: (package["version"], package["source"], package["source_version"])
                      for package in self.hauberk.lock(path, "--offline")["packages"]
                      if package["architecture"] in ("all", self.image(path).config["architecture"])}
            record = {package: (fields["Version"], *source_of(fields))
                      for package, fields in recorded(self.image(path)).items()}
            self.assertEqual(record, locked)

    def test_tags_tell_the_version_that_debian_has(self):
        for path in self.each(DEFINITIONS):
            version = re.search(r'^  VERSION: "?([^"\n]+)"?$', path.read_text(), re.M)
            image = path.parent.parent.name
            self.assertEqual(version is None, image == "base")
            if version:
                self.assertIn(version[1], [tag.split("-")[0] for tag in self.built[path]["tags"]])
            if image in VERSIONED:
                packages = {p["name"]: p["version"] for p in self.hauberk.lock(path, "--offline")["packages"]}
                self.assertTrue(packages[VERSIONED[image]].startswith(version[1]), packages[VERSIONED[image]])


if __name__ == "__main__":
    under_test.main()
