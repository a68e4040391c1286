#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images and their evidence into Debian's docker-registry and out of it again, with and without a password,
and beside skopeo; and what other registries answer. HAUBERK, CLIENTS_IMAGE and CLIENTS_HELLO are the
programs; exit 77 means skipped.

docker-registry 2.8 has no referrers API, so evidence is listed below a tag there."""

import base64
import hashlib
import io
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import tarfile
import tempfile
import threading
import time
import unittest

import program as under_test
from between import Between, Taken
from program import HAUBERK, HELLO as NAME, NETWORK, NOT_FOUND, run_tool as run
from registry import INDEX, MANIFEST, Registry, digest_of

PASSWORD = "example password"
# htpasswd -nbB -C 4 user "example password": a registry's own file knows the hash alone.
HTPASSWD = "user:$2y$04$XSTHkC6uhR/Bx2NqXiVRAetHKlVW2nkUE2r0YZ98IhB9ceNOWpa3C\n"
LOGIN = ("user", PASSWORD, HTPASSWD)
# Of a key that signed nothing.
STRANGERS_KEY = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiuAafKJpeEav1psjT+LeEo/E2NAv
+mnNanB/6mCQIMqjNuCPqIbgWRjRUCAVHrCD8ETKr492pO8QONLtCUwfyg==
-----END PUBLIC KEY-----
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def put_artifact(registry, repository, subject, text):
    """A manifest that refers to `subject`, and the list below a tag, as other programs write them; the list
    does not tell its true type."""
    parts = [b"{}", text.encode()]
    for part in parts:
        registry.put_blob(repository, part)
    empty, layer = ({"digest": digest_of(part), "size": len(part)} for part in parts)
    document = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "application/example",
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", **empty},
        "layers": [{"mediaType": "application/example", **layer}], "subject": subject}).encode()
    digest = digest_of(document)
    registry.put_manifest(repository, digest, document)
    listed = {"mediaType": MANIFEST, "digest": digest, "size": len(document),
              "artifactType": "application/lie"}
    registry.refer(repository, subject["digest"], [listed])
    return digest


class Cutter:
    """A port of loopback that leads to the registry, and closes its first connections after so many bytes one
    way: to the registry, or from it."""

    def __init__(self, host, limit, cuts, upwards):
        self.target = host.split(":")
        self.limit, self.cuts, self.upwards = limit, cuts, upwards
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection((self.target[0], int(self.target[1])))
            for source, sink, counts in ((client, server, self.upwards), (server, client, not self.upwards)):
                threading.Thread(target=self.pump, args=(source, sink, counts), daemon=True).start()

    def pump(self, source, sink, counts):
        passed = 0
        try:
            while data := source.recv(65536):
                sink.sendall(data)
                passed += len(data)
                if counts and passed > self.limit and self.take_cut():
                    break
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def take_cut(self):
        with self.lock:
            self.cuts -= 1
            return self.cuts >= 0


def make_layout(folder, size):
    """An OCI layout whose image has one layer of `size` bytes that no compression makes smaller."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo("large")
        entry.size = size
        archive.addfile(entry, io.BytesIO(random.Random(1).randbytes(size)))
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    layer = put("application/vnd.oci.image.layer.v1.tar", tar.getvalue())
    config = put("application/vnd.oci.image.config.v1+json", json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}).encode())
    manifest = put(MANIFEST, json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config,
                                         "layers": [layer]}).encode())
    manifest["annotations"] = {"org.opencontainers.image.ref.name": "1"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    (folder / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    return manifest["digest"]


class Registries(under_test.HelloStore):
    login = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(cls.login)
        cls.addClassCleanup(cls.registry.close)
        cls.environment = {**os.environ, "DOCKER_CONFIG": str(cls.work / "docker")}

    def hauberk(self, *argv, home=None, check=True, **options):
        return run(HAUBERK, "--home", home or self.home, *argv, check=check, env=self.environment, **options)

    def fresh(self, name):
        home = self.work / name
        shutil.rmtree(home, ignore_errors=True)
        self.hauberk("init", home=home)
        return home

    def test_push_and_pull_into_a_fresh_store(self):
        place = f"{self.registry.host}/team/hello"
        pushed = json.loads(self.hauberk("push", NAME, f"{place}:1", "--all-tags", "--json").stdout)
        self.assertEqual(pushed["digest"], self.digest)
        self.assertEqual(sorted(pushed["tags"]), ["1", "latest"])
        for tag in ("1", "latest"):
            self.assertIsNotNone(self.registry.manifest("team/hello", tag))
        home = self.fresh("pulled")
        text = self.hauberk("pull", f"{place}:1", home=home).stdout
        self.assertIn(self.digest, text)
        again = json.loads(self.hauberk("pull", f"{place}:1", "--json", home=home).stdout)
        self.assertEqual((again["digest"], again["blobs"]["fetched"]), (self.digest, 0))
        report = json.loads(self.hauberk("inspect", f"{place}:1", "--unpacked", "--json", home=home).stdout)
        self.assertEqual(report["digest"], self.digest)
        self.hauberk("pull", f"{place}@{self.digest}", home=self.fresh("by-digest"))
        self.hauberk("inspect", self.digest, home=self.work / "by-digest")

    def test_a_second_push_sends_nothing_and_a_second_repository_mounts(self):
        place = f"{self.registry.host}/team"
        self.hauberk("push", NAME, f"{place}/first:1")
        again = json.loads(self.hauberk("push", NAME, f"{place}/first:2", "--json").stdout)
        self.assertEqual(again["blobs"]["sent"], 0)
        other = json.loads(self.hauberk("push", NAME, f"{place}/second:1", "--json").stdout)
        self.assertEqual(other["blobs"]["sent"], 0)
        self.assertGreater(other["blobs"]["mounted"], 0)

    @unittest.skipUnless(shutil.which("skopeo"), "skipped: skopeo is not installed")
    def test_skopeo_reads_what_we_push_and_we_what_it_pushes(self):
        place = f"{self.registry.host}/team/skopeo"
        self.hauberk("push", NAME, f"{place}:1")
        raw = run("skopeo", "inspect", "--tls-verify=false", "--raw", f"docker://{place}:1").stdout
        self.assertEqual("sha256:" + hashlib.sha256(raw.encode()).hexdigest(), self.digest)
        layout = self.work / "by-skopeo"
        run("skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--all", f"docker://{place}:1",
            f"oci:{layout}:1")
        self.assertTrue((layout / "blobs" / self.digest.replace(":", "/")).is_file())
        run("skopeo", "copy", "--insecure-policy", "--dest-tls-verify=false", "--all", f"oci:{layout}:1",
            f"docker://{place}:theirs")
        theirs = json.loads(self.hauberk("pull", f"docker://{place}:theirs", "--json",
                                         home=self.fresh("theirs")).stdout)
        self.assertEqual(theirs["digest"], self.digest)

    def test_evidence_comes_along_whatever_the_list_says_of_it(self):
        place = f"{self.registry.host}/team/evidence"
        pushed = json.loads(self.hauberk("push", NAME, f"{place}:1", "--json").stdout)
        own = pushed["evidence"]["all"]
        document = self.registry.manifest("team/evidence", "1")
        subject = {"mediaType": INDEX, "digest": self.digest, "size": len(document)}
        artifact = put_artifact(self.registry, "team/evidence", subject, "a statement")
        home = self.fresh("with-evidence")
        pulled = json.loads(self.hauberk("pull", f"{place}:1", "--json", home=home).stdout)
        self.assertIn(artifact, [item["digest"] for item in pulled["evidence"]])
        self.assertEqual(len(pulled["evidence"]), own + 1)
        without = json.loads(self.hauberk("pull", f"{place}:1", "--json", "--without-evidence",
                                          home=self.fresh("without")).stdout)
        self.assertEqual(without["evidence"], [])
        # On to another repository, and out of it.
        other = f"{self.registry.host}/team/onward:1"
        pushed = json.loads(self.hauberk("push", f"{place}:1", other, "--json", home=home).stdout)
        self.assertEqual(pushed["evidence"], {"all": own + 1, "sent": own + 1, "by_tag": True})
        again = json.loads(self.hauberk("push", f"{place}:1", other, "--json", home=home).stdout)
        self.assertEqual(again["evidence"]["sent"], 0)
        listed = json.loads(self.registry.manifest("team/onward", self.digest.replace(":", "-")))
        self.assertIn((artifact, "application/example"),
                      [(item["digest"], item["artifactType"]) for item in listed["manifests"]])

    def test_what_is_not_there(self):
        for name in ("team/none:1", f"team/none@{self.digest}"):
            done = self.hauberk("pull", f"{self.registry.host}/{name}", check=False)
            self.assertEqual(done.returncode, NOT_FOUND, done.stderr)
        done = self.hauberk("pull", f"127.0.0.1:{free_port()}/team/none:1", check=False)
        self.assertEqual(done.returncode, NETWORK, done.stderr)

    def test_broken_connections_both_ways(self):
        layout = self.work / "large"
        if not layout.is_dir():
            layout.mkdir()
            type(self).large = make_layout(layout, 40 << 20)
        for upwards in (True, False):
            with self.subTest(upwards=upwards):
                cutter = Cutter(self.registry.host, 8 << 20, 2, upwards)
                self.addCleanup(cutter.close)
                place = f"{cutter.host if upwards else self.registry.host}/team/large:1"
                if self.login:
                    self.log_in(PASSWORD, cutter.host)
                self.hauberk("copy", f"oci:{layout}", f"registry:{place}")
                if not upwards:
                    pulled = self.hauberk("pull", f"{cutter.host}/team/large:1", "--json",
                                          home=self.fresh("large"))
                    self.assertEqual(json.loads(pulled.stdout)["digest"], self.large)
                self.assertLess(cutter.cuts, 1, "nothing was cut")
                self.assertIsNotNone(self.registry.manifest("team/large", "1"))

    def test_copy_from_place_to_place(self):
        start = f"registry:{self.registry.host}/team/copied:1"
        layout, archive = self.work / f"copied-{self.id()}", self.work / f"copied-{self.id()}.tar"
        places = [NAME, start, f"oci:{layout}", f"registry:{self.registry.host}/team/between",
                  f"oci-archive:{archive}", f"docker://{self.registry.host}/team/last:1"]
        evidence = None
        for source, sink in zip(places, places[1:]):
            with self.subTest(f"{source} {sink}"):
                named = f"{source}:1" if source.endswith("/between") else source
                copied = json.loads(self.hauberk("copy", named, sink, "--json").stdout)
                self.assertEqual(copied["digest"], self.digest)
                evidence = evidence or copied["evidence"]
                self.assertEqual(copied["evidence"], evidence)
        one = json.loads(self.hauberk("copy", start, f"registry:{self.registry.host}/team/one:1",
                                      "--platform", "linux/arm64", "--json").stdout)
        self.assertNotEqual(one["digest"], self.digest)

    def test_a_killed_push_goes_on(self):
        place = f"{self.registry.host}/team/killed:1"
        for delay in (0.01, 0.05, 0.1):
            process = subprocess.Popen([HAUBERK, "--home", self.home, "push", NAME, place],
                                       env=self.environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.kill()
            process.wait()
            # Whatever the tag names by then is whole.
            if self.registry.manifest("team/killed", "1"):
                self.hauberk("pull", place, home=self.fresh("killed"))
        self.hauberk("push", NAME, place)
        self.hauberk("pull", place, home=self.fresh("killed"))


class WithPassword(Registries):
    """The same, at a registry that asks who one is."""

    login = LOGIN

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        logged_in = cls.log_in(PASSWORD)
        if logged_in.returncode != 0:
            raise AssertionError(logged_in.stderr)
        # skopeo and others take the same file.
        os.environ["REGISTRY_AUTH_FILE"] = str(cls.work / "docker" / "config.json")
        cls.addClassCleanup(os.environ.pop, "REGISTRY_AUTH_FILE")

    @classmethod
    def log_in(cls, password, host=None):
        return run(HAUBERK, "--home", cls.home, "login", host or cls.registry.host, "-u", "user",
                   "--password-stdin", check=False, env=cls.environment, input=password + "\n")

    def test_the_password_is_checked_and_kept_for_the_user_alone(self):
        kept = self.work / "docker" / "config.json"
        self.assertEqual(kept.stat().st_mode & 0o7777, 0o600)
        before = kept.read_bytes()
        wrong = self.log_in("wrong password")
        self.assertEqual(wrong.returncode, NETWORK)
        self.assertNotIn("wrong password", wrong.stdout + wrong.stderr)
        self.assertEqual(kept.read_bytes(), before)

    def test_nobody_is_let_in(self):
        nobody = {**self.environment, "DOCKER_CONFIG": str(self.work / "nobody")}
        done = run(HAUBERK, "--home", self.home, "push", NAME, f"{self.registry.host}/team/x:1", check=False,
                   env=nobody)
        self.assertEqual(done.returncode, NETWORK)
        self.assertIn(f"hauberk login {self.registry.host}", done.stderr)

    def test_zz_logout_forgets(self):
        self.hauberk("logout", self.registry.host)
        kept = json.loads((self.work / "docker" / "config.json").read_text())
        self.assertNotIn(self.registry.host, kept.get("auths", {}))


@unittest.skipUnless(shutil.which("openssl"), "skipped: openssl is not installed")
class OverTls(under_test.HelloStore):
    """A registry with a certificate by an authority that this machine does not know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate, cls.key = cls.work / "registry.pem", cls.work / "registry.key"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=registry of a test", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", cls.key, "-out", cls.certificate)
        cls.registry = Registry(certificate=(cls.certificate, cls.key))
        cls.addClassCleanup(cls.registry.close)

    def hauberk(self, *argv, home=None, check=True, **environment):
        return run(HAUBERK, "--home", home or self.home, *argv, check=check,
                   env={**os.environ, "DOCKER_CONFIG": str(self.work / "docker"), **environment})

    def test_a_certificate_that_nobody_knows_is_refused(self):
        place = f"{self.registry.host}/tls/refused:1"
        done = self.hauberk("push", NAME, place, check=False)
        self.assertEqual(done.returncode, NETWORK)
        self.assertIn("is not trusted", done.stderr)
        self.assertIn("SSL_CERT_FILE", done.stderr)

    def test_an_authority_of_ones_own(self):
        place = f"{self.registry.host}/tls/hello:1"
        known = {"SSL_CERT_FILE": str(self.certificate)}
        self.hauberk("push", NAME, place, **known)
        home = self.work / "pulled"
        self.hauberk("init", home=home)
        self.assertIn(self.digest, self.hauberk("pull", place, home=home, **known).stdout)
        self.assertEqual(self.hauberk("pull", place, home=home, check=False).returncode, NETWORK)

    def test_a_name_that_is_not_the_certificates(self):
        port = self.registry.host.rpartition(":")[2]
        done = self.hauberk("push", NAME, f"localhost:{port}/tls/hello:1", check=False,
                            SSL_CERT_FILE=str(self.certificate))
        self.assertEqual(done.returncode, NETWORK)
        self.assertIn("is not trusted", done.stderr)


class OddRegistries(under_test.HelloStore):
    """What other registries answer, and what stands before some of them, told in front of docker-registry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry()
        cls.addClassCleanup(cls.registry.close)
        cls.environment = {**os.environ, "DOCKER_CONFIG": str(cls.work / "docker")}

    def hauberk(self, *argv, home=None, **options):
        return run(HAUBERK, "--home", home or self.home, *argv, env=self.environment, **options)

    def before(self, odd=lambda request: None, **options):
        server = Between(self.registry.host, odd, **options)
        self.addCleanup(server.close)
        return server

    def push(self, place, source=NAME):
        return json.loads(self.hauberk("push", source, place, "--json").stdout)

    def pull(self, place):
        home = self.work / "pulled"
        shutil.rmtree(home, ignore_errors=True)
        self.hauberk("init", home=home)
        return json.loads(self.hauberk("pull", place, "--json", home=home).stdout)

    def test_no_referrers_api_in_whatever_words(self):
        page = {"Content-Type": "text/html; charset=utf-8"}
        for answer in ((400, {}, b""), (406, {}, b""), (200, page, b"<html>sign in</html>"),
                       (302, {"Location": "/page"}, b"")):
            with self.subTest(answer):
                def odd(request, answer=answer):
                    if request.path == "/page":
                        return 200, page, b"<html>sign in</html>"
                    return answer if "/referrers/" in request.path else None
                server = self.before(odd)
                place = f"{server.host}/odd/referrers-{server.port}:1"
                pushed = self.push(place)
                self.assertTrue(pushed["evidence"]["by_tag"])
                self.assertEqual(len(self.pull(place)["evidence"]), pushed["evidence"]["all"])

    def test_the_tag_of_a_list_read_as_a_digest(self):
        refusal = (400, {}, b'{"errors":[{"code":"DIGEST_INVALID","message":"not its digest"}]}')
        for accepts in (True, False):
            with self.subTest(accepts=accepts):
                def odd(request, accepts=accepts):
                    path, dash, rest = request.path.partition("/manifests/sha256-")
                    if not dash or "." in rest:
                        return None
                    if request.command == "PUT":
                        return None if accepts else refusal
                    request.path = f"{path}/manifests/sha256:{rest}"
                    return None
                place = f"{self.before(odd).host}/odd/dashed-{accepts}:1".lower()
                pushed = self.push(place)
                self.assertFalse(pushed["evidence"]["by_tag"])
                self.assertIn("can list no bundles", " ".join(pushed["warnings"]))
                self.assertEqual(self.pull(place)["digest"], self.digest)
                self.push(place)

    def test_a_mount_that_is_refused(self):
        error = b'{"errors":[{"code":"UNAUTHORIZED","message":"project odd not found"}]}'
        server = self.before(lambda request: (401, {}, error)
                             if "mount=" in request.path and "gone" in request.path else None)
        self.push(f"{server.host}/odd/gone:1")
        pushed = self.push(f"{server.host}/odd/first:1")
        self.assertEqual(pushed["blobs"]["mounted"], 0)
        self.assertGreater(pushed["blobs"]["sent"], 0)
        self.assertTrue(server.asked("POST", "mount=", "gone"))
        # What was wrong is not asked for again.
        before = len(server.asked("mount=", "gone"))
        self.assertGreater(self.push(f"{server.host}/odd/second:1")["blobs"]["mounted"], 0)
        self.assertEqual(len(server.asked("mount=", "gone")), before)

    def test_a_proxy_with_a_limit(self):
        layout = self.work / "medium"
        layout.mkdir()
        digest = make_layout(layout, 3 << 20)
        server = self.before(lambda request: (413, {}, b"") if len(request.body) > 1 << 20 else None)
        place = f"{server.host}/odd/limit:1"
        self.hauberk("copy", f"oci:{layout}", f"registry:{place}")
        self.assertEqual(self.pull(place)["digest"], digest)
        self.assertGreaterEqual(len(server.asked("PATCH")), 3)

    def test_verify_asks_for_several_at_once(self):
        self.push(f"{self.registry.host}/odd/verified:1")
        server = self.before(delay_s=0.05)
        key = self.work / "strangers.pub"
        key.write_text(STRANGERS_KEY)
        self.hauberk("verify", f"registry:{server.host}/odd/verified:1", "--key", key, check=False)
        self.assertGreater(server.most_at_once, 1)
        self.assertLessEqual(server.most_at_once, 6)


@unittest.skipUnless(shutil.which("openssl"), "skipped: openssl is not installed")
class TokenServers(unittest.TestCase):
    """Where a password goes that a registry asks for: docs/decisions/0025-registry-client.md."""

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="hauberk-tokens-"))
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.certificate = (cls.work / "server.pem", cls.work / "server.key")
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=servers of a test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-keyout", cls.certificate[1], "-out", cls.certificate[0])
        cls.store = under_test.Program(cls.work / "store")
        cls.store.init()
        cls.store.configure(allow_private_hosts=["localhost"])

    def started(self, server):
        self.addCleanup(server.close)
        return server

    def tokens(self, certificate=None):
        return self.started(Taken(200, {}, b'{"token":"a-token"}', certificate))

    def registry(self, realm, certificate=None):
        """It takes the token and has nothing."""
        challenge = {"WWW-Authenticate": f'Bearer realm="{realm}",service="example"'}
        server = self.started(Taken(401, challenge, certificate=certificate))
        server.answer = lambda request: (
            (404, {}, b"") if request.headers["Authorization"] == "Bearer a-token" else server.fixed)
        return server

    def pull(self, registry, expect, known=True):
        """As one whose password for the registry is kept."""
        docker = self.work / "docker"
        docker.mkdir(exist_ok=True)
        auth = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
        (docker / "config.json").write_text(json.dumps({"auths": {registry.host: {"auth": auth}}}))
        environment = {**os.environ, "DOCKER_CONFIG": str(docker)}
        if known:
            environment["SSL_CERT_FILE"] = str(self.certificate[0])
        done = self.store.run("pull", f"{registry.host}/team/app:1", expect=expect, env=environment)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        for request in registry.requests:
            self.assertIn(request.headers["Authorization"], (None, "Bearer a-token"))
        return auth, done

    def test_by_https_to_the_host_that_the_registry_names(self):
        tokens = self.tokens(self.certificate)
        for certificate in (None, self.certificate):
            registry = self.registry(f"https://localhost:{tokens.port}/token", certificate)
            auth, _ = self.pull(registry, NOT_FOUND)
            self.assertEqual({request.headers["Authorization"] for request in tokens.requests},
                             {f"Basic {auth}"})
            tokens.requests.clear()

    def test_not_to_one_whose_certificate_nobody_knows(self):
        tokens = self.tokens(self.certificate)
        self.pull(self.registry(f"https://localhost:{tokens.port}/token"), NETWORK, known=False)
        self.assertEqual(tokens.requests, [])

    def test_by_http_to_no_other_host(self):
        tokens = self.tokens()
        for certificate in (None, self.certificate):
            _, done = self.pull(self.registry(f"http://localhost:{tokens.port}/token", certificate),
                                under_test.NOT_TRUSTED)
            self.assertIn("asks for credentials at another host by plain http", done.stderr)
            self.assertEqual(tokens.requests, [])

    def test_by_http_to_the_registrys_host_if_it_is_spoken_to_so_too(self):
        tokens = self.tokens()
        realm = f"http://{tokens.host}/token"
        self.pull(self.registry(realm, self.certificate), under_test.NOT_TRUSTED)
        self.assertEqual(tokens.requests, [])
        auth, _ = self.pull(self.registry(realm), NOT_FOUND)
        self.assertEqual({request.headers["Authorization"] for request in tokens.requests}, {f"Basic {auth}"})


if __name__ == "__main__":
    under_test.need_tools("docker-registry")
    unittest.main(verbosity=2)
