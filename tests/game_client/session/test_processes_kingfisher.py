"""Kingfisher over days, through the real loop: the curve's shift, stopping and changing course show."""

from __future__ import annotations

from collections.abc import Callable
from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from shared.metrics.across import compute_across, summary_of
from shared.metrics.compute import compute_recording
from shared.patient._deciding import _TURN_BASE_S, _TURN_SHARE, Deciding
from shared.patient.virtual import TICK_S, VirtualPatient, draw_person
from shared.wire.trials import trials_of
from tests.virtual_sessions import make_plan, play

if TYPE_CHECKING:
    from shared.metrics.spec import MetricRow
    from shared.patient.person import Person
    from shared.wire.session import Recording

pytestmark = pytest.mark.science
DAY_MS = 86_400_000
PLAIN = {"stop_share": 0.0, "jump_share": 0.0, "choice_share": 0.0, "offers": False}
TWO_FISH = PLAIN | {"targets": 2, "target_radius_m": 0.007}
"""Fish 120 degrees apart: nearer ones draw each other's reaches, which is another process. Small ones, so
that neither day is near to perfect."""


def over_days(
    patient: VirtualPatient,
    days: int,
    practice: int,
    game_params: dict[str, Any],
    before: Callable[[int], None] = lambda day: None,
) -> list[Recording]:
    """Play one session a day; the nights between them forget."""
    found = []
    for day in range(days):
        if day:
            patient.sleep(1.0)
            patient.wake(day)
        before(day)
        plan = make_plan("acuity", game="kingfisher", practice=practice, probe=4, game_params=game_params)
        run, recording = play(plan, patient.person.profile, 100 * patient.person.seed + day, patient)
        assert run.ended_reason == "completed"
        found.append(replace(recording, started_utc_ms=recording.started_utc_ms + day * DAY_MS))
    return found


def last_of(recordings: list[Recording], metric: str) -> MetricRow:
    """The row across sessions that the last day has."""
    summaries = [summary_of(each, ()) for each in recordings]
    (found,) = (each for each in compute_across(summaries)[str(recordings[-1].id)] if each.metric == metric)
    return found


def shift_and_plain(recordings: list[Recording]) -> tuple[float, float]:
    """The shift at equal movement time, and the change of plain accuracy from the first day to the last."""
    shift = last_of(recordings, "speed_accuracy_shift")
    assert shift.value is not None, shift.missing_reason
    first, last = (
        mean(
            each.end.endpoint_error_m <= 0.007
            for each in trials_of(recording.events)
            if each.end and each.end.endpoint_error_m is not None
        )
        for recording in (recordings[0], recordings[-1])
    )
    return shift.value, last - first


class Curve(Deciding):
    """Scatters by how long a reach takes, and by nothing else; `care` is how much longer than before it
    takes. Takes more time: more accurate, by the same curve."""

    care = 1.0

    def hurry(self, duration_s: float, limit_s: float | None, points: int) -> tuple[float, float]:
        learner = self._learner
        took_s = self.care * super().hurry(duration_s, limit_s, points)[0]
        usual_s = 0.55 / learner.person.speed * (1.0 + learner.tired)
        more = max(0.0, (usual_s / took_s) ** 2 - 1.0)
        return took_s, more * learner.person.motor_noise_deg * learner.normal()


class OnOneCurve(VirtualPatient):
    """A person who has one curve, to go along."""

    def _begin(self) -> None:
        super()._begin()
        self._deciding = Curve(self.learner)

    def take_care(self, care: float) -> None:
        assert isinstance(self._deciding, Curve)
        self._deciding.care = care


def without_learning(person: Person) -> Person:
    return replace(
        person, skill_rate=0.0, error_fast=0.0, error_slow=0.0, repetition_rate=0.0, strategy_find=0.0
    )


def test_learning_lifts_the_curve() -> None:
    """Four days of practice make more accurate at equal movement time."""
    found = [
        shift_and_plain(over_days(VirtualPatient(draw_person("healthy_young", seed), seed), 4, 120, TWO_FISH))
        for seed in range(6)
    ]
    assert mean(shift for shift, _ in found) > 0.06
    assert sum(shift > 0.02 for shift, _ in found) >= 5


def test_slowing_down_lifts_nothing() -> None:
    """Who learns nothing and takes a fifth longer hits more fish. The wrong variant, plain accuracy, calls
    that learning."""
    found = []
    for seed in range(8):
        patient = OnOneCurve(without_learning(draw_person("healthy_young", seed)), seed)
        days = over_days(patient, 2, 120, TWO_FISH, lambda day, who=patient: who.take_care(1.0 + 0.2 * day))
        found.append(shift_and_plain(days))
    assert mean(plain for _, plain in found) > 0.10
    assert abs(mean(shift for shift, _ in found)) < 0.04


