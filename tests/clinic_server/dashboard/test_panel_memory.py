"""Memory: shares by the two-rate model where it could tell them, else what probes tell of days and nights."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from clinic_server.dashboard.panels import metrics_read
from clinic_server.dashboard.panels._memory import assessed_of, change_of, nights_of, shares, weeks_of
from clinic_server.dashboard.panels._responses import SDC_FACTOR
from clinic_server.dashboard.panels.memory import build, figures
from clinic_server.dashboard.record import PatientRecord, Value, record_for, record_for_drawing
from clinic_server.patients.models import Patient
from clinic_server.progress.models import MetricDefinition
from clinic_server.recordings.models import Session
from tests.clinic_server.world import run_jobs

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World

MONDAY = date(2026, 9, 7)


def record(
    values: dict[str, list[float | str | None]],
    *,
    sd_deg: float | None = 2.0,
    quality: float = 1.0,
    plans: tuple[int, ...] = (),
) -> PatientRecord:
    """A record of a session every second day, with a number, the reason for none, or no row."""
    most = max(map(len, values.values()))
    sessions = [
        Session(
            id=uuid4(), local_date=MONDAY + timedelta(days=2 * at), plan_version=plans[at] if plans else 1
        )
        for at in range(most)
    ]
    rows = {
        (metric, ""): [
            Value(session, metric, "", each if isinstance(each, float) else None, "deg", 8, quality,
                  each if isinstance(each, str) else "")
            for session, each in zip(sessions, given, strict=False)
            if each is not None
        ]
        for metric, given in values.items()
    }  # fmt: skip
    change = None if sd_deg is None else sd_deg * SDC_FACTOR
    probes = ("opening_probe_bias_deg", "closing_probe_bias_deg")
    told = {
        each: MetricDefinition(metric=each, version=2, smallest_detectable_change=change) for each in probes
    }
    return PatientRecord(Patient(), MONDAY + timedelta(days=90), sessions, rows, told)


PROBED: dict[str, list[float | str | None]] = {
    "opening_probe_bias_deg": [12.0, 9.0, -8.0, 4.0],
    "closing_probe_bias_deg": [6.0, 5.0, 3.0, 2.0],
    "retained_gain_deg": ["first_session", 3.0, 4.0, 8.0],
    "retention": ["first_session", 0.5, "same_day_gain_too_small", 0.8],
    "retention_delay_h": ["first_session", 48.0, 48.0, 47.0],
}


def test_after_one_reach_the_shares_are_what_is_learnt_at_once_and_slow_wins_in_the_end() -> None:
    fast, slow = shares((0.6, 0.99, 0.2, 0.03))
    error, states = 1.0, [0.0, 0.0]
    for _ in range(40):
        error = 1.0 - sum(states)
        states = [0.6 * states[0] + 0.2 * error, 0.99 * states[1] + 0.03 * error]
    assert [fast, slow] == pytest.approx(states)
    assert slow > fast
    assert shares((0.6, 0.99, 0.0, 0.0)) == (0.0, 0.0)


def test_an_assessment_gives_shares_with_an_interval_that_grows_with_the_rates_errors() -> None:
    def given(scale: float) -> PatientRecord:
        rates = {"af": 0.6, "as": 0.99, "bf": 0.2, "bs": 0.03}
        errors = {"af": 0.1, "as": 0.003, "bf": 0.04, "bs": 0.006}
        rows: dict[str, list[float | str | None]] = {
            f"two_rate_{name}": [rate] for name, rate in rates.items()
        }
        rows |= {f"two_rate_{name}_se": [scale * error] for name, error in errors.items()}
        return record(rows)

    (narrow,), (wide,) = assessed_of(given(0.5)), assessed_of(given(1.0))
    assert narrow.slow.value == wide.slow.value == pytest.approx(shares((0.6, 0.99, 0.2, 0.03))[1])
    assert narrow.slow.half is not None and wide.slow.half is not None
    assert wide.slow.half == pytest.approx(2.0 * narrow.slow.half, rel=0.05)
    assert build(given(1.0))["assessed"]
    assert [each.key for each in figures(given(1.0))] == ["memory.rates", "memory.probes"]


def test_without_all_rates_and_errors_nothing_is_told() -> None:
    partly = record(
        {"two_rate_af": [0.6], "two_rate_as": [0.99], "two_rate_bf": [0.2], "two_rate_bs": [0.03]}
    )
    assert assessed_of(partly) == []
    (figure,) = figures(partly)
    assert figure.sentence == "Cannot tell: no two sessions lie 12 to 96 hours apart yet."
    assert figure.data is None and not figure.rows


def test_a_night_takes_what_the_next_opening_probe_lacks_of_the_closing_one() -> None:
    nights = nights_of(record(PROBED))
    assert [each.kept_deg for each in nights] == [3.0, 4.0, 8.0]
    assert [each.taken_deg for each in nights] == [3.0, 3.0, 1.0]
    assert [each.retention for each in nights] == [0.5, None, 0.8]
    (figure,) = figures(record(PROBED))
    assert [row.cells[1:] for row in figure.rows] == [
        ("48", "+3.0°", "+3.0°", "50 %"),
        ("48", "+4.0°", "+3.0°", "cannot tell: same day gain too small"),
        ("47", "+8.0°", "+1.0°", "80 %"),
    ]
    shown = build(record(PROBED))
    assert shown["retention"] == pytest.approx(0.65) and shown["told"] == 2
    assert shown["missing"] == [("same day gain too small", 1)]


def test_weeks_are_means_whose_noise_falls_with_their_nights() -> None:
    points = weeks_of(nights_of(record(PROBED)), lambda each: each.kept_deg, 2.0)
    assert [each.n for each in points] == [3]  # 9, 11 and 13 September: one week
    assert points[0].value == pytest.approx(5.0)
    assert points[0].half == pytest.approx(1.2816 * 2.0 / math.sqrt(3))
    assert weeks_of(nights_of(record(PROBED)), lambda each: each.kept_deg, None)[0].half is None


def weekly(gains: tuple[float, ...]) -> dict[str, list[float | str | None]]:
    """Three weeks' sessions; the opening probe falls by these gains from 20 degrees."""
    return {
        "opening_probe_bias_deg": [20.0, *(20.0 - each for each in gains)],
        "closing_probe_bias_deg": [10.0] * (len(gains) + 1),
        "retained_gain_deg": ["first_session", *gains],
        "retention_delay_h": ["first_session", *[48.0] * len(gains)],
    }


