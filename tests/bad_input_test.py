#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Input that is wrong or hostile, through the command line: the exit code says which kind of error it is,
the message where it is and what to do, and nothing of it is in the store afterwards.

Definitions, repositories, packages and servers, all on loopback. HAUBERK is the program; exit 77 means
skipped, with the reason."""

import hashlib
import shutil
import struct
import subprocess
import tarfile
import zlib

import mirror as made
import program as under_test
from program import BAD_INPUT, CONFLICT, LIMIT, NETWORK, NOT_FOUND, NOT_TRUSTED, UNSUPPORTED

MIB = 1 << 20


class BadInput(made.TestCase):
    """The packages that are wrong, each in a store of its own."""

    tools = ("zstd",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_key = made.Key(cls.folder, "stranger")
        cls.addClassCleanup(cls.other_key.close)
        cls.good = made.Package("good", [made.folder("./usr/"), made.file("./usr/good", "good")])

    def setUp(self):
        self.mirror.files.clear()
        self.mirror.answers.clear()
        self.hauberk = self.new_store()
        self.addCleanup(shutil.rmtree, self.hauberk.home)

    def refused(self, code, *texts, packages=("good",), definition=None):
        """The build fails with this exit code and says these texts; the store has no image of it, and nothing
        half-made."""
        path = self.folder / "definition.yaml"
        path.write_text(definition or under_test.definition(packages))
        before = under_test.files_of(self.hauberk.home, "locks", "tmp")
        done = self.hauberk.run("build", path, expect=code)
        self.assertEqual("", done.stdout)
        self.assertRegex(done.stderr, "(?m)^hauberk: ")
        for text in texts:
            self.assertIn(text, done.stderr)
        self.assertEqual([], under_test.wrongly_named(self.hauberk.home))
        self.assertEqual(before, under_test.files_of(self.hauberk.home, "locks", "tmp"))
        return done

    def built(self, *packages):
        path = self.folder / "definition.yaml"
        path.write_text(under_test.definition(packages or ("good",)))
        return self.hauberk.run("build", path, "--json")


class Definitions(BadInput):
    def test_unknown_key(self):
        text = under_test.definition(["good"]).replace("contents:", "contets:")
        self.refused(BAD_INPUT, "definition.yaml:6:1: ", '"contets"', 'contents', definition=text)

    def test_wrong_type(self):
        text = under_test.definition(["good"], extra="environment: 7\n")
        self.refused(BAD_INPUT, "definition.yaml:6:14: ", definition=text)

    def test_unclosed_quote(self):
        text = under_test.definition(["good"]) + 'annotations:\n  a: "b\n'
        self.refused(BAD_INPUT, "definition.yaml:13:6: ", "quote", definition=text)

    def test_too_large(self):
        line = "# and on it goes, and on, and on, and on, and on, and on, and on, and on, and on\n"
        self.refused(LIMIT, "definition.yaml", "at most 1048576", definition=line * (100 * MIB // len(line)))

    def test_anchors_that_explode(self):
        lines = ["x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
        lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 20)]
        self.refused(LIMIT, "definition.yaml:", "too", "limit", definition="\n".join(lines))

    def test_depth(self):
        many = 100_000
        for text in ("[" * many + "]" * many, "{a: " * many + "}" * many, "- " * many):
            with self.subTest(text[:4]):
                self.refused(LIMIT, "definition.yaml:2:", "too deep", definition="x:\n  " + text)
        self.refused(BAD_INPUT, "definition.yaml:2:", definition="x:\n  " + "[" * many)

    def test_unknown_variable(self):
        text = under_test.definition(["good"], extra='environment: {A: "${NO_SUCH}"}\n')
        self.refused(BAD_INPUT, "definition.yaml:6:", "NO_SUCH", definition=text)


class Closures(BadInput):
    def test_pin_that_nobody_has(self):
        newer = made.Package("good", [made.folder("./usr/")], version="2.0-1")
        self.mirror.publish([self.good, newer])
        self.refused(NOT_FOUND, "good=3.0-1", "1.0-1", "2.0-1", packages=["good=3.0-1"])

    def test_package_that_nobody_has(self):
        self.mirror.publish([self.good])
        self.refused(NOT_FOUND, "goood", "did you mean good?", packages=["goood"])

    def test_unsatisfiable(self):
        chain = [made.Package("top", fields={"Depends": "middle"}),
                 made.Package("middle", fields={"Depends": "bottom (>= 9)"}), made.Package("bottom")]
        self.mirror.publish(chain)
        self.refused(CONFLICT, "top", "middle", "bottom (>= 9)", "1.0-1", packages=["top"])

    def test_conflicting(self):
        self.mirror.publish([self.good, made.Package("bad", fields={"Conflicts": "good"})])
        self.refused(CONFLICT, "bad", "good", "conflicts", packages=["bad", "good"])


class Repositories(BadInput):
    def publish(self, text):
        self.mirror.files["/debian/dists/trixie/InRelease"] = text

    def test_unsigned(self):
        text = self.mirror.release([self.good]).encode()
        self.publish(text)
        self.refused(NOT_TRUSTED, "cannot trust", "dists/trixie", "signed")
        del self.mirror.files["/debian/dists/trixie/InRelease"]
        self.mirror.files["/debian/dists/trixie/Release"] = text
        self.refused(NOT_TRUSTED, "not signed", "use a mirror")

    def test_wrong_key(self):
        self.mirror.publish([self.good], key=self.other_key)
        self.refused(NOT_TRUSTED, "cannot trust", "keyring.gpg", "config.yaml")

    def test_changed_after_signing(self):
        signed = self.key.sign(self.mirror.release([self.good]))
        self.publish(signed.replace(b"Suite: trixie", b"Suite: trixiE"))
        self.refused(NOT_TRUSTED, "cannot trust", "dists/trixie")

    def test_another_suite(self):
        self.publish(self.key.sign(self.mirror.release([self.good], suite="sid")))
        self.refused(NOT_TRUSTED, '"sid"', "use another mirror")

    def test_another_origin(self):
        self.mirror.publish([self.good], origin="Somebody")
        self.refused(NOT_TRUSTED, '"Somebody"', "keyrings")

    def test_expired(self):
        self.mirror.publish([self.good], days=-20, valid=-3)
        self.refused(NOT_TRUSTED, "it was valid until", "use another one")

    def test_from_the_future(self):
        self.mirror.publish([self.good], days=3, valid=9)
        self.refused(NOT_TRUSTED, "in the future", "clock")

    def test_rolled_back(self):
        newer = made.Package("good", [made.folder("./usr/")], version="2.0-1")
        self.mirror.publish([newer], days=-1)
        digest = under_test.json.loads(self.built().stdout)["digest"]
        self.mirror.publish([self.good], days=-2)
        done = self.built()
        report = under_test.json.loads(done.stdout)
        self.assertEqual(digest, report["digest"])
        self.assertIn("older than the one of", report["warnings"][0])
        self.assertIn("use another mirror", report["warnings"][0])
        shutil.rmtree(self.hauberk.home / "vault/sha256")
        (self.hauberk.home / "vault/sha256").mkdir()
        self.refused(NOT_TRUSTED, "was seen before", "/suites/")

    def test_text_outside_the_signed_part(self):
        signed = self.key.sign(self.mirror.release([self.good]))
        for text in (b"Origin: Evil\n\n" + signed, signed + b"\nOrigin: Evil\n", signed + signed):
            with self.subTest(text[:12]):
                self.publish(text)
                self.refused(NOT_TRUSTED, "cannot trust", "dists/trixie")

    def test_index_with_another_hash(self):
        self.mirror.publish([self.good])
        path = "/debian/dists/trixie/main/binary-amd64/Packages"
        self.mirror.files[path] = self.mirror.files[path].replace(b"good", b"evil")
        self.refused(NOT_TRUSTED, "cannot use index", "try again later or use another mirror")

    def test_index_that_lacks_the_hash(self):
        self.good.stanza, whole = self.good.stanza.split("SHA256")[0], self.good.stanza
        self.addCleanup(setattr, self.good, "stanza", whole)
        self.mirror.publish([self.good])
        self.refused(NOT_TRUSTED, "good 1.0-1", "SHA256")


class Packages(BadInput):
    def with_package(self, code, *texts, **package):
        self.mirror.publish([self.good, made.Package("bad", **package)])
        self.refused(code, "cannot put bad ", *texts, packages=["good", "bad"])
        # The store is as good as before: what is right builds.
        self.assertEqual(0, self.built("good").returncode)

    def served(self, body, *texts):
        self.mirror.publish([self.good])
        self.mirror.files[f"/debian/{self.good.path}"] = body
        self.refused(NOT_TRUSTED, "good 1.0-1", *texts)
        self.assertEqual({}, under_test.files_of(self.hauberk.home, "blobs"))
        self.mirror.files[f"/debian/{self.good.path}"] = self.good.deb
        self.assertEqual(0, self.built().returncode)

    def test_wrong_hash(self):
        self.served(self.good.deb[:-1] + b"?", "hash", "use another mirror")

    def test_too_short(self):
        self.served(self.good.deb[:-10], "use another mirror")

    def test_too_long(self):
        self.served(self.good.deb + b"more", "longer", "use another mirror")

    def test_another_package_under_this_name(self):
        other = made.Package("other")
        listed = {"Size": len(other.deb), "SHA256": hashlib.sha256(other.deb).hexdigest()}
        bad = made.Package("bad", listed=listed)
        bad.deb = other.deb
        self.mirror.publish([bad])
        self.refused(NOT_TRUSTED, "bad 1.0-1", "says other 1.0-1", packages=["bad"])

    def test_members(self):
        def without(name):
            return lambda parts: {key: value for key, value in parts.items() if not key.startswith(name)}
        cases = {
            "no debian-binary": without("debian-binary"), "no control": without("control.tar"),
            "no data": without("data.tar"), "none": lambda parts: {},
            "in another order": lambda parts: dict(sorted(parts.items(), reverse=True)),
            "another format": lambda parts: {**parts, "debian-binary": b"nonsense\n"},
        }
        for summary, members in cases.items():
            with self.subTest(summary):
                self.with_package(BAD_INPUT, "into a layer", members=members)

    def test_cut_within(self):
        whole = made.pack(made.make_tar([made.folder("./usr/"), made.file("./usr/f", b"text" * 9000)]), "xz")
        for form, data in (("xz", whole[:-40]), ("xz", whole[:50]), ("", made.make_tar([])[:700]),
                           ("", made.make_tar([made.file("./f", b"x" * 900)])[:1000])):
            with self.subTest(form=form, size=len(data)):
                self.with_package(BAD_INPUT, "into a layer", data=data, form=form)

    def test_bombs(self):
        head = made.make_tar([made.folder("./usr/")])[:512]
        huge = made.entry("./usr/huge", tarfile.REGTYPE, size=3 << 30)[0].tobuf(tarfile.GNU_FORMAT)
        packed = subprocess.run("head -c 3G /dev/zero | zstd -qc", shell=True, capture_output=True,
                                check=True).stdout
        data = made.pack(head + huge, "zst") + packed
        self.assertGreater(3 * MIB, len(data))
        self.with_package(LIMIT, "into a layer", "more than 10000 times the input", data=data, form="zst")

    def test_dictionary_of_4_gb(self):
        data = bytearray(made.pack(made.make_tar([made.folder("./usr/")]), "xz"))
        self.assertEqual(b"\x21\x01", data[14:16])
        data[16] = 40  # the filter's one property: the largest dictionary there is
        end = 12 + (data[12] + 1) * 4
        data[end - 4:end] = struct.pack("<I", zlib.crc32(data[12:end - 4]))
        self.with_package(LIMIT, "into a layer", data=bytes(data))

    def test_huge_file(self):
        info = made.entry("./huge", tarfile.REGTYPE, size=9 << 30)[0].tobuf(tarfile.GNU_FORMAT)
        self.with_package(LIMIT, '"huge" has 9663676416 bytes', data=made.pack(info, "xz"))

    def test_tar_entries(self):
        file, folder, link, raw = made.file, made.folder, made.link, made.raw_header
        long_name = raw(b"././@LongLink", b"L", b"10000000000\0")  # 1 GiB
        pax_text = b"99 ".ljust(512, b"\0")
        negative = raw(b"./f", b"0", b"\xff" * 12)
        cases = [
            ("dots", BAD_INPUT, [file("./../evil")], '".."'),
            ("dots within", BAD_INPUT, [file("./usr/../../evil")], '".."'),
            ("absolute", BAD_INPUT, [file("/etc/evil")], "/etc/evil"),
            ("link out", BAD_INPUT, [folder("./usr/"), link("./usr/l", "../../etc")], "leads out"),
            ("file through a link", BAD_INPUT, [link("./l", "usr"), file("./l/evil")], "l/evil"),
            ("file through an absolute link", BAD_INPUT, [link("./l", "/etc"), file("./l/evil")], "l/evil"),
            ("hard link to nothing", BAD_INPUT, [link("./l", "etc/shadow", hard=True)], "etc/shadow"),
            ("hard link out", BAD_INPUT, [link("./l", "../etc/shadow", hard=True)], '".."'),
            ("device", BAD_INPUT, [made.entry("./null", tarfile.CHRTYPE)], '"null" is a'),
            ("block device", BAD_INPUT, [made.entry("./sda", tarfile.BLKTYPE)], '"sda" is a'),
            ("fifo", BAD_INPUT, [made.entry("./pipe", tarfile.FIFOTYPE)], '"pipe" is a'),
            ("twice", BAD_INPUT, [file("./twice", "1"), file("./twice", "2")], '"twice" is in it twice'),
            ("file and folder", BAD_INPUT, [file("./twice", "1"), folder("./twice/")], '"twice"'),
            ("name of 1 GB", LIMIT, [long_name], "1073741824 bytes"),
            ("negative size", BAD_INPUT, [negative], "negative"),
            ("sparse", UNSUPPORTED, [raw(b"./f", b"S")], "sparse"),
            ("unknown type", UNSUPPORTED, [raw(b"./f", b"Q")], "not supported"),
            ("damaged header", BAD_INPUT, [raw(b"./f").replace(b"0000644", b"0000777")], "checksum"),
            ("name without end", BAD_INPUT, [file("./" + "a" * 300)], "255"),
            ("whiteout", BAD_INPUT, [file("./.wh.usr")], ".wh."),
            ("pax that is none", BAD_INPUT, [raw(b"./x", b"x", b"00000000003\0"), pax_text], "pax"),
        ]
        for summary, code, entries, text in cases:
            with self.subTest(summary):
                self.with_package(code, text, data=made.pack(made.make_tar(entries), "xz"))

    def test_two_owners(self):
        one = made.Package("one", [made.folder("./usr/"), made.file("./usr/same", "1")])
        for source in ({}, {"Source": "one"}):  # in layers of their own, and in one
            with self.subTest(source):
                two = made.Package("two", [made.folder("./usr/"), made.file("./usr/same", "2")],
                                   fields=source)
                self.mirror.publish([one, two])
                self.refused(CONFLICT, "one", "two", '"usr/same"', "off the list", packages=["one", "two"])
        two = made.Package("two", [made.folder("./usr/"), made.file("./usr/same", "2")],
                           fields={"Replaces": "one"})
        self.mirror.publish([one, two])
        digest = under_test.json.loads(self.built("one", "two").stdout)["digest"]
        self.assertEqual("2", self.hauberk.image(digest).text("usr/same"))


class Servers(BadInput):
    def setUp(self):
        super().setUp()
        content = made.file("./usr/f", bytes(range(256)) * 800)
        self.large = made.Package("large", [made.folder("./usr/"), content], form="")
        self.mirror.publish([self.large])
        self.path = f"/debian/{self.large.path}"

    def answer(self, answer, path=None):
        self.mirror.answers[path or self.path] = answer

    def test_slow(self):
        self.answer(made.slowly(self.large.deb, 16_384, 0.05))
        self.assertEqual(0, self.built("large").returncode)

    def test_stops_once(self):
        def once(handler):
            del self.mirror.answers[self.path]
            made.cut_after(self.large.deb, 100_000)(handler)
        self.answer(once)
        self.assertEqual(0, self.built("large").returncode)

    def test_stops_always(self):
        self.answer(made.cut_after(self.large.deb, 100_000))
        self.refused(NETWORK, "package large 1.0-1", self.large.path, packages=["large"])
        self.mirror.answers.clear()
        self.assertEqual(0, self.built("large").returncode)

    def test_404(self):
        del self.mirror.files[self.path]
        self.refused(NOT_FOUND, "large 1.0-1", "make a new lock", packages=["large"])
        self.mirror.files.clear()
        self.refused(NOT_FOUND, "cannot find the suite trixie", "check the repository line",
                     packages=["large"])

    def test_500(self):
        self.answer(lambda handler: handler.reply(500))
        self.refused(NETWORK, "large 1.0-1", "500", packages=["large"])
        self.answer(lambda handler: handler.reply(500), "/debian/dists/trixie/InRelease")
        self.refused(NETWORK, "InRelease", "500", "--offline", packages=["large"])

    def test_500_once(self):
        def once(handler):
            del self.mirror.answers[self.path]
            handler.reply(500)
        self.answer(once)
        self.assertEqual(0, self.built("large").returncode)

    def test_nobody_there(self):
        gone = made.Mirror(self.key)
        gone.close()
        gone.configure(self.hauberk.home)
        self.refused(NETWORK, "InRelease", "--offline", packages=["large"])

    def test_redirects(self):
        targets = {
            f"http://127.0.0.2:{self.mirror.port}{self.path}": "private address",
            "http://169.254.169.254/latest/meta-data": "private address",
            f"http://[::1]:{self.mirror.port}{self.path}": "private address",
            "file:///etc/passwd": "http",
        }
        for target, text in targets.items():
            with self.subTest(target):
                self.answer(lambda handler, to=target: handler.reply(302, Location=to))
                self.refused(NOT_TRUSTED, "large 1.0-1", text, packages=["large"])

    def test_redirect_to_an_allowed_host(self):
        self.mirror.files["/elsewhere"] = self.large.deb
        to = f"http://127.0.0.1:{self.mirror.port}/elsewhere"
        self.answer(lambda handler: handler.reply(302, Location=to))
        self.assertEqual(0, self.built("large").returncode)

    def test_redirect_without_end(self):
        self.answer(lambda handler: handler.reply(302, Location=self.path))
        self.refused(NETWORK, "large 1.0-1", "redirect", packages=["large"])


if __name__ == "__main__":
    under_test.main()