class Watched(VirtualPatient):
    """Tells how long each reach waits before the hand begins to move."""

    def _begin(self) -> None:
        super()._begin()
        self.waits_s = [*getattr(self, "waits_s", [])]

    def _plan_reach(self, seen: Any) -> None:
        super()._plan_reach(seen)
        self.waits_s.append((self._plans[0].begins - self._clock) * TICK_S)


@pytest.mark.parametrize("profile", ["healthy_old", "parkinson_off"])
def test_the_pooled_stop_signal_reaction_time_is_the_persons_own(profile: str) -> None:
    """Within 40 ms for each, 20 ms on average. A response is the hand leaving the start, so that the estimate
    has the way to its rim in it, which the go reaction times tell."""
    wrong_s = []
    for seed in range(4):
        patient = Watched(draw_person(profile, seed), seed)
        days = over_days(patient, 2, 130, {})
        assert last_of(days[:1], "ssrt_pooled_s").missing_reason == "too_few_stop_trials", (
            "one day is too short"
        )
        row = last_of(days, "ssrt_pooled_s")
        assert row.value is not None and row.n >= 50, row.missing_reason
        go_s = [
            (each.onset_tick - each.go_tick) * TICK_S
            for day in days
            for each in trials_of(day.events)
            if each.stop_signal is None
            and each.start.phase == "practice"
            and each.go_tick
            and each.onset_tick
        ]
        to_the_rim_s = mean(go_s) - mean(patient.waits_s)
        wrong_s.append(row.value - to_the_rim_s - patient._deciding.stop_s)
    assert max(map(abs, wrong_s)) < 0.04
    assert abs(mean(wrong_s)) < 0.02


class NeverStops(VirtualPatient):
    def _begin(self) -> None:
        super()._begin()
        self._deciding.stop_s = 5.0


class AlwaysWaits(VirtualPatient):
    """Waits for the signal, whatever the go signal says."""

    def _plan_reach(self, seen: Any) -> None:
        super()._plan_reach(seen)
        first, *later = self._plans
        self._plans = (replace(first, begins=first.begins + round(1.2 / TICK_S)), *later)


@pytest.mark.parametrize(("kind", "responds"), [(NeverStops, True), (AlwaysWaits, False)])
def test_who_never_or_always_stops_has_no_estimate(kind: type[VirtualPatient], responds: bool) -> None:
    """Outside .25 to .75 of responses the race has no answer, however many trials there are."""
    days = over_days(kind(draw_person("healthy_old", 1), 1), 2, 130, {"stop_share": 0.3})
    rows = {each.metric: each.value for each in compute_recording(days[1])}
    share = rows["stop_respond_share"]
    assert share is not None and (share > 0.75 if responds else share < 0.25)
    assert last_of(days, "ssrt_pooled_s").missing_reason == "respond_share_out_of_range"


class Blind(Deciding):
    """Never sees that a fish turned."""

    def turns(self, target: tuple[float, float]) -> bool:
        return False


class GoesOn(VirtualPatient):
    def _begin(self) -> None:
        super()._begin()
        self._deciding = Blind(self.learner)


def after_jumps(patient: VirtualPatient) -> dict[str, MetricRow]:
    plan = PLAIN | {"jump_share": 0.2}
    (day,) = over_days(patient, 1, 100, plan)
    return {each.metric: each for each in compute_recording(day)}


def test_a_fish_that_turns_is_followed_after_the_persons_own_latency() -> None:
    """Within 60 ms: a movement begins slowly, and the extrapolated beginning comes a little after it."""
    for seed in range(3):
        person = draw_person("healthy_old", seed)
        rows = after_jumps(VirtualPatient(person, seed))
        latency, success = rows["correction_latency_s"], rows["correction_success_share"]
        assert latency.value is not None and latency.quality > 0.8, "nearly every jump is answered"
        own_s = _TURN_BASE_S + _TURN_SHARE * person.reaction_s
        assert latency.value == pytest.approx(own_s, abs=0.06)
        assert success.value is not None and success.value > 0.4
    rows = after_jumps(GoesOn(draw_person("healthy_old", 1), 1))
    assert rows["correction_latency_s"].quality < 0.5, "who goes on shows few, which are chance"
    assert rows["correction_success_share"].value == 0.0
