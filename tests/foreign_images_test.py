#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images that others made: what `sbom`, `check` and `scan` say of them is what dpkg-query, pip, go and the
test's own lists say.

Most are written here as `docker save` writes them; one is a whole Debian of mmdebstrap (needs root and the
host's Debian mirror; FOREIGN_CACHE is a folder that keeps it between runs). HAUBERK names the program; exit
77 means skipped, with the reason. Every hole in here is invented."""

import io
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import zipfile

import foreign
import mirror
import program as under_test
from foreign import layer, os_release, status

FIELDS = "${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}"
# dpkg's status -> what an SBOM of ours says of it; those of other packages are not in the image.
STATES = {"install ok installed": "", "install ok unpacked": "unpacked",
          "install ok half-configured": "half-configured",
          "install reinstreq half-installed": "half-installed",
          "install ok triggers-pending": "triggers-awaited"}


def tracker(rows, release="bookworm"):
    """The security tracker's JSON. `rows`: (source, id) -> what it says of the release."""
    document = {}
    for (source, cve), row in rows.items():
        document.setdefault(source, {})[cve] = {
            "description": "an invented hole", "scope": "remote",
            "releases": {release: {"repositories": {}, "urgency": "medium", **row}}}
    return json.dumps(document)


def osv(path, rows):
    """An OSV feed. `rows`: (ecosystem, package, id) -> the version that fixes it, or None."""
    with zipfile.ZipFile(path, "w") as feed:
        for (ecosystem, package, cve), fixed in rows.items():
            kind = "SEMVER" if ecosystem in ("npm", "Go") else "ECOSYSTEM"
            events = [{"introduced": "0"}, *([{"fixed": fixed}] if fixed else [])]
            feed.writestr(f"{cve}.json", json.dumps({
                "schema_version": "1.6.0", "id": cve, "modified": foreign.CREATED, "summary": "invented",
                "affected": [{"package": {"ecosystem": ecosystem, "name": package},
                              "ranges": [{"type": kind, "events": events}]}]}))
    return path


class Case(unittest.TestCase):
    """A store of its own, and questions to it."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = pathlib.Path(folder.name)
        cls.hauberk = under_test.Program(cls.path / "home")
        cls.hauberk.init()

    def feed(self, kind, source, text=None):
        """Makes this the only feed of its kind."""
        if text is not None:
            source = self.path / source
            source.write_text(text)
        shutil.rmtree(self.hauberk.home / "feeds" / kind, ignore_errors=True)
        self.hauberk.run("feed", "add", kind, source, "--max-age-hours", 999999)

    def purls(self, image):
        """Both formats, which must name the same packages."""
        spdx = json.loads(self.hauberk.run("sbom", image, "--format", "spdx").stdout)
        cyclonedx = json.loads(self.hauberk.run("sbom", image, "--format", "cyclonedx").stdout)
        self.assertEqual(foreign.spdx_purls(spdx), foreign.cyclonedx_purls(cyclonedx))
        self.spdx, self.cyclonedx = spdx, cyclonedx
        return [foreign.Purl(text) for text in foreign.spdx_purls(spdx)]

    def states(self):
        """name -> what the SBOM says of a package that is not simply installed."""
        found = {}
        for component in self.cyclonedx["components"]:
            for told in component.get("properties", []):
                if told["name"] == "hauberk:state":
                    found[component["name"]] = told["value"]
        return found

    def check(self, image):
        done = self.hauberk.run("check", image, "--json", expect=None)
        self.assertIn(done.returncode, (under_test.DONE, under_test.NO), done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["passes"], done.returncode == under_test.DONE)
        return {result["id"]: result for result in report["results"]}

    def findings(self, results, check):
        return {finding["path"]: finding["detail"] for finding in results[check]["findings"]}

    def scan(self, image):
        return json.loads(self.hauberk.run("scan", image, "--json").stdout)

    def holes(self, image):
        """(package, id, version) of each finding."""
        return {(f["source"], f["id"], f["installed"]) for f in self.scan(image)["findings"]}


class Records(Case):
    """dpkg's record in every shape that it has in the wild."""

    # What the tracker says: all that is below 2.0-1 has the hole, under the name of the source alone.
    SOURCES = ("installed", "unpacked", "half-configured", "half-installed", "triggers", "gone", "twice",
               "split-source", "split-binary", "only-d", "both", "contradicted", "broken", "after-broken",
               "no-version")

    def setUp(self):
        rows = {(source, f"CVE-2026-{n:04}"): {"status": "resolved", "fixed_version": "2.0-1"}
                for n, source in enumerate(self.SOURCES, 1)}
        self.ids = dict(rows.keys())  # source -> id
        self.feed("debian-tracker", "tracker.json", tracker(rows))

    def image(self, *entries, name="records"):
        archive = self.path / f"{name}.tar"
        foreign.docker_archive(archive, [layer(os_release(), *entries)])
        return archive

    def debs(self, image):
        return {purl.of_debian() for purl in self.purls(image) if purl.type == "deb"}

    def test_states(self):
        """Each is shown as what dpkg-query says of the same record; what is removed is not in the image."""
        text = "".join([
            status("installed"), status("unpacked", state="install ok unpacked"),
            status("half-configured", state="install ok half-configured"),
            status("half-installed", state="install reinstreq half-installed"),
            status("triggers", state="install ok triggers-pending", Triggers_Pending="ldconfig"),
            status("gone", state="deinstall ok config-files"),
            status("split-binary", "3:1.5-2+b1", Source="split-source (1.5-2)", Architecture="arm64")])
        image = self.image(mirror.file("var/lib/dpkg/status", text))
        admin = self.path / "admin"
        (admin / "updates").mkdir(parents=True)
        (admin / "status").write_text(text)
        form = FIELDS + " ${Status}\n"
        theirs = [line.split(" ", 5) for line in
                  foreign.run("dpkg-query", f"--admindir={admin}", "-W", "-f", form).splitlines()]
        self.assertEqual(len(theirs), 7)
        present = {tuple(words[:5]): words[5] for words in theirs if words[5] in STATES}
        self.assertEqual(self.debs(image), set(present))
        self.assertEqual(self.states(),
                         {key[0]: STATES[word] for key, word in present.items() if STATES[word]})
        # Nobody knows what of a half-installed package is there: it is not judged, and the scan says so.
        result = self.scan(image)
        found = {(finding["source"], finding["installed"]) for finding in result["findings"]}
        self.assertEqual(found, {("installed", "1.0-1"), ("unpacked", "1.0-1"), ("half-configured", "1.0-1"),
                                 ("triggers", "1.0-1"), ("split-source", "1.5-2")})
        self.assertIn("half-installed", " ".join(result["not_judged"]))
        self.assertEqual(self.findings(self.check(image), "PKG-09"), {
            "half-configured": "is only half configured", "half-installed": "is only half installed",
            "triggers": "is waiting for triggers", "unpacked": "is unpacked and never configured"})

    def test_a_broken_stanza_hides_no_other(self):
        text = "".join([
            status("installed"),
            "Package: broken\nStatus: install ok installed\nVersion: 1\nno colon here\n\n",
            status("after-broken"), "Version: 1\nArchitecture: all\n\n", status("no-version", version=None),
            status("Bad Name"), status("bad-version", "1:2:3 4"), "\n\n\n", status("twice", "1.0-1"),
            status("twice", "2.0-1"), "Package: cut"])
        image = self.image(mirror.file("var/lib/dpkg/status", text))
        names = {deb[0] for deb in self.debs(image)}
        self.assertLessEqual({"installed", "after-broken", "twice"}, names)
        self.assertNotIn("broken", names)
        holes = self.holes(image)
        for source in ("installed", "after-broken"):
            self.assertIn((source, self.ids[source], "1.0-1"), holes)
        self.assertNotIn("twice", {source for source, _, _ in holes}, "the last stanza counts, as for dpkg")
        told = json.dumps(self.check(image)["PKG-09"]["findings"])
        for words in ("begins at line 10", "names no package", "no-version has no version", "Bad Name",
                      "twice is recorded twice", "cut"):
            self.assertIn(words, told)

    def test_status_and_status_d_at_once(self):
        text = status("installed") + status("both") + status("contradicted", "2.0-1")
        image = self.image(
            mirror.file("var/lib/dpkg/status", text),
            mirror.file("var/lib/dpkg/status.d/both", status("both", state=None)),
            mirror.file("var/lib/dpkg/status.d/both.md5sums", f"{'0' * 32}  usr/bin/both\n"),
            mirror.file("var/lib/dpkg/status.d/contradicted", status("contradicted", "1.0-1", state=None)),
            mirror.file("var/lib/dpkg/status.d/only", status("only-d", state=None, Source="only-d (1.9-1)")))
        debs = {(name, version) for name, version, *_ in self.debs(image)}
        self.assertEqual(debs, {("installed", "1.0-1"), ("both", "1.0-1"), ("contradicted", "2.0-1"),
                                ("contradicted", "1.0-1"), ("only-d", "1.0-1")})
        # Of two that contradict each other both count: nobody can say that the older is not there.
        self.assertEqual({(source, version) for source, _, version in self.holes(image)},
                         {("installed", "1.0-1"), ("both", "1.0-1"), ("contradicted", "1.0-1"),
                          ("only-d", "1.9-1")})
        self.assertIn("contradicted", self.findings(self.check(image), "PKG-09"))

    def test_no_record_at_all(self):
        image = self.image(mirror.file("usr/bin/app", "#!/bin/sh\n", mode=0o755), name="none")
        self.assertEqual(self.purls(image), [])
        self.assertIn("usr/bin/app", foreign.spdx_files(self.spdx))
        self.assertEqual(self.check(image)["PKG-09"]["outcome"], "fail")
        self.assertEqual(self.check(image)["FS-10"]["outcome"], "not checked")
        done = self.hauberk.run("scan", image)
        self.assertIn("no record says which are here", done.stdout, "silence would look like a clean image")

    def test_an_empty_record(self):
        image = self.image(mirror.file("var/lib/dpkg/status", ""), name="empty")
        self.assertEqual(self.purls(image), [])
        result = self.scan(image)
        self.assertEqual(result["findings"], [])
        self.assertIn("no record says which are here", " ".join(result["not_judged"]))


class Layers(Case):
    """What lies on what."""

    KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join(
        "MIIEpAIBAAKCAQEA7bq0example5kzVb1Qm9tq3Zxw8yRr2Lk4Hn6Jp0Ts1Uv"[n:] + "abcdefghijklmnopqrst"[:n + 2]
        for n in range(18)) + "\n-----END RSA PRIVATE KEY-----\n"
    TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"

    def save(self, *layers, **more):
        archive = self.path / "layers.tar"
        foreign.docker_archive(archive, [layer(*entries) for entries in layers], **more)
        return archive

    def files(self, image):
        self.purls(image)
        return set(foreign.spdx_files(self.spdx))

    def test_whiteouts(self):
        """By the image specification: a whiteout hides what is below it, never what is beside or above it."""
        f = mirror.file
        image = self.save([f("d/a", "1"), f("d/b", "1"), f("e/f/g", "1"), f("keep", "1")],
                          [f("d/.wh.a"), f("e/.wh.f")],             # one file, one folder
                          [f("d/.wh..wh.a"), f(".wh.nothing")],     # a whiteout of the whiteout is none
                          [f("d/.wh.a"), f("d/a", "2"), f("e/f/new", "2")],
                          [f("d/.wh..wh..opq"), f("d/c", "3")])     # an opaque folder
        self.assertEqual(self.files(image), {"keep", "e/f/new", "d/c"})
        both = self.save([f("a", "1"), f(".wh.x")], [f(".wh.a"), f(".wh..wh.a")], [f(".wh..wh..wh.a")])
        self.assertEqual(self.files(both), set())

    def test_500_layers(self):
        """Each adds a package and its file and takes the last one away; the first and the last stay."""
        f, record = mirror.file, "var/lib/dpkg/status.d"
        layers = [[os_release(), f(f"{record}/first", status("first", state=None)), f("srv/first", "1")]]
        for n in range(1, 500):
            gone = [f(f"{record}/.wh.p{n - 1}"), f(f"srv/.wh.{n - 1}")]
            layers.append([f(f"{record}/p{n}", status(f"p{n}", f"{n}-1", state=None)), f(f"srv/{n}", str(n)),
                           *(gone if n > 1 else [])])
        image = self.save(*layers)
        self.feed("debian-tracker", "500.json", tracker({
            (f"p{n}", f"CVE-2026-{n:04}"): {"status": "open"} for n in range(1, 500)}))
        started = time.monotonic()
        self.assertEqual({purl.name for purl in self.purls(image)}, {"debian/first", "debian/p499"})
        self.assertEqual(set(foreign.spdx_files(self.spdx)), {"etc/os-release", "srv/first", "srv/499"})
        self.assertEqual(self.holes(image), {("p499", "CVE-2026-0499", "499-1")})
        self.check(image)
        self.assertLess(time.monotonic() - started, 60)

    def test_secrets_under_a_whiteout_in_history_and_environment(self):
        image = self.save(
            [mirror.file("root/.ssh/id_rsa", self.KEY, mode=0o600), mirror.file("app/run", "x"),
             mirror.file("app/.env", f"GITHUB_TOKEN={self.TOKEN}\n")],
            [mirror.file("root/.ssh/.wh.id_rsa")], [mirror.file("app/.env", "# moved\n")],
            config={"Env": ["PATH=/usr/bin", f"GITHUB_TOKEN={self.TOKEN}"]},
            history=[{"created_by": "COPY . /"}, {"created_by": "RUN rm /root/.ssh/id_rsa"},
                     {"created_by": f"RUN |1 token={self.TOKEN} /bin/sh -c ./fetch", "empty_layer": True},
                     {"created_by": "COPY .env /app/"}])
        results = self.check(image)
        secrets = self.findings(results, "SEC-01")
        self.assertEqual(results["SEC-01"]["outcome"], "fail")
        self.assertEqual(set(secrets), {"root/.ssh/id_rsa", "app/.env", "environment GITHUB_TOKEN",
                                        "history step 3"})
        for path in ("root/.ssh/id_rsa", "app/.env"):
            self.assertIn("in layer 1, hidden by a later one", secrets[path])
        hidden = self.findings(results, "FS-11")
        self.assertLessEqual({"root/.ssh/id_rsa", "app/.env"}, set(hidden))
        text = self.hauberk.run("check", image, "--all", expect=under_test.NO).stdout
        self.assertNotIn(self.TOKEN, json.dumps(results) + text, "a report is no place for a secret")

    def test_setuid_under_a_later_layer(self):
        f = mirror.file
        image = self.save([f("usr/bin/old", "x", mode=0o4755), f("usr/bin/gone", "x", mode=0o2755),
                           f("usr/bin/plain", "x", mode=0o755)],
                          [f("usr/bin/old", "x", mode=0o755), f("usr/bin/.wh.gone")])
        results = self.check(image)
        self.assertEqual(set(self.findings(results, "FS-01")), {"usr/bin/old", "usr/bin/gone"})
        self.assertEqual(set(self.findings(results, "FS-11")), {"usr/bin/old", "usr/bin/gone"})
        for detail in self.findings(results, "FS-11").values():
            self.assertIn("in layer 1, hidden by layer 2", detail)


def wheel(folder, name, version, requires=(), extra=()):
    """A wheel as pip installs it. `extra`: path -> text of more files."""
    base = f"{name.replace('-', '_')}-{version}"
    path = pathlib.Path(folder) / f"{base}-py3-none-any.whl"
    info = f"{base}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense: MIT\n{needs}"
    files = {f"{name.lower().replace('.', '_')}.py": "", **dict(extra), f"{info}/METADATA": metadata,
             f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return path


def jar(files, stored=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def maven(group, artifact, version):
    return {f"META-INF/maven/{group}/{artifact}/pom.properties":
            f"#Created by Apache Maven\nversion={version}\ngroupId={group}\nartifactId={artifact}\n"}


def tree(folder, at):
    """The entries of a folder on disk, below `at`."""
    found = []
    for path in sorted(pathlib.Path(folder).rglob("*")):
        name = f"{at}/{path.relative_to(folder)}"
        if path.is_file():
            found.append(mirror.file(name, path.read_bytes(), mode=stat.S_IMODE(path.stat().st_mode)))
    return found


class Apps(Case):
    """What people install beside a distribution's packages."""

    def image(self, *entries):
        archive = self.path / "app.tar"
        foreign.docker_archive(archive, [layer(*entries)])
        return archive

    def named(self, image, kind):
        return {(purl.name, purl.version) for purl in self.purls(image) if purl.type == kind}

    def test_pip(self):
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode != 0:
            self.skipTest("skipped: pip is not installed")
        wheels, target = self.path / "wheels", self.path / "target"
        wheels.mkdir()
        vendored = {"inner/_vendor/Old.Lib-0.3.dist-info/METADATA":
                    "Metadata-Version: 2.1\nName: Old.Lib\nVersion: 0.3\n"}
        made = [wheel(wheels, "Example_Lib", "1.5"),
                wheel(wheels, "example.deep", "2.0rc1", ["Example-Lib>=1"]),
                wheel(wheels, "carries", "1!4.0", extra=vendored)]
        foreign.run(*pip, "install", "--quiet", "--no-index", "--no-deps", "--target", target, *made)
        listed = json.loads(foreign.run(*pip, "list", "--path", target, "--format", "json"))
        self.assertEqual(len(listed), 3)
        normal = {(re.sub(r"[-_.]+", "-", entry["name"]).lower(), entry["version"]) for entry in listed}
        image = self.image(*tree(target, "app/lib"))
        self.assertEqual(self.named(image, "pypi"), normal | {("old-lib", "0.3")})
        needs = {entry["ref"]: entry.get("dependsOn", []) for entry in self.cyclonedx["dependencies"]}
        self.assertEqual(needs["pypi-example-deep-2.0rc1"], ["pypi-example-lib-1.5"])
        self.feed("osv", osv(self.path / "py.zip", {
            ("PyPI", "example-lib", "GHSA-2222-3333-0001"): "1.5.1",
            ("PyPI", "example-lib", "GHSA-2222-3333-0002"): "1.5",
            ("PyPI", "example-deep", "GHSA-2222-3333-0003"): "2.0",
            ("PyPI", "carries", "GHSA-2222-3333-0004"): "5.0",
            ("PyPI", "old-lib", "GHSA-2222-3333-0005"): None,
            ("npm", "carries", "GHSA-2222-3333-0006"): None}))
        # 2.0rc1 is before 2.0; the epoch 1! is above any version without one.
        self.assertEqual({cve[-4:] for _, cve, _ in self.holes(image)}, {"0001", "0003", "0005"})

    def test_node(self):
        def module(path, **members):
            return mirror.file(f"srv/site/{path}package.json", json.dumps(members))
        image = self.image(
            module("", name="example-site", version="1.0.0", dependencies={"left-example": "^1"}),
            module("node_modules/left-example/", name="left-example", version="1.2.3", license="MIT"),
            module("node_modules/left-example/test/fixtures/", name="not-there", version="9.9.9"),
            module("node_modules/left-example/node_modules/deep/", name="deep", version="0.1.0-beta.2"),
            module("node_modules/@example/scoped/", name="@example/scoped", version="4.5.6"),
            mirror.file("srv/site/node_modules/broken/package.json", '{"name": "broken", '),
            mirror.file("srv/site/node_modules/.package-lock.json", json.dumps(
                {"packages": {"node_modules/lies": {"name": "lies", "version": "1.0.0"}}})))
        self.assertEqual(self.named(image, "npm"), {("example-site", "1.0.0"), ("left-example", "1.2.3"),
                                                   ("deep", "0.1.0-beta.2"), ("@example/scoped", "4.5.6")})
        self.assertIn("node_modules/broken/package.json", self.hauberk.run("sbom", image).stderr)
        self.feed("osv", osv(self.path / "js.zip", {
            ("npm", "@example/scoped", "GHSA-2222-3333-0001"): "4.6.0",
            ("npm", "scoped", "GHSA-2222-3333-0002"): None,
            ("npm", "deep", "GHSA-2222-3333-0003"): "0.1.0",
            ("npm", "left-example", "GHSA-2222-3333-0004"): "1.2.3"}))
        self.assertEqual({cve[-4:] for _, cve, _ in self.holes(image)}, {"0001", "0003"})

    def test_fat_jar(self):
        core = jar(maven("org.example", "core", "2.1"))
        shaded = jar({**maven("org.example", "shaded", "1.0"), **maven("org.example", "inside", "0.9.Final")})
        manifest = "META-INF/MANIFEST.MF"
        plain = jar({manifest: "Manifest-Version: 1.0\r\nImplementation-Version: 3.4.5\r\n\r\n"})
        app = jar({manifest: "Manifest-Version: 1.0\r\nMain-Class: example.Launcher\r\n\r\n",
                   **maven("org.example", "site", "7.0"), "BOOT-INF/lib/core-2.1.jar": core,
                   "BOOT-INF/lib/shaded-1.0.jar": shaded, "BOOT-INF/lib/plain-lib-3.4.5.jar": plain,
                   "BOOT-INF/lib/broken-1.jar": b"PK\x03\x04 cut"}, stored=True)
        executable = b"#!/bin/sh\nexec java -jar $0\n" + jar(maven("org.example", "exec", "1"))
        image = self.image(mirror.file("app/site.jar", app), mirror.file("app/run.jar", executable))
        self.assertEqual(self.named(image, "maven"), {
            ("org.example/site", "7.0"), ("org.example/core", "2.1"), ("org.example/shaded", "1.0"),
            ("org.example/inside", "0.9.Final"), ("plain-lib", "3.4.5"), ("org.example/exec", "1")})
        self.assertIn("broken-1.jar", self.hauberk.run("sbom", image).stderr)
        self.feed("osv", osv(self.path / "java.zip", {
            ("Maven", "org.example:core", "GHSA-2222-3333-0001"): "2.1.1",
            ("Maven", "core", "GHSA-2222-3333-0002"): None,
            ("Maven", "org.example:inside", "GHSA-2222-3333-0003"): "0.9.1",
            ("Maven", "org.example:site", "GHSA-2222-3333-0004"): "7"}))
        self.assertEqual({cve[-4:] for _, cve, _ in self.holes(image)}, {"0001", "0003"})

    def test_go_modules(self):
        """What `go version -m` says of a program with modules, one of them replaced by another."""
        if not shutil.which("go"):
            self.skipTest("skipped: go is not installed")
        source = self.path / "go"
        files = {"go.mod": "module example.org/site\n\ngo 1.18\n\nrequire (\n\texample.org/lib v1.2.3\n"
                           "\texample.org/old v0.1.0\n)\n\n"
                           "replace example.org/old => example.net/new v0.2.0\n",
                 "main.go": 'package main\n\nimport "example.org/lib"\nimport "example.org/old"\n\n'
                            "func main() { println(lib.Name, old.Name) }\n",
                 "vendor/modules.txt": "# example.org/lib v1.2.3\n## explicit\nexample.org/lib\n"
                                       "# example.org/old v0.1.0 => example.net/new v0.2.0\n## explicit\n"
                                       "example.org/old\n# example.org/old => example.net/new v0.2.0\n",
                 "vendor/example.org/lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
                 "vendor/example.org/old/old.go": 'package old\n\nconst Name = "old"\n'}
        for name, text in files.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(text)
        cache = pathlib.Path(os.environ.get("FOREIGN_CACHE", self.path)).resolve() / "go"
        environment = {**os.environ, "GOCACHE": str(cache), "GOFLAGS": "-mod=vendor", "GOPROXY": "off",
                       "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
        foreign.run("go", "build", "-o", "site", cwd=source, env=environment)
        lines = [line.split() for line in foreign.run("go", "version", "-m", source / "site").splitlines()]
        modules = {(words[1], words[2]) for words in lines if words and words[0] in ("dep", "=>")}
        self.assertEqual(modules, {("example.org/lib", "v1.2.3"), ("example.org/old", "v0.1.0"),
                                   ("example.net/new", "v0.2.0")})
        image = self.image(mirror.file("app/site", (source / "site").read_bytes(), mode=0o755))
        release = lines[0][-1].removeprefix("go")
        self.assertEqual(self.named(image, "golang") - {("example.org/site", "")}, {
            ("stdlib", release), ("example.org/lib", "v1.2.3"), ("example.net/new", "v0.2.0")})
        self.feed("osv", osv(self.path / "go.zip", {
            ("Go", "example.org/lib", "GO-2026-0001"): "1.2.4",
            ("Go", "example.org/lib", "GO-2026-0002"): "1.2.3",
            ("Go", "example.org/old", "GO-2026-0003"): None,
            ("Go", "example.net/new", "GO-2026-0004"): None}))
        self.assertEqual({cve for _, cve, _ in self.holes(image)}, {"GO-2026-0001", "GO-2026-0004"})

    def test_a_bomb_in_a_jar(self):
        """A thousandfold and more: named, not unpacked, and the rest is read."""
        bomb = jar({**maven("org.example", "honest", "1.0"), "lib/big-1.0.jar": bytes(200 << 20),
                    "META-INF/maven/a/b/pom.properties": bytes(200 << 20)})
        self.assertLess(len(bomb), 1 << 20)
        started = time.monotonic()
        image = self.image(mirror.file("app/bomb.jar", bomb))
        self.assertIn(("org.example/honest", "1.0"), self.named(image, "maven"))
        self.assertIn("bomb.jar", self.hauberk.run("sbom", image).stderr)
        self.assertLess(time.monotonic() - started, 30)


class Debian(Case):
    """A whole Debian, with apps of each kind as Debian packs them, and a Go program copied in."""

    # The files that other programs are asked about.
    ASKED = re.compile(r"^var/lib/dpkg/status$|^usr/bin/umoci$|/package\.json$|commons-lang3[^/]*\.jar$|"
                       r"\.dist-info/METADATA$|/PKG-INFO$|\.egg-info$")

    @classmethod
    def setUpClass(cls):
        for tool in ("mmdebstrap", "skopeo", "dpkg-query"):
            if not shutil.which(tool):
                raise unittest.SkipTest(f"skipped: {tool} is not installed")
        if os.geteuid() != 0:
            raise unittest.SkipTest("skipped: mmdebstrap is run as root here")
        if not (foreign.codename() and foreign.debian_sources()):
            raise unittest.SkipTest("skipped: this host has no apt sources of Debian")
        super().setUpClass()
        cls.tar = foreign.debian_tar(os.environ.get("FOREIGN_CACHE", cls.path / "cache"))
        cls.members = {}
        with tarfile.open(cls.tar) as tar:
            for entry in tar:
                name = entry.name.removeprefix("./")
                if entry.isfile() and cls.ASKED.search(name):
                    cls.members[name] = tar.extractfile(entry).read()
        admin = cls.path / "root/var/lib/dpkg"
        (admin / "info").mkdir(parents=True)
        (admin / "updates").mkdir()
        (admin / "status").write_bytes(cls.members["var/lib/dpkg/status"])
        form = FIELDS + " ${db:Status-Status}\n"
        lines = foreign.run("dpkg-query", f"--admindir={admin}", "-W", "-f", form).splitlines()
        cls.dpkg = [line.split() for line in lines]
        cls.archive, cls.layout = cls.path / "debian.tar", cls.path / "layout"
        top = layer(mirror.file("opt/tool", cls.members["usr/bin/umoci"], mode=0o755),
                    mirror.file("var/lib/dpkg/info/.wh.umoci.md5sums"))
        foreign.docker_archive(cls.archive, [cls.tar, top], tag="example/debian:full",
                               config={"Cmd": ["/bin/bash"], "Env": ["PATH=/usr/bin:/bin"]})
        foreign.run("skopeo", "copy", "--insecure-policy", f"docker-archive:{cls.archive}",
                    f"oci:{cls.layout}:full")

    def test_packages(self):
        """dpkg-query's list, from the archive and from the layout that skopeo made of it."""
        installed = {tuple(words[:5]) for words in self.dpkg if words[5] == "installed"}
        self.assertGreater(len(installed), 150)
        for image in (f"docker-archive:{self.archive}", f"oci:{self.layout}:full"):
            debs = {purl.of_debian() for purl in self.purls(image) if purl.type == "deb"}
            self.assertEqual(debs, installed, image)
        self.assertEqual({purl.qualifiers["distro"] for purl in self.purls(image) if purl.type == "deb"},
                         {f"debian-{self.number()}"})

    def number(self):
        with tarfile.open(self.tar) as tar:
            text = tar.extractfile("./usr/lib/os-release").read().decode()
        return re.search(r'^VERSION_ID="(\d+)"$', text, re.M)[1]

    def test_language_packages_of_debian(self):
        """Each in the version that its own metadata says."""
        purls = self.purls(self.archive)
        node = {(told["name"], told["version"]) for name, content in self.members.items()
                if re.fullmatch(r"usr/(share|lib)/nodejs/(@[^/]+/)?[^/]+/package\.json", name)
                for told in [json.loads(content)] if "version" in told}
        self.assertGreater(len(node), 1)
        self.assertLessEqual(node, {(purl.name, purl.version) for purl in purls if purl.type == "npm"})
        python = set()
        for name, content in self.members.items():
            if re.search(r"dist-packages/[^/]+\.(dist-info/METADATA|egg-info(/PKG-INFO)?)$", name):
                told = dict(re.findall(r"^(Name|Version): (.*)$", content.decode(), re.M))
                python.add((re.sub(r"[-_.]+", "-", told["Name"]).lower(), told["Version"]))
        self.assertGreaterEqual({name for name, _ in python}, {"pip", "setuptools", "wheel"})
        self.assertEqual({(purl.name, purl.version) for purl in purls if purl.type == "pypi"}, python)
        library = next(content for name, content in self.members.items() if name.endswith(".jar"))
        with zipfile.ZipFile(io.BytesIO(library)) as archive:
            pom = next(name for name in archive.namelist() if name.endswith("pom.properties"))
            version = re.search(r"^version=(\S+)", archive.read(pom).decode(), re.M)[1]
        self.assertIn(("org.apache.commons/commons-lang3", version),
                      {(purl.name, purl.version) for purl in purls if purl.type == "maven"})

    def test_a_go_program(self):
        """Debian builds its Go programs without modules: they tell the release of Go. Their holes are for its
        own data; a copy that is of no package is judged by the release."""
        purls = [(purl.name, purl.version) for purl in self.purls(self.archive) if purl.type == "golang"]
        program = self.path / "umoci"
        program.write_bytes(self.members["usr/bin/umoci"])
        release = re.search(rb"\bgo(1\.[0-9]+\.[0-9]+)\b", self.members["usr/bin/umoci"])[1].decode()
        self.assertEqual(set(purls), {("stdlib", release)})
        if shutil.which("go"):
            self.assertIn(f": go{release}\n", foreign.run("go", "version", program))
        found = [component["properties"] for component in self.cyclonedx["components"]
                 if component["name"] == "stdlib"]
        records = [told["value"] for properties in found for told in properties
                   if told["name"] == "hauberk:record"]
        self.assertEqual(sorted(records), ["opt/tool", "usr/bin/umoci"])
        self.feed("osv", osv(self.path / "go.zip", {
            ("Go", "stdlib", "GO-2026-0001"): None, ("Go", "stdlib", "GO-2026-0002"): release,
            ("Go", "stdlib", "GO-2026-0003"): "9999.0.0", ("Go", "stdlib/other", "GO-2026-0004"): None}))
        found = [f for f in self.scan(self.archive)["findings"] if f["type"] == "golang"]
        self.assertEqual({finding["id"] for finding in found}, {"GO-2026-0001", "GO-2026-0003"})
        self.assertIn("opt/tool", json.dumps(found))
        self.assertNotIn("usr/bin/umoci", json.dumps(found))

    def test_holes(self):
        """One planted in every second source; nothing is found by the name of a binary package."""
        sources = sorted({(words[3], words[4]) for words in self.dpkg if words[5] == "installed"})
        names = {source for source, _ in sources}
        self.assertEqual(len(names), len(sources), "each source is there in one version")
        rows, expected = {}, set()
        for n, (source, version) in enumerate(sources):
            cve = f"CVE-2026-{n:04}"
            row, there = [({"status": "resolved", "fixed_version": f"{version}+deb99u1"}, "fixed elsewhere"),
                          ({"status": "resolved", "fixed_version": version}, None),
                          ({"status": "open"}, "open"),
                          ({"status": "resolved", "fixed_version": "0"}, None)][n % 4]
            rows[source, cve] = row
            if there:
                expected.add((source, cve, version, there))
        for n, binary in enumerate(sorted({words[0] for words in self.dpkg} - names)):
            rows[binary, f"CVE-2025-{n:04}"] = {"status": "open"}
        self.feed("debian-tracker", "tracker.json", tracker(rows, foreign.codename()))
        for image in (self.archive, f"oci:{self.layout}:full"):
            self.assertEqual(self.deb_holes(image), expected)
        done = self.hauberk.run("explain", "CVE-2026-0000", self.archive, "--json")
        self.assertTrue(json.loads(done.stdout)["affected"])
        sbom = self.path / "debian.cdx.json"
        self.hauberk.run("sbom", self.archive, "--format", "cyclonedx", "--output", sbom)
        self.assertEqual(self.deb_holes(sbom), expected)

    def deb_holes(self, image):
        return {(f["source"], f["id"], f["installed"], f["state"]) for f in self.scan(image)["findings"]
                if f["type"] == "deb"}

    def test_checks(self):
        """What a full Debian is known to be: root's, with a shell, a package manager and setuid programs."""
        results = self.check(self.archive)
        for check in ("USR-01", "FS-01", "PKG-01", "PKG-02", "PKG-05", "FS-10"):
            self.assertEqual(results[check]["outcome"], "fail", check)
        with tarfile.open(self.tar) as tar:
            setuid = {entry.name.removeprefix("./") for entry in tar if entry.isreg() and entry.mode & 0o6000}
        found = set(self.findings(results, "FS-01"))
        base = lambda paths: {path.rpartition("/")[2] for path in paths}  # noqa: E731, links of a merged /usr
        self.assertEqual(base(found), base(setuid))
        strays = set(self.findings(results, "FS-10"))
        self.assertIn("opt/tool", strays)
        owned = {path for path in strays if path.startswith(("usr/bin/", "usr/lib/x86_64", "usr/sbin/"))}
        self.assertEqual(owned, set(), "what Debian's packages brought is theirs")
        self.assertEqual(self.findings(results, "SEC-01"), {})
        self.assertEqual(self.findings(results, "PKG-09"), {})


if __name__ == "__main__":
    under_test.need_tools("dpkg-query")
    under_test.main()
