"""Pictures: drawn once, without script or style, in the page's own colours, only where there is data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from datetime import date, timedelta

from clinic_server.dashboard import charts
from clinic_server.dashboard.numbers import Curve, CurvePoint, Progress
from clinic_server.dashboard.series import OUTCOMES, Day, Dot, kept_of, run_of
from clinic_server.dashboard.templatetags.dashboard import picture

START = date(2026, 10, 5)


def progress() -> Progress:
    rows = [
        Dot(
            uuid.uuid4(),
            START + timedelta(days=2 * at),
            8.0 - 0.4 * at,
            44,
            0.2 if at == 4 else 1.0,
            "x",
            1 + at // 5,
        )
        for at in range(10)
    ]
    days = [Day(uuid.uuid4(), START + timedelta(days=2 * at), 8.0 - at / 3, 4.0 - at / 4) for at in range(6)]
    points = [
        CurvePoint(
            at, "probe" if at < 8 or at > 31 else "practice", 5.0 - at / 8, None if at < 8 else -6.0, "hit"
        )
        for at in range(40)
    ]
    curve = Curve(uuid.uuid4(), points, [("probe", 0, 7), ("practice", 8, 31), ("probe", 32, 39)])
    return Progress([run_of(each, rows) for each in OUTCOMES], kept_of(days, [0.5]), [curve])


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
    specs = charts.specifications(progress())
    assert len(specs) == len(OUTCOMES) + 2
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
    first, second = progress(), progress()
    one = charts.run_chart(first.runs[0])
    assert one is not None
    assert charts.digest_of(one) == charts.digest_of(charts.run_chart(second.runs[0]) or {})
    other = run_of(OUTCOMES[0], [*first.runs[0].dots, first.runs[0].dots[0]])
    assert charts.digest_of(charts.run_chart(other) or {}) != charts.digest_of(one)


def test_without_enough_data_there_is_no_picture() -> None:
    empty = Progress([run_of(each, []) for each in OUTCOMES], kept_of([], []), [])
    assert charts.specifications(empty) == {}
