# SPDX-License-Identifier: Apache-2.0
"""Images as others make them: archives as `docker save` writes them, a whole Debian by mmdebstrap, and what
SBOMs of either format say, in one form."""

import glob
import hashlib
import io
import json
import os
import pathlib
import re
import tarfile
import urllib.parse

import mirror
import program as under_test

CREATED = "2026-01-02T03:04:05Z"
# What the Debian of these tests has beside the packages of priority "important": pip's tooling, Node modules,
# a Go program and a Java library, each as Debian packs it.
PACKAGES = ("python3-pip", "node-semver", "umoci", "libcommons-lang3-java")


def run(*argv, **options):
    return under_test.run_tool(*argv, **{"timeout": 1200, **options}).stdout


def codename():
    match = re.search(r"^VERSION_CODENAME=(\w+)$", pathlib.Path("/etc/os-release").read_text(), re.M)
    return match.group(1) if match else None


def debian_sources():
    """The host's own apt sources of Debian, as files that mmdebstrap reads."""
    paths = ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*"))]
    texts = {path: pathlib.Path(path).read_text() for path in paths if os.path.isfile(path)}
    return [path for path, text in texts.items() if re.search(r"^(URIs:|deb ).*/debian", text, re.M)]


def debian_tar(folder):
    """A Debian with PACKAGES as the tar of its root, made once for each folder."""
    path = pathlib.Path(folder) / f"debian-{codename()}.tar"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half.tar")
        run("mmdebstrap", "--mode=root", "--variant=important", f"--include={','.join(PACKAGES)}",
            codename(), half, *debian_sources(), timeout=1200)
        half.rename(path)
    return path


def layer(*entries):
    return mirror.make_tar(entries)


def status(name, version="1.0-1", state="install ok installed", **fields):
    """A stanza of dpkg's record. A field's name has "_" for "-"."""
    told = {"Package": name, "Status": state, "Priority": "optional", "Section": "misc",
            "Maintainer": "Example <e@debian.org>", "Architecture": "amd64", "Version": version,
            **{key.replace("_", "-"): value for key, value in fields.items()},
            "Description": "made by a test"}
    return "".join(f"{key}: {value}\n" for key, value in told.items() if value is not None) + "\n"


def os_release(number="12", name="bookworm"):
    return mirror.file("etc/os-release", f'ID=debian\nVERSION_ID="{number}"\nVERSION_CODENAME={name}\n'
                                         f'PRETTY_NAME="Debian GNU/Linux {number} ({name})"\n')


def size_and_sha256(content):
    if isinstance(content, bytes):
        return len(content), hashlib.sha256(content).hexdigest()
    with open(content, "rb") as file:
        return os.path.getsize(content), hashlib.file_digest(file, "sha256").hexdigest()


def docker_archive(path, layers, config=None, history=None, tag="example/app:1"):
    """What `docker save` writes up to Docker 24: manifest.json, the config, a folder for each layer. A layer
    is the bytes of a tar, or the path of one. Tells the config's digest: docker's id of the image."""
    told = [size_and_sha256(content) for content in layers]
    text = json.dumps({
        "architecture": "amd64", "os": "linux", "created": CREATED, "config": config or {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for _, digest in told]},
        "history": history or [{"created": CREATED, "created_by": f"step {n}"} for n in range(len(layers))],
    }).encode()
    name = hashlib.sha256(text).hexdigest()
    folders = [hashlib.sha256(f"{n} {digest}".encode()).hexdigest() for n, (_, digest) in enumerate(told)]
    manifest = [{"Config": f"{name}.json", "RepoTags": [tag],
                 "Layers": [f"{folder}/layer.tar" for folder in folders]}]
    with tarfile.open(path, "w") as tar:
        for folder, (size, _), content in zip(folders, told, layers):
            info = tarfile.TarInfo(f"{folder}/layer.tar")
            info.size = size
            if isinstance(content, bytes):
                tar.addfile(info, io.BytesIO(content))
            else:
                with open(content, "rb") as file:
                    tar.addfile(info, file)
        for member, content in ((f"{name}.json", text), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return f"sha256:{name}"


class Purl:
    """A package URL, taken apart by the rules of its specification."""

    def __init__(self, text):
        rest, _, query = text.removeprefix("pkg:").partition("?")
        path, _, version = rest.partition("@") if "@" in rest else (rest, "", "")
        self.type, *parts = path.split("/")
        self.name = "/".join(urllib.parse.unquote(part) for part in parts)
        self.version = urllib.parse.unquote(version)
        self.qualifiers = dict(urllib.parse.parse_qsl(query))

    def of_debian(self):
        """(package, version, architecture, source package, source version), as scanners read it."""
        name, version = self.name.removeprefix("debian/"), self.version
        source, _, source_version = self.qualifiers.get("upstream", name).partition("@")
        return name, version, self.qualifiers.get("arch", ""), source, source_version or version


def spdx_purls(document):
    """The package URLs of what is installed; the image's own is none of these."""
    installed = [package for package in document["packages"]
                 if package.get("primaryPackagePurpose") != "CONTAINER"]
    return sorted(reference["referenceLocator"] for package in installed
                  for reference in package.get("externalRefs", []) if reference["referenceType"] == "purl")


def cyclonedx_purls(document):
    return sorted(component["purl"] for component in document["components"] if "purl" in component)


def spdx_files(document):
    """path -> SHA-256 of the files that no package owns."""
    return {package["name"]: package["checksums"][0]["checksumValue"] for package in document["packages"]
            if package.get("primaryPackagePurpose") == "FILE"}
