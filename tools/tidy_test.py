#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule of tools/tidy finds its sample, and leaves a clean tree alone."""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TIDY = Path(__file__).resolve().parent / "tidy"
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("tidy", str(TIDY))
spec = importlib.util.spec_from_loader("tidy", loader)
tidy = importlib.util.module_from_spec(spec)
sys.modules["tidy"] = tidy
loader.exec_module(tidy)

SPDX = "// " + tidy.SPDX + "\n"
CLEAN = {
    "src/CMakeLists.txt": "# " + tidy.SPDX + "\nhauberk_folder(base LIBS fmt::fmt)\n"
                          "hauberk_folder(io USES base\n  LIBS PkgConfig::curl)\n"
                          "hauberk_folder(cli USES base io)\n",
    "src/base/error.h": SPDX + "#pragma once\n#include <string>\nstruct Error { std::string message; };\n",
    "src/io/dir.h": SPDX + '#pragma once\n#include "base/error.h"\nError last();\n',
    "src/io/dir.cc": SPDX + '#include "io/dir.h"\n',
    "src/cli/main.cc": SPDX + '#include "io/dir.h"\nusing namespace std::literals;\n'
                       "void f() { std::cout << 1; }\n",
    "docs/decisions/0001-why.md": "See `src/base/error.h`, `base/error.h` and [the page](../page.md#part).\n",
    "docs/page.md": "`./check`, `src/*/*.h`, `docs/decisions/0001`, `etc/passwd`, `hauberk init`,\n"
                    "`<folder>/x.h`, `/etc/nginx.md`\n",
    "check": "#!/bin/sh\n# " + tidy.SPDX + "\n",
    "catalog/nginx/1.yaml": "# syntax=x\n# " + tidy.SPDX + "\n",
    "tests/corpus/yaml/bad.yaml": "TO" "DO: \t \n",
    "tests/corpus/yaml/binary": b"\xff\0",
}

# rule, summary, files to add or replace, findings as "path:line: part of the message"
BAD = [
    ("ranks", "a folder uses a higher one", {"src/CMakeLists.txt": "hauberk_folder(io USES base cli)\n"},
     ["src/CMakeLists.txt:1: io (rank 1) must not use cli", "src/CMakeLists.txt:1: add hauberk_folder(base",
      "src/CMakeLists.txt:1: add hauberk_folder(cli"]),
    ("ranks", "a folder uses one of its own rank", {"src/CMakeLists.txt": CLEAN["src/CMakeLists.txt"]
     + "hauberk_folder(oci USES base)\nhauberk_folder(deb USES oci)\n"},
     ["src/CMakeLists.txt:7: deb (rank 2) must not use oci (rank 2)"]),
    ("ranks", "a folder without a rank", {"src/CMakeLists.txt": CLEAN["src/CMakeLists.txt"]
     + "hauberk_folder(util)\n"}, ["src/CMakeLists.txt:6: give the folder util a rank"]),
    ("ranks", "a folder that CMake does not know", {"src/tar/a.cc": SPDX},
     ["src/CMakeLists.txt:1: add hauberk_folder(tar"]),
    ("ranks", "a document that disagrees", {"ARCHITECTURE.md": "| rank |\n| 0 | base |\n| 3 | io |\n"},
     ["ARCHITECTURE.md:3: the rank of io in tools/tidy is 1"]),
    ("includes", "up the ranks", {"src/base/error.h": '#pragma once\n#include "io/dir.h"\n'},
     ["src/base/error.h:2: base must not include io/dir.h"]),
    ("includes", "relative", {"src/io/dir.cc": '#include "dir.h"\n#include "../base/error.h"\n'},
     ['src/io/dir.cc:1: write "dir.h" from src/', 'src/io/dir.cc:2: write "../base/error.h" from src/']),
    ("includes", "of a header that is not there", {"src/io/dir.cc": '#include "io/gone.h"\n'},
     ["src/io/dir.cc:1: there is no src/io/gone.h"]),
    ("names", "camel case", {"src/io/DirReader.cc": SPDX}, ["src/io/DirReader.cc:1: files of src/"]),
    ("names", "too deep", {"src/io/linux/dir.cc": SPDX}, ["src/io/linux/dir.cc:1: files of src/"]),
    ("spdx", "none in code", {"src/io/dir.cc": "\n"}, ["src/io/dir.cc:1: add SPDX"]),
    ("spdx", "none in a script", {"check": "#!/bin/sh\n"}, ["check:1: add SPDX"]),
    ("spdx", "none in a tool", {"tools/draw": "#!/bin/sh\n"}, ["tools/draw:1: add SPDX"]),
    ("spdx", "none in a definition", {"catalog/nginx/1.yaml": "# syntax=x\n"},
     ["catalog/nginx/1.yaml:1: add"]),
    ("pragma-once", "none", {"src/io/dir.h": SPDX}, ["src/io/dir.h:1: add #pragma once"]),
    ("sizes", "a long file", {"src/io/dir.cc": "\n" * 601}, ["src/io/dir.cc:601: 601 lines, at most 600"]),
    ("sizes", "a long test", {"src/io/dir_test.cc": "\n" * 1001}, ["src/io/dir_test.cc:1001: 1001 lines"]),
    ("columns", "a long line", {"src/io/dir.cc": "\n" + "x" * 111}, ["src/io/dir.cc:2: 111, at most 110"]),
    ("columns", "a blank at the end", {"check": "true \n"}, ["check:1: remove the blanks"]),
    ("later", "a note", {"src/io/dir.cc": "// TO" "DO: all of it\n"}, ['src/io/dir.cc:1: "TO' 'DO"']),
    ("later", "an excuse", {"tools/draw": "true # works for n" "ow\n"}, ['tools/draw:1: "for n' 'ow"']),
    ("cpp", "using a whole namespace", {"src/cli/main.cc": "using namespace hauberk;\n"},
     ["src/cli/main.cc:1: name what you use of hauberk"]),
    ("cpp", "a silenced linter", {"src/io/dir.cc": "int a;  // NO" "LINT\n"}, ["src/io/dir.cc:1: solve"]),
    ("cpp", "printing below the command line", {"src/io/dir.cc": "void f() { std::cout << 1; }\n"},
     ["src/io/dir.cc:1: return what is to be said"]),
    ("documents", "a path that is not there", {"docs/page.md": "text\nSee `src/io/gone.h`.\n"},
     ["docs/page.md:2: there is no src/io/gone.h"]),
    ("documents", "a broken link", {"README.md": "[x](docs/gone.md) [y](https://example.org/x.md)\n"},
     ["README.md:1: there is no docs/gone.md"]),
    ("documents", "a path in an example", {"README.md": "```\nhauberk build catalog/redis/1.yaml\n```\n"},
     ["README.md:2: there is no catalog/redis/1.yaml"]),
    ("documents", "a decision that is not there", {"src/io/dir.cc": "// Why: docs/decisions/0042.\n"},
     ["src/io/dir.cc:1: there is no docs/decisions/0042"]),
]


