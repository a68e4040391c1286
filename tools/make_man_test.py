#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/make-man on a program that says what a verb of ours would say."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

MAKE_MAN = Path(__file__).resolve().parent / "make-man"
PROGRAM = """#!/bin/sh
case "$1" in
  --version) echo "hauberk 1.2.3" ;;
  build) printf 'Builds an image\\nUsage: %s build [OPTIONS] FILE\\n\\nOptions:\\n' "$0"
    printf "  -h,--help                   Print this help\\n  --locked TEXT               A lock's file\\n\\n"
    printf 'Example:\\n  hauberk build a.yaml\\n' ;;
  *) printf 'Usage: %s [OPTIONS] SUBCOMMAND\\n\\nSubcommands:\\n  build            Builds\\n' "$0" ;;
esac
"""


class MakeManTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def make(self, script):
        program = self.root / "program"
        program.write_text(script)
        program.chmod(0o755)
        return subprocess.run([sys.executable, MAKE_MAN, program, self.root / "man"],
                              capture_output=True, text=True)

    def test_each_verb_has_a_page(self):
        (self.root / "man").mkdir()
        (self.root / "man/hauberk-gone.1").write_text("a verb that is no more")
        done = self.make(PROGRAM)
        self.assertEqual(done.returncode, 0, done.stderr)
        pages = sorted(path.name for path in (self.root / "man").iterdir())
        self.assertEqual(pages, ["hauberk-build.1", "hauberk.1"])
        page = (self.root / "man/hauberk-build.1").read_text()
        for part in ('.TH HAUBERK\\-BUILD 1 "" "hauberk 1.2.3"', "hauberk\\-build \\- Builds\n",
                     ".SH SYNOPSIS\n.B hauberk build [OPTIONS] FILE\n",
                     ".B \\-\\-locked TEXT\nA lock\\(aqs file\n",
                     ".SH EXAMPLES\n.nf\nhauberk build a.yaml\n.fi\n", ".BR hauberk (1)\n"):
            self.assertIn(part, page)
        self.assertIn(".BR hauberk\\-build (1)", (self.root / "man/hauberk.1").read_text())

    def test_a_program_without_verbs_is_an_error(self):
        done = self.make("#!/bin/sh\necho Usage: x\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("names no verbs", done.stderr)


if __name__ == "__main__":
    unittest.main()
