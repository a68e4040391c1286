#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks apt itself: where nothing is banned, our closure is the one that apt-get would install.

For every package list below, `apt-get install --no-install-recommends` is simulated in a private root with
an empty status and the same suites, and its packages and versions are compared with those of `hauberk
lock`. Network: the host's Debian mirror. HAUBERK is the program; exit 77 means skipped, with the reason.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HAUBERK = os.environ.get("HAUBERK", "build/dev/hauberk")

# Small and large, with virtual names, alternatives and tangled groups among them.
LISTS = [
    "libc6", "nginx-light", "nginx", "nginx-full libnginx-mod-http-lua", "apache2", "redis-server",
    "python3", "python3-pip python3-venv", "nodejs", "nodejs npm", "postgresql", "mariadb-server",
    "default-jre-headless", "openjdk-17-jre-headless|openjdk-21-jre-headless", "default-jdk",
    "php-fpm php-mysql", "ruby rails", "golang", "build-essential", "git curl wget",
    "apt dpkg bash coreutils", "systemd", "xfce4", "gnome-core", "libreoffice", "chromium", "vlc",
    "exim4", "postfix", "default-mta mailutils", "docker.io", "haproxy", "memcached", "bind9", "samba",
    "ffmpeg", "texlive-latex-base", "emacs", "awk", "firefox-esr", "r-base-core", "octave",
    "openssh-server", "rabbitmq-server", "tomcat10", "slapd", "dovecot-imapd", "cups",
    "qemu-system-x86", "gimp",
]
RELEASES = {"bookworm": "12", "trixie": "13"}

DEFINITION = """# syntax=hauberk/build:2-debian{version}
name: closure
image: hauberk/closure
tags: ["1"]
contents:
  packages: {packages}
os-release:
  id: debian
  version-id: "{version}"
  version-codename: {codename}
"""


def run(*argv, **options):
    return subprocess.run(argv, capture_output=True, text=True, check=False, **options)


class Apt:
    """apt in a private root with nothing installed."""

    def __init__(self, folder, sources):
        self.root = pathlib.Path(folder)
        for path in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d",
                     "var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/lib/dpkg",
                     "var/log/apt"):
            (self.root / path).mkdir(parents=True)
        (self.root / "var/lib/dpkg/status").touch()
        (self.root / "etc/apt/sources.list").write_text("".join(f"{line}\n" for line in sources))
        self.options = [
            "-o", f"Dir={self.root}",
            "-o", f"Dir::State::status={self.root}/var/lib/dpkg/status",
            "-o", "Dir::Etc::TrustedParts=/etc/apt/trusted.gpg.d", "-o", "APT::Architecture=amd64",
            "-o", "APT::Architectures=amd64", "-o", "APT::Sandbox::User=root",
            "-o", "Acquire::Languages=none",
            "-o", "Dir::Bin::dpkg=/usr/bin/dpkg"]

    def update(self):
        return run("apt-get", *self.options, "update")

    def closure(self, packages):
        done = run("apt-get", *self.options, "install", "--simulate", "--no-install-recommends", *packages)
        if done.returncode != 0:
            return None, done.stdout[-600:] + done.stderr
        return dict(re.findall(r"^Inst (\S+) \((\S+)", done.stdout, re.M)), ""


def lock(home, definition, packages, codename):
    definition.write_text(DEFINITION.format(
        version=RELEASES[codename], codename=codename, packages=json.dumps(packages)))
    start = time.monotonic()
    done = run(HAUBERK, "--home", str(home), "lock", str(definition), "--platform", "linux/amd64")
    if done.returncode != 0:
        return None, done.stderr, 0
    found = {p["name"]: p["version"] for p in json.loads(done.stdout)["packages"]}
    return found, "", time.monotonic() - start


def exists(home_apt, names):
    """Of "a|b", the first that the release has."""
    chosen = []
    for word in names.split():
        for name in word.split("|"):
            if run("apt-cache", *home_apt.options, "show", "--no-all-versions", name).returncode == 0 or \
                    run("apt-cache", *home_apt.options, "showpkg", name).stdout.find("Reverse Provides") >= 0:
                chosen.append(name)
                break
    return chosen


def sources_of(home, codename):
    config = (pathlib.Path(home) / "config.yaml").read_text()
    lines = re.findall(rf"^\s+- \"?(deb \S+ {codename}(?:-\w+)? main)\"?$", config, re.M)
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    return [line.replace("deb ", f"deb [signed-by={keyring}] ", 1) for line in lines]


def main():
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            return 77
    wanted = sys.argv[1:]
    failures = compared = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        home = scratch / "home"
        made = run(HAUBERK, "--home", str(home), "init")
        if made.returncode != 0:
            print(made.stderr)
            return 1
        for codename in RELEASES:
            apt = Apt(scratch / codename, sources_of(home, codename))
            updated = apt.update()
            if updated.returncode != 0:
                print(f"skipped: the mirror does not answer: {updated.stderr.strip()[-200:]}")
                return 77
            for names in wanted or LISTS:
                # Lists carry no order for us; where the order matters to apt, it gets the same as we take.
                packages = sorted(exists(apt, names) if "|" in names else names.split())
                theirs, their_error = apt.closure(packages)
                ours, our_error, seconds = lock(home, scratch / "d.yaml", packages, codename)
                compared += 1
                if theirs is None and ours is None:
                    print(f"same: {codename} {' '.join(packages)}: neither can be installed")
                    continue
                if theirs == ours:
                    print(f"same: {codename} {' '.join(packages)}: {len(ours)} packages, {seconds:.2f} s")
                    continue
                failures += 1
                print(f"DIFFERENT: {codename} {' '.join(packages)}")
                if theirs is None or ours is None:
                    print(f"  apt: {their_error.strip() or 'fine'}\n  hauberk: {our_error.strip() or 'fine'}")
                    continue
                other = [(n, theirs[n], ours[n]) for n in theirs if ours.get(n, theirs[n]) != theirs[n]]
                print(f"  only apt: {sorted(set(theirs) - set(ours))}")
                print(f"  only hauberk: {sorted(set(ours) - set(theirs))}")
                print(f"  versions: {other}")
    print(f"{compared - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
