# SPDX-License-Identifier: Apache-2.0
"""The program under test, a store of its own, and what its images hold: shared by the tests that drive
`hauberk` from outside. HAUBERK names the program."""

import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

HAUBERK = os.path.abspath(os.environ.get("HAUBERK", "build/dev/hauberk"))
TIMEOUT = 300
HELLO = "test.example/hello:1"

# What DESIGN section 9 promises for each kind of error.
DONE, NO, USAGE, BAD_INPUT, NOT_FOUND, NOT_TRUSTED, CONFLICT, LIMIT, UNSUPPORTED, SYSTEM, NETWORK = range(11)

DEFINITION = """# syntax=hauberk/build:2-debian13
name: Test
image: {image}
tags: ["1"]
{extra}contents:
{contents}  packages: {packages}
os-release:
  id: debian
  version-id: "13"
  version-codename: trixie
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def need_tools(*tools):
    for tool in tools:
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    if not os.access(HAUBERK, os.X_OK):
        skip(f"there is no {HAUBERK}; set HAUBERK")


def run_tool(*argv, check=True, **options):
    """Another program, to its end; unless it may fail, with what it said if it does."""
    words = [str(word) for word in argv]
    done = subprocess.run(words, capture_output=True, check=False,
                          **{"timeout": TIMEOUT, "text": True, **options})
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit {done.returncode}\n"
                             f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def definition(packages, image="test/image", extra="", contents="", platforms=("linux/amd64",)):
    """The text of a definition; `extra` are top-level lines, `contents` lines below contents."""
    return DEFINITION.format(image=image, packages=json.dumps(list(packages)), contents=contents,
                             extra=f"platforms: {json.dumps(list(platforms))}\n{extra}")


class Program:
    """One store, and the commands on it."""

    def __init__(self, home, wrapper=()):
        self.home = pathlib.Path(home)
        self.wrapper = tuple(wrapper)
        self.build_flags = ()

    def argv(self, *words):
        return [*self.wrapper, HAUBERK, "--home", str(self.home), *map(str, words)]

    def run(self, *words, expect=DONE, **options):
        options = {"timeout": TIMEOUT, "text": True, **options}
        if words[:1] == ("build",):
            words += self.build_flags
        done = subprocess.run(self.argv(*words), capture_output=True, check=False, **options)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"hauberk {' '.join(map(str, words))}: exit code {done.returncode}, "
                                 f"not {expect}\n"
                                 f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def init(self):
        return self.run("init")

    def lock(self, path, *words):
        return json.loads(self.run("lock", path, *words).stdout)

    def build(self, *words, **options):
        return json.loads(self.run("build", *words, "--json", **options).stdout)

    def configure(self, **values):
        """Sets scalar or list keys of config.yaml, which `hauberk init` has written."""
        path = self.home / "config.yaml"
        text = path.read_text()
        for key, value in values.items():
            text, count = re.subn(rf"^(\s*{key}:).*$", rf"\1 {json.dumps(value)}", text, flags=re.M)
            if count != 1:
                raise AssertionError(f"config.yaml has {key} {count} times")
        path.write_text(text)

    def image(self, reference):
        """The image as an archive of its files: path -> tarfile.TarInfo; and its configuration."""
        with tempfile.TemporaryDirectory() as folder:
            layout = pathlib.Path(folder) / "layout"
            self.run("copy", reference, f"oci:{layout}")
            return Image(layout)


class HelloStore(unittest.TestCase):
    """A folder `work` of its own, with a store that holds the small image HELLO and evidence of it, as
    CLIENTS_IMAGE makes it of the program CLIENTS_HELLO (clients_image.cc)."""

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="hauberk-hello-"))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.home = cls.work / "store"
        run_tool(os.environ["CLIENTS_IMAGE"], cls.home, os.environ["CLIENTS_HELLO"])
        cls.report = json.loads(run_tool(HAUBERK, "--home", cls.home, "inspect", HELLO, "--json").stdout)
        cls.digest = cls.report["digest"]


class Image:
    """One platform of an OCI layout, its layers laid on each other."""

    def __init__(self, layout):
        self.layout = pathlib.Path(layout)
        document = self.blob(json.loads((self.layout / "index.json").read_text())["manifests"][0])
        while "manifests" in document:
            document = self.blob(document["manifests"][0])
        self.manifest = document
        self.config = self.blob(document["config"])
        self.entries, self.contents = {}, {}
        for layer in document["layers"]:
            self.add(layer)

    def blob(self, descriptor):
        return json.loads((self.layout / "blobs" / descriptor["digest"].replace(":", "/")).read_bytes())

    def add(self, layer):
        path = self.layout / "blobs" / layer["digest"].replace(":", "/")
        with tarfile.open(fileobj=io.BytesIO(plain_bytes(path))) as tar:
            for entry in tar:
                name = entry.name.strip("/")
                self.entries[name] = entry
                if entry.isfile():
                    self.contents[name] = tar.extractfile(entry).read()

    def text(self, path):
        return self.contents[path].decode()

    def listing(self):
        """Everything about every entry, as text; but for the times of folders, which each layer has anew."""
        return {f"{e.type!r} {e.mode:o} {e.uid}:{e.gid} {0 if e.isdir() else e.mtime} {path} -> {e.linkname} "
                f"{hashlib.sha256(self.contents.get(path, b'')).hexdigest()}"
                for path, e in self.entries.items()}


def plain_bytes(path):
    """A layer without its compression. Python 3.11 reads gzip itself, and zstd by the program."""
    data = path.read_bytes()
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=True).stdout
    if data[:2] == b"\x1f\x8b":
        import gzip
        return gzip.decompress(data)
    return data


def files_of(home, *folders):
    """path -> sha256 of every file below these folders of a store."""
    found = {}
    for folder in folders:
        for path in (pathlib.Path(home) / folder).rglob("*"):
            if path.is_file():
                found[str(path.relative_to(home))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def wrongly_named(home):
    """Files of a store whose name is not the sha256 of their bytes; there must be none, whatever happened."""
    found = files_of(home, "blobs", "vault/sha256")
    return [path for path, digest in found.items() if not path.endswith("/sha256/" + digest)]


def main():
    unittest.main(verbosity=2)
