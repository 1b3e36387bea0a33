"""Retention and retained gain over several sessions, and when there is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._repeatability import Repeatability
from shared.metrics.across import SessionSummary, between_probe_sd, compute_across
from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow, Missing
from tests.shared.recordings import PlannedTrial, recording

HOUR_MS = 3_600_000


def probe(place: str, hand_deg: float) -> list[PlannedTrial]:
    return [
        PlannedTrial(phase="probe", place=place, hand_deg=hand_deg + side, shows="nothing", feedback="none")
        for side in (-1.0, 1.0) * 4
    ]


def day(hours: float, opening: float, closing: float, practice: int = 8) -> SessionSummary:
    trials = probe("opening", opening) + [PlannedTrial(phase="practice")] * practice
    trials += probe("closing", closing) if practice else []
    return SessionSummary(
        session_id=f"at {hours} h",
        started_utc_ms=int(1_780_000_000_000 + hours * HOUR_MS),
        rows=compute_recording(recording(trials)),
    )


def of(sessions: list[SessionSummary], metric: str, **options: float) -> MetricRow:
    rows = compute_across(sessions, **({"between_probe_sd_deg": 1.0} | options))[sessions[-1].session_id]
    return next(each for each in rows if each.metric == metric)


def test_retention_is_the_share_of_the_days_gain_that_is_there_next_day() -> None:
    """Bias 12, by the end of the day 4, next day 6: six of eight degrees were kept."""
    found = of([day(0, 12.0, 4.0), day(24, 6.0, 3.0)], "retention")
    assert found.value == pytest.approx(6 / 8, abs=0.02)
    assert found.n == 8


def test_retention_below_zero_when_the_next_day_is_worse_than_before() -> None:
    assert (of([day(0, 12.0, 4.0), day(24, 14.0, 3.0)], "retention").value or 0) == pytest.approx(
        -0.25, abs=0.02
    )


def test_the_side_of_the_bias_does_not_matter() -> None:
    left, right = (of([day(0, s * 12.0, s * 4.0), day(24, s * 6.0, s * 3.0)], "retention") for s in (1, -1))
    assert left.value == pytest.approx(right.value, abs=0.02)


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (11.9, "same_day_session"),
        (96.1, "too_long_ago"),
        (-1.0, "clock_set_back"),
        (12.1, None),
        (95.9, None),
    ],
)
def test_only_the_next_day_counts(hours: float, reason: str | None) -> None:
    sessions = [day(0, 12.0, 4.0), day(hours, 6.0, 3.0)]
    assert of(sessions, "retention").missing_reason == reason
    assert of(sessions, "retained_gain_deg").missing_reason == reason


def test_a_gain_within_one_sd_of_the_probes_is_no_denominator() -> None:
    small = [day(0, 12.0, 11.8), day(24, 11.0, 9.0)]
    assert of(small, "retention").missing_reason == "same_day_gain_too_small"
    sessions = [day(0, 12.0, 9.0), day(24, 10.0, 9.0)]
    assert of(sessions, "retention").missing_reason is None
    assert of(sessions, "retention", between_probe_sd_deg=4.0).missing_reason == "same_day_gain_too_small"


def test_the_first_session_has_nothing_before_it() -> None:
    assert of([day(0, 12.0, 4.0)], "retention").missing_reason == "first_session"


def test_retained_gain_is_from_the_probes_before_any_practice() -> None:
    sessions = [day(-24, 10.0, 0.0, practice=0), day(0, 14.0, 4.0), day(24, 9.0, 3.0), day(48, 5.0, 2.0)]
    found = of(sessions, "retained_gain_deg")
    assert found.value == pytest.approx(12.0 - 5.0, abs=0.1), "mean of 10 and 14, less today's opening probe"
    assert found.quality == 1.0
    assert of(sessions[1:], "retained_gain_deg").quality == 0.5, "a single baseline probe"


def test_without_a_probe_there_is_no_retention() -> None:
    blind = SessionSummary("b", 1_780_000_000_000 + 24 * HOUR_MS, compute_recording(recording([])))
    assert of([day(0, 12.0, 4.0), blind], "retention").missing_reason == "no_probe"


def test_the_delay_of_the_probe_is_recorded() -> None:
    found = of([day(0, 12.0, 4.0), day(26.5, 6.0, 3.0)], "retention_delay_h")
    assert found.value == pytest.approx(26.5)
    assert of([day(0, 12.0, 4.0), day(2, 6.0, 3.0)], "retention_delay_h").missing_reason == "same_day_session"


def test_retained_gain_in_between_probe_sds() -> None:
    """Baseline 12 (10 and 14), today 5: 7 degrees; pooled SD 2 deg makes 3.5 SDs."""
    sessions = [day(-24, 10.0, 0.0, practice=0), day(0, 14.0, 4.0), day(24, 5.0, 3.0)]
    found = of(sessions, "retained_gain_sd", between_probe_sd_deg=2.0)
    assert found.value == pytest.approx(3.5, abs=0.05)
    assert found.quality == 1.0
    one_probe = (14.0 - 5.0) / 2.0
    assert abs(one_probe - 3.5) > 0.9, "a baseline of one probe would say more"
    assert of(sessions[:1], "retained_gain_sd").missing_reason == "first_session"


def test_which_sd_between_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.metrics.across.probe_ratio", lambda: 1.5)
    known = {"opening_probe_bias_deg": Repeatability(2.5, 7.0, 10, 40)}
    monkeypatch.setattr("shared.metrics.across.repeatability", lambda: known)
    assert between_probe_sd([1.0, 2.0], 3.0, 0.5) == 3.0, (
        "given for people like this one, while theirs are few"
    )
    assert between_probe_sd([1.0, 2.0], 0.2, 0.5) == 0.75, "never below the probe's own spread, as it repeats"
    own = between_probe_sd([1.0, 2.0, 3.0, 4.0, 5.0], 3.0, 0.5)
    assert own == pytest.approx(1.5811, abs=1e-4)
    assert between_probe_sd([2.0] * 5, 3.0, None) == 3.0, "a device that repeats itself is no spread"
    assert between_probe_sd([], None, 2.0) == 3.0
    assert between_probe_sd([], None, None) == 2.5, "no spread of their own: that of all people"
    known.clear()
    assert between_probe_sd([], None, None) == Missing("no_probe_spread")


def test_steady_people_are_not_judged_by_noisy_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gain of 2 deg is well above a steady person's scatter, whatever the SD over all people is."""
    known = {"opening_probe_bias_deg": Repeatability(6.0, 16.6, 10, 40)}
    monkeypatch.setattr("shared.metrics.across.repeatability", lambda: known)
    monkeypatch.setattr("shared.metrics.across.probe_ratio", lambda: 2.0)
    sessions = [day(0, 12.0, 10.0), day(24, 11.0, 9.0)]
    rows = {each.metric: each for each in compute_across(sessions)[sessions[1].session_id]}
    assert rows["retention"].value == pytest.approx(0.5, abs=0.06)
    spread = (8 / 7) ** 0.5 / 8**0.5 * 2.0
    assert rows["retained_gain_sd"].value == pytest.approx(1.0 / spread, rel=0.08)


