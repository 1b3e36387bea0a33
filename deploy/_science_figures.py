"""Figures of the science as SVG: calm, on a light ground, colours that the colour-blind can tell apart.

A `shared.figure.Figure` is data; here it becomes an Altair specification, and vl-convert draws that. Never
draw in a process that forks afterwards: vl-convert's engine does not survive a fork.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.figure import Figure, Series

INK, SOFT, GRID, LINE = "#1b2733", "#4a5866", "#e7ebef", "#aab4be"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#a87900", "#56b4e9")
"""After Okabe & Ito 2008, the yellow darkened so that thin lines show on white."""
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3], [5, 5], [1, 2])
FONT = "Source Sans Pro, Segoe UI, Helvetica, Arial, sans-serif"
WIDTH, HEIGHT = 540, 260
_FRACTION = re.compile(r"-?\d+\.\d{2,}")
MOST_POINTS, MOST_BAND_POINTS = 170, 110
"""A curve needs no more on this width; the files stay small."""


def svg(spec: dict[str, Any]) -> str:
    """Draw a specification; coordinates to a tenth of a pixel."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec)
    places = re.compile(r'(?<= )(?:d|transform|x|y|x2|y2|width|height)="[^"]*"')
    drawn = places.sub(lambda place: _FRACTION.sub(_tenth, place[0]), drawn)
    return re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", drawn) + "\n"  # an image's words are its page's


def _tenth(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0").replace(
        "-0", "0", 1 if abs(float(number[0])) < 0.05 else 0
    )


def curves(figure: Figure) -> dict[str, Any]:
    """Return the specification of a model's figure: lines with their bands, points, named vertical lines."""
    import altair as alt

    names = [each.name for each in figure.series]
    x_scale, y_scale = alt.Scale(nice=False, zero=False, padding=6), alt.Scale(zero=False)
    x = alt.X(
        "x:Q", title=_capital(figure.x), scale=x_scale, axis=alt.Axis(tickCount=8, labelOverlap="greedy")
    )
    y = alt.Y("y:Q", title=_capital(figure.y), scale=y_scale)
    columns = 1 if max(map(len, names)) > 36 else 2
    dots = any(each.kind == "points" for each in figure.series)
    legend = alt.Legend(
        title=None, orient="bottom", columns=columns, labelLimit=0, symbolOpacity=1,
        **({"symbolDash": [1, 0], "symbolStrokeWidth": 0} if dots else {"symbolStrokeWidth": 2.5}),
        symbolType="circle" if dots else "stroke", symbolSize=120 if dots else 700,
    )  # fmt: skip
    bases = list(dict.fromkeys(name.partition(":")[0] for name in names))  # "x: line" goes with "x"
    palette = [COLOURS[bases.index(name.partition(":")[0]) % len(COLOURS)] for name in names]
    dashes = [DASHES[at % len(DASHES)] for at in range(len(names))]
    dash = alt.StrokeDash(
        "name:N", scale=alt.Scale(domain=names, range=dashes), sort=None, legend=None if dots else legend
    )
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=palette), sort=None, legend=legend)
    layers: list[Any] = []
    for each in figure.series:
        rows = _rows(each)
        if each.low is not None and each.high is not None:
            band = _over(rows).mark_area(opacity=0.16, line=False)
            layers.append(
                band.encode(
                    x=x, y=alt.Y("low:Q", title=_capital(figure.y), scale=y_scale), y2="high:Q", color=colour
                )
            )
        if each.kind == "points":
            layers.append(
                _over(rows).mark_point(filled=True, size=55, opacity=0.8).encode(x=x, y=y, color=colour)
            )
        else:
            layers.append(
                _over(rows).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour, strokeDash=dash)
            )
    depth = 0
    if figure.marks:
        drawn, depth = _marks(figure, x_scale)
        layers = [*drawn, *layers]
    return _dressed(alt.layer(*layers), figure.title, WIDTH, HEIGHT, offset=10 + 15 * depth)


