# SPDX-License-Identifier: Apache-2.0
"""Where each key and value of a block-style YAML text stands, so that one of them can be written otherwise
and every other byte stays. Knows what definitions use: mappings, lists, plain and quoted scalars, block
scalars, and scalars that go on in the next lines. Flow collections are taken as one value."""

import re
from dataclasses import dataclass

KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'\[{&*!|>%@`#:-][^:]*(?::(?=\S)[^:]*)*):(?=\s|$)""")
BLOCK = re.compile(r"[|>][-+0-9]*\s*(#.*)?$")


@dataclass
class Place:
    path: tuple           # keys and list indices
    kind: str             # "text" (on one line), "long" (on several), "flow", "map", "list", "null"
    line: int             # of the key, or of the item; from 0
    start: int            # column where the value, or for an item what follows the "- ", begins
    end: int              # column behind the value on that line
    key_start: int = -1   # column of the key; -1 for items
    last: int = -1        # the last line that belongs to it
    text: str = ""        # "text": as written; "long": the first line

    @property
    def key(self):
        return self.path[-1]


def unquoted(text):
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1].replace('\\"', '"')
    return text


def indent_of(line):
    return len(line) - len(line.lstrip(" "))


def is_content(line):
    return line.strip() != "" and not line.lstrip().startswith("#")


class Reader:
    def __init__(self, lines):
        self.lines = lines
        self.places = []
        self.open = []  # (column, place): the keys and items that a deeper line belongs to

    def read(self):
        number = 0
        while number < len(self.lines):
            number = self.line(number) if is_content(self.lines[number]) else number + 1
        self.close(-1, len(self.lines))
        return self.places

    def close(self, column, number):
        """What stands at this column or further right ends before this line."""
        while self.open and self.open[-1][0] >= column:
            place = self.open.pop()[1]
            place.last = number - 1
            while place.last > place.line and not is_content(self.lines[place.last]):
                place.last -= 1

    def below(self, column, key):
        """The path of what stands here. An item may stand as far left as the key of its list."""
        parents = [place for at, place in self.open if at < column or (key is None and at == column
                                                                      and place.key_start == at)]
        if not parents:
            return (), None
        parent = parents[-1]
        if parent.kind in ("null", "map", "list"):
            parent.kind = "list" if key is None else "map"
        return parent.path, parent

    def line(self, number):
        line = self.lines[number]
        column = indent_of(line)
        while line[column:column + 2] in ("- ", "-"):
            self.close_for_item(column, number)
            parent_path, parent = self.below(column, None)
            index = 1 + max((p.path[-1] for p in self.places
                             if p.path[:-1] == parent_path and isinstance(p.path[-1], int)), default=-1)
            item = Place(parent_path + (index,), "null", number, column + 2, len(line.rstrip()))
            self.places.append(item)
            self.open.append((column, item))
            column += 2 + indent_of(line[column + 2:])
            if not line[column:].strip():
                return number + 1
        found = KEY.match(line, column)
        if not found:
            return self.value(self.open[-1][1], number, column, self.open[-1][0])
        self.close(column, number)
        key = unquoted(found[1])
        place = Place(self.below(column, key)[0] + (key,), "null", number, found.end(), found.end(), column)
        self.places.append(place)
        self.open.append((column, place))
        start = found.end() + indent_of(line[found.end():])
        if start >= len(line.rstrip()) or line[start] == "#":
            return number + 1
        return self.value(place, number, start, column)

    def close_for_item(self, column, number):
        while self.open and (self.open[-1][0] > column or (self.open[-1][0] == column
                                                           and self.open[-1][1].key_start < 0)):
            self.close(self.open[-1][0], number)

    def value(self, place, number, start, column):
        """A scalar or flow value, and the lines in which it goes on."""
        line = self.lines[number].rstrip()
        place.start, place.end, place.text = start, len(line), line[start:]
        following = number + 1
        while following < len(self.lines) and (not self.lines[following].strip()
                                               or indent_of(self.lines[following]) > column):
            following += 1
        while following > number + 1 and not self.lines[following - 1].strip():
            following -= 1
        place.kind = "flow" if line[start] in "[{" else "text"
        if BLOCK.match(line, start) or following > number + 1:
            place.kind = "long"
        return following


def places_of(text):
    return Reader(text.split("\n")).read()
