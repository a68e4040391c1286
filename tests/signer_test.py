#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keys and the process that holds them, from outside: `hauberk keygen` and `hauberk signer`, a client of the
signer, and OpenSSL, which says whether what came out is a signature. And where key and passphrase are not: in
no output, in no core dump, not in the memory of a client, and after the start the passphrase nowhere at all.

HAUBERK is the program, SIGNER_CLIENT a client (signer_client.cc); exit 77 means skipped, with the reason."""

import base64
import ctypes
import ctypes.util
import hashlib
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import stat
import struct
import subprocess
import tempfile
import time
import unittest

import program as under_test
from program import BAD_INPUT, CONFLICT, DONE, HAUBERK, NOT_FOUND, NOT_TRUSTED

CLIENT = os.path.abspath(os.environ.get("SIGNER_CLIENT", "build/dev/tests/signer_client"))
PASSPHRASE = "violet-otter-ladder-42"
PATIENCE = 60
MOST_MAPPED = 1 << 30
IN_TOTO = "application/vnd.in-toto+json"


def passphrase_pipe(text):
    """The reading end of a pipe that holds the text."""
    reader, writer = os.pipe()
    os.write(writer, text.encode())
    os.close(writer)
    return reader


def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def statement(kind, **more):
    """As hauberk writes it: only that is signed."""
    document = {"_type": "https://in-toto.io/Statement/v1", "predicateType": kind, "predicate": {},
                "subject": [{"name": "app", "digest": {"sha256": "a" * 64}}], **more}
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def private_number(path, passphrase):
    """The 32 secret bytes of a P-256 key file, by Python's scrypt and libsodium: what is looked for."""
    body = "".join(path.read_text().splitlines()[1:-1])
    document = json.loads(base64.b64decode(body))
    cost, salt = document["kdf"]["params"], base64.b64decode(document["kdf"]["salt"])
    key = hashlib.scrypt(passphrase.encode(), salt=salt, n=cost["N"], r=cost["r"], p=cost["p"],
                         maxmem=1 << 28, dklen=32)
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
    sealed = base64.b64decode(document["ciphertext"])
    opened = ctypes.create_string_buffer(len(sealed) - 16)
    nonce = base64.b64decode(document["cipher"]["nonce"])
    if sodium.crypto_secretbox_open_easy(opened, sealed, ctypes.c_ulonglong(len(sealed)), nonce, key) != 0:
        raise AssertionError(f"{path} does not open")
    return opened.raw[36:68]


def mappings(pid):
    """(start, end, flags) of what a process has mapped and may read."""
    found = []
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) ", line):
            found.append([int(match[1], 16), int(match[2], 16), match[3], ""])
        elif line.startswith("VmFlags:"):
            found[-1][3] = line.split(":", 1)[1]
    return [(start, end, flags) for start, end, rights, flags in found if rights.startswith("r")]


def places_of(pid, needle):
    """The flags of each mapping of the process that holds these bytes."""
    places = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, flags in mappings(pid):
            if end - start > MOST_MAPPED:  # the shadow that a sanitizer keeps of all memory
                continue
            try:
                memory.seek(start)
                if needle in memory.read(end - start):
                    places.append(flags.split())
            except (OSError, OverflowError, ValueError):  # [vvar] and [vsyscall] cannot be read
                continue
    return places


