"""Pictures: drawn once, without script or style, in the page's own colours, only where there is data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from datetime import date, timedelta
from typing import Any

from clinic_server.dashboard import charts
from clinic_server.dashboard.curves import Curve, CurvePoint
from clinic_server.dashboard.figure import Figure
from clinic_server.dashboard.series import OUTCOMES, Day, Dot, Kept, kept_of, run_of
from clinic_server.dashboard.templatetags.dashboard import picture

START = date(2026, 10, 5)


def dots() -> list[Dot]:
    return [
        Dot(uuid.UUID(int=at), START + timedelta(days=2 * at), 8.0 - 0.4 * at, 44, 0.2 if at == 4 else 1.0,
            "x", 1 + at // 5)
        for at in range(10)
    ]  # fmt: skip


def kept() -> Kept:
    days = [
        Day(uuid.UUID(int=at), START + timedelta(days=2 * at), 8.0 - at / 3, 4.0 - at / 4) for at in range(6)
    ]
    return kept_of(days, [0.5])


def curve() -> Curve:
    points = [
        CurvePoint(
            at, "probe" if at < 8 or at > 31 else "practice", 5.0 - at / 8, None if at < 8 else -6.0, "hit"
        )
        for at in range(40)
    ]
    return Curve(uuid.UUID(int=1), points, [("probe", 0, 7), ("practice", 8, 31), ("probe", 32, 39)])


def figure(data: Any) -> Figure:
    return Figure("run.x", "X", "", data, charts.run_chart, ())


def drawn(spec: dict[str, object]) -> str:
    """Draw in a process of its own: one that used the engine must never fork, and tests do."""
    code = "import json, sys, vl_convert; print(vl_convert.vegalite_to_svg(json.load(sys.stdin)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(spec),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_each_panel_has_a_picture_without_script_style_or_colour_of_its_own() -> None:
    specs = {str(each.metric): charts.run_chart(run_of(each, dots())) for each in OUTCOMES}
    specs |= {"kept": charts.kept_chart(kept()), "curve": charts.curve_chart(curve())}
    for panel, spec in specs.items():
        svg = drawn(spec)
        assert "<script" not in svg
        assert "style" not in re.sub(r"aria-[a-z]+=\"[^\"]*\"", "", svg), panel
        assert not re.findall(r'(?:fill|stroke)="#', svg), f"{panel} has a colour that no theme changes"
        assert "var(--d1)" in svg
        assert picture(svg).startswith("<svg")


def test_a_picture_that_we_did_not_draw_is_not_shown() -> None:
    assert picture("<svg><script>alert(1)</script></svg>") == ""
    assert picture('<svg onload="x()"></svg>') == ""


def test_a_changed_number_changes_the_digest_and_the_same_numbers_do_not() -> None:
    one = figure(run_of(OUTCOMES[0], dots()))
    assert one.digest("en") == figure(run_of(OUTCOMES[0], dots())).digest("en")
    assert one.digest("en") != one.digest("es"), "the axes' words differ"
    assert one.digest("en") != figure(run_of(OUTCOMES[0], [*dots(), dots()[0]])).digest("en")


def test_what_a_figure_shows_is_plain_so_that_its_digest_is_the_same_in_every_process() -> None:
    """A lazily translated text, or any object without a text of its own, would be told by its address."""
    for data in (run_of(OUTCOMES[0], dots()), kept(), curve()):
        assert " at 0x" not in repr(data)
