"""Clinical scales: bounds, direction, thresholds of a phase with their source, corrections without loss."""

from __future__ import annotations

from typing import Any

import pytest

from clinic_server.patients import scales
from clinic_server.patients.models import ScaleReading
from tests.clinic_server.world import World


def enter(world: World, scale: str, value: float, day: str, **more: Any) -> Any:
    given = {"scale": scale, "value": value, "taken_on": day, **more}
    return world.as_("therapist").post(
        f"/api/v1/patients/{world.patient.id}/scales", given, content_type="application/json"
    )


@pytest.mark.parametrize(
    ("scale", "before", "after", "phase", "better", "beyond"),
    [
        ("fma_ue", 30, 36, "chronic", True, True),
        ("fma_ue", 30, 36, "subacute", True, False),
        ("fma_ue", 30, 36, "", True, False),
        ("sara", 12, 10, "chronic", True, True),
        ("sara", 12, 13, "chronic", False, False),
        ("mds_updrs_iii", 40, 36, "chronic", True, True),
        ("mds_updrs_iii", 40, 44, "chronic", False, False),
        ("mds_updrs_iii", 40, 45, "chronic", False, True),
        ("tug", 20.0, 16.5, "chronic", True, True),
        ("arat", 20, 30, "acute", True, False),
        ("moca", 20, 26, "chronic", True, False),
    ],
)
def test_a_change_is_judged_by_the_threshold_of_its_own_phase(
    scale: str, before: float, after: float, phase: str, better: bool, beyond: bool
) -> None:
    found = scales.judge(scales.scales()[scale], before, after, phase)
    assert (found.is_better, found.is_beyond) == (better, beyond)


def test_acute_and_chronic_thresholds_are_never_mixed() -> None:
    """The wrong variant takes whatever threshold there is."""
    arat = scales.scales()["arat"]
    sizes = {
        phase: found.threshold.size
        for phase in ("acute", "chronic")
        if (found := scales.judge(arat, 20, 30, phase)).threshold
    }
    assert sizes == {"acute": 17.0, "chronic": 6.0}
    assert scales.judge(arat, 20, 30, "subacute").threshold is None
    assert scales.judge(arat, 20, 30, "").threshold is None


def test_every_threshold_has_a_source_and_every_code_is_the_verified_one() -> None:
    for each in scales.scales().values():
        assert each.better in ("higher", "lower") and each.low < each.high
        assert all(one.source and one.population for one in each.thresholds), each.id
    assert scales.scales()["moca"].code == "LOINC 72172-0", "72172-2 fails its check digit"
    assert scales.scales()["fma_ue"].code == "local", "97711-6 is a note on heart failure"
    codes = [each.code.removeprefix("LOINC ") for each in scales.scales().values() if "LOINC" in each.code]
    for code in codes:
        digits, check = code.split("-")
        total = sum(
            sum(divmod(int(digit) * (2 if at % 2 == 0 else 1), 10)) for at, digit in enumerate(digits[::-1])
        )
        assert (10 - total % 10) % 10 == int(check), code


@pytest.mark.django_db
def test_the_newest_total_goes_into_the_profile_and_a_withdrawn_one_comes_out(world: World) -> None:
    browser = world.as_("therapist")
    profile_at = f"/api/v1/patients/{world.patient.id}/profile"
    assert enter(world, "fma_ue", 31, "2026-10-01").status_code == 201
    newer = enter(world, "fma_ue", 38, "2026-11-01").json()
    assert enter(world, "fma_ue", 20, "2026-09-01").status_code == 201, "entered late, older"
    assert browser.get(profile_at).json()["impairment"]["fma_ue"] == 38
    at = f"/api/v1/scale-readings/{newer['id']}/withdraw"
    assert browser.post(at, {"reason": " "}, content_type="application/json").status_code in (400, 422)
    browser.post(at, {"reason": "another patient's sheet"}, content_type="application/json")
    assert browser.get(profile_at).json()["impairment"]["fma_ue"] == 31
    listed = browser.get(f"/api/v1/patients/{world.patient.id}/scales").json()["data"]
    assert len(listed) == 3 and any(each["withdrawn_at"] for each in listed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scale", "value", "day", "code"),
    [
        ("fma_ue", 67, "2026-10-01", "out_of_bounds"),
        ("fma_ue", 30.5, "2026-10-01", "out_of_bounds"),
        ("sara", 11.5, "2099-10-01", "dates_reversed"),
        ("grip", 10, "2026-10-01", "unknown_scale"),
    ],
)
def test_what_can_not_be_is_refused_by_field(
    world: World, scale: str, value: float, day: str, code: str
) -> None:
    answer = enter(world, scale, value, day)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    with world.scope():
        assert not ScaleReading.objects.exists()


@pytest.mark.django_db
def test_the_page_says_change_meaning_and_source_and_takes_a_total(world: World) -> None:
    browser = world.as_("therapist")
    with world.scope():
        world.patient.impairment = {**world.patient.impairment, "months_since_onset": 14.0}
        world.patient.save()
    enter(world, "fma_ue", 30, "2026-10-01")
    form = {"scale": "fma_ue", "value": "36", "taken_on": "2026-11-01"}
    browser.post(f"/patients/{world.patient.id}/scales", form)
    page = browser.get(f"/patients/{world.patient.id}/").content.decode()
    assert "clinically meaningful: MCID 5.25" in page and "Page 2012" in page and "better" in page
    wrong = browser.post(f"/patients/{world.patient.id}/scales", {**form, "value": "99"}, follow=True)
    assert "0 to 66" in wrong.content.decode()
    assert world.as_("supervisor").post(f"/patients/{world.patient.id}/scales", form).status_code == 403


@pytest.mark.django_db
def test_on_and_off_medication_are_not_compared(world: World) -> None:
    enter(world, "mds_updrs_iii", 40, "2026-10-01", medication_on=False)
    enter(world, "mds_updrs_iii", 25, "2026-11-01", medication_on=True)
    page = world.as_("therapist").get(f"/patients/{world.patient.id}/").content.decode()
    assert "not compared: medication on one day" in page
