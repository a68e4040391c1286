#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Peak memory of a build stays below 64 MiB however many files the image has: here 300,000, in packages
that are made for this and served on loopback. Beside the same build of one file, so that what grows with
the files is seen.

The limit leaves nothing to the solver: the index lists a handful of packages. HAUBERK is the program; exit
77 means skipped, with the reason."""

import subprocess
import sys
import tarfile

import mirror as made
import program as under_test

LIMIT_KIB = 64 << 10
GROWTH_KIB = 32 << 10  # of the peak, from one file to all of them: 110 bytes for each
PACKAGES, FOLDERS, FILES = 6, 500, 100  # 300,000 files in 3,000 folders

# Measures a command as a child of a small process: what a large one, such as this, has in memory when it
# starts a child would count as the child's.
MEASURE = """import os, sys
child = os.fork()
if child == 0:
    os.dup2(2, 1)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))"""


def header(path, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(path)
    info.type, info.linkname, info.mtime = kind, link, made.EPOCH
    info.mode = 0o755 if kind == tarfile.DIRTYPE else 0o644
    return info.tobuf(tarfile.GNU_FORMAT)


def large_package(number):
    """Empty files, one in ten a symbolic link and one in fifty a hard link, with names of usual length, and
    the list of their sums that a package has."""
    root = f"./usr/share/collection-{number}"
    tar = [header("./", tarfile.DIRTYPE), header("./usr/", tarfile.DIRTYPE),
           header("./usr/share/", tarfile.DIRTYPE), header(f"{root}/", tarfile.DIRTYPE)]
    sums = []
    for folder in range(FOLDERS):
        tar.append(header(f"{root}/folder-{folder:04}/", tarfile.DIRTYPE))
        first = f"{root}/folder-{folder:04}/some-file-with-a-name-000.txt"
        for file in range(FILES):
            path = f"{root}/folder-{folder:04}/some-file-with-a-name-{file:03}.txt"
            if file % 10 == 1:
                tar.append(header(path, tarfile.SYMTYPE, "some-file-with-a-name-000.txt"))
            elif file % 50 == 2:
                tar.append(header(path, tarfile.LNKTYPE, first))
            else:
                tar.append(header(path))
                sums.append(f"d41d8cd98f00b204e9800998ecf8427e  {path[2:]}\n")
    data = subprocess.run(["zstd", "-1qc"], input=b"".join(tar) + bytes(1024), capture_output=True,
                          check=True).stdout
    return made.Package(f"large{number}", form="zst", data=data, scripts={"md5sums": "".join(sums)})


class Memory(made.TestCase):
    tools = ("zstd",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        small = made.Package("small", [made.folder("./usr/"), made.file("./usr/one")])
        cls.mirror.publish([small, *(large_package(number) for number in range(PACKAGES))])
        cls.store = cls.new_store()

    def definition(self, name, packages, extra=""):
        path = self.folder / f"{name}.yaml"
        path.write_text(under_test.definition(packages, image=f"test/{name}", extra=extra))
        return path

    def peak_kib(self, *words):
        argv = [sys.executable, "-c", MEASURE, *self.store.argv("build", *words)]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=under_test.TIMEOUT, check=False)
        self.assertEqual(0, done.returncode, done.stderr[-2000:])
        return int(done.stdout)

    def entries_of(self, definition):
        """How many there are in the image's layers: a block for each, since the files are empty."""
        report = self.store.build(definition, "--offline")
        size = 0
        for layer in report["platforms"][0]["layers"]:
            blob = self.store.home / "blobs" / layer["digest"].replace(":", "/")
            size += len(under_test.plain_bytes(blob))
        return size // 512

    def test_peak_does_not_grow_with_the_files(self):
        small = self.definition("small", ["small"])
        packages = [f"large{number}" for number in range(PACKAGES)]
        large = self.definition("large", packages)
        squashed = self.definition("squashed", packages, extra="output: squashed\n")
        one = self.peak_kib(small)
        peaks = {"cold": self.peak_kib(large), "warm": self.peak_kib(large)}
        self.assertGreater(self.entries_of(large), PACKAGES * FOLDERS * FILES)
        peaks["squashed"] = self.peak_kib(squashed)
        print(f"peak KiB: one file {one}, {PACKAGES * FOLDERS * FILES:,} files {peaks}")
        for what, peak in peaks.items():
            self.assertLess(peak, LIMIT_KIB, f"{what} build: {peak >> 10} MiB")
            self.assertLess(peak - one, GROWTH_KIB, f"{what}: {(peak - one) >> 10} MiB more than one file")


if __name__ == "__main__":
    under_test.main()
