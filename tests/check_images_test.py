#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`hauberk check` and `hauberk compare` on images as files: one that passes, one for each check that does
not, written here as `docker save` writes them; and the starter catalogue, each image in the profile that it
is meant for.

The catalogue's packages are real ones, of the host's Debian mirror. HAUBERK is the program, HAUBERK_TEST_HOME
a folder for the store. Programs are compiled here; exit 77 means skipped."""

import base64
import hashlib
import io
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

import containers
import mirror
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEFINITIONS = sorted((ROOT / "catalog").glob("*/debian-*/*.yaml"))
TIME = 1_700_000_000
LABELS = {f"org.opencontainers.image.{name}": "x" for name in ("title", "description", "version", "licenses")}
SOURCE = """#include <stdio.h>
int main(int n, char **v) { char b[64]; snprintf(b, sizeof b, "%s", v[0]); puts(b); }
"""
HARDENED = ["-O2", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-fPIE", "-pie", "-Wl,-z,relro,-z,now"]
# What glibc programs of this machine need to start.
LIBRARIES = ("/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6",
             "/lib/ld-linux-aarch64.so.1", "/lib/aarch64-linux-gnu/libc.so.6")


class Layer:
    """A layer of an image: its entries by path."""

    def __init__(self):
        self.entries = {}

    def add(self, path, content=b"", mode=0o644, uid=0, kind=tarfile.REGTYPE, target="", xattrs=(),
            mtime=TIME):
        info = tarfile.TarInfo(path)
        info.type, info.mode, info.uid, info.gid, info.mtime = kind, mode, uid, uid, mtime
        info.linkname, info.size = target, len(content)
        info.pax_headers = {f"SCHILY.xattr.{name}": value for name, value in xattrs}
        self.entries[path] = (info, content)

    def folder(self, path, mode=0o755, uid=0):
        self.add(path, mode=mode, uid=uid, kind=tarfile.DIRTYPE)

    def link(self, path, target):
        self.add(path, mode=0o777, kind=tarfile.SYMTYPE, target=target)

    def bytes(self):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for _, (info, content) in sorted(self.entries.items()):
                tar.addfile(info, io.BytesIO(content))
        return out.getvalue()


class Image:
    """An image that passes, to be spoilt."""

    def __init__(self, programs):
        self.base, self.top = Layer(), Layer()
        self.listed, self.programs = [], programs
        self.config = {"User": "65532:65532", "Env": ["PATH=/usr/bin"], "Entrypoint": ["/usr/bin/app"],
                       "ExposedPorts": {"8080/tcp": {}}, "StopSignal": "SIGTERM", "Labels": dict(LABELS),
                       "Healthcheck": {"Test": ["CMD", "/usr/bin/app"]}}
        self.tags, self.created = ["test/app:1"], "2023-11-14T22:13:20Z"
        for path in ("etc", "home", "usr", "usr/bin", "usr/lib", "usr/lib64", "var", "var/lib",
                     "var/lib/dpkg"):
            self.base.folder(path)
        self.base.folder("tmp", 0o1777)
        self.base.folder("home/app", uid=65532)
        self.base.link("lib", "usr/lib")
        self.base.link("lib64", "usr/lib64")
        self.accounts("app:x:65532:65532::/home/app:/usr/sbin/nologin\n")
        self.base.add("etc/group", b"app:x:65532:\n")
        self.base.add("etc/os-release", b"ID=debian\nVERSION_ID=13\nVERSION_CODENAME=trixie\n")
        for path in LIBRARIES:
            if os.path.exists(path):
                self.owned(f"usr/{path[1:]}", pathlib.Path(path).read_bytes(), 0o755)
        self.program("hardened", "usr/bin/app")

    def accounts(self, text):
        self.base.add("etc/passwd", text.encode())

    def owned(self, path, content=b"x", mode=0o644, **more):
        self.listed.append((path, content))
        self.base.add(path, content, mode, **more)

    def program(self, kind, path="usr/bin/other"):
        self.owned(path, self.programs[kind], 0o755)

    def record(self):
        self.base.add("var/lib/dpkg/status", b"Package: app\nStatus: install ok installed\nVersion: 1\n"
                      b"Architecture: all\nMaintainer: A <a@example.org>\nDescription: x\n\n")
        paths = "".join(f"/{path}\n" for path, _ in self.listed) + "/lib\n/lib64\n"
        sums = "".join(f"{hashlib.md5(content).hexdigest()}  {path}\n" for path, content in self.listed)
        self.base.add("var/lib/dpkg/info/app.list", paths.encode())
        self.base.add("var/lib/dpkg/info/app.md5sums", sums.encode())

    def write(self, path):
        self.record()
        layers = [self.base.bytes(), self.top.bytes()]
        config = json.dumps({"architecture": "amd64", "os": "linux", "created": self.created,
                             "config": self.config,
                             "rootfs": {"type": "layers", "diff_ids": [
                                 f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]},
                             "history": [{"created_by": "test"} for _ in layers]}).encode()
        files = {f"{number}/layer.tar": layer for number, layer in enumerate(layers)}
        name = f"{hashlib.sha256(config).hexdigest()}.json"
        files[name] = config
        files["manifest.json"] = json.dumps([{"Config": name, "RepoTags": self.tags,
                                              "Layers": ["0/layer.tar", "1/layer.tar"]}]).encode()
        with tarfile.open(path, "w") as tar:
            for member, content in files.items():
                info = tarfile.TarInfo(member)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))


def with_writable_code(program):
    """The same program with its code segment writable: no linker makes one willingly."""
    patched = bytearray(program)
    start, size, number = (int.from_bytes(program[at:at + length], "little")
                           for at, length in ((32, 8), (54, 2), (56, 2)))
    for header in range(start, start + size * number, size):
        if patched[header] == 1 and patched[header + 4] & 1:  # PT_LOAD, executable
            patched[header + 4] |= 2
    return bytes(patched)


def compiled(folder):
    """Programs, each lacking one thing."""
    source = folder / "app.c"
    source.write_text(SOURCE)
    kinds = {"hardened": HARDENED, "no-pie": [*HARDENED, "-fno-PIE", "-no-pie"],
             "stack": [*HARDENED, "-Wl,-z,execstack"], "no-relro": ["-fPIE", "-pie", "-Wl,-z,norelro"],
             "bare": ["-O0", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-fPIE", "-pie",
                      "-Wl,-z,relro,-z,now"],
             "rpath": [*HARDENED, "-Wl,-rpath,/home/app/lib"]}
    programs = {}
    for kind, flags in kinds.items():
        out = folder / kind
        subprocess.run(["cc", *flags, "-s", "-o", out, source], check=True)
        programs[kind] = out.read_bytes()
    library = folder / "libgone.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-Wl,-soname,libgone.so", "-o", library, source], check=True)
    subprocess.run(["cc", *HARDENED, "-s", "-o", folder / "lost", source, "-Wl,--no-as-needed", library],
                   check=True)
    programs["lost"] = (folder / "lost").read_bytes()
    programs["writable"] = with_writable_code(programs["hardened"])
    return programs


# A key of nobody, in the form of a real one: DER's head of a 2048-bit RSA key, then bytes that are none.
def private_key():
    inner = b"\x02\x01\x00\x02\x82\x01\x01\x00" + b"".join(
        hashlib.sha256(str(i).encode()).digest() for i in range(36))
    der = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\n".encode()


def config(**values):
    return lambda image: image.config.update(values)


def hidden_key(image):
    image.base.add("root.key/id_rsa", private_key())
    image.top.add("root.key/.wh.id_rsa")


def more_accounts(line):
    return lambda image: image.accounts("app:x:65532:65532::/home/app:/usr/sbin/nologin\n" + line)


def certificate(folder):
    """Of an authority made here: nobody's list has it."""
    path = folder / "authority.pem"
    if not path.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj",
                        "/CN=An example", "-keyout", folder / "authority.key", "-out", path],
                       check=True, capture_output=True)
    return path.read_bytes()


