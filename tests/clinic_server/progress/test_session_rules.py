"""Rules that a session decides, on stored sessions: they rise, stand between the bounds, end, rise anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic_server.progress import rules, services
from clinic_server.progress.flag_services import flag_acknowledge
from clinic_server.progress.models import Flag, FlagRule, MetricResult, TriageSummary
from clinic_server.recordings.models import Session
from shared.wire.session import Symptoms
from tests.clinic_server.world import Device, World
from tests.shared.recordings import PlannedTrial, recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(world: World, device: Device) -> Any:
    """Upload a session of so many days ago, with stored numbers: these tests are about the rules."""

    def play(
        days_ago: float, *, trials: list[PlannedTrial] | None = None, numbers: Any = None, **fields: Any
    ) -> None:
        at = timezone.now() - timedelta(days=days_ago)
        document = device.record(started_utc_ms=int(at.timestamp() * 1000), **fields)
        if trials is not None:
            names = ("id", "profile_id", "device_seq", "started_utc_ms")
            document = recording(trials, **{name: getattr(document, name) for name in names})
        assert device.upload(document).status_code == 200
        with world.scope():
            session = Session.objects.get(id=document.id)
            for metric, value in (numbers or {}).items():
                MetricResult.objects.create(
                    clinic_id=world.clinic.id, session=session, patient=world.patient, metric=metric,
                    version=1, value=value, unit="1", quality=1.0, n=8, computed_at=at,
                )  # fmt: skip
            rules.after_session(session=session)

    return play


def _on(world: World, rule: str, **changes: Any) -> None:
    with world.scope():
        FlagRule.objects.create(clinic=world.clinic, rule=rule, enabled=True, **changes)


def _flags(world: World, rule: str) -> list[Flag]:
    with world.scope():
        return list(Flag.objects.filter(rule=rule).order_by("raised_at"))


def test_data_quality_twice_over_30_percent_ends_below_20(world: World, played: Any) -> None:
    _on(world, "data_quality")
    played(6, numbers={"dropout_share": 0.41})
    assert not _flags(world, "data_quality"), "once is not twice"
    played(5, numbers={"dropout_share": 0.34})
    assert (
        _flags(world, "data_quality")[0].reason
        == "Too many frames lost, 41 and 34 % of the last sessions' frames"
    )
    played(4, numbers={"dropout_share": 0.25})
    assert _flags(world, "data_quality")[0].is_open, "between the bounds it stands"
    played(3, numbers={"dropout_share": 0.15})
    assert not _flags(world, "data_quality")[0].is_open
    with world.scope():
        assert TriageSummary.objects.get(patient=world.patient).valid_share == pytest.approx(0.75)


def test_decline_is_worse_than_the_baselines_band_in_three_of_four(world: World, played: Any) -> None:
    values = (10.0, 11.0, 10.0, 11.0, 18.0, 10.0, 19.0)
    for at, value in enumerate(values):
        played(20 - at, numbers={"opening_probe_bias_deg": -value})
    assert not _flags(world, "decline"), "two of four"
    played(10, numbers={"opening_probe_bias_deg": -20.0})
    assert _flags(world, "decline")[0].reason == "Worse than at the start, 3 of the last 4 valid sessions"


def test_pain_raised_over_three_sessions_is_one_flag_until_it_falls(world: World, played: Any) -> None:
    for at, pain in enumerate((1, 1, 2, 3, 4)):
        played(20 - at, symptoms_after=Symptoms(pain=pain), symptoms_before=Symptoms(pain=pain))
    assert not _flags(world, "pain_up")
    played(10, symptoms_after=Symptoms(pain=4), symptoms_before=Symptoms(pain=4))
    assert _flags(world, "pain_up")[0].reason == "Pain +3 over 3 sessions, median from 1 to 4"
    played(9, symptoms_after=Symptoms(pain=5), symptoms_before=Symptoms(pain=5))
    assert len(_flags(world, "pain_up")) == 1
    for days_ago in (8, 7, 6):
        played(days_ago, symptoms_after=Symptoms(pain=1), symptoms_before=Symptoms(pain=1))
    assert not _flags(world, "pain_up")[0].is_open


def test_one_side_left_out_for_three_sessions(world: World, played: Any) -> None:
    _on(world, "neglect_asym")

    def reaches(left_begun: int) -> list[PlannedTrial]:
        right = [PlannedTrial("practice", target_deg=20.0) for _ in range(12)]
        seen = [PlannedTrial("practice", target_deg=160.0) for _ in range(left_begun)]
        missed = [
            PlannedTrial("practice", target_deg=160.0, length_ratio=0.0, outcome="timeout", success=False)
            for _ in range(12 - left_begun)
        ]
        return [*right, *seen, *missed]

    played(6, trials=reaches(4))
    played(5, trials=reaches(4))
    assert not _flags(world, "neglect_asym")
    played(4, trials=reaches(4))
    said = "Reaches to the right 3.0 times as often, in 3 sessions in a row"
    assert _flags(world, "neglect_asym")[0].reason == said
    played(3, trials=reaches(12))
    assert not _flags(world, "neglect_asym")[0].is_open


def test_what_was_acknowledged_stays_so_while_it_lasts_and_a_new_run_is_a_new_flag(
    world: World, played: Any
) -> None:
    _on(world, "data_quality")
    for days_ago in (9, 8):
        played(days_ago, numbers={"dropout_share": 0.5})
    with world.scope():
        flag_acknowledge(
            actor=world.actor(), flag_id=_flags(world, "data_quality")[0].id, reason="Lamp moved"
        )
    played(7, numbers={"dropout_share": 0.6})
    assert len(_flags(world, "data_quality")) == 1
    played(6, numbers={"dropout_share": 0.1})
    for days_ago in (5, 4):
        played(days_ago, numbers={"dropout_share": 0.5})
    assert [each.is_open for each in _flags(world, "data_quality")] == [False, True]


def test_the_summary_follows_sessions_and_the_day_and_tells_the_trend(world: World, played: Any) -> None:
    for at, value in enumerate((14.0, 13.0, 11.5, 11.0, 9.0)):
        played(15 - 2 * at, numbers={"opening_probe_bias_deg": value}, symptoms_after=Symptoms(pain=2))
    with world.scope():
        row = TriageSummary.objects.get(patient=world.patient)
    assert (row.sessions, row.pain_after, row.trend_metric) == (5, 2, "opening_probe_bias_deg")
    assert (row.trend_verdict, row.trend_values) == ("better", [14.0, 13.0, 11.5, 11.0, 9.0])
    assert row.trend_now == 11.0
    body = world.as_().get("/api/v1/triage").json()["data"][0]["trend"]
    assert body["sure_better"] > 0.95
    assert "↑ Better" in world.as_().get("/?show=all").content.decode()
    with world.scope():
        TriageSummary.objects.all().delete()
    services.day_check()
    with world.scope():
        again = TriageSummary.objects.get(patient=world.patient)
    assert (again.trend_values, again.place) == (row.trend_values, row.place)
