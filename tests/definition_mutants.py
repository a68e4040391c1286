# SPDX-License-Identifier: Apache-2.0
"""Definitions with one thing wrong in each, made from good ones: every other byte stays, so that the line
which is complained of can be held against the line that was changed."""

import json
import re
from dataclasses import dataclass

from definition_wrong import (BAD, EXPRESSIONS, OTHERS, OURS_ALONE, UNKNOWN, VERBATIM, ends, kind_of,
                              misspellings)
from yaml_places import indent_of, places_of, unquoted

# Mappings whose keys are anybody's, and what only the step that it is `with` knows.
FREE_MAPS = ("vars", "environment", "annotations", "labels", "mappings", "with", "items", "set")


@dataclass
class Mutant:
    file: str
    category: str
    where: str    # as "paths.[].mode"
    variant: str  # what was done, in a word or two
    line: int     # that was changed; from 1
    text: str     # of the whole file
    near: str = ""      # the word that the complaint should suggest
    words: tuple = ()   # further words that should be in it
    any_line: bool = False  # the fault is nowhere in particular


def where_of(path):
    return ".".join("[]" if isinstance(step, int) else step for step in path)


class Schema:
    """The published JSON Schema, walked along a path of a document."""

    def __init__(self, schema):
        # Documented, and missing there (see the README beside it).
        schema["properties"].setdefault("volumes", {"type": "array", "items": {"type": "string"}})
        self.root = schema

    def at(self, document_types, path):
        """The schema of what stands at this path, or None below free maps."""
        node = self.root
        for depth, step in enumerate(path):
            if isinstance(step, int):
                node = node.get("items")
            elif step in node.get("properties", {}):
                node = node["properties"][step]
            else:
                node = node.get("additionalProperties") or None
            if not isinstance(node, dict):
                return None
            if "oneOf" in node:
                node = self.chosen(node, document_types.get(path[:depth + 1]))
        return node

    @staticmethod
    def chosen(node, kind):
        """Of several forms the one whose "type" this entry has, or the list where a text is possible too."""
        for form in node["oneOf"]:
            if kind in form.get("properties", {}).get("type", {}).get("enum", ()):
                return {"type": "object", **form}
        return next((form for form in node["oneOf"] if form.get("type") == "array"), node["oneOf"][0])


