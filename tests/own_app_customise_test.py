#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Your own app without Docker: each customisation of examples/customisation is laid over its definition of
the catalogue, and what comes out is started by podman as `hauberk run-profile` says, and answers. Also nginx
itself, from the archives that `hauberk copy` makes.

HAUBERK is the program, HAUBERK_TEST_HOME a folder for the store; exit 77 means skipped, with the reason."""

import pathlib
import tempfile
import unittest

import containers
import program as under_test

ROOT = pathlib.Path(__file__).resolve().parent.parent
# folder -> definition, the image that comes out, the port, what the app answers
APPS = {
    "python": ("python/debian-13/3", "example/guest-book:3_guest-book", 8000, "Hello from Python, visit 1"),
    "node": ("node/debian-13/20", "example/guest-book-js:20_guest-book", 8000, "Hello from Node.js, visit 1"),
    "static": ("nginx/debian-13/1", "example/site:1_site", 8080, "<h1>Hello from our site</h1>"),
}
ENDED_WELL = (0, 143)  # 143: by SIGTERM, through dumb-init


class OwnAppCustomise(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.podman = containers.podman(cls.folder / "podman")
        cls.hauberk, end = containers.store()
        cls.addClassCleanup(end)

    def answers_and_stops(self, image, port, expected, name=None):
        container = self.podman.start(name or image, containers.profile(self.hauberk, image))
        try:
            self.assertIn(expected, self.podman.get(container, port))
            self.assertIn(self.podman.stop(container), ENDED_WELL, self.podman.logs(container))
        finally:
            self.podman.remove(container)

    def test_each_app_is_built_and_answers(self):
        for folder, (definition, image, port, expected) in APPS.items():
            with self.subTest(folder):
                overlay = ROOT / "examples" / "customisation" / folder / "customise.yaml"
                self.hauberk.run("validate", overlay)
                base = ROOT / "catalog" / f"{definition}.yaml"
                built = self.hauberk.build(base, "--customise", overlay, timeout=900)
                self.assertEqual(built["warnings"], [])
                self.assertEqual(len(built["platforms"]), 2)
                self.podman.load(self.hauberk, image)
                self.answers_and_stops(image, port, expected)

    def test_files_of_a_customisation_are_beside_it(self):
        (self.folder / "site").mkdir()
        (self.folder / "site" / "index.html").write_text("elsewhere\n")
        overlay = self.folder / "customise.yaml"
        overlay.write_text("name: elsewhere\ntargets:\n  - destination: test/elsewhere\n"
                           "    tag_definition_id: nginx/debian-13/1\npaths:\n  - type: directory\n"
                           "    path: /usr/share/nginx/html\n    source: site\n    mode: \"0755\"\n")
        self.hauberk.build(ROOT / "catalog/nginx/debian-13/1.yaml", "--customise", overlay, timeout=900)
        image = self.hauberk.image("test/elsewhere:1_elsewhere")
        self.assertEqual(image.text("usr/share/nginx/html/index.html"), "elsewhere\n")

    def test_nginx_from_each_archive_answers(self):
        self.hauberk.build(ROOT / "catalog/nginx/debian-13/1.yaml", timeout=900)
        for form in ("docker-archive", "oci-archive"):
            with self.subTest(form):
                archive = self.folder / f"{form}.tar"
                self.hauberk.run("copy", "hauberk/nginx:1", f"{form}:{archive}")
                self.podman("load", "--quiet", "--input", archive)
                self.answers_and_stops("hauberk/nginx:1", 8080, "Welcome to nginx")
                self.podman("rmi", "--force", "hauberk/nginx:1")


if __name__ == "__main__":
    under_test.main()
