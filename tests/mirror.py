# SPDX-License-Identifier: Apache-2.0
"""A Debian mirror on loopback for tests: packages made here, indexes signed by a key made here, and
answers that misbehave as they are told."""

import datetime
import email.utils
import hashlib
import http.server
import json
import lzma
import pathlib
import subprocess
import tarfile
import tempfile
import threading
import time
import unittest

import program as under_test

EPOCH = 1_700_000_000  # of every file in a package made here


def file(path, content=b"", mode=0o644, uid=0, gid=0):
    return entry(path, tarfile.REGTYPE, content=content.encode() if isinstance(content, str) else content,
                 mode=mode, uid=uid, gid=gid)


def folder(path, mode=0o755):
    return entry(path, tarfile.DIRTYPE, mode=mode)


def link(path, target, hard=False):
    return entry(path, tarfile.LNKTYPE if hard else tarfile.SYMTYPE, link=target, mode=0o777)


def entry(path, kind, content=b"", link="", mode=0o644, uid=0, gid=0, size=None):
    """A tar entry; `size` lies about the content's."""
    info = tarfile.TarInfo(path)
    info.type, info.linkname, info.mode, info.uid, info.gid, info.mtime = kind, link, mode, uid, gid, EPOCH
    info.size = len(content) if size is None else size
    return info, content


def make_tar(entries):
    """The entries in ustar blocks, whatever they say; bytes stand for themselves."""
    text = b""
    for item in entries:
        if isinstance(item, bytes):
            text += item
            continue
        info, content = item
        text += info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)
    return text + bytes(1024)


def raw_header(name, kind=b"0", size=b"00000000000\0", linkname=b""):
    """A header whose fields no writer would write."""
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:108], block[108:116], block[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    block[124:136], block[136:148], block[156:157] = size.ljust(12, b"\0"), b"14524770400\0"[:12], kind
    block[157:157 + len(linkname)] = linkname
    block[257:265], block[148:156] = b"ustar\00000", b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def ar_member(name, content):
    header = f"{name:<16}{EPOCH:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
    return header + content + b"\n" * (len(content) % 2)


def pack(tar, form):
    if form == "xz":
        return lzma.compress(tar, preset=1)
    if form == "zst":
        return subprocess.run(["zstd", "-qc"], input=tar, capture_output=True, check=True).stdout
    return tar


class Package:
    """A .deb and what an index says of it. `members` replaces the ar members; `listed` the index's fields."""

    def __init__(self, name, entries=(), version="1.0-1", architecture="amd64", fields=None, form="xz",
                 data=None, members=None, scripts=None, listed=None):
        self.name, self.version, self.architecture = name, version, architecture
        control = {"Package": name, "Version": version, "Architecture": architecture,
                   "Maintainer": "T <t@example.org>", **(fields or {}), "Description": "made by a test"}
        text = "".join(f"{key}: {value}\n" for key, value in control.items())
        inside = [folder("./"), file("./control", text)]
        inside += [file(f"./{script}", body, mode=0o755) for script, body in (scripts or {}).items()]
        if data is None:
            data = pack(make_tar([folder("./"), *entries]), form)
        parts = {"debian-binary": b"2.0\n", "control.tar.xz": pack(make_tar(inside), "xz"),
                 f"data.tar{'.' + form if form else ''}": data}
        if members:
            parts = members(parts)
        self.deb = b"!<arch>\n" + b"".join(ar_member(key, value) for key, value in parts.items())
        self.path = f"pool/{name}_{version.replace(':', '%3a')}_{architecture}.deb"
        self.stanza = text + "".join(f"{key}: {value}\n" for key, value in {
            "Filename": self.path, "Size": len(self.deb), "SHA256": hashlib.sha256(self.deb).hexdigest(),
            **(listed or {})}.items())


class Source:
    """A source package: `files` by name, and what an index says of it."""

    def __init__(self, name, version="1.0-1", files=None):
        self.name, self.folder = name, f"pool/source/{name}"
        self.files = files or {f"{name}_{version}.dsc": f"the text of {name}".encode(),
                               f"{name}_{version}.tar.xz": f"the tarball of {name}".encode()}
        lines = "".join(f" {hashlib.sha256(body).hexdigest()} {len(body)} {path}\n"
                        for path, body in self.files.items())
        self.stanza = (f"Package: {name}\nBinary: {name}\nVersion: {version}\nDirectory: {self.folder}\n"
                       f"Checksums-Sha256:\n{lines}")


class Key:
    """A signing key with a keyring file of its public half."""

    def __init__(self, home, name):
        self.home = pathlib.Path(home) / name
        self.home.mkdir(mode=0o700)
        self.gpg("--quick-gen-key", f"{name} <{name}@example.org>", "ed25519", "sign", "never")
        self.keyring = self.home / "keyring.gpg"
        self.keyring.write_bytes(self.gpg("--export").stdout)

    def gpg(self, *words, **options):
        return subprocess.run(["gpg", "--homedir", str(self.home), "--batch", "--passphrase", "", *words],
                              capture_output=True, check=True, **options)

    def sign(self, text):
        return self.gpg("--clearsign", "--output", "-", input=text.encode()).stdout

    def close(self):
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=False)


