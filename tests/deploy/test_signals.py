"""The page of the signals says what is measured now, and its pictures are there."""

from __future__ import annotations

import re

from deploy import signal_figures as signals
from shared.movement.one_euro import PRESETS
from shared.movement.prediction import PREDICTIONS

TEXT = signals.PAGE.read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its two head lines."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_filters_table_is_measured() -> None:
    found = signals.filter_rows()
    assert list(found) == list(PRESETS)
    assert rows("One-Euro filter") == [
        [name, *(f"{each:.2f}" for each in left), f"{abs(lag):.1f}"] for name, (left, lag) in found.items()
    ]


def test_the_predictions_table_is_measured() -> None:
    found = signals.prediction_rows()
    assert len(found) == 4 * len(PREDICTIONS)
    assert rows("Prediction") == [
        [
            str(delay),
            str(tremor),
            name,
            *(f"{mm:.1f}" for mm in (each.moving_mm, each.whole_mm, each.overshoot_mm)),
        ]
        for (delay, tremor, name), each in found.items()
    ]


def test_the_decoders_tables_hold_every_way_and_every_map() -> None:
    adaptation = rows("A decoder that adapts")
    assert [row[0] for row in adaptation] == [name for name, _, _ in signals.HOWS.values()]
    within, outside, free = (float(row[4]) for row in rows("Learning inside and outside the manifold"))
    assert within < outside / 2
    assert free < outside / 2


def test_every_picture_is_there() -> None:
    names = re.findall(r"\]\((pictures/signal_\w+\.svg)\)", TEXT)
    assert len(names) == 3
    for name in names:
        drawn = (signals.DOCS / name).read_text(encoding="utf-8")
        assert drawn.startswith("<svg")
        assert len(drawn) < 40_000
