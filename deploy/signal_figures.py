"""Measure the signal path and the decoded signals: `python3 deploy/signal_figures.py`.

Writes docs/signals.md and its pictures, docs/pictures/signal_*.svg; takes about a minute. All of it is
simulated and seeded, so that a second run writes the same.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")

import numpy as np

from deploy import _science_figures as drawing
from deploy._signal_measures import TREMORS_HZ, Shown, jitter_mm, lag_ms, shown
from shared.figure import Figure, Series
from shared.movement.one_euro import PRESETS
from shared.movement.prediction import PREDICTIONS
from shared.patient.neurons import Adaptation, adapted, first_decoder, learnt, maps, population

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "signals.md"
PEOPLE, TRIALS, SPAN = 20, 600, 50
BATCHES = 12
HOWS: dict[str, tuple[str, float, Adaptation]] = {
    "off": ("no adaptation", 1.0, "off"),
    "recalibrate": ("recalibration", 1.0, "recalibrate"),
    "smooth": ("smooth batch, half-life 1 batch", 1.0, "smooth"),
    "slow": ("smooth batch, half-life 3 batches", 3.0, "smooth"),
}


def filter_rows() -> dict[str, tuple[list[float], float]]:
    """Return each preset's jitter at each tremor's frequency, mm, and its lag, ms."""
    return {name: ([jitter_mm(name, hz) for hz in TREMORS_HZ], lag_ms(name)) for name in PRESETS}


def prediction_rows() -> dict[tuple[int, int, str], Shown]:
    """Return what is shown by (delay in ms, tremor in mm, preset)."""
    return {
        (delay, tremor, name): shown(name, delay, tremor_mm=tremor)
        for delay in (50, 100)
        for tremor in (0, 2)
        for name in PREDICTIONS
    }


def adaptation_rows() -> dict[str, tuple[Array, Array]]:
    """Return each way's mean angle and share of targets reached, (people, batches) each: ten populations,
    each with a decoder whose channels are wired to one another's weights."""
    found = {}
    for key, (_, half_life, how) in HOWS.items():
        angles, reached = [], []
        for seed in range(PEOPLE // 2):
            of = population(seed)
            wrong = first_decoder(of, seed).wired("arbitrary", seed)
            _, batches = adapted(
                of,
                wrong,
                how,
                batches=BATCHES,
                seed=seed,
                half_life_batches=half_life,
            )
            angles.append([each.angle_deg for each in batches])
            reached.append([each.reached for each in batches])
        found[key] = (np.array(angles), np.array(reached))
    return found


def drift_rows() -> dict[str, float]:
    """Return the mean angle in batches 20 to 25 of ten right decoders; the units drift 12 degrees a batch."""
    found: dict[str, list[float]] = {}
    for seed in range(PEOPLE // 2):
        of = population(seed)
        start = first_decoder(of, seed)
        for key in ("off", "recalibrate", "smooth"):
            _, half_life, how = HOWS[key]
            _, batches = adapted(
                of, start, how, batches=25, seed=seed, half_life_batches=half_life, drift_deg=12.0
            )
            found.setdefault(key, []).extend(each.angle_deg for each in batches[-6:])
    return {key: float(np.mean(angles)) for key, angles in found.items()}


def manifold_rows() -> dict[str, Array]:
    """Return the angle error, a row a person and a column for each 50 trials, by what is learnt."""
    found: dict[str, list[Array]] = {}
    for seed in range(PEOPLE):
        each = maps(seed)
        for name, decoder, bound in (
            ("within", each.perturbed["within"], True),
            ("outside", each.perturbed["outside"], True),
            ("unbound", each.perturbed["outside"], False),
        ):
            errors = learnt(each, decoder, trials=TRIALS, seed=seed, bound_to_manifold=bound)
            found.setdefault(name, []).append(errors.reshape(-1, SPAN).mean(axis=1))
    return {name: np.array(rows) for name, rows in found.items()}


def outside_gain() -> float:
    """Return how much of the factors a map outside the manifold reads, as a share of one within: the mean."""
    found = []
    for seed in range(PEOPLE):
        each = maps(seed)
        size = {key: np.linalg.norm(map_.matrix @ each.of.loading) for key, map_ in each.perturbed.items()}
        found.append(size["outside"] / size["within"])
    return float(np.mean(found))


def filter_figure(rows: dict[str, tuple[list[float], float]]) -> Figure:
    return Figure(
        title="What each preset leaves of a tremor of 2 mm",
        x="tremor (Hz)",
        y="left (mm, root mean square)",
        series=[Series(f"{name}: lag {lag:.1f} ms", TREMORS_HZ, left) for name, (left, lag) in rows.items()],
        caption="",
    )


def adaptation_figure(rows: dict[str, tuple[Array, Array]]) -> Figure:
    x = list(range(1, BATCHES + 1))
    return Figure(
        title="A decoder that was wired wrong, adapted between batches of 24 targets",
        x="batch",
        y="error of direction (degrees)",
        series=[_band(HOWS[key][0], x, angles) for key, (angles, _) in rows.items()],
        caption="",
    )


def manifold_figure(rows: dict[str, Array]) -> Figure:
    names = {
        "within": "within the manifold",
        "outside": "outside the manifold",
        "unbound": "outside, if units could change one by one",
    }
    x = [SPAN * (at + 0.5) for at in range(TRIALS // SPAN)]
    return Figure(
        title="Learning a perturbed map",
        x="trial",
        y="error of direction (degrees)",
        series=[_band(names[key], x, each) for key, each in rows.items()],
        caption="",
    )


def _band(name: str, x: Sequence[float], values: Array) -> Series:
    """The mean over people, between the lower and the upper quartile."""
    low, high = np.percentile(values, (25, 75), axis=0)
    return Series(name, x, values.mean(axis=0).tolist(), low.tolist(), high.tolist())


def page(
    filters: dict[str, tuple[list[float], float]],
    predictions: dict[tuple[int, int, str], Shown],
    adaptation: dict[str, tuple[Array, Array]],
    manifold: dict[str, Array],
    gain: float,
    drift: dict[str, float],
) -> str:
    """Return docs/signals.md."""
    left = "\n".join(
        f"| {name} | {' | '.join(f'{each:.2f}' for each in rest)} | {lag:.1f} |"
        for name, (rest, lag) in filters.items()
    )
    ahead = "\n".join(
        f"| {delay} | {tremor} | {name} "
        f"| {each.moving_mm:.1f} | {each.whole_mm:.1f} | {each.overshoot_mm:.1f} |"
        for (delay, tremor, name), each in predictions.items()
    )
    decoders = "\n".join(
        f"| {HOWS[key][0]} | {' | '.join(f'{angles[:, at].mean():.1f}' for at in (0, 1, 2, 5, 11))} "
        f"| {100 * reached[:, -1].mean():.0f} % |"
        for key, (angles, reached) in adaptation.items()
    )
    words = {"within": "within", "outside": "outside", "unbound": "outside, units free (no person)"}
    learning = "\n".join(
        f"| {words[key]} | {' | '.join(f'{each[:, at].mean():.1f}' for at in (0, 1, 3, 5, 11))} |"
        for key, each in manifold.items()
    )
    sooner = int((manifold["within"][:, 5] < manifold["outside"][:, 5]).sum())
    return TEXT.format(
        hz=" | ".join(f"{each:.0f} Hz" for each in TREMORS_HZ),
        line=" | ".join("---:" for _ in TREMORS_HZ),
        left=left,
        ahead=ahead,
        decoders=decoders,
        learning=learning,
        sooner=sooner,
        gain=100.0 * gain,
        **{f"drift_{key}": f"{angle:.1f}" for key, angle in drift.items()},
        people=PEOPLE,
        populations=PEOPLE // 2,
    )


TEXT = """\
# Signals

What the signal path and the decoders do, measured on made-up signals whose truth is known exactly. Nothing
here was measured on a person. `python3 deploy/signal_figures.py` measures anew and writes this page.
How filter and prediction are chosen in play is in [devices](devices.md).

## One-Euro filter

What is shown may be filtered; metrics never use what was filtered (`shared/movement/one_euro.py`). A hand
at rest shakes with an amplitude of 2 mm (1.41 mm root mean square) and the sensor adds 0.3 mm; what is left
of it, in mm root mean square over 18 s at 120 Hz. The lag is the shift of the best cross-correlation of the
velocities on a minimum-jerk reach of 250 mm in 0.8 s.

| preset | {hz} | lag (ms) |
| --- | {line} | ---: |
{left}

![What each preset leaves of a tremor](pictures/signal_filter.svg)

A slower reach lags more, since the filter lets through more the faster the hand is. `steady` leaves less
than `tremor` at every frequency and lags less. `default` and `tremor` keep their numbers, because a
recording names its preset and is replayed through it.

## Prediction

A tracker's sample is old when it arrives. `shared/movement/prediction.py` shows where the hand is by now,
up to 100 ms and 80 mm ahead of the last sample. Twenty reaches as above, 30 samples a second with jittered
stamps and 1 mm of noise, each arriving late; errors against the reach itself, in mm root mean square.

| delay (ms) | tremor (mm) | prediction | error while moving | error, rest included | farthest past the end |
|---:|---:|---|---:|---:|---:|
{ahead}

Both predictions take away most of the delay's error, and both shoot past the end of a reach; `braking`,
which never lengthens a lead, does it less while the hand does not tremble. With a tremor a longer lead
shows more of the tremor too.

## A decoder that adapts

Sixty units are tuned to the intended velocity by its cosine, share eight common factors and have noise of
their own (`shared/patient/neurons.py`). A decoder for them has its channels wired to one another's weights
(the arbitrary map of `shared/movement/decoder.py`). After each batch of 24 targets a regression on the
intended velocity replaces the weights or is blended in, W <- a W + (1 - a) W_batch. Angle between the
decoded velocity and the way to the target, in degrees, mean of {populations} populations, and the targets
reached within 3 s in the last batch.

| adaptation | batch 1 | batch 2 | batch 3 | batch 6 | batch 12 | reached |
|---|---:|---:|---:|---:|---:|---:|
{decoders}

![A decoder that was wired wrong](pictures/signal_adaptation.svg)

The simulated person means the same all the while and does not tire. The intended speed is set at 250 mm/s:
with the decoded speed in its place a decoder that starts wrong turns in the right direction and stays slow.

When each unit's preferred direction drifts by 12 degrees (standard deviation) after every batch, a decoder
that was right errs by {drift_off} degrees in batches 20 to 25 without adaptation, by {drift_recalibrate} with
recalibration and by {drift_smooth} with smooth batch (half-life 1 batch).

## Learning inside and outside the manifold

The map is fixed and the person learns. Factor analysis finds eight factors; a map within the manifold
re-orders the factors, one outside it re-orders the units (Sadtler et al. 2014). Both begin with an angle of
about 75 degrees. The learner follows the slope of its error, but only by giving an intention other factors.
Error in degrees, mean of {people} simulated people:

| map | trials 1-50 | 51-100 | 151-200 | 251-300 | 551-600 |
|---|---:|---:|---:|---:|---:|
{learning}

![Learning a perturbed map](pictures/signal_manifold.svg)

In trials 251-300 the map within the manifold was ahead in {sooner} of {people} people. A map outside reads
{gain:.0f} % as much of the factors as one within, so that the slope of its error is flatter. The last row
shows that the manifold makes the difference: a learner that could change every unit by itself would learn
the map outside too. That is how this model was built to behave; it shows that the simulation holds what was
reported, and is no evidence about people. Only the angle of the two maps is matched at the start, not the
speed.

Sources (not verified): Casiez 2012 (One-Euro), Gilja 2012 (ReFIT),
Orsborn 2014 (smooth batch), Sadtler 2014 (manifold), Schone 2024 (biomimetic and arbitrary maps), Kieliba
2021 (third thumb).
"""


def main() -> int:
    filters, predictions = filter_rows(), prediction_rows()
    adaptation, manifold = adaptation_rows(), manifold_rows()
    pictures: dict[str, Callable[[], Figure]] = {
        "signal_filter.svg": lambda: filter_figure(filters),
        "signal_adaptation.svg": lambda: adaptation_figure(adaptation),
        "signal_manifold.svg": lambda: manifold_figure(manifold),
    }
    for name, draw in pictures.items():
        text = drawing.svg(drawing.curves(draw()))
        (DOCS / "pictures" / name).write_text(text, encoding="utf-8")
    PAGE.write_text(
        page(filters, predictions, adaptation, manifold, outside_gain(), drift_rows()), encoding="utf-8"
    )
    print(f"wrote {PAGE} and {len(pictures)} pictures")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