class Maker:
    def __init__(self, schema, file, text, has_variables=True):
        self.schema, self.file, self.text, self.has_variables = schema, file, text, has_variables
        self.lines = text.split("\n")
        self.places = places_of(text)
        self.types = {place.path[:-1]: unquoted(place.text) for place in self.places if place.key == "type"}
        self.by_path = {place.path: place for place in self.places}

    def schema_of(self, path):
        return self.schema.at(self.types, path)

    def with_line(self, place, line, keep_below=True):
        """The text with the place's first line written anew, and what is below it left out or not."""
        lines = list(self.lines)
        lines[place.line:(place.line if keep_below else place.last) + 1] = [line]
        return "\n".join(lines)

    def with_key(self, place, key):
        line = self.lines[place.line]
        end = place.key_start + len(re.match(r"\"[^\"]*\"|'[^']*'|[^:]*(?::(?=\S)[^:]*)*",
                                             line[place.key_start:])[0])
        return self.with_line(place, line[:place.key_start] + key + line[end:])

    def with_value(self, place, value):
        """`value` is YAML."""
        start = self.lines[place.line][:place.start]
        blank = "" if start.endswith(" ") else " "
        return self.with_line(place, (start + blank + value).rstrip(), keep_below=place.kind in ("text",
                                                                                                 "flow"))

    def mutant(self, place, category, variant, text, **more):
        return Mutant(self.file, category, self.where(place), variant, place.line + 1, text, **more)

    def where(self, place):
        where = where_of(place.path)
        for name in FREE_MAPS:
            where = re.sub(rf"(^|\.)({name})\.[^[].*$", r"\1\2.*", where)
        return where

    def all(self):
        for place in self.places:
            schema = self.schema_of(place.path)
            if schema is None:
                continue
            yield from self.keys(place)
            yield from self.types_of(place, schema)
            yield from self.enums(place, schema)
            yield from self.values(place)
            yield from self.expressions(place) if self.has_variables else ()
            yield from self.references(place)
        yield from self.yaml()
        if self.lines[0].startswith("# syntax="):
            yield from self.syntax_line()

    def keys(self, place):
        if isinstance(place.key, int):
            return
        properties = self.schema_of(place.path[:-1]).get("properties", {})
        if place.key not in properties:
            return
        for variant, slip in misspellings(place.key).items():
            if slip not in properties:
                yield self.mutant(place, "key", variant, self.with_key(place, slip), near=place.key)
        yield self.mutant(place, "unknown key", "word", self.with_key(place, UNKNOWN))
        if place.kind == "text":
            line = self.lines[place.line]
            again = line + "\n" + " " * place.key_start + line[place.key_start:]
            yield Mutant(self.file, "duplicate key", self.where(place), "same line again", place.line + 2,
                         self.with_line(place, again))
        if len(place.path) > 1 and place.key not in self.schema.root["properties"]:
            text = self.text.rstrip("\n") + f"\n{place.key}: {UNKNOWN}\n"
            yield Mutant(self.file, "misplaced key", self.where(place), "at the end", text.count("\n"), text)
        yield from self.missing(place)

    def missing(self, place):
        """The file without this key, if there has to be one."""
        if place.key not in self.schema_of(place.path[:-1]).get("required", ()):
            return
        lines = list(self.lines)
        before = lines[place.line][:place.key_start]
        del lines[place.line:place.last + 1]
        if "-" in before:  # the next key comes behind the hyphen
            if place.line >= len(lines) or indent_of(lines[place.line]) != place.key_start:
                return
            lines[place.line] = before + lines[place.line].lstrip(" ")
        yield self.mutant(place, "missing key", "line dropped", "\n".join(lines), any_line=True,
                          words=(f'lacks "{place.key}"',))

    def types_of(self, place, schema):
        kind = schema.get("type")
        wrong = {"string": {"number": "5", "fraction": "1.5", "boolean": "true", "list": "[a]",
                            "mapping": "{a: b}",
                            "null": "null", "nothing": "", "tilde": "~"},
                 "integer": {"text": "a", "quoted": '"5"', "fraction": "1.5", "boolean": "true",
                             "list": "[5]",
                             "mapping": "{a: 5}", "null": "null", "nothing": ""},
                 "boolean": {"text": "maybe", "quoted": '"true"', "yes": "yes", "number": "1",
                             "list": "[true]",
                             "mapping": "{a: true}", "nothing": "", "off": "off"},
                 "array": {"text": "a", "number": "5", "mapping": "{a: b}", "nothing": "", "boolean": "true",
                           "list of lists": "[[a]]", "list of nothing": "[~]", "list of numbers": "[5]"},
                 "object": {"text": "a", "number": "5", "list": "[a]", "nothing": "", "boolean": "false"}}
        for variant, value in wrong.get(kind, {}).items():
            yield self.mutant(place, "type", variant, self.with_value(place, value))

    def enums(self, place, schema):
        words = tuple(schema.get("enum", ()))
        if not words or place.kind != "text":
            return
        for variant, slip in misspellings(unquoted(place.text)).items():
            if slip not in words:
                yield self.mutant(place, "enum", variant, self.with_value(place, slip),
                                  near=unquoted(place.text), words=words)
        for variant, slip in {"nonsense": UNKNOWN, "empty": '""', "blank behind": f'"{words[0]} "',
                              "variable": '"${target.arch}"'}.items():
            yield self.mutant(place, "enum", variant, self.with_value(place, slip), words=words)

    def values(self, place):
        kind = kind_of(self.where(place))
        if kind is None or place.kind != "text" or "with" in place.path:
            return
        for variant, value in BAD[kind].items():
            yield self.mutant(place, kind, variant, self.with_value(place, value))

    def expressions(self, place):
        where = self.where(place)
        schema = self.schema_of(place.path)
        if schema.get("type") != "string" or schema.get("enum") or ends(where, "if"):
            return
        if place.kind not in ("text", "long") or any(ends(where, end) for end in VERBATIM):
            return
        yield from self.broken_marks(place)
        if place.kind == "long":
            return
        wrong = dict(EXPRESSIONS)
        if not any(ends(where, end) for end in OTHERS):
            wrong |= OURS_ALONE
        text = unquoted(place.text)
        if "{" in text:
            wrong.pop("brace too many", None)  # it may close that one
        for variant, mark in wrong.items():
            yield self.mutant(place, "expression", variant, self.with_value(place, json.dumps(text + mark)))

    def broken_marks(self, place):
        """Each `${a.b}` that is there, without its end, or misspelt."""
        for number in range(place.line, place.last + 1):
            for found in re.finditer(r"\$\{([a-z]+)\.([a-z]+)\}", self.lines[number]):
                first, second = found[1], found[2]
                slips = {"unknown fact": f"${{{first}.xyzzy}}", "end dropped": f"${{{first}.{second}",
                         "letters of the first half swapped":
                             f"${{{misspellings(first)['letters swapped']}.{second}}}",
                         "letter of the second half dropped": f"${{{first}.{second[:-1]}}}",
                         "blank in it": f"${{{first}. {second}}}", "no dot": f"${{{first}{second}}}"}
                if place.kind == "text":
                    slips["begin dropped"] = f"${first}.{second}}}"
                    slips["doubled dot"] = f"${{{first}..{second}}}"
                for variant, slip in slips.items():
                    lines = list(self.lines)
                    lines[number] = lines[number][:found.start()] + slip + lines[number][found.end():]
                    yield Mutant(self.file, "mark", self.where(place), variant, number + 1, "\n".join(lines))

    def references(self, place):
        where = self.where(place)
        if where == "accounts.run-as" or ends(where, "accounts.groups.[].members.[]"):
            known = {unquoted(p.text) for p in self.places if ends(where_of(p.path), "users.[].name")}
            name = unquoted(place.text)
            yield self.mutant(place, "reference", "no such user", self.with_value(place, UNKNOWN))
            if name in known and name != "root":
                for variant, slip in misspellings(name).items():
                    yield self.mutant(place, "reference", variant, self.with_value(place, slip), near=name)
        if where == "accounts.run-as":
            name = unquoted(place.text)
            yield self.mutant(place, "reference", "no such group", self.with_value(place,
                                                                                   f"{name}:{UNKNOWN}"))
        if where == "image":
            yield self.mutant(place, "reference", "no image", self.with_line(place, "# no image"),
                              any_line=True)

    def yaml(self):
        """The file itself."""
        inner = [p for p in self.places if p.key_start > 0 and self.lines[p.line][:p.key_start].isspace()]
        for place in inner[:1] + inner[-1:]:
            line = self.lines[place.line]
            yield self.mutant(place, "yaml", "tab", self.with_line(
                place, "\t" + line.lstrip(" ")))
        texts = [p for p in self.places if p.kind == "text" and p.key_start >= 0 and len(p.path) > 1]
        for place in texts[:1] + texts[-1:]:
            for variant, value in {"open quote": '"' + UNKNOWN, "open single quote": "'" + UNKNOWN,
                                   "no such anchor": "*" + UNKNOWN, "open list": "[a, b",
                                   "open mapping": "{a: b",
                                   "reserved sign": "@a", "colon in it": "a: b", "bare percent": "%a",
                                   "text behind a quote": '"a" b'}.items():
                yield self.mutant(place, "yaml", variant, self.with_value(place, value))
            yield self.mutant(place, "yaml", "no blank behind the colon", self.with_line(
                place, self.lines[place.line].replace(": ", ":", 1)))
        for variant, text in {"two documents": self.text + "---\nname: again\n", "empty": "",
                              "only a list": "- a\n",
                              "only a text": self.lines[0] + "\njust text\n",
                              "not UTF-8": self.text + "# \udcff\n", "NUL": self.text + "# \0\n"}.items():
            yield Mutant(self.file, "yaml", "", variant, 1, text, any_line=True)

    def syntax_line(self):
        for variant, line in {"no syntax line": "# nothing",
                              "misspelt syntax": "# sintax=dhi.io/build:2-debian13",
                              "no version": "# syntax=dhi.io/build-debian13",
                              "no family": "# syntax=dhi.io/build:2",
                              "unknown family": "# syntax=dhi.io/build:2-debain13",
                              "no release": "# syntax=dhi.io/build:2-debian",
                              "no name": "# syntax=:2-debian13",
                              "version is no number": "# syntax=dhi.io/build:x-debian13"}.items():
            yield Mutant(self.file, "syntax line", "", variant, 1, "\n".join([line] + self.lines[1:]))