def _rows(series: Series) -> list[dict[str, Any]]:
    """Return a series as rows; a long curve is thinned, but for its corners."""
    count = len(series.x)
    kept = list(range(count))
    most = MOST_POINTS if series.low is None else MOST_BAND_POINTS
    if series.kind == "line" and count > most:
        chosen = {int(at * count / most) for at in range(most)} | {0, count - 1}
        values = [float(each) for each in series.y]
        span = max(values) - min(values) or 1.0
        for at in range(1, count):
            if abs(values[at] - values[at - 1]) > 0.04 * span:
                chosen |= {at - 1, at}
        kept = sorted(chosen)
    rows: list[dict[str, Any]] = []
    for at in kept:
        each: dict[str, Any] = {"name": series.name, "x": _figure(series.x[at]), "y": _figure(series.y[at])}
        if series.low is not None and series.high is not None:
            each |= {"low": _figure(series.low[at]), "high": _figure(series.high[at])}
        rows.append(each)
    return rows


def _figure(value: float) -> float:
    return float(f"{float(value):.5g}")


def _marks(figure: Figure, scale: Any) -> tuple[list[Any], int]:
    """Return vertical lines with their names above the plot, in as many rows as they need."""
    import altair as alt

    every = [float(each) for series in figure.series for each in series.x]
    low, high = min(every), max(every)
    free: list[float] = []
    layers: list[Any] = []
    for at, label in sorted(figure.marks):
        place = (float(at) - low) / ((high - low) or 1.0) * WIDTH
        width = 7.0 * len(label) + 10
        before = place + width > WIDTH + 20  # no room to its right
        begin = place - width if before else place
        row = next((level for level, end in enumerate(free) if end <= begin), len(free))
        free[row : row + 1] = [begin + width]
        over = _over([{"x": _figure(at), "label": label}])
        layers.append(over.mark_rule(stroke=LINE, strokeDash=[4, 3]).encode(x=alt.X("x:Q", scale=scale)))
        text = over.mark_text(
            align="right" if before else "left", dx=-3 if before else 0, baseline="bottom", fill=SOFT
        )
        layers.append(text.encode(x=alt.X("x:Q", scale=scale), y=alt.value(-4 - 15 * row), text="label:N"))
    return layers, len(free)


