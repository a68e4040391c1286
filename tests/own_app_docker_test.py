#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Your own app by a Dockerfile: each folder of examples/dockerfile is built by a real Docker, from the dev
image with `apt-get install` to the runtime image, is started as `hauberk run-profile` says, and answers. Also
nginx itself, from the archive that `hauberk copy` makes.

HAUBERK is the program, HAUBERK_TEST_HOME a folder for the store; exit 77 means skipped, with the reason."""

import pathlib
import unittest

import containers
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
# folder -> definition of the runtime image, its name, the port, what the app answers
APPS = {
    "python": ("python/debian-13/3", "hauberk/python:3", 8000, "Hello from Python, visit 1"),
    "node": ("node/debian-13/20", "hauberk/node:20", 8000, "Hello from Node.js, visit 1"),
    "static": ("nginx/debian-13/1", "hauberk/nginx:1", 8080, "<h1>Hello from our site</h1>"),
}
ENDED_WELL = (0, 143)  # 143: by SIGTERM, through dumb-init


class OwnAppDocker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        dockerd = containers.Dockerd()
        cls.addClassCleanup(dockerd.end)
        cls.docker = dockerd.engine
        cls.hauberk, end = containers.store()
        cls.addClassCleanup(end)
        for definition, image, _, _ in APPS.values():
            for dev in ("", "-dev"):
                cls.hauberk.build(ROOT / "catalog" / f"{definition}{dev}.yaml", timeout=900)
                cls.docker.load(cls.hauberk, image + dev)

    def answers_and_stops(self, image, options, port, expected):
        container = self.docker.start(image, options)
        try:
            self.assertIn(expected, self.docker.get(container, port))
            self.assertIn(self.docker.stop(container), ENDED_WELL, self.docker.logs(container))
        finally:
            self.docker.remove(container)

    def test_each_app_is_built_and_answers(self):
        for folder, (_, base, port, expected) in APPS.items():
            with self.subTest(folder):
                context = ROOT / "examples" / "dockerfile" / folder
                self.docker("build", "--network", "host", "--tag", f"app-{folder}", context)
                user = self.docker.inspect(f"app-{folder}", "{{.Config.User}}")
                self.assertEqual(user, "65532:65532")
                options = containers.profile(self.hauberk, base)
                self.answers_and_stops(f"app-{folder}", options, port, expected)

    def test_nginx_from_the_archive_answers(self):
        options = containers.profile(self.hauberk, "hauberk/nginx:1")
        self.assertIn("--read-only", options)
        self.answers_and_stops("hauberk/nginx:1", options, 8080, "Welcome to nginx")
        # Without any option too: an image must not need our advice to run.
        self.answers_and_stops("hauberk/nginx:1", (), 8080, "Welcome to nginx")

    def test_dpkg_and_apt_are_content_in_a_dev_image(self):
        for image in ("hauberk/python:3-dev", "hauberk/node:20-dev", "hauberk/nginx:1-dev"):
            with self.subTest(image):
                script = "dpkg --audit && apt-get check --quiet=2 && apt-get --simulate -qq install -f"
                done = self.docker("run", "--rm", "--network", "none", "--entrypoint", "/bin/sh", image,
                                   "-c", script)
                self.assertEqual(done.stdout.strip(), "")


if __name__ == "__main__":
    under_test.main()