def test_growth_beyond_its_noise_is_said_and_within_it_is_not() -> None:
    grown = record(weekly((1.0, 1.0, 1.0, 8.0, 8.0, 8.0, 9.0, 9.0)), plans=(1, 1, 1, 2, 2, 2, 2, 2, 2))
    (figure,) = figures(grown)
    assert figure.sentence.startswith("Kept has grown from 1.0° to ")
    assert "taken has fallen" in figure.sentence and "beyond its own noise" in figure.sentence
    assert [label for _day, label in figure.data.plans] == ["Plan 2"]
    assert figure.draw(figure.data)["layer"]
    still = record(weekly((1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0)))
    assert "within its own noise" in figures(still)[0].sentence
    unknown = record(weekly((1.0, 8.0)), sd_deg=None)
    points = weeks_of(nights_of(unknown), lambda each: each.kept_deg, None)
    assert change_of(points) is None


def test_a_single_baseline_probe_is_admitted() -> None:
    assert build(record(PROBED, quality=0.5))["is_single_baseline"]
    assert not build(record(PROBED))["is_single_baseline"]


@pytest.mark.django_db
def test_two_days_of_play_are_told_on_the_page(world: World, device: Device) -> None:
    for hours in (0, 24):
        recording = device.record(started_utc_ms=1_790_000_000_000 + hours * 3_600_000)
        assert device.upload(recording).status_code == 200
    run_jobs()
    with world.scope():
        drawn = record_for_drawing(
            clinic_id=world.clinic.id, patient_id=world.patient.id, metrics=metrics_read()
        )
        read = record_for(world.actor(), world.patient.id, metrics=metrics_read())
    (night,) = nights_of(drawn)
    opening, closing = drawn.of("opening_probe_bias_deg"), drawn.of("closing_probe_bias_deg")
    assert night.delay_h == pytest.approx(24.0)
    assert opening[1].value is not None and closing[0].value is not None
    assert night.taken_deg == pytest.approx(abs(opening[1].value) - abs(closing[0].value))
    assert [each.digest("en") for each in figures(read)] == [each.digest("en") for each in figures(drawn)]
    page = world.as_().get(f"/patients/{world.patient.id}/").content.decode()
    assert 'id="memory"' in page and f"{night.kept_deg:+.1f}°" in page
    assert "Fast and slow memory by the two-rate model: cannot tell." in page
