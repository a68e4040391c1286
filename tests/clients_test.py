#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies an image out of a store in every form, and gives it to other people's programs: skopeo, umoci,
podman and dockerd. HAUBERK, CLIENTS_IMAGE and CLIENTS_HELLO are the programs.

A client that is not installed is skipped by name. Whether a machine can run containers at all is asked with
an image that the client makes itself; only if that one runs, ours must."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
from pathlib import Path

import program as under_test
from program import HAUBERK, HELLO as NAME, run_tool as run

PROGRAM = os.environ.get("CLIENTS_HELLO", "")  # what is in the image
# This machine's name for its architecture, and Go's.
PLATFORM = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
# One of them is enough for this test to say something.
CLIENTS = ("skopeo", "umoci", "podman", "dockerd")


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"skipped: {program} is not installed")


class Clients(under_test.HelloStore):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.layout, cls.oci, cls.docker = cls.work / "layout", cls.work / "oci.tar", cls.work / "docker.tar"
        cls.single = cls.work / "single"
        for form in (f"oci:{cls.layout}", f"oci-archive:{cls.oci}", f"docker-archive:{cls.docker}"):
            cls.hauberk("copy", NAME, form)
        cls.hauberk("copy", NAME, f"oci:{cls.single}", "--platform", f"linux/{PLATFORM}")
        cls.platform = next(p for p in cls.report["platforms"] if p["platform"] == f"linux/{PLATFORM}")

    @classmethod
    def hauberk(cls, *argv):
        return run(HAUBERK, "--home", cls.home, *argv)

    def test_inspect_tells_of_the_image(self):
        text = self.hauberk("inspect", NAME, "--unpacked").stdout
        for part in (NAME, "test.example/hello:latest", self.digest, "linux/arm64", "65532:65532",
                     "8080/tcp", "example=1.0", "unpacked", "org.opencontainers.image.title=hello"):
            self.assertIn(part, text)
        by_digest = json.loads(self.hauberk("inspect", self.digest, "--json").stdout)
        self.assertEqual(by_digest["digest"], self.digest)

    def test_evidence_goes_along_and_hides_no_image(self):
        index = json.loads((self.layout / "index.json").read_text())["manifests"]
        bundles = [entry for entry in index if "sigstore.bundle" in entry.get("artifactType", "")]
        tags = [entry for entry in index
                if entry.get("annotations", {}).get("org.opencontainers.image.ref.name", "").endswith(".sig")]
        self.assertEqual((len(index), len(bundles), len(tags)), (7, 3, 3))
        with tarfile.open(self.oci) as archive:
            self.assertEqual(len(json.load(archive.extractfile("index.json"))["manifests"]), 1)
        for form, source in (("layout", f"oci:{self.layout}"), ("archive", f"oci-archive:{self.oci}")):
            with self.subTest(form):
                done = self.hauberk("copy", source, f"oci:{self.work / 'from'}-{form}", "--json")
                copied = json.loads(done.stdout)
                self.assertEqual((copied["digest"], copied["evidence"]), (self.digest, 6))
        done = self.hauberk("copy", NAME, f"oci:{self.work / 'alone'}", "--without-evidence", "--json")
        self.assertEqual(json.loads(done.stdout)["evidence"], 0)
        self.assertEqual(len(json.loads((self.work / "alone" / "index.json").read_text())["manifests"]), 1)

    # --- skopeo ------------------------------------------------------------------------------------

    def skopeo_sources(self):
        return {"layout": f"oci:{self.layout}:1",
                "single": f"oci:{self.single}:1",
                "oci archive": f"oci-archive:{self.oci}", "docker archive": f"docker-archive:{self.docker}"}

    @needs("skopeo")
    def test_skopeo_inspects_each_form(self):
        for form, source in self.skopeo_sources().items():
            with self.subTest(form):
                config = json.loads(run("skopeo", "inspect", "--config", source).stdout)
                self.assertEqual(config["config"]["User"], "65532:65532")
                self.assertEqual(config["architecture"], PLATFORM)
                self.assertEqual(len(config["rootfs"]["diff_ids"]), 2)

    @needs("skopeo")
    def test_skopeo_copies_each_form(self):
        for form, source in self.skopeo_sources().items():
            with self.subTest(form):
                into = self.work / f"copied {form}"
                run("skopeo", "copy", "--insecure-policy", source, f"dir:{into}")
                manifest = json.loads((into / "manifest.json").read_text())
                config = into / manifest["config"]["digest"].removeprefix("sha256:")
                self.assertEqual(json.loads(config.read_text())["config"]["Entrypoint"], ["/hello"])
                self.assertEqual("sha256:" + config.name, self.platform["config_digest"])

    @needs("skopeo")
    def test_skopeo_keeps_the_digest_and_all_platforms(self):
        into = self.work / "all"
        run("skopeo", "copy", "--insecure-policy", "--all", f"oci:{self.layout}:1", f"oci:{into}:1")
        self.assertTrue((into / "blobs" / self.digest.replace(":", "/")).is_file())

    @needs("skopeo")
    def test_a_layout_that_skopeo_made_is_added_to(self):
        shared = self.work / "shared"
        run("skopeo", "copy", "--insecure-policy", f"oci:{self.single}:1", f"oci:{shared}:other")
        self.hauberk("copy", NAME, f"oci:{shared}", "--platform", f"linux/{PLATFORM}")
        for tag in ("other", "1"):
            run("skopeo", "inspect", f"oci:{shared}:{tag}")

    # --- umoci -------------------------------------------------------------------------------------

    @needs("umoci")
    def test_umoci_unpacks(self):
        layout, into = self.work / "gzip", self.work / "unpacked"
        self.hauberk("copy", "test.example/hello:gzip", f"oci:{layout}")
        self.assertEqual(run("umoci", "ls", "--layout", layout).stdout.split(), ["gzip"])
        run("umoci", "unpack", "--rootless", "--image", f"{layout}:gzip", into)
        self.assertEqual((into / "rootfs" / "hello").read_bytes(), Path(PROGRAM).read_bytes())
        self.assertEqual((into / "rootfs" / "etc" / "gzip").read_text(), "second layer")

    # --- podman ------------------------------------------------------------------------------------

    def podman(self, *argv, check=True):
        storage = self.work / "podman"
        return run("podman", "--root", storage / "root", "--runroot", storage / "run",
                   "--tmpdir", storage / "tmp", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
                   "--runtime", shutil.which("runc") or "crun", *argv, check=check)

    @needs("podman")
    def test_podman_loads_and_runs_each_archive(self):
        limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", "--network", "none")
        control = self.control_archive()
        self.podman("import", control, "control:1")
        can_run = self.podman("run", "--rm", *limits, "control:1", "/hello", check=False)
        for archive in (self.oci, self.docker):
            with self.subTest(archive.name):
                self.podman("load", "-i", archive)
                self.podman("image", "exists", NAME)
                if can_run.returncode == 0:
                    ran = self.podman("run", "--rm", "--read-only", *limits, NAME)
                    self.assertEqual(ran.stdout, "hello as 65532\n")
                self.podman("rmi", "--all", "--force", check=False)
                self.podman("import", control, "control:1")
        self.podman("rmi", "--all", "--force", check=False)
        if can_run.returncode != 0:
            self.skipTest("skipped: podman loads the image, and cannot run containers here: "
                          + can_run.stderr.strip().splitlines()[-1])

    def control_archive(self):
        path = self.work / "control.tar"
        with tarfile.open(path, "w") as tar:
            tar.add(PROGRAM, "hello")
        return path

    # --- docker ------------------------------------------------------------------------------------

    @needs("dockerd")
    @unittest.skipUnless(os.geteuid() == 0, "skipped: dockerd needs root")
    def test_docker_loads_and_runs(self):
        # Unix sockets have short paths, so the daemon's folder is not below the test's.
        home = Path(tempfile.mkdtemp(prefix="hd-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        socket = f"unix://{home}/d.sock"
        with open(home / "log", "w") as log:
            daemon = subprocess.Popen(
                ["dockerd", "--iptables=false", "--ip6tables=false", "--bridge=none",
                 "--storage-driver=overlay2", "--data-root", home / "data", "--exec-root", home / "exec",
                 "--pidfile", home / "pid", "-H", socket],
                stdout=log, stderr=log)
        self.addCleanup(self.stop, daemon)

        def docker(*argv, check=True):
            return run("docker", "-H", socket, *argv, check=check)

        deadline = time.monotonic() + 60
        while docker("version", check=False).returncode != 0:
            if daemon.poll() is not None or time.monotonic() > deadline:
                last = (home / "log").read_text().strip().splitlines()[-1:]
                self.skipTest(f"skipped: dockerd does not start here: {' '.join(last)}")
            time.sleep(0.2)
        docker("load", "-i", self.docker)
        image = json.loads(docker("image", "inspect", NAME).stdout)[0]
        self.assertEqual(image["Id"], self.platform["config_digest"])
        self.assertEqual(image["Config"]["Entrypoint"], ["/hello"])
        docker("import", self.control_archive(), "control:1")
        can_run = docker("run", "--rm", "--network", "none", "control:1", "/hello", check=False)
        if can_run.returncode != 0:
            self.skipTest("skipped: docker loads the image, and cannot run containers here: "
                          + can_run.stderr.strip().splitlines()[0])
        ran = docker("run", "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL", NAME)
        self.assertEqual(ran.stdout, "hello as 65532\n")

    @staticmethod
    def stop(daemon):
        daemon.terminate()
        try:
            daemon.wait(30)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()


def main():
    done = unittest.main(verbosity=2, exit=False).result
    if done.wasSuccessful() and not any(map(shutil.which, CLIENTS)):
        print(f"skipped: none of {', '.join(CLIENTS)} is installed")
        sys.exit(77)
    sys.exit(not done.wasSuccessful())


if __name__ == "__main__":
    main()