def children_of(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def type_in(argv, *answers):
    """Runs a program at a terminal of its own, and types an answer at each question.
    (exit code, what was on the screen)"""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(argv[0], [str(word) for word in argv])
    screen, answers = "", list(answers)
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            part = os.read(terminal, 4096).decode()
        except OSError:  # the other end is closed
            break
        screen += part
        if answers and screen.endswith(": "):
            os.write(terminal, answers.pop(0).encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen


class Running:
    """`hauberk signer` in the foreground, until the end of the block."""

    def __init__(self, hauberk, *words, passphrase=PASSPHRASE):
        fd = passphrase_pipe(passphrase + "\n")
        self.process = subprocess.Popen(hauberk.argv("signer", "--passphrase-fd", fd, *words), pass_fds=[fd],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.close(fd)
        self.ready = self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """(exit code, what it printed since it was ready)"""
        if self.process.poll() is None:
            self.process.terminate()
        out, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out + errors


class Client:
    """The wire itself: what any program of the same user could write."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, payload=b"", **header):
        text = json.dumps(header).encode()
        self.socket.sendall(struct.pack(">II", len(text), len(payload)) + text + payload)
        size, payload_size = struct.unpack(">II", self.take(8))
        return json.loads(self.take(size)), self.take(payload_size)

    def take(self, size):
        taken = b""
        while len(taken) < size:
            part = self.socket.recv(size - len(taken))
            if not part:
                raise AssertionError("the signer closed the connection")
            taken += part
        return taken


class Keys(unittest.TestCase):
    made = None  # the keys of one `hauberk keygen`, copied by whoever needs some: scrypt takes its time

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.hauberk = under_test.Program(self.folder / "home")
        self.hauberk.init()
        self.keys = self.hauberk.home / "keys"
        self.socket = self.hauberk.home / "run" / "signer.sock"

    def have_keys(self, *names):
        if Keys.made is None:
            self.keygen()
            Keys.made = {file.name: file.read_bytes() for file in self.keys.glob("*.*")}
            for file in Keys.made:
                (self.keys / file).unlink()
        self.keys.mkdir(exist_ok=True)
        for name in names:
            for file in (f"{name}.key", f"{name}.pub"):
                (self.keys / file).write_bytes(Keys.made[file])

    def keygen(self, *words, passphrase=PASSPHRASE + "\n", expect=DONE):
        fd = passphrase_pipe(passphrase)
        try:
            return self.hauberk.run("keygen", "--passphrase-fd", fd, *words, expect=expect, pass_fds=[fd])
        finally:
            os.close(fd)

    def openssl_verifies(self, name, message, signature):
        (self.folder / "message").write_bytes(message)
        (self.folder / "signature").write_bytes(signature)
        files = [self.keys / f"{name}.pub", "-signature", self.folder / "signature", self.folder / "message"]
        words = ["openssl", "dgst", "-sha256", "-verify", *files]
        done = subprocess.run(words, capture_output=True, check=False)
        return done.returncode == 0

    def assert_no_secret(self, *texts, keys=("build",)):
        needles = [PASSPHRASE.encode()]
        for name in keys:
            number = private_number(self.keys / f"{name}.key", PASSPHRASE)
            needles += [number, number.hex().encode(), base64.b64encode(number)]
        for text in texts:
            for needle in needles:
                self.assertNotIn(needle, text.encode())


class Keygen(Keys):
    def test_makes_all_that_are_missing_and_never_another(self):
        first = json.loads(self.keygen("--json", "--name", "build").stdout)
        self.assertEqual([key["state"] for key in first["keys"]], ["made"])
        text = (self.keys / "build.key").read_bytes()
        second = json.loads(self.keygen("--json").stdout)
        self.assertEqual({key["name"]: (key["state"], key["kind"]) for key in second["keys"]},
                         {"build": ("kept", "ecdsa-p256"), "approval": ("made", "ecdsa-p256"),
                          "log": ("made", "ed25519"), "root": ("made", "ecdsa-p256")})
        self.assertEqual((self.keys / "build.key").read_bytes(), text)
        for key in second["keys"]:
            der = base64.b64decode("".join(key["public_key"].splitlines()[1:-1]))
            self.assertEqual(key["fingerprint"], "sha256:" + hashlib.sha256(der).hexdigest())
            self.assertEqual((self.keys / f"{key['name']}.pub").read_text(), key["public_key"])
            mode = (self.keys / f"{key['name']}.key").stat().st_mode
            self.assertEqual(stat.S_IMODE(mode), 0o600)
        self.assert_no_secret(json.dumps(first), json.dumps(second), keys=["build", "approval", "root"])

    def test_says_to_carry_the_root_key_away_while_it_is_here(self):
        self.have_keys("build", "approval", "log", "root")
        self.assertIn("carry the root key away", self.keygen().stdout)
        (self.keys / "root.key").rename(self.folder / "stick.key")
        again = self.keygen()
        self.assertNotIn("carry", again.stdout)
        self.assertIn("elsewhere", again.stdout)
        self.assertFalse((self.keys / "root.key").exists())

    def test_a_passphrase_for_each_hand(self):
        self.keygen(passphrase="machine\nperson\nroot\n")
        for name, passphrase in [("build", "machine"), ("approval", "person"), ("root", "root")]:
            self.assertEqual(len(private_number(self.keys / f"{name}.key", passphrase)), 32)

    def test_brings_a_lost_public_key_back(self):
        self.have_keys("build")
        text = (self.keys / "build.pub").read_text()
        (self.keys / "build.pub").unlink()
        self.keygen("--name", "build", passphrase="wrong\n", expect=NOT_TRUSTED)
        self.assertIn("restored", self.keygen("--name", "build").stdout)
        self.assertEqual((self.keys / "build.pub").read_text(), text)

    def test_refuses(self):
        for words, passphrase in [(["--name", "admin"], "x\n"), (["--kind", "rsa"], "x\n"),
                                  (["--kind", "ed25519"], "x\n"), (["--name", "build"], "\n"),
                                  (["--name", "log", "--kind", "ecdsa-p256"], "x\n")]:
            with self.subTest(words):
                self.keygen(*words, passphrase=passphrase, expect=BAD_INPUT)
        self.assertEqual(list(self.keys.glob("*.key")), [])
        # Neither a descriptor nor a terminal.
        done = self.hauberk.run("keygen", expect=NOT_FOUND, start_new_session=True, stdin=subprocess.DEVNULL)
        self.assertIn("--passphrase-fd", done.stderr)

    def test_asks_twice_at_a_terminal_and_shows_nothing(self):
        words = self.hauberk.argv("keygen", "--name", "build")
        code, screen = type_in(words, PASSPHRASE, PASSPHRASE + "x")
        self.assertEqual(code, BAD_INPUT, screen)
        code, screen = type_in(words, PASSPHRASE, PASSPHRASE)
        self.assertEqual(code, DONE, screen)
        self.assertNotIn(PASSPHRASE, screen)
        self.assertEqual(len(private_number(self.keys / "build.key", PASSPHRASE)), 32)


class Signer(Keys):
    def setUp(self):
        super().setUp()
        self.have_keys("build", "approval", "log")

    def test_signs_statements_for_a_client(self):
        with Running(self.hauberk) as signer, Client(self.socket) as client:
            self.assertRegex(signer.ready, r"^hauberk signer: ready at .* with build sha256:\w{64}, log sha")
            answer, _ = client.ask(request="keys")
            self.assertEqual(answer["keys"], {name: (self.keys / f"{name}.pub").read_text()
                                              for name in ("build", "log")})
            payload = statement("https://spdx.dev/Document")
            answer, _ = client.ask(payload, request="sign_statement", key="build")
            signature = base64.b64decode(answer["signature"])
            self.assertTrue(self.openssl_verifies("build", pae(IN_TOTO, payload), signature))
            self.assertFalse(self.openssl_verifies("build", payload, signature))
            answer, payload = client.ask(request="sign_simple", key="build", digest="sha256:" + "a" * 64,
                                         reference="example.org/app:1")
            self.assertTrue(self.openssl_verifies("build", payload, base64.b64decode(answer["signature"])))
            self.assertEqual(json.loads(payload)["critical"]["identity"],
                             {"docker-reference": "example.org/app"})
            code, printed = signer.end()
        self.assertEqual(code, DONE, printed)
        self.assertIn("signed spdx of sha256:" + "a" * 64 + " with the build key", printed)
        self.assertIn("stopped", printed)
        self.assertFalse(self.socket.exists())
        self.assert_no_secret(signer.ready, printed)

    def test_refuses_what_a_key_may_not_sign(self):
        exception, sbom = statement("urn:x-hauberk:exception:v1"), statement("https://spdx.dev/Document")
        summary = "https://slsa.dev/verification_summary/v1"
        disguised = statement("https://example.org/x", PredicateType=summary,
                              Predicate={"verificationResult": "PASSED"})
        simple = {"request": "sign_simple", "key": "build", "digest": "x", "reference": "app"}
        rows = [
            ("not_found", exception, {"request": "sign_statement", "key": "approval"}),
            ("verification_failed", exception, {"request": "sign_statement", "key": "build"}),
            ("verification_failed", sbom, {"request": "sign_statement", "key": "log"}),
            ("invalid_input", b"any bytes", {"request": "sign_statement", "key": "build"}),
            ("invalid_input", disguised, {"request": "sign_statement", "key": "build"}),
            ("invalid_input", sbom + b"\n", {"request": "sign_statement", "key": "build"}),
            ("invalid_input", statement("https://example.org/x", more=1),
             {"request": "sign_statement", "key": "build"}),
            ("invalid_input", b"any bytes", {"request": "sign_trust"}),
            ("unsupported", b"any bytes", {"request": "sign", "key": "build"}),
            ("invalid_input", b"", simple),
        ]
        with Running(self.hauberk) as _, Client(self.socket) as client:
            for kind, payload, header in rows:
                with self.subTest(header=header, payload=payload):
                    answer, _ = client.ask(payload, **header)
                    self.assertEqual(answer["error"]["kind"], kind, answer)
                    self.assertNotIn("signature", answer)

    def test_no_client_writes_a_line_of_the_journal(self):
        forged = "hauberk signer: signed signature of sha256:" + "f" * 64
        with Running(self.hauberk) as signer, Client(self.socket) as client:
            for header in ({"request": "sign_statement", "key": "build"}, {"request": f"x\n{forged}"},
                           {"request": "sign_statement", "key": f"x\n{forged}"}):
                answer, _ = client.ask(statement(f"https://example.org/x\n{forged}"), **header)
                self.assertIn("error", answer)
            _, printed = signer.end()
        self.assertNotIn(forged, printed.splitlines())
        self.assertEqual(len([line for line in printed.splitlines() if "refused" in line]), 3, printed)

    def test_a_wrong_passphrase(self):
        for words in ([], ["--key", "approval"]):
            fd = passphrase_pipe("wrong\n")
            words = ["--passphrase-fd", fd, *words]
            done = self.hauberk.run("signer", *words, expect=NOT_TRUSTED, pass_fds=[fd])
            os.close(fd)
            self.assertIn("passphrase is wrong", done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertFalse(self.socket.exists())

    def test_an_absurd_cost_takes_no_memory(self):
        path = self.keys / "build.key"
        lines = path.read_text().splitlines()
        document = json.loads(base64.b64decode("".join(lines[1:-1])))
        document["kdf"]["params"]["N"] = 1 << 40
        body = base64.b64encode(json.dumps(document).encode()).decode()
        path.write_text("\n".join([lines[0], body, lines[-1]]) + "\n")
        fd = passphrase_pipe(PASSPHRASE + "\n")
        done = self.hauberk.run("signer", "--passphrase-fd", fd, expect=under_test.LIMIT, pass_fds=[fd])
        os.close(fd)
        self.assertIn("cost", done.stderr)

    def test_only_one_at_a_time(self):
        with Running(self.hauberk) as signer:
            fd = passphrase_pipe(PASSPHRASE + "\n")
            self.hauberk.run("signer", "--passphrase-fd", fd, expect=CONFLICT, pass_fds=[fd])
            os.close(fd)
            self.assertIsNone(signer.process.poll())
        signer.process.wait(PATIENCE)
        with Running(self.hauberk) as signer:  # after a kill the name is left, and taken again
            signer.process.kill()
            signer.process.wait(PATIENCE)
        self.assertTrue(self.socket.exists())
        with Running(self.hauberk) as signer:
            self.assertIn("ready", signer.ready)

    def test_the_passphrase_as_a_credential_of_systemd(self):
        credentials = self.folder / "credentials"
        credentials.mkdir()
        (credentials / "hauberk-passphrase").write_text(PASSPHRASE + "\n")
        process = subprocess.Popen(self.hauberk.argv("signer"), stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, "CREDENTIALS_DIRECTORY": str(credentials)})
        self.assertIn("ready", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, DONE)

    def test_another_user_is_told_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("only root can be another user")
        self.folder.chmod(0o755)
        path = self.folder / "signer.sock"

        def asked_as_nobody():
            code = ("import os, socket, sys; s = socket.socket(socket.AF_UNIX); "
                    "os.setuid(65534); s.connect(sys.argv[1]); print(len(s.recv(1)))")
            done = subprocess.run(["python3", "-c", code, path], capture_output=True, text=True, check=False,
                                  timeout=PATIENCE)
            return done.stdout.strip(), done.stderr

        with Running(self.hauberk, "--socket", path):
            self.assertIn("Permission denied", asked_as_nobody()[1])
            path.chmod(0o666)  # and where the file lets him: he is hung up on
            self.assertEqual(asked_as_nobody()[0], "0")


class Memory(Keys):
    """Where the key lies, and where not."""

    def setUp(self):
        super().setUp()
        self.have_keys("build")
        self.number = private_number(self.keys / "build.key", PASSPHRASE)

    def client(self, fd=None, **options):
        words = [CLIENT, str(self.hauberk.home), HAUBERK] + ([str(fd)] if fd is not None else [])
        return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, pass_fds=[fd] if fd is not None else [], **options)

    def envelopes(self, client):
        for _ in range(3):
            envelope = json.loads(client.stdout.readline() or self.fail(client.communicate()[1]))
            payload = base64.b64decode(envelope["payload"])
            signature = base64.b64decode(envelope["signatures"][0]["sig"])
            self.assertTrue(self.openssl_verifies("build", pae(IN_TOTO, payload), signature))

    def assert_locked(self, places):
        self.assertTrue(places)
        is_sanitized = b"__asan_init" in pathlib.Path(HAUBERK).read_bytes()  # then nothing can be locked
        for flags in places:
            if not is_sanitized:
                self.assertIn("lo", flags)  # locked in memory
            self.assertIn("dd", flags)  # left out of core dumps

    def test_a_client_starts_its_own_signer_and_never_has_the_key(self):
        fd = passphrase_pipe(PASSPHRASE + "\n")
        client = self.client(fd)
        os.close(fd)
        self.envelopes(client)
        self.assertEqual(places_of(client.pid, self.number), [])
        self.assertEqual(places_of(client.pid, PASSPHRASE.encode()), [])
        [signer] = children_of(client.pid)
        self.look_into(signer)
        client.communicate("", timeout=PATIENCE)
        self.assertEqual(client.returncode, 0)
        self.assertFalse(pathlib.Path(f"/proc/{signer}").exists(), "the signer outlived its client")

    def test_a_client_of_a_running_signer(self):
        with Running(self.hauberk) as running:
            client = self.client()
            self.envelopes(client)
            self.assertEqual(children_of(client.pid), [])
            self.assertEqual(places_of(client.pid, self.number), [])
            self.look_into(running.process.pid)
            client.communicate("", timeout=PATIENCE)
            self.assertEqual(client.returncode, 0)

    def look_into(self, signer):
        limits = pathlib.Path(f"/proc/{signer}/limits").read_text()
        self.assertRegex(limits, r"Max core file size\s+0\s+0\s")
        if os.geteuid() != 0:
            with self.assertRaises(PermissionError):
                open(f"/proc/{signer}/mem", "rb").close()
            return
        self.assertEqual(places_of(signer, PASSPHRASE.encode()), [])
        self.assert_locked(places_of(signer, self.number))
        # OpenSSL's numbers are in the machine's order; they are gone after each signature.
        self.assertEqual(places_of(signer, self.number[::-1]), [])

    def test_what_goes_wrong_in_the_started_signer_is_said_by_the_client(self):
        fd = passphrase_pipe("wrong\n")
        client = self.client(fd)
        os.close(fd)
        _, errors = client.communicate(timeout=PATIENCE)
        self.assertEqual(client.returncode, 1)
        self.assertIn("verification_failed", errors)
        self.assertIn("passphrase is wrong", errors)
        for state, message in [("no terminal", "--passphrase-fd"), ("no key", "hauberk keygen --name build")]:
            if state == "no key":
                (self.keys / "build.key").unlink()
            client = self.client(start_new_session=True)
            _, errors = client.communicate(timeout=PATIENCE)
            self.assertIn("not_found", errors, state)
            self.assertIn(message, errors, state)

    def test_a_person_who_mistyped_is_asked_again_and_shown_nothing(self):
        wrong, question = PASSPHRASE[:-1], "Passphrase for the build key: "
        argv = ["/bin/sh", "-c", 'exec "$@" < /dev/null', "sh", CLIENT, self.hauberk.home, HAUBERK]
        for answers, code in (([wrong, wrong, PASSPHRASE], 0), ([wrong] * 4, 1)):
            with self.subTest(code=code):
                ended, screen = type_in(argv, *answers)
                self.assertEqual(ended, code, screen)
                self.assertEqual(screen.count(question), 3, screen)
                self.assertEqual(screen.count("That is not it. " + question), 2, screen)
                self.assertEqual(screen.count('"payloadType"'), 3 if code == 0 else 0)
                said = "verification_failed" in screen and "passphrase is wrong" in screen
                self.assertEqual(said, code == 1)
                self.assertNotIn(wrong, screen)
        # The command itself, in the foreground: as ever in the end.
        ended, screen = type_in(self.hauberk.argv("signer"), wrong, wrong, wrong)
        self.assertEqual(ended, NOT_TRUSTED, screen)
        self.assertIn("passphrase is wrong", screen)
        self.assertFalse(self.socket.exists())

    def test_a_signer_that_is_named_has_to_be_there(self):
        client = self.client(env={**os.environ, "HAUBERK_SIGNER": str(self.folder / "nobody.sock")})
        _, errors = client.communicate(timeout=PATIENCE)
        self.assertIn("not_found", errors)
        self.assertIn("HAUBERK_SIGNER", errors)


if __name__ == "__main__":
    under_test.need_tools("openssl")
    if not os.access(CLIENT, os.X_OK):
        under_test.skip(f"there is no {CLIENT}; set SIGNER_CLIENT")
    unittest.main(verbosity=2)