def date(days):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return email.utils.format_datetime(then, usegmt=True).replace("GMT", "UTC")


class Mirror:
    """Serves `files` (path -> bytes) and what `answers` (path -> function of the handler) say."""

    def __init__(self, key):
        self.key, self.files, self.answers, self.asked = key, {}, {}, []
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):  # noqa: N802, the name that http.server asks for
                mirror.asked.append(self.path)
                answer = mirror.answers.get(self.path)
                if answer:
                    return answer(self)
                body = mirror.files.get(self.path)
                return self.reply(200 if body is not None else 404, body or b"")

            def reply(self, status, body=b"", **headers):
                self.send_response(status)
                for key_, value in headers.items():
                    self.send_header(key_.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # clients that hang up are what some tests are about
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/debian"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def release(self, packages, suite="trixie", days=-1, valid=6, origin="Debian", more="", sources=()):
        """The text of a Release; its indexes, the packages and the sources are served from now on."""
        indexes = {"main/binary-amd64/Packages": "\n".join(package.stanza for package in packages).encode()}
        for package in packages:
            self.files[f"/debian/{package.path}"] = package.deb
        if sources:
            indexes["main/source/Sources"] = "\n".join(source.stanza for source in sources).encode()
        for source in sources:
            for name, body in source.files.items():
                self.files[f"/debian/{source.folder}/{name}"] = body
        listed = ""
        for path, index in indexes.items():
            self.files[f"/debian/dists/{suite}/{path}"] = index
            listed += f" {hashlib.sha256(index).hexdigest()} {len(index)} {path}\n"
        until = f"Valid-Until: {date(valid)}\n" if valid is not None else ""
        return (f"Origin: {origin}\nSuite: {suite}\nCodename: {suite}\nDate: {date(days)}\n{until}"
                f"Architectures: amd64\nComponents: main\n{more}SHA256:\n{listed}")

    def publish(self, packages, key=None, **release):
        suite = release.get("suite", "trixie")
        signed = (key or self.key).sign(self.release(packages, **release))
        self.files[f"/debian/dists/{suite}/InRelease"] = signed

    def configure(self, home, **upstreams):
        """A config.yaml that has only this mirror, and may ask it."""

        values = {"repositories": {"trixie": [f"deb {self.url} trixie main"]},
                  "keyrings": {"default": str(self.key.keyring)}, "allow_private_hosts": ["127.0.0.1"],
                  **upstreams}
        text = json.dumps({"version": 1, "upstreams": values}, indent=1)
        (pathlib.Path(home) / "config.yaml").write_text(text)


def slowly(body, piece, pause):
    """An answer of `piece` bytes at a time."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for at in range(0, len(body), piece):
            handler.wfile.write(body[at:at + piece])
            handler.wfile.flush()
            time.sleep(pause)
    return answer


def cut_after(body, size):
    """An answer that promises all, sends `size` bytes and hangs up."""
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:size])
        handler.wfile.flush()
        handler.close_connection = True
    return answer


class TestCase(unittest.TestCase):
    """Tests with a mirror of their own, whose key `cls.key` made, and stores that may use it, in a scratch
    folder. `tools` are what the tests need beside gpg."""

    tools = ()

    @classmethod
    def setUpClass(cls):
        under_test.need_tools("gpg", "gpgv", *cls.tools)
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.key = Key(cls.folder, "trusted")
        cls.addClassCleanup(cls.key.close)
        cls.mirror = Mirror(cls.key)
        cls.addClassCleanup(cls.mirror.close)
        cls.stores = 0

    @classmethod
    def new_store(cls, name=None, **upstreams):
        cls.stores += 1
        store = under_test.Program(cls.folder / (name or f"store{cls.stores}"))
        store.run("init", "--mirror", cls.mirror.url, "--security-mirror", cls.mirror.url)
        cls.mirror.configure(store.home, **upstreams)
        return store
