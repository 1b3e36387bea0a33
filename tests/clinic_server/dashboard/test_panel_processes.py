"""The process profile: ratios to their own scale, their intervals, directions, and what is not measured."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from clinic_server.dashboard.panels import _responses, metrics_read
from clinic_server.dashboard.panels._responses import MEASURES, SDC_FACTOR, response_of, responses_of
from clinic_server.dashboard.panels.processes import figures
from clinic_server.dashboard.record import PatientRecord, Value, record_for_drawing
from clinic_server.patients.models import Patient
from clinic_server.progress.models import MetricDefinition
from clinic_server.recordings.models import Session
from tests.clinic_server.world import replaced, run_jobs
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World

MEASURE = {each.metric: each for each in MEASURES}
SESSIONS = [Session(id=uuid4(), local_date=date(2026, 11, 1 + at)) for at in range(8)]


def record(
    values: dict[str, list[float | str]], *, change: dict[str, float] | None = None, quality: float = 1.0
) -> PatientRecord:
    """A record with a number, or the reason for none, of each session in turn."""
    rows = {
        (metric, ""): [
            Value(session, metric, "", None if isinstance(each, str) else each, "", 20,
                  quality, each if isinstance(each, str) else "")
            for session, each in zip(SESSIONS, given, strict=False)
        ]
        for metric, given in values.items()
    }  # fmt: skip
    return PatientRecord(
        patient=Patient(impairment={"diagnoses": ["stroke"]}),
        today=date(2026, 11, 20),
        sessions=SESSIONS,
        values=rows,
        definitions={
            metric: MetricDefinition(metric=metric, version=1, smallest_detectable_change=sdc)
            for metric, sdc in (change or {}).items()
        },
    )


def test_a_response_is_a_ratio_to_what_repeated_sessions_scatter() -> None:
    given = record({"learning_rate": [0.1, 0.1, 0.3, 0.4, 0.5]}, change={"learning_rate": 0.1 * SDC_FACTOR})
    found = response_of(given, MEASURE["learning_rate"])
    assert found.now == pytest.approx(0.4) and found.baseline == pytest.approx(0.1) and found.newest == 3
    assert found.ratio == pytest.approx(4.0) and found.before == pytest.approx(1.0)
    assert found.half == pytest.approx(1.2816 / math.sqrt(3))
    assert found.is_beyond_noise and found.reading == "responds" and not found.is_own_scale
    (figure,) = figures(given)
    row = figure.rows[0].cells
    assert tuple(each.replace("\u00a0", " ") for each in row[:6]) == (
        "Errors: rate", "0.40 /cycle", "0.10 /cycle", "+4.0 (+3.3 to +4.7)",
        "0.10 /cycle, repeated sessions", "5",
    )  # fmt: skip
    assert row[6:] == ("yes", "Responds, growing")


def test_without_repeated_sessions_the_own_spread_is_the_scale_from_four_sessions_on() -> None:
    few = response_of(record({"use_dependent_bias_deg": [1.0, 3.0, 1.0]}), MEASURE["use_dependent_bias_deg"])
    assert few.scale is None and few.reading == "unscaled"
    enough = response_of(
        record({"use_dependent_bias_deg": [1.0, 3.0, 1.0, 3.0, 1.0]}), MEASURE["use_dependent_bias_deg"]
    )
    assert enough.scale == pytest.approx(math.sqrt(2.0)) and enough.is_own_scale
    assert enough.reading == "responds" and enough.is_beyond_noise is False


def test_pooled_values_overlap_so_their_spread_is_no_scale() -> None:
    given = record({"speed_accuracy_shift": [0.1, 0.11, 0.12, 0.13, 0.12]})
    found = response_of(given, MEASURE["speed_accuracy_shift"])
    assert found.now == pytest.approx(0.12, abs=0.01) and found.ratio is None and found.reading == "unscaled"


def test_the_after_effect_counts_against_its_rotation() -> None:
    given = record(
        {"after_effect_deg": [-6.0, 6.0, -6.0, 5.0], "perturbation_deg": [20.0, -20.0, 20.0, 20.0]},
        change={"after_effect_deg": 2.0 * SDC_FACTOR},
    )
    found = response_of(given, MEASURE["after_effect_deg"])
    assert found.baseline == pytest.approx(6.0) and found.now == pytest.approx(0.5)
    unknown = response_of(record({"after_effect_deg": [-6.0]}), MEASURE["after_effect_deg"])
    assert unknown.now is None


def test_success_counts_above_chance_and_a_shorter_stop_time_is_more() -> None:
    reward = response_of(
        record({"reward_rate": [0.5, 0.5, 0.6]}, change={"reward_rate": 0.05 * SDC_FACTOR}),
        MEASURE["reward_rate"],
    )
    assert reward.ratio == pytest.approx(2.0) and reward.before == pytest.approx(0.0)
    stop = record({"ssrt_s": [0.30, 0.28, 0.24, 0.25, 0.23]})
    found = response_of(stop, MEASURE["ssrt_s"])
    assert found.before == pytest.approx(0.0) and found.ratio is not None and found.ratio > 2.0
    assert {each.measure.metric for each in responses_of(stop)} >= {"ssrt_s"}
    assert "ssrt_pooled_s" not in {each.measure.metric for each in responses_of(stop)}
    pooled = responses_of(record({"ssrt_pooled_s": [0.3]}))
    assert [each.now for each in pooled if each.measure.metric == "ssrt_pooled_s"] == [0.3]


def test_strategy_counts_towards_the_own_direction_and_can_run_the_other_way() -> None:
    given = record(
        {"explicit_deg": [-9.0, -9.0, -9.0, -9.0, 4.0, 4.0, 4.0]}, change={"explicit_deg": SDC_FACTOR}
    )
    found = response_of(given, MEASURE["explicit_deg"])
    assert found.baseline == pytest.approx(9.0) and found.now == pytest.approx(-4.0)
    assert found.reading == "opposite"


def test_a_session_without_exploration_counts_as_none_rather_than_not_at_all() -> None:
    none = "no_more_after_failure"
    given = record({"exploration_excess_deg": [6.0, none, 6.0, none, none, "no_reward_trials"]})
    found = response_of(given, MEASURE["exploration_excess_deg"])
    assert found.sessions == 5 and found.now == pytest.approx(2.0) and found.baseline == pytest.approx(3.0)


def test_low_quality_is_left_out_and_counted() -> None:
    found = response_of(record({"learning_rate": [0.1, 0.2, 0.3]}, quality=0.5), MEASURE["learning_rate"])
    assert found.now is None and found.left_out == 3


def test_what_is_not_measured_says_why_and_shows_the_prior_once_a_system() -> None:
    (figure,) = figures(
        record({"learning_rate": ["no_perturbation"], "after_effect_deg": ["no_perturbation"]})
    )
    rows = {row.cells[0]: row for row in figure.rows}
    assert rows["Errors: rate"].cells[7] == "Not measured: prior only (no perturbation)"
    assert rows["Errors: rate"].cells[3].startswith("prior +")
    assert rows["Errors: after-effect"].cells[7] == "Not measured (no perturbation)"
    assert rows["Stopping: faster stop, pooled"].cells[7] == "Not measured"
    assert all(row.is_low for row in figure.rows)
    assert rows["Errors: after-effect"].cells[1:5] == ("–", "–", "–", "–")
    assert len(figure.data.lines) == 5 and not any(each.is_measured for each in figure.data.lines)
    assert figure.draw(figure.data)["layer"]


@pytest.mark.django_db
def test_a_played_reward_session_is_told_on_the_page_and_in_the_table(world: World, device: Device) -> None:
    plan = make_plan(mode="reward_based", practice=16, probe=4)
    played = play(plan, "healthy_old", 1)[1]
    names = ("blocks", "events", "commands", "samples", "ticks", "anchors", "tick_hz", "device")
    recording = replaced(device.record(), **{name: getattr(played, name) for name in names})
    assert device.upload(recording).status_code == 200
    run_jobs()
    with world.scope():
        found = record_for_drawing(
            clinic_id=world.clinic.id, patient_id=world.patient.id, metrics=metrics_read()
        )
        told = {each.measure.metric: each for each in responses_of(found)}
    assert told["reward_rate"].now is not None and 0.0 < told["reward_rate"].now <= 1.0
    assert told["reward_rate"].ratio is not None
    assert told["learning_rate"].now is None and told["learning_rate"].missing == "no_perturbation"
    page = world.as_().get(f"/patients/{world.patient.id}/").content.decode()
    assert 'id="processes"' in page and told["reward_rate"].text(told["reward_rate"].now) in page
    table = world.as_().get(f"/patients/{world.patient.id}/figures/processes.csv").content.decode()
    assert "Reward: success" in table


def test_blocks_of_a_session_count_by_themselves() -> None:
    session = SESSIONS[0]
    given = record({"reward_rate": [0.5]})
    given.values[("reward_rate", "block:1")] = [
        Value(session, "reward_rate", "block:1", 0.7, "", 20, 1.0, "")
    ]
    told = _responses.response_of(given, MEASURE["reward_rate"])
    assert told.now == pytest.approx(0.7)
    assert isinstance(session.id, UUID)
