#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/skipped on reports as ctest writes them."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SKIPPED = Path(__file__).resolve().parent / "skipped"
CASES = {
    "ran": ("run", "", "ok\n"),
    "talks of it": ("run", "", "OK (skipped=0)\nthe file was skipped\n"),
    "by code": ("notrun", "SKIP_RETURN_CODE=77", "skipped: gpg is not installed\n"),
    "by code, too": ("notrun", "SKIP_RETURN_CODE=77", "skipped: gpg is not installed\n"),
    "googletest": ("notrun", "SKIP_REGULAR_EXPRESSION_MATCHED",
                   "a_test.cc:7: Skipped\nskipped: there is no dpkg\n"),
    "silent": ("notrun", "SKIP_RETURN_CODE=77", ""),
    "part": ("run", "", "test_a (x) ... ok\ntest_b (x) ... skipped 'skipped: umoci is not installed'\n"
                        "test_c (x) ... skipped \"only root can mount\"\n"),
}


def report(cases):
    text = "<testsuite>"
    for name, (status, skipped, output) in cases.items():
        text += f'<testcase name="{name}" status="{status}">'
        text += f'<skipped message="{skipped}"/>' if skipped else ""
        text += f"<system-out><![CDATA[{output}]]></system-out></testcase>"
    return text + "</testsuite>"


class SkippedTest(unittest.TestCase):
    def lines(self, cases):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.xml"
            path.write_text(report(cases))
            done = subprocess.run([sys.executable, SKIPPED, path], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def test_says_what_and_why(self):
        self.assertEqual([
            "  skipped: by code, by code, too: gpg is not installed",
            "  skipped: silent: it does not say why",
            "  skipped: part: only root can mount",
            "  skipped: googletest: there is no dpkg",
            "  skipped: part: umoci is not installed",
            "skipped: 4 tests, and parts of 1 more"], self.lines(CASES))

    def test_none(self):
        self.assertEqual(["skipped: 0 tests"], self.lines({"ran": CASES["ran"]}))

    def test_many_of_one_reason(self):
        many = {f"t{number}": CASES["by code"] for number in range(9)}
        self.assertEqual(["  skipped: t0, t1, t2 and 6 more: gpg is not installed", "skipped: 9 tests"],
                         self.lines(many))


if __name__ == "__main__":
    unittest.main(verbosity=2)
