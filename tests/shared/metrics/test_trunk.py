"""Trunk metrics where a recording carries the trunk, and the reason where it does not."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.wire.session import Recording
from shared.wire.streams import pack_block, stream_columns
from tests.shared.recordings import MONO_NS, TICK_HZ, PlannedTrial, planned_session, recording

NAMES = ("trunk_compensation", "trunk_sway_rms_ratio", "trunk_sway_speed_ratio")


def with_trunk(
    plain: Recording,
    share: float = 0.2,
    *,
    calm_um: float = 500.0,
    wild_um: float = 1000.0,
    wild_from_tick: int = 0,
    seen: bool = True,
    sideways: bool = False,
) -> Recording:
    """The trunk at 30 Hz: it follows the hand by `share` and sways in a circle, wider from a tick on."""
    ticks = stream_columns(plain, "tick")
    at = np.arange(0, len(ticks["x_um"]), 4)
    hand = np.column_stack([ticks["x_um"], ticks["y_um"]])[at]
    angle = 2 * np.pi * 3.0 * at / TICK_HZ
    size = np.where(at < wild_from_tick, calm_um, wild_um)[:, None]
    sway = size * np.column_stack([np.cos(angle), np.sin(angle)])
    places = np.rint(share * (hand @ [[0, 1], [-1, 0]] if sideways else hand) + sway).astype(int)
    block = pack_block(
        "trunk",
        0,
        {
            "t_ns": (MONO_NS + np.rint(at / TICK_HZ * 1e9).astype(np.int64)).tolist(),
            "x_um": places[:, 0].tolist(),
            "y_um": places[:, 1].tolist(),
            "confidence": [90 if seen else 0] * len(at),
        },
    )
    return msgspec.structs.replace(plain, samples=[*plain.samples, block])


def rows_of(found: Recording) -> dict[str, MetricRow]:
    return {each.metric: each for each in compute_recording(found) if each.scope == ""}


def value(rows: dict[str, MetricRow], metric: str) -> float:
    found = rows[metric].value
    assert found is not None, (metric, rows[metric].missing_reason)
    return found


def first_practice_tick(found: Recording) -> int:
    return next(
        each.tick
        for each in found.events
        if type(each).__name__ == "PhaseStart" and each.phase == "practice"  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("share", [0.0, 0.2, 0.6])
def test_the_trunks_share_comes_back(share: float) -> None:
    rows = rows_of(with_trunk(recording(planned_session()), share, calm_um=50, wild_um=50))
    assert value(rows, "trunk_compensation") == pytest.approx(share, abs=0.01)


def test_a_trunk_that_moves_aside_is_no_compensation() -> None:
    rows = rows_of(with_trunk(recording(planned_session()), 0.5, sideways=True, calm_um=50, wild_um=50))
    assert value(rows, "trunk_compensation") == pytest.approx(0.0, abs=0.01)


def test_sway_is_against_the_persons_own_baseline() -> None:
    plain = recording(planned_session())
    rows = rows_of(with_trunk(plain, 0.0, wild_from_tick=first_practice_tick(plain)))
    assert value(rows, "trunk_sway_rms_ratio") == pytest.approx(2.0, rel=0.05)
    assert value(rows, "trunk_sway_speed_ratio") == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("size", [0.1, 7.0])
def test_the_cameras_scale_drops_out(size: float) -> None:
    plain = recording(planned_session())
    tick = first_practice_tick(plain)
    found = rows_of(with_trunk(plain, 0.0, calm_um=500 * size, wild_um=1000 * size, wild_from_tick=tick))
    assert value(found, "trunk_sway_rms_ratio") == pytest.approx(2.0, rel=0.05)


def test_reasons() -> None:
    plain = recording(planned_session())
    assert {rows_of(plain)[each].missing_reason for each in NAMES} == {"no_trunk_samples"}
    unseen = rows_of(with_trunk(plain, seen=False))
    assert {unseen[each].missing_reason for each in NAMES} == {"no_trunk_samples"}
    unanchored = rows_of(msgspec.structs.replace(with_trunk(plain), anchors=[]))
    assert {unanchored[each].missing_reason for each in NAMES} == {"no_clock"}
    no_probe = rows_of(with_trunk(recording([PlannedTrial(phase="practice")] * 8)))
    assert no_probe["trunk_sway_rms_ratio"].missing_reason == "no_trunk_baseline"
    assert no_probe["trunk_compensation"].value is not None
    still = rows_of(with_trunk(plain, 0.0, calm_um=0, wild_um=0))
    assert still["trunk_sway_rms_ratio"].missing_reason == "no_trunk_sway_at_baseline"


def test_a_trunk_lost_in_a_reach_takes_that_reach_only() -> None:
    """Rows missing for 0.5 s: no straight line is drawn through where nobody was seen."""
    found = with_trunk(recording(planned_session()))
    block = found.samples[-1]
    columns = {name: each.copy() for name, each in stream_columns(found, "trunk").items()}
    go = next(each.tick for each in found.events if type(each).__name__ == "Go" and each.trial == 10)  # type: ignore[union-attr]
    lost = np.abs(columns["t_ns"] - (MONO_NS + (go + 60) / TICK_HZ * 1e9)) < 0.25e9
    columns["confidence"][lost] = 0
    again = pack_block("trunk", 0, {name: each.tolist() for name, each in columns.items()})
    rows = rows_of(msgspec.structs.replace(found, samples=[*found.samples[:-1], again]))
    assert block.count == again.count
    assert rows["trunk_compensation"].n == 39
