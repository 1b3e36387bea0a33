"""The words: short, kind, easy to read, and complete. A lint over the whole catalogue."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from game_client import alerts, words
from game_client.alerts import Alert
from game_client.words import compile_mo, read_po

_FORBIDDEN = (
    "fail", "failed", "failure", "wrong", "bad job", "mistake", "error", "lose", "loser", "game over",
    "too slow", "try harder", "you missed", "invalid", "abort", "illegal", "fatal", "cure", "heal",
    "guarantee",
)  # fmt: skip
_VALUES = {
    "name": "Rosa", "clock": 10, "fingerprint": "7F2A 91C4", "value": 5, "of": 40, "count": "two",
    "minutes": "ten minutes", "done": 1, "total": 2,
}  # fmt: skip
_ENTRIES = [
    each
    for each in read_po(
        (resources.files("game_client") / "locale" / "en" / "movere.po").read_text(encoding="utf-8")
    )
    if each.key
]
_KEY = r'"((?:tide|ferry|home|pair|pain|rest|pause|summary|progress)\.[a-z0-9_]+)"'
_SENTENCES = [(each.key, text.format(n=3, **_VALUES)) for each in _ENTRIES for text in each.texts]


def _syllables(word: str) -> int:
    """Vowel groups, a silent final e taken off: the usual estimate for English."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)


def flesch_kincaid_grade(text: str) -> float:
    sentences = max(1, len(re.findall(r"[.!?]+", text)))
    found = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(found) / sentences + 11.8 * sum(map(_syllables, found)) / max(1, len(found)) - 15.59


@pytest.mark.parametrize(("key", "text"), _SENTENCES)
def test_a_sentence_is_short_and_blames_nobody(key: str, text: str) -> None:
    assert text and text == text.strip()
    assert len(text.split()) <= 12
    lowered = text.lower()
    assert not [each for each in _FORBIDDEN if re.search(rf"\b{re.escape(each)}\b", lowered)]
    assert ("!" not in text and text != text.upper()) or len(text) <= 4


def test_the_catalogue_reads_at_grade_six_or_below() -> None:
    assert flesch_kincaid_grade(" ".join(text.rstrip(".") + "." for _, text in _SENTENCES)) <= 6
    hard = {
        key: round(flesch_kincaid_grade(text), 1)
        for key, text in _SENTENCES
        if len(text.split()) >= 4 and flesch_kincaid_grade(text) > 9
    }
    assert not hard


def test_the_measure_knows_hard_words() -> None:
    assert flesch_kincaid_grade("Please calibrate the accelerometer prior to initiating rehabilitation.") > 12
    assert flesch_kincaid_grade("Go on. Rest a bit.") < 2


def test_keys_are_unique() -> None:
    keys = [each.key for each in _ENTRIES]
    assert len(keys) == len(set(keys))


def test_plural_and_values() -> None:
    say = words.load("en")
    assert say("home.unsent", n=1) == "One session waits to be sent."
    assert say("home.unsent", n=4) == "4 sessions wait to be sent."
    assert say("tide.clock", clock=10) == "10 o'clock."
    with pytest.raises(KeyError, match=r"movere\.po"):
        say("no.such.key")


def test_an_unknown_language_falls_back_to_english() -> None:
    assert words.load("xx").language == "en"


def test_every_instruction_of_the_games_has_words() -> None:
    """Keys that code uses are found in the sources, so that none is missing at play."""
    say = words.load("en")
    root = resources.files("game_client")
    used: set[str] = set()
    for folder in ("scenes", "games", "session"):
        for file in (root / folder).iterdir():
            if file.name.endswith(".py"):
                text = file.read_text(encoding="utf-8")
                used |= set(
                    re.findall(
                        r'"((?:tide|ferry|home|pair|pain|rest|pause|summary|progress)\.[a-z0-9_]+)"', text
                    )
                )
    assert len(used) >= 35
    assert used <= say.keys


@pytest.mark.parametrize("alert", list(Alert))
def test_every_alert_says_what_and_what_to_do(alert: Alert) -> None:
    what, todo = alerts.sentence(alert, words.load("en"))
    assert what.endswith(".") and todo.endswith(".")
    assert alerts.icon_name(alert)


def test_a_broken_catalogue_names_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_po('msgid "a"\nmsgtext "b"\n')


def test_compiled_catalogues_are_gettexts_own_format() -> None:
    import gettext
    from io import BytesIO

    entries = read_po(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\nmsgid "k"\nmsgstr "é"\n'
    )
    assert gettext.GNUTranslations(BytesIO(compile_mo(entries))).gettext("k") == "é"
