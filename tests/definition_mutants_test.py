#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Good definitions are accepted; each of thousands that are made from them with one thing wrong is refused,
at the line that is wrong, with the word that was meant.

The good ones are the published ones in $HAUBERK_SHARED/definitions, and two of our own that use every key of
the format. HAUBERK is the program; exit 77 means skipped. HAUBERK_MUTANTS says how many mutants to take of
each kind (default 1; "all" are some 200,000)."""

import collections
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

import program as under_test
from definition_mutants import Maker, Schema
from definition_wrong import OTHERS, ends

SEED = 20260822
AT_ONCE = 1000
OWN = pathlib.Path(__file__).parent / "definitions"
CATALOGUE = pathlib.Path(__file__).parent.parent / "catalog"

# What something is called, and where a build works: the builder of published definitions knows variables
# there that we cannot see, and they have some.
DESCRIBED = ("builds.[].name", "pipeline.[].name", "builds.[].work-dir", "pipeline.[].work-dir", "spdx.name",
             "spdx.version", "license", "purl", "spdx.packages.[].name", "mappings.*")


def why_accepted(mutant):
    """The reason for which a mutant is no wrong definition; none if it is one."""
    where = mutant.where
    if mutant.variant == "unknown variable" and any(ends(where, end) for end in DESCRIBED):
        return "an unknown variable stays in what something is called (and is warned of)"
    if mutant.variant == "no dot" and any(ends(where, end) for end in OTHERS):
        return "${sourcedir} may be a variable of the shell's"
    if mutant.variant == "begin dropped" and any(ends(where, end) for end in OTHERS):
        return "a program may read $source and .dir} otherwise than we do"
    if mutant.variant == "doubled dot" and any(ends(where, end) for end in OTHERS):
        return "no name of ours"
    if (where, mutant.category, mutant.variant) == ("track.[].set", "type", "text"):
        return "one variable may be named as a text"
    if (mutant.category, mutant.variant) == ("image path", "empty"):
        return "published definitions have folders without a path, which make nothing (and are warned of)"
    return None


# Misspellings that are as near to another key.
AMBIGUOUS = {("diff", "letter dropped"), ("if", "letter dropped"), ("id", "letter dropped")}

TEXT, NUMBER, BOOLEAN = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def words(*allowed):
    return {"type": "string", "enum": list(allowed)}


def list_of(element):
    return {"type": "array", "items": element}


def mapping(required="", **members):
    return {"type": "object", "properties": {key.replace("_ID", "_id").replace("__", "-"): value
                                             for key, value in members.items()},
            "required": required.split()}


def customisation_schema():
    ids = {"uid": NUMBER, "gid": NUMBER}
    texts = {"type": "object", "additionalProperties": TEXT}
    platforms = list_of(words("linux/amd64", "linux/arm64"))
    return mapping(
        "name", id=TEXT, name=TEXT, tag_suffix=TEXT, platforms=platforms,
        compression=words("ZSTD", "GZIP", "zstd", "gzip"),
        targets=list_of(mapping("destination tag_definition_id", destination=TEXT, tag_definition_id=TEXT)),
        contents=mapping(packages=list_of(TEXT), artifacts=list_of(mapping(
            "name includes", name=TEXT, includes=list_of(TEXT), excludes=list_of(TEXT), **ids))),
        accounts=mapping(root=BOOLEAN, runs__as=TEXT,
                         users=list_of(mapping("name uid", name=TEXT, mode=TEXT, **ids)),
                         groups=list_of(mapping("name gid", name=TEXT, gid=NUMBER, members=list_of(TEXT)))),
        paths=list_of(mapping(
            "path", path=TEXT, contents=TEXT, mode=TEXT, source=TEXT, recursive=BOOLEAN, platforms=platforms,
            type=words("symlink", "directory", "file", "delete", "emptyfile"), **ids)),
        environment=texts, labels=texts, annotations=texts, entrypoint=list_of(TEXT), cmd=list_of(TEXT))


def validate(paths):
    """The verdict on each file."""
    done = subprocess.run([under_test.HAUBERK, "validate", "--json", *map(str, paths)], capture_output=True,
                          text=True, timeout=under_test.TIMEOUT, check=False)
    return json.loads(done.stdout)["files"]


def chosen(mutants):
    """Of each kind of mutant a few."""
    number = os.environ.get("HAUBERK_MUTANTS", "1")
    if number == "all":
        return mutants
    kinds, seen, dice = collections.defaultdict(list), collections.Counter(), random.Random(SEED)
    for mutant in mutants:  # each with the same chance, and never all of them in memory
        kind = (mutant.category, mutant.where, mutant.variant)
        seen[kind] += 1
        if len(kinds[kind]) < int(number):
            kinds[kind].append(mutant)
        elif (place := dice.randrange(seen[kind])) < int(number):
            kinds[kind][place] = mutant
    return (mutant for kind in kinds.values() for mutant in kind)


class Report:
    """What the program says of each mutant, counted, and what is wrong with it."""

    def __init__(self):
        self.counts = collections.defaultdict(collections.Counter)
        self.failures = []

    def add(self, mutant, verdict):
        count = self.counts[mutant.category]
        reason = why_accepted(mutant)
        if reason and verdict["valid"]:
            count["allowed"] += 1
            return
        count["wrong"] += 1
        count["refused"] += not verdict["valid"]
        if verdict["valid"]:
            self.fail(mutant, "is accepted")
            return
        problems = verdict["problems"]
        self.note(mutant, "line", self.has_line(mutant, problems), problems)
        if mutant.near and (mutant.where.rsplit(".", 1)[-1], mutant.variant) not in AMBIGUOUS:
            said = any(f'did you mean "{mutant.near}"' in problem for problem in problems)
            self.note(mutant, "suggestion", said, problems)
        if mutant.words:
            said = all(any(word in problem for problem in problems) for word in mutant.words)
            self.note(mutant, "words", said, problems)

    def note(self, mutant, what, is_right, problems):
        count = self.counts[mutant.category]
        count[what + " asked"] += 1
        count[what + " right"] += is_right
        if not is_right:
            self.fail(mutant, f"wrong {what}: {problems[:3]}")

    @staticmethod
    def has_line(mutant, problems):
        """Whether every problem has a place, and one of them the right line."""
        places = [re.match(r"[^:]+\.yaml:(\d+):\d+: .", problem) for problem in problems]
        return all(places) and (mutant.any_line or any(int(place[1]) == mutant.line for place in places))

    def fail(self, mutant, what):
        line = [*mutant.text.split("\n"), ""][mutant.line - 1][:100]
        self.failures.append(f"{mutant.category}, {mutant.where}, {mutant.variant} "
                             f"({mutant.file}:{mutant.line}: {line!r}) {what}")

    def table(self):
        total = collections.Counter()
        for name, count in sorted(self.counts.items()):
            total.update(count)
            yield self.row(name, count)
        yield self.row("all", total)

    @staticmethod
    def row(name, count):
        rates = ", ".join(f"{what} {count[what + ' right']} of {count[what + ' asked']}"
                          for what in ("line", "suggestion", "words") if count[what + " asked"])
        return (f"{name}: refused {count['refused']} of {count['wrong']} (not wrong: {count['allowed']}); "
                f"{rates}")


class Mutants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shared = pathlib.Path(os.environ["HAUBERK_SHARED"]) / "definitions"
        cls.published = sorted(shared.glob("s*/*.yaml"))
        cls.schema = Schema(json.loads((shared / "definition.schema.json").read_text()))

    def test_good_ones_are_accepted(self):
        good = self.published + sorted(CATALOGUE.rglob("debian-*/*.yaml")) + sorted(OWN.glob("*.yaml"))
        refused = [verdict for verdict in validate(good) if not verdict["valid"]]
        self.assertEqual(refused, [])
        self.assertGreater(len(good), 60)

    def mutants(self):
        for path in [*self.published, OWN / "everything.yaml"]:
            yield from Maker(self.schema, path.name, path.read_text()).all()
        path = OWN / "customisation.yaml"
        yield from Maker(Schema(customisation_schema()), path.name, path.read_text(), False).all()

    def test_wrong_ones_are_refused(self):
        mutants, report = iter(chosen(self.mutants())), Report()
        with tempfile.TemporaryDirectory(prefix="hauberk-mutants-") as folder:
            while some := list(itertools.islice(mutants, AT_ONCE)):
                paths = [pathlib.Path(folder) / f"{index}.yaml" for index in range(len(some))]
                for path, mutant in zip(paths, some):
                    path.write_text(mutant.text, encoding="utf-8", errors="surrogateescape")
                for mutant, verdict in zip(some, validate(paths)):
                    report.add(mutant, verdict)
        print("", *report.table(), sep="\n")
        self.assertGreater(sum(count["refused"] for count in report.counts.values()), 5000)
        self.assertEqual(report.failures, [], f"{len(report.failures)} failures:\n" +
                         "\n".join(report.failures[:100]))


if __name__ == "__main__":
    under_test.need_tools()
    if not os.environ.get("HAUBERK_SHARED"):
        under_test.skip("HAUBERK_SHARED names no folder of published definitions")
    under_test.main()