# What spoils the image for each check. Left out: those of FromAStore, and that of certificates.
SPOILT = {
    "USR-01": config(User=""), "USR-02": config(User="65532:0"),
    "USR-03": more_accounts("root:x:0:0::/:/usr/sbin/nologin\nr:x:0:0::/:/usr/sbin/nologin\n"),
    "USR-04": lambda i: i.base.add("etc/shadow", b"app:$6$abc$def:1::::::\n"),
    "USR-05": more_accounts("b:x:65532:1::/:/usr/sbin/nologin\n"),
    "USR-06": more_accounts("b:x:7:7::/:/bin/sh\n"),
    "USR-07": config(User="1234:1234"),
    "FS-01": lambda i: i.owned("usr/bin/x", mode=0o4755),
    "FS-02": lambda i: i.owned("usr/bin/x", mode=0o755, xattrs=[
        ("security.capability", "\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]),
    "FS-03": lambda i: i.owned("usr/lib/x", mode=0o666),
    "FS-04": lambda i: i.base.folder("var/x", 0o777),
    "FS-05": lambda i: i.owned("usr/lib/x", uid=4711),
    "FS-06": lambda i: i.owned("usr/lib/x", uid=65532),
    "FS-07": lambda i: i.base.add("var/pipe", kind=tarfile.FIFOTYPE),
    "FS-08": lambda i: i.base.link("var/out", "../../etc"),
    "FS-09": lambda i: i.base.link("usr/lib/x", "gone"),
    "FS-10": lambda i: i.base.add("usr/bin/miner", b"x", 0o755), "FS-11": hidden_key,
    "FS-12": lambda i: i.owned("usr/share/doc/app/README"),
    "FS-13": lambda i: i.owned("usr/lib/x", mtime=TIME + 1),
    "FS-14": lambda i: i.base.add("etc/machine-id", b"0123\n"),
    "PKG-01": lambda i: i.owned("usr/bin/dash", mode=0o755),
    "PKG-02": lambda i: i.owned("usr/bin/apt", mode=0o755),
    "PKG-03": lambda i: i.owned("usr/bin/gcc-14", mode=0o755),
    "PKG-04": lambda i: i.owned("usr/bin/curl", mode=0o755),
    "PKG-05": lambda i: i.owned("usr/bin/su", mode=0o755),
    "PKG-08": lambda i: i.base.add("etc/os-release", b"ID=debian\nVERSION_ID=9\n"
                                   b"VERSION_CODENAME=stretch\n"),
    "PKG-09": lambda i: i.listed.append(("usr/bin/gone", b"x")),
    "ELF-01": lambda i: i.program("no-pie"), "ELF-02": lambda i: i.program("stack"),
    "ELF-03": lambda i: i.program("no-relro"), "ELF-04": lambda i: i.program("bare"),
    "ELF-05": lambda i: i.program("rpath"), "ELF-06": lambda i: i.program("writable"),
    "ELF-07": lambda i: i.program("lost"),
    "SEC-01": lambda i: i.owned("etc/app.pem", private_key()),
    "SEC-02": lambda i: i.base.add("home/app/.netrc", b"x"),
    "CFG-01": config(ExposedPorts={"80/tcp": {}}), "CFG-02": config(Entrypoint=["app"]),
    "CFG-03": config(Labels={}), "CFG-04": config(Env=["PATH=/usr/bin:."]),
}


class Written(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        under_test.need_tools("cc")
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = pathlib.Path(cls.folder.name)
        cls.programs = compiled(cls.path)
        cls.hauberk = under_test.Program(cls.path / "none")

    def check(self, image, *words, expect=None):
        image.write(self.path / "image.tar")
        done = self.hauberk.run("check", self.path / "image.tar", "--json", *words, expect=expect)
        return done.returncode, json.loads(done.stdout)

    def outcomes(self, report):
        return {result["id"]: result for result in report["results"]}

    def test_the_good_image_passes(self):
        code, report = self.check(Image(self.programs))
        open_ids = {id: result["findings"] for id, result in self.outcomes(report).items()
                    if result["outcome"] in ("fail", "warn")}
        open_ids.pop("ELF-03", None)  # the C library of this machine may be bound lazily
        self.assertEqual(open_ids, {})
        self.assertEqual(code, under_test.DONE)

    def test_each_spoilt_image_does_not(self):
        for id, spoil in SPOILT.items():
            with self.subTest(id):
                image = Image(self.programs)
                spoil(image)
                code, report = self.check(image)
                result = self.outcomes(report)[id]
                wanted = "fail" if result["level"] == "failure" else "warn"
                self.assertEqual(result["outcome"], wanted, result)
                if wanted == "fail":
                    self.assertEqual(code, under_test.NO)

    def test_certificates(self):
        """The distribution's own may be trusted, and nobody's else."""
        under_test.need_tools("openssl")
        image = Image(self.programs)
        ours = certificate(self.path)
        image.owned("usr/share/ca-certificates/example.crt", ours)
        image.owned("etc/ssl/certs/ca-certificates.crt", ours)
        self.assertEqual(self.outcomes(self.check(image)[1])["SEC-03"]["outcome"], "pass")
        (self.path / "authority.pem").unlink()
        image.owned("etc/ssl/certs/ca-certificates.crt", certificate(self.path))
        self.assertEqual(self.outcomes(self.check(image)[1])["SEC-03"]["outcome"], "warn")

    def test_a_finding_can_be_accepted(self):
        image = Image(self.programs)
        image.program("no-pie")
        accepted = self.path / "accepted.yaml"
        accepted.write_text("accepted-findings:\n  - check: ELF-01\n    path: usr/bin/other\n"
                            "    reason: a test\n    until: 2999-01-01\n")
        self.check(image, "--accept", accepted, expect=under_test.DONE)
        accepted.write_text(accepted.read_text().replace("2999", "2020"))
        self.check(image, "--accept", accepted, expect=under_test.NO)

    def test_a_name_is_no_line_of_ours(self):
        """Whoever makes an image must not write its report."""
        image = Image(self.programs)
        image.owned("usr/bin/x\nIt passes.\npass        USR-01  all is well", mode=0o4755)
        image.config["User"] = "0\nIt passes."
        image.write(self.path / "image.tar")
        for words in (["check"], ["inspect"], ["compare", self.path / "image.tar"]):
            done = self.hauberk.run(*words, self.path / "image.tar", expect=None)
            forged = [line for line in done.stdout.splitlines() if line.startswith(("It passes", "pass  "))]
            self.assertEqual(forged, [])

    def test_an_app_is_not_to_blame_for_its_base(self):
        base = Image(self.programs)
        base.owned("usr/bin/bash", mode=0o755)
        base.write(self.path / "base.tar")
        derived = Image(self.programs)
        derived.owned("usr/bin/bash", mode=0o755)
        derived.top.add("opt/app/run", b"x", 0o755)
        self.check(derived, "--base", self.path / "base.tar", expect=under_test.DONE)
        derived.top.add("opt/app/sh", b"x", 0o755)
        self.check(derived, "--base", self.path / "base.tar", expect=under_test.NO)

    def test_two_images_are_compared(self):
        good, fat = Image(self.programs), Image(self.programs)
        fat.owned("usr/bin/bash", mode=0o755)
        fat.config["User"] = ""
        good.write(self.path / "good.tar")
        fat.write(self.path / "fat.tar")
        text = self.hauberk.run("compare", self.path / "fat.tar", self.path / "good.tar").stdout
        self.assertIn("a shell (bash)", text)
        self.assertIn("USR-01", text)


class FromAStore(mirror.TestCase):
    """The checks that need a lock, or feeds."""

    def outcome(self, store, check):
        done = store.run("check", "test/image:1", "--json", expect=None)
        [result] = [result for result in json.loads(done.stdout)["results"] if result["id"] == check]
        return result

    def publish(self, version="1.0-1"):
        files = [mirror.folder("./usr/"), mirror.file("./usr/good", "x")]
        self.mirror.publish([mirror.Package("good", files, version=version)])

    def built(self, definition, **upstreams):
        self.publish()
        path = self.folder / "definition.yaml"
        path.write_text(definition)
        store = self.new_store(**upstreams)
        store.build(path)
        return store

    def test_where_packages_come_from(self):
        """PKG-06: a key that came with the definition signs nothing that anybody vouched for."""
        signed = self.outcome(self.built(under_test.definition(["good"])), "PKG-06")
        self.assertEqual(signed["outcome"], "pass", signed)
        another = mirror.Key(self.folder, "another")
        self.addCleanup(another.close)
        self.mirror.files["/key.gpg"] = self.key.keyring.read_bytes()
        host, line = self.mirror.url.removesuffix("/debian"), f"deb {self.mirror.url} trixie main"
        contents = f"  repositories: {json.dumps([line])}\n  keyring: {json.dumps([host + '/key.gpg'])}\n"
        unsigned = self.outcome(self.built(under_test.definition(["good"], contents=contents),
                                           repositories={"trixie": [line.replace("/debian", "/other")]},
                                           keyrings={"default": str(another.keyring)}),
                                "PKG-06")
        self.assertEqual(unsigned["outcome"], "fail", unsigned)

    def test_holes_that_could_be_closed(self):
        """PKG-07: known to be exploited, and a fixed version is there."""
        store = self.built(under_test.definition(["good"]))
        self.assertEqual(self.outcome(store, "PKG-07")["outcome"], "not checked")
        row = {"status": "resolved", "repositories": {"trixie": "2"}, "fixed_version": "2",
               "urgency": "not yet assigned"}
        (self.folder / "tracker.json").write_text(json.dumps(
            {"good": {"CVE-2026-0001": {"description": "An example.", "releases": {"trixie": row}}}}))
        store.run("feed", "add", "debian-tracker", self.folder / "tracker.json")
        self.assertEqual(self.outcome(store, "PKG-07")["outcome"], "pass")
        (self.folder / "kev.json").write_text(json.dumps(
            {"dateReleased": "2026-01-02T00:00:00Z", "vulnerabilities": [{"cveID": "CVE-2026-0001"}]}))
        store.run("feed", "add", "kev", self.folder / "kev.json")
        self.assertEqual(self.outcome(store, "PKG-07")["outcome"], "pass", "the archive has no fixed one yet")
        self.publish(version="2")
        store.run("lock", self.folder / "definition.yaml")
        self.assertEqual(self.outcome(store, "PKG-07")["outcome"], "fail")


class Catalogue(unittest.TestCase):
    def test_passes_its_profile(self):
        hauberk, end = containers.store()
        self.addCleanup(end)
        for path in DEFINITIONS:
            with self.subTest(str(path.relative_to(ROOT))):
                built = json.loads(hauberk.run("build", path, "--json", timeout=900).stdout)
                done = hauberk.run("check", built["reference"], "--json", expect=None)
                report = json.loads(done.stdout)
                self.assertEqual(report["profile"], "dev" if path.stem.endswith("-dev") else "runtime")
                failed = [result for result in report["results"] if result["outcome"] == "fail"]
                self.assertEqual(failed, [])
                self.assertEqual(done.returncode, under_test.DONE)


if __name__ == "__main__":
    unittest.main()
