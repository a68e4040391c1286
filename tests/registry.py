# SPDX-License-Identifier: Apache-2.0
"""docker-registry on loopback, and a client of few words, for tests that want bytes of their own there."""

import base64
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
START_TIMEOUT_S = 20


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry:
    """Debian's docker-registry: it has no referrers API, so a subject's referrers stand in an index below the
    tag sha256-<hex> (distribution-spec, "Referrers Tag Schema"). With a login (user, password, and the line
    of both that `htpasswd -B` makes) it lets in nobody else; with a certificate (file, key file) it speaks
    TLS, and `call` is not for it."""

    @staticmethod
    def is_installed():
        return shutil.which("docker-registry") is not None

    def __init__(self, login=None, certificate=None):
        self.login, self.certificate = login, certificate
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hauberk-registry-"))
        config, self.log = self.folder / "config.yml", self.folder / "log"
        config.write_text(json.dumps(self._config()))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log,
                                            stderr=subprocess.STDOUT)
        try:
            self.host = f"127.0.0.1:{self._port()}"
        except Exception:
            self.close()
            raise

    def _config(self):
        config = {"version": 0.1,
                  "log": {"level": "info", "formatter": "json", "accesslog": {"disabled": True}},
                  "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")},
                              "delete": {"enabled": True}},
                  "http": {"addr": "127.0.0.1:0", "secret": "made-for-a-test"}}
        if self.certificate:
            config["http"]["tls"] = dict(zip(("certificate", "key"), map(str, self.certificate)))
        if self.login:
            (self.folder / "htpasswd").write_text(self.login[2])
            config["auth"] = {"htpasswd": {"realm": "test", "path": str(self.folder / "htpasswd")}}
        return config

    def _port(self):
        """The one that it was given, as it says itself."""
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end and self.process.poll() is None:
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", self.log.read_text())
            if found:
                return int(found[1])
            time.sleep(0.02)
        raise AssertionError(f"docker-registry does not start:\n{self.log.read_text()[-2000:]}")

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, data=None, **headers):
        """(status, headers, body) of an answer."""
        url = path if path.startswith("http") else f"http://{self.host}{path}"
        if self.login:
            word = base64.b64encode(":".join(self.login[:2]).encode()).decode()
            headers = {"Authorization": f"Basic {word}", **headers}
        request = urllib.request.Request(url, data=data, method=method,
                                         headers={key.replace("_", "-"): value
                                                  for key, value in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def need(self, method, path, data=None, **headers):
        status, answer, body = self.call(method, path, data, **headers)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {body[:500]}")
        return answer, body

    def put_blob(self, repository, data):
        at = self.need("POST", f"/v2/{repository}/blobs/uploads/")[0]["Location"]
        joint = "&" if "?" in at else "?"
        self.need("PUT", f"{at}{joint}digest={digest_of(data)}", data,
                  Content_Type="application/octet-stream")

    def put_manifest(self, repository, name, data, media_type=MANIFEST):
        self.need("PUT", f"/v2/{repository}/manifests/{name}", data, Content_Type=media_type)

    def manifest(self, repository, name):
        """Its bytes, or None."""
        status, _, body = self.call("GET", f"/v2/{repository}/manifests/{name}",
                                    Accept=f"{MANIFEST}, {INDEX}")
        return body if status == 200 else None

    def blob(self, repository, digest):
        return self.need("GET", f"/v2/{repository}/blobs/{digest}")[1]

    def put_document(self, repository, blobs, digest, name=None):
        """A manifest or index of an OCI layout's or store's folder `blobs`, with all that it names."""
        data = (pathlib.Path(blobs) / digest.replace(":", "/")).read_bytes()
        document = json.loads(data)
        for entry in document.get("manifests", []):
            self.put_document(repository, blobs, entry["digest"])
        for part in [*document.get("layers", []), *([document["config"]] if "config" in document else [])]:
            self.put_blob(repository, (pathlib.Path(blobs) / part["digest"].replace(":", "/")).read_bytes())
        self.put_manifest(repository, name or digest, data,
                          INDEX if "manifests" in document else MANIFEST)

    def refer(self, repository, subject, descriptors):
        """Adds the descriptors to the list of the subject's referrers."""
        tag = subject.replace(":", "-")
        before = self.manifest(repository, tag)
        entries = json.loads(before)["manifests"] if before else []
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*entries, *descriptors]}
        self.put_manifest(repository, tag, json.dumps(index).encode(), INDEX)
