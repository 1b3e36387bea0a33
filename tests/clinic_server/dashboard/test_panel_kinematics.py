"""The panel of movement: changes in SDs of a session, their direction, their noise, and what is left out."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from clinic_server.dashboard.panels import metrics_read
from clinic_server.dashboard.panels._own_baseline import standing_of
from clinic_server.dashboard.panels._responses import SDC_FACTOR
from clinic_server.dashboard.panels.kinematics import MEASURES, figures
from clinic_server.dashboard.record import PatientRecord, Value, record_for_drawing
from clinic_server.patients.models import Patient
from clinic_server.progress.models import MetricDefinition
from clinic_server.recordings.models import Session
from shared.metrics.compute import catalogue
from tests.clinic_server.world import run_jobs

if TYPE_CHECKING:
    from tests.clinic_server.world import Device, World

MEASURE = {each.metric: each for each in MEASURES}


def record(
    metric: str,
    values: list[float],
    *,
    better: str = "lower",
    sdc: float | None = None,
    low: int = -1,
    device_until: int = 0,
) -> PatientRecord:
    """A number of each session in turn; session `low` is of low quality, the first ones on another device."""
    sessions = [
        Session(id=uuid4(), local_date=date(2026, 11, 1 + at), device_kind="a" if at < device_until else "b")
        for at in range(len(values))
    ]
    rows = [
        Value(session, metric, "", value, "", 20, 0.2 if at == low else 1.0, "")
        for at, (session, value) in enumerate(zip(sessions, values, strict=True))
    ]
    return PatientRecord(
        patient=Patient(),
        today=date(2026, 11, 20),
        sessions=sessions,
        values={(metric, ""): rows},
        definitions={
            metric: MetricDefinition(metric=metric, version=1, better=better, smallest_detectable_change=sdc)
        },
    )


def test_a_shorter_time_is_better_by_the_scatter_of_repeated_sessions() -> None:
    given = record("movement_time_s", [1.2, 1.0, 0.8, 0.7, 0.6], sdc=0.1 * SDC_FACTOR)
    found = standing_of(given, MEASURE["movement_time_s"])
    assert found.baseline == pytest.approx(1.1) and found.now == pytest.approx(0.7)
    assert found.z == pytest.approx(4.0) and found.reading == "better" and found.reaches == 60
    assert found.half == pytest.approx(1.2816 * math.sqrt(1 / 3 + 1 / 2))
    (figure,) = figures(given)
    assert figure.sentence.startswith("Better: Movement time 0.70")
    cells = {row.cells[0]: row.cells for row in figure.rows}["Movement time"]
    assert cells[1] == "Movement time" and cells[4] == "+4.0 (+2.8 to +5.2)"
    assert cells[5].replace("\u00a0", " ") == "0.28 s" and cells[8] == "60"


def test_the_same_numbers_are_worse_where_higher_is_better_and_no_verdict_where_neither_is() -> None:
    values = [1.2, 1.0, 0.8, 0.7, 0.6]
    for better, reading, z in (("higher", "worse", -4.0), ("neither", "changed", -4.0)):
        given = record("movement_time_s", values, better=better, sdc=0.1 * SDC_FACTOR)
        found = standing_of(given, MEASURE["movement_time_s"])
        assert found.reading == reading and found.z == pytest.approx(z)


def test_within_its_noise_is_no_change_and_an_unknown_noise_gives_no_number() -> None:
    same = standing_of(record("sparc", [1.0, 1.0, 1.05], sdc=0.1 * SDC_FACTOR), MEASURE["sparc"])
    assert same.reading == "same"
    few = record("sparc", [1.0, 1.0, 2.0])
    assert standing_of(few, MEASURE["sparc"]).reading == "unscaled"
    assert figures(few)[0].data is None
    cells = {row.cells[0]: row.cells for row in figures(few)[0].rows}["Smoothness, SPARC"]
    assert cells[4] == "–" and cells[5] == "not known"
    assert standing_of(record("sparc", [1.0, 1.0]), MEASURE["sparc"]).reading == "starting"


def test_low_quality_is_drawn_and_not_counted_and_another_device_is_another_scale() -> None:
    given = record("movement_time_s", [1.0, 1.0, 9.0, 1.0], sdc=0.1 * SDC_FACTOR, low=2)
    found = standing_of(given, MEASURE["movement_time_s"])
    assert found.z == pytest.approx(0.0) and found.left_out == 1
    assert [each.is_low for each in found.recent] == [True, False]
    moved = record("movement_time_s", [5.0, 5.0, 1.0, 1.0, 1.0], sdc=0.1 * SDC_FACTOR, device_until=2)
    found = standing_of(moved, MEASURE["movement_time_s"])
    assert found.baseline == pytest.approx(1.0) and found.elsewhere == 2


def test_every_measure_is_a_metric_and_those_not_measured_stand_in_the_table() -> None:
    known = {each.id for each in catalogue()}
    assert {each.metric for each in MEASURES} <= known
    (figure,) = figures(record("sparc", [1.0]))
    rows = {row.cells[0]: row for row in figure.rows}
    assert len(rows) == len(MEASURES)
    assert rows["Reaction time"].is_low and rows["Reaction time"].cells[6] == "Not measured"


@pytest.mark.django_db
def test_a_played_session_fills_the_panel_of_the_page_and_the_worker_reads_the_same(
    world: World, device: Device
) -> None:
    for _ in range(4):
        assert device.upload(device.record()).status_code == 200
    run_jobs()
    page = world.as_().get(f"/patients/{world.patient.id}/").content.decode()
    assert 'id="kinematics"' in page and "Min-max speed difference" in page
    with world.scope():
        drawn = record_for_drawing(
            clinic_id=world.clinic.id, patient_id=world.patient.id, metrics=metrics_read()
        )
        (figure,) = figures(drawn)
    assert figure.sentence in page.replace("&#x27;", "'")