def plant(root, files):
    for path, content in files.items():
        target = Path(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tidy.Tree(root)


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def expect(self, findings, wanted):
        findings = sorted(findings)
        self.assertEqual(len(findings), len(wanted), [str(finding) for finding in findings])
        for finding, want in zip(findings, sorted(wanted)):
            said = f"{finding.path}:{finding.line}: {finding.message}"
            self.assertTrue(said.startswith(want), f"{said}, not {want}")

    def test_a_clean_tree_has_no_findings(self):
        tree = plant(self.root, CLEAN)
        for name, rule in tidy.RULES.items():
            with self.subTest(rule=name):
                self.expect(rule(tree), [])

    def test_each_rule_finds_its_sample(self):
        for rule, summary, files, wanted in BAD:
            with self.subTest(rule=rule, summary=summary), tempfile.TemporaryDirectory() as root:
                self.expect(tidy.RULES[rule](plant(root, {**CLEAN, **files})), wanted)

    def test_each_rule_has_a_sample(self):
        self.assertEqual({rule for rule, *_ in BAD} | {"machine", "headers"}, set(tidy.RULES))

    def test_machine_finds_hosts_and_folders(self):
        tree = plant(self.root, {**CLEAN, "a.json": '"https://mirror.inside.example/debian"',
                                 "b.txt": f"\nat {self.root}/src\n",
                                 "c.txt": "othermirror.inside.example.org\n"})
        self.expect(tidy.check_machine(tree, {"mirror.inside.example"}),
                    ["a.json:1: names a registry host", "b.txt:2: names a path"])

    def test_registry_hosts_are_read_from_the_machine(self):
        plant(self.root, {
            "etc/apt/sources.list": "deb http://one.example/debian x main\n# deb http://no.example/ x\n"
                                    "deb http://security.debian.org/debian-security bookworm-security main\n",
            "etc/apt/sources.list.d/a.sources": "Types: deb\nURIs: https://two.example:8080/debian\n",
            "etc/apt/apt.conf.d/proxy": 'Acquire::http::Proxy "http://three.example:3128";\n',
            "home/.npmrc": "registry=https://user:word@four.example/npm/\n"})
        environment = {"HOME": f"{self.root}/home", "PIP_INDEX_URL": "https://five.example/simple",
                       "OTHER": "https://no.example/"}
        self.assertEqual(tidy.registry_hosts(environment, self.root),
                         {"one.example", "two.example", "three.example", "four.example", "five.example"})

    def test_headers_must_compile_alone_and_are_remembered(self):
        bad = {"src/io/dir.h": "#pragma once\ninline std::string f() { return {}; }\n"}
        tree = plant(self.root, {**CLEAN, **bad})
        self.expect(tidy.check_headers(tree), ["src/io/dir.h:1: include what it uses"])
        self.expect(tidy.check_headers(tree), ["src/io/dir.h:1: include what it uses"])
        kept = os.listdir(f"{self.root}/build/tidy")
        self.assertEqual(len(kept), 1, "the good header's result is kept, the bad one's is not")
        tree = plant(self.root, CLEAN)
        self.expect(tidy.check_headers(tree), [])
        self.assertEqual(len(os.listdir(f"{self.root}/build/tidy")), 2)

    def test_files_come_from_git_where_there_is_one(self):
        plant(self.root, {**CLEAN, ".gitignore": "/build/\n", "build/x.cc": "\n"})
        subprocess.run(["git", "-C", self.root, "init", "-q"], check=True)
        files = tidy.Tree(self.root).files
        self.assertIn("src/io/dir.h", files, "files not yet added count")
        self.assertNotIn("build/x.cc", files)

    def test_the_program_says_what_it_found(self):
        plant(self.root, {**CLEAN, "tools/tidy": TIDY.read_text(), "src/io/dir.cc": "\n"})
        done = subprocess.run([sys.executable, f"{self.root}/tools/tidy", "--no-headers"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("src/io/dir.cc:1: spdx: add", done.stdout)
        wrong = subprocess.run([sys.executable, f"{self.root}/tools/tidy", "nonsense"], capture_output=True)
        self.assertEqual(wrong.returncode, 2)


if __name__ == "__main__":
    unittest.main()
