"""The words on the screen: keys such as `tide.drop_anchor`, translated by gettext from `locale/`.

A language is one text file, `locale/<language>/movere.po`; it is compiled in memory, so that a translation
can be tried without a tool. The keys are the message ids; English is a translation like any other.
"""

from __future__ import annotations

import ast
import gettext
import importlib.resources
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO


class Words:
    """Looks up sentences by key.

    Raises:
        KeyError: the catalogue has no such key.
    """

    def __init__(self, catalogue: gettext.GNUTranslations, keys: frozenset[str], language: str) -> None:
        self._catalogue = catalogue
        self.keys = keys
        self.language = language

    def __call__(self, key: str, /, n: int | None = None, **values: object) -> str:
        """The sentence, its {values} filled in; `n` chooses between singular and plural."""
        if key not in self.keys:
            raise KeyError(
                f"the catalogue has no words for {key}: add them to locale/{self.language}/movere.po"
            )
        if n is None:
            return self._catalogue.gettext(key).format(**values)
        return self._catalogue.ngettext(key, key, n).format(n=n, **values)


@lru_cache(maxsize=4)
def load(language: str = "en") -> Words:
    """Load a language; English when there is no such catalogue."""
    folder = importlib.resources.files("game_client") / "locale"
    source = folder / language / "movere.po"
    if not source.is_file():
        language, source = "en", folder / "en" / "movere.po"
    entries = read_po(source.read_text(encoding="utf-8"))
    keys = frozenset(each.key for each in entries if each.key)
    return Words(gettext.GNUTranslations(BytesIO(compile_mo(entries))), keys, language)


@dataclass(slots=True)
class Entry:
    """One message of a catalogue; more than one text means singular and plural."""

    key: str = ""
    texts: list[str] = field(default_factory=list)


def read_po(text: str) -> list[Entry]:
    """Read a catalogue.

    Raises:
        ValueError: a line is not one of gettext's; the message gives its number.
    """
    entries: list[Entry] = []
    target = ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if line.startswith('"'):
            rest = line
        elif word == "msgid":
            entries.append(Entry())
            target = "key"
        elif word.startswith("msgstr"):
            entries[-1].texts.append("")
            target = "text"
        elif word == "msgid_plural":
            target = ""
        else:
            raise ValueError(f"line {number} of the catalogue is not gettext: {line}")
        piece = str(ast.literal_eval(rest))
        if target == "key":
            entries[-1].key += piece
        elif target == "text":
            entries[-1].texts[-1] += piece
    return entries


def compile_mo(entries: list[Entry]) -> bytes:
    """Make the binary form that gettext reads."""
    pairs = []
    for entry in sorted(entries, key=lambda each: each.key.encode()):
        key = f"{entry.key}\0{entry.key}" if len(entry.texts) > 1 else entry.key
        pairs.append((key.encode(), "\0".join(entry.texts).encode()))
    start = 28
    position = start + 16 * len(pairs)
    tables: list[tuple[list[int], bytes]] = []
    for column in (0, 1):
        table: list[int] = []
        blob = b""
        for pair in pairs:
            table += [len(pair[column]), position + len(blob)]
            blob += pair[column] + b"\0"
        position += len(blob)
        tables.append((table, blob))
    header = struct.pack("<7I", 0x950412DE, 0, len(pairs), start, start + 8 * len(pairs), 0, 0)
    numbers = b"".join(struct.pack(f"<{len(table)}I", *table) for table, _ in tables)
    return header + numbers + tables[0][1] + tables[1][1]