def strips(
    title: str,
    axis: str,
    labels: Mapping[str, str],
    values: Mapping[str, Sequence[float]],
    change: float | None,
) -> dict[str, Any]:
    """Return one dot a person in a row a profile, its median as a bar, and the smallest detectable change."""
    import altair as alt

    ruler = "smallest detectable change"
    order = [labels[each] for each in values] + ([ruler] if change else [])
    dots, medians = [], []
    for profile, found in values.items():
        if not found:  # its row stays, empty
            continue
        middle = sorted(found)[len(found) // 2] if len(found) % 2 else _mean_of_middle(found)
        medians.append({"row": labels[profile], "x": _figure(middle)})
        for number, value in enumerate(found):
            dots.append({"row": labels[profile], "x": _figure(value), "lift": (number % 3 - 1) * 5})
    few = alt.Axis(tickCount=6, labelOverlap="greedy")
    x = alt.X("x:Q", title=axis, scale=alt.Scale(zero=False, padding=12), axis=few)
    y = alt.Y("row:N", sort=order, title=None, scale=alt.Scale(domain=order), axis=alt.Axis(labelLimit=0))
    points = _over(dots).mark_point(filled=True, size=42, opacity=0.75, fill=COLOURS[0])
    layers = [
        _over(medians).mark_tick(color=COLOURS[1], thickness=3, size=20).encode(x=x, y=y),
        points.encode(x=x, y=y, yOffset=alt.YOffset("lift:Q", scale=alt.Scale(domain=[-14, 14]))),
    ]
    if change:
        every = [value for found in values.values() for value in found]
        centre = (min(every) + max(every)) / 2
        ends = [{"row": ruler, "x": _figure(centre - change / 2), "x2": _figure(centre + change / 2)}]
        layers.append(_over(ends).mark_rule(stroke=COLOURS[2], strokeWidth=4).encode(x=x, x2="x2:Q", y=y))
    return _dressed(alt.layer(*layers), title, 400, 27 * len(order), grid_x=True)


def _mean_of_middle(values: Sequence[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return (ordered[half - 1] + ordered[half]) / 2


def kept_gains(groups: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return the study's gains: a row a group, a mark an arm, `auto` the large diamond."""
    import altair as alt

    arms = list(groups[0]["gain_sd"])
    rows = [
        {"row": labels.get(each["group"], each["group"]), "arm": arm.replace("_", " "), "x": _figure(gain)}
        for each in groups
        for arm, gain in each["gain_sd"].items()
    ]
    names = [arm.replace("_", " ") for arm in arms]
    palette = [*COLOURS[: len(names) - 1]]
    palette = [INK if name == "auto" else palette.pop(0) for name in names]
    shapes = ["diamond" if name == "auto" else "circle" for name in names]
    order = [labels.get(each["group"], each["group"]) for each in groups]
    few = alt.Axis(tickCount=7, labelOverlap="greedy")
    chart = _over(rows).mark_point(filled=True, size=70, opacity=0.9)
    legend = alt.Legend(title=None, orient="bottom", columns=3, labelLimit=0)
    chart = chart.encode(
        x=alt.X(
            "x:Q",
            title="Gain kept to the next days (SD between probes)",
            scale=alt.Scale(padding=12),
            axis=few,
        ),
        y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=0)),
        color=alt.Color("arm:N", scale=alt.Scale(domain=names, range=palette), legend=legend),
        shape=alt.Shape("arm:N", scale=alt.Scale(domain=names, range=shapes), legend=legend),
        size=alt.condition("datum.arm == 'auto'", alt.value(130), alt.value(60)),
    )
    return _dressed(chart, "Kept gain by group and arm", 400, 24 * len(order), grid_x=True)


def regrets(groups: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return what `auto` gives away to the best fixed mode, with its interval, against the margin."""
    import altair as alt

    rows = [
        {
            "row": labels.get(each["group"], each["group"]),
            "x": _figure(each["regret_sd"]),
            "low": _figure(each["regret_low"]),
            "high": _figure(each["regret_high"]),
            "margin": _figure(each["margin_sd"]),
        }
        for each in groups
    ]
    order = [each["row"] for each in rows]
    over = _over(rows)
    title = "Best fixed mode less auto (SD between probes), 95 % interval"
    few = alt.Axis(tickCount=7, labelOverlap="greedy")
    x, y = (
        alt.X("x:Q", title=title, axis=few),
        alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=0)),
    )
    interval = over.mark_rule(stroke=COLOURS[0], strokeWidth=2.5).encode(x=alt.X("low:Q"), x2="high:Q", y=y)
    margin = over.mark_tick(color=COLOURS[1], thickness=3, size=18).encode(x="margin:Q", y=y)
    zero = _over([{"x": 0.0}]).mark_rule(stroke=LINE).encode(x="x:Q")
    mean = over.mark_point(filled=True, size=60, fill=COLOURS[0], opacity=1).encode(x=x, y=y)
    chart = alt.layer(mean, zero, interval, margin)
    return _dressed(
        chart, "Regret of auto by group; the bar is the margin", 400, 24 * len(order), grid_x=True
    )


def _over(rows: list[dict[str, Any]]) -> Any:
    """A chart over plain rows."""
    import altair as alt

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _dressed(
    chart: Any, title: str, width: int, height: int, *, offset: int = 10, grid_x: bool = False
) -> dict[str, Any]:
    import altair as alt

    axis: dict[str, Any] = {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "labelFont": FONT,
        "titleFont": FONT,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": 600,
        "gridColor": GRID,
        "domainColor": LINE,
        "tickColor": LINE,
        "ticks": False,
        "labelPadding": 7,
        "labelSeparation": 8,
        "titlePadding": 10,
    }
    heading = alt.TitleParams(title, anchor="start", font=FONT, fontSize=16, color=INK, offset=offset)
    spec: dict[str, Any] = (
        chart.properties(width=width, height=height, background="#ffffff", title=heading, padding=12)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_axisX(grid=grid_x)
        .configure_axisY(domain=False)
        .configure_legend(labelFont=FONT, labelFontSize=13, labelColor=INK, rowPadding=4)
        .configure_text(font=FONT, fontSize=12)
        .to_dict()
    )
    return spec