def test_without_practice_there_is_no_baseline_to_keep_a_gain_from() -> None:
    probes = [day(-24, 10.0, 0.0, practice=0), day(0, 14.0, 4.0, practice=0)]
    assert of(probes, "retained_gain_deg").missing_reason == "no_practice_yet"


@settings(deadline=None, max_examples=5)
@given(st.sampled_from([-1.0, 1.0]), st.floats(6, 20), st.floats(0, 4))
def test_mirrored_people_keep_alike(sign: float, opening: float, closing: float) -> None:
    sessions = [day(0, sign * opening, sign * closing), day(24, sign * 5.0, sign * 3.0)]
    expected = (opening - 5.0) / (opening - closing)
    assert of(sessions, "retention").value == pytest.approx(expected, abs=0.05)
    assert of(sessions, "retained_gain_deg").value == pytest.approx(opening - 5.0, abs=0.15)


def test_precision_and_speed_are_kept_or_not_like_the_bias() -> None:
    """The planned probes scatter by one degree either way; their SD is sqrt(8 / 7)."""
    sessions = [day(-24, 10.0, 0.0, practice=0), day(0, 14.0, 4.0), day(24, 5.0, 3.0)]
    found = of(sessions, "retained_precision_deg")
    assert found.value == pytest.approx(0.0, abs=0.1)
    assert found.quality == 1.0
    assert of(sessions, "retained_speed_s").missing_reason == "no_probe"
    row = {"version": 1, "scope": "", "unit": "deg", "quality": 1.0, "n": 8, "missing_reason": None}

    def known(at: int, spread: float, seconds: float, practice: float) -> SessionSummary:
        rows = [
            MetricRow(metric="opening_probe_spread_deg", value=spread, **row),
            MetricRow(metric="speed_at_fixed_accuracy_s", value=seconds, **row),
            MetricRow(metric="trials", value=practice, **row),
        ]
        return SessionSummary(f"{at}", 1_780_000_000_000 + at * 24 * HOUR_MS, rows)

    days = [known(0, 3.0, 0.8, 0.0), known(1, 5.0, 0.6, 40.0), known(2, 2.0, 0.5, 40.0)]
    assert of(days, "retained_precision_deg").value == pytest.approx(17.0**0.5 - 2.0)
    assert of(days, "retained_speed_s").value == pytest.approx(0.2)
    assert of(days[1:], "retained_speed_s").quality == 0.5
