"""Write the pages of the science: `python3 deploy/science.py [--recovery] [--sessions] [--text]`.

docs/science/ holds a page a learning model and a page a metric, their figures, parameter recovery, the
virtual people and the cohort study, made from what the code declares and computes. What takes minutes is kept
as JSON beside the pages: `--recovery` and `--sessions` compute it anew first, and
`python -m shared study --out docs/science/study.json` makes the study's. `--text` leaves the figures alone.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

from deploy import _science_data as data
from deploy import _science_figures as figures
from deploy import _science_pages as texts
from deploy._science_examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.figure import Figure
    from shared.metrics.spec import MetricSpec

Specification = dict[str, Any]


def specifications(
    sessions: dict[str, Any], study: dict[str, Any] | None
) -> dict[str, Callable[[], Specification]]:
    """Return how each figure is made, by its file's name below docs/science/figures/."""
    from shared.learning import models
    from shared.metrics.compute import catalogue
    from shared.patient.person import profiles

    labels = {name: str(each["label"]) for name, each in profiles().items()}
    found: dict[str, Callable[[], Specification]] = {}
    for model in models().values():
        found |= {name: partial(_curves, draw) for name, draw in texts.drawings(model)}
    for spec in catalogue():
        if spec.id in sessions["metrics"]:
            found[f"metric-{spec.id}.svg"] = partial(_strips, spec, sessions, labels)
        elif spec.id in EXAMPLES:
            name, draw = EXAMPLES[spec.id]
            found[name] = partial(_curves, draw)
    if study is not None:
        found["study-gains.svg"] = partial(figures.kept_gains, study["groups"], labels)
        found["study-regret.svg"] = partial(figures.regrets, study["groups"], labels)
    return found


def _curves(draw: Callable[[], Figure]) -> Specification:
    return figures.curves(draw())


def _strips(spec: MetricSpec, sessions: dict[str, Any], labels: dict[str, str]) -> Specification:
    shown = sessions["metrics"][spec.id]
    values = {each: shown["profiles"].get(each, []) for each in sessions["profiles"]}
    axis = spec.name if spec.unit == "1" else f"{spec.name} ({spec.unit})"
    change = spec.smallest_detectable_change if texts.ruled(spec, shown) else None
    return figures.strips(spec.name, axis, labels, values, change)


def study_or_none() -> dict[str, Any] | None:
    """Return the cohort study's report; None, with a word, while it has not been run."""
    try:
        return data.read(data.STUDY)
    except data.ScienceError as error:
        print(f"The study's page is left out: {error}", file=sys.stderr)
        return None


def write_all(*, with_figures: bool) -> int:
    """Write every page and figure and remove what is no longer made; return how many files there are."""
    sessions, study = data.read(data.SESSIONS), study_or_none()
    pages = texts.pages(data.read(data.RECOVERY), sessions, study)
    wanted = set(pages)
    for name, text in pages.items():
        path = data.SCIENCE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    drawn = specifications(sessions, study)
    wanted |= {f"figures/{name}" for name in drawn}
    if with_figures:
        (data.SCIENCE / "figures").mkdir(exist_ok=True)
        for name, specification in drawn.items():
            (data.SCIENCE / "figures" / name).write_text(figures.svg(specification()), encoding="utf-8")
    for path in sorted([*data.SCIENCE.rglob("*.md"), *data.SCIENCE.rglob("*.svg")]):
        if path.relative_to(data.SCIENCE).as_posix() not in wanted:
            path.unlink()
    return len(wanted)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="science.py", description="write docs/science/")
    parser.add_argument("--recovery", action="store_true", help="compute parameter recovery anew (minutes)")
    parser.add_argument("--only", nargs="*", metavar="MODEL", help="with --recovery: these models only")
    parser.add_argument("--sessions", action="store_true", help="let virtual people play anew (minutes)")
    parser.add_argument("--people", type=int, help="people a model (50) or a profile (5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text", action="store_true", help="the pages only, not the figures")
    given = parser.parse_args(arguments)
    try:
        if given.recovery:
            data.write(data.RECOVERY, data.recovery(given.people or 50, given.seed, given.only))
        if given.sessions:
            data.write(data.SESSIONS, data.sessions(given.people or 5, given.seed))
        count = write_all(with_figures=not given.text)
    except data.ScienceError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"wrote {count} files to {data.SCIENCE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
