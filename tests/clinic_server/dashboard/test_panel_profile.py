"""The profile: what was entered, what probes measured, what is unknown, and what the rules say of modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clinic_server.dashboard.panels import metrics_read
from clinic_server.dashboard.panels.profile import build, figures, items_of
from clinic_server.dashboard.record import record_for, record_for_drawing
from clinic_server.patients.services import patient_update
from clinic_server.progress.services import recommend
from tests.clinic_server.world import run_jobs

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord
    from tests.clinic_server.world import Device, World

pytestmark = pytest.mark.django_db


def read(world: World) -> PatientRecord:
    with world.scope():
        return record_for(world.actor(), world.patient.id, metrics=metrics_read())


def test_what_nobody_entered_is_unknown_and_what_nobody_noted_is_not_denied(world: World) -> None:
    items = {each.name: each for each in items_of(read(world))}
    assert (items["Diagnoses"].kind, items["Diagnoses"].value) == ("entered", "stroke")
    assert (items["Affected side"].kind, items["Affected side"].value) == ("entered", "right")
    assert items["Cognition"].kind == "unknown" and "MoCA" in items["Cognition"].source
    assert items["On medication when playing"].kind == "unknown"
    assert items["Aphasia"].kind == "not_noted" and "absence is not proven" in items["Aphasia"].source
    assert items["Reach bias"].kind == "unknown"
    assert items["Fast and slow memory"].kind == "unknown"


def test_a_scale_is_shown_with_its_range_and_a_no_is_a_no(world: World) -> None:
    profile = {"diagnoses": ["parkinson"], "moca": 24.5, "sara": 0, "medication_on": False, "aphasia": True}
    with world.scope():
        patient_update(actor=world.actor(), patient_id=world.patient.id, changes={"impairment": profile})
    record = read(world)
    items = {each.name: each for each in items_of(record)}
    assert (items["Cognition"].value, items["Cognition"].kind) == ("24.5", "entered")
    assert "0 to 30" in items["Cognition"].source
    assert (items["Ataxia"].value, items["Ataxia"].kind) == ("0", "entered")
    assert items["On medication when playing"].value == "no"
    assert items["Aphasia"].value == "yes"
    with world.scope():
        assert build(record)["entered_on"] == record.today


def test_the_modes_are_those_that_the_recommendation_gives(world: World) -> None:
    profile = {"diagnoses": ["cerebellar_ataxia"], "sara": 14.0}
    with world.scope():
        patient_update(actor=world.actor(), patient_id=world.patient.id, changes={"impairment": profile})
        asked = recommend(actor=world.actor(), patient_id=world.patient.id, approved=[])
    record = read(world)
    (figure,) = figures(record)
    rows = {row.cells[0]: row for row in figure.rows}
    assert [row.cells[0].replace("-", "_").replace(" ", "_") for row in figure.rows] == [
        each.mode for each in asked.ranked
    ]
    assert rows["error-based"].cells[6] == "advised against" and rows["error-based"].is_low
    assert rows["reward-based"].cells[6] == "advised"
    assert "impaired in cerebellar ataxia" in rows["error-based"].cells[7]
    assert "advised against: error-based" in figure.sentence
    assert {each.is_measured for each in figure.data.lines} == {False}
    assert all(each.before is None for each in figure.data.lines)
    assert "error-based" not in {each.label for each in figure.data.lines}


def test_a_measured_mode_is_a_filled_dot_with_the_prior_as_its_diamond(world: World) -> None:
    world.patient.measured = {
        "gain_error_based": 4.0,
        "gain_error_based_se": 0.5,
        "retention_error_based": 0.8,
    }
    with world.scope():
        world.patient.save()
    record = read(world)
    (figure,) = figures(record)
    lines = {each.label: each for each in figure.data.lines}
    measured, prior = lines["error-based"], lines["reward-based"]
    assert measured.is_measured and measured.before is not None
    assert measured.before < measured.value < 4.0
    assert measured.high - measured.low < prior.high - prior.low
    assert not prior.is_measured and prior.before is None
    items = {each.name: each for each in items_of(record)}
    assert items["Gain kept under error-based"].value == "+4.0 ± 0.5 SD".replace(" ", "\u00a0")
    assert items["Kept to the next day under error-based"].value == "80 %"


def test_a_played_probe_is_told_with_its_day_and_its_reaches(world: World, device: Device) -> None:
    recording = device.record()
    assert device.upload(recording).status_code == 200
    run_jobs()
    items = {each.name: each for each in items_of(read(world))}
    bias = items["Reach bias"]
    assert bias.kind == "measured" and "reaches" in bias.source
    page = world.as_().get(f"/patients/{world.patient.id}/").content.decode()
    assert 'id="profile"' in page and bias.value in page
    with world.scope():
        drawn = record_for_drawing(
            clinic_id=world.clinic.id, patient_id=world.patient.id, metrics=metrics_read()
        )
        assert [each.digest("en") for each in figures(drawn)] == [
            each.digest("en") for each in figures(read(world))
        ]
