"""Prescribing: safety rules with pointers, immutable versions, ETags, delivery by revision."""

from __future__ import annotations

from typing import Any

import pytest

from clinic_server.core.problems import FieldError
from clinic_server.plans import catalogue
from clinic_server.plans.models import PlanApplied, PlanDelivery, PlanVersion
from clinic_server.plans.templates import plan_templates
from clinic_server.plans.validation import parse_content, plan_errors
from shared.errors import PlanError
from shared.wire.codec import decode_json, encode_json, sha256
from shared.wire.plan import ImpairmentProfile
from shared.wire.sync import PlansAnswer
from tests.clinic_server.world import Device, World, plan_content

pytestmark = pytest.mark.django_db


def _block(**changes: Any) -> dict[str, Any]:
    return {**plan_content()["blocks"][0], **changes}


def _ferry(**changes: Any) -> dict[str, Any]:
    return {
        "key": "lean",
        "game": "ferry_crossing",
        "mode": "error_based",
        "movement": "trunk_lean",
        **changes,
    }


def _found(content: dict[str, Any], **facts: Any) -> list[FieldError]:
    known = {"impairment": ImpairmentProfile(), "standing_cleared": False, **facts}
    return plan_errors(parse_content(content), **known)


@pytest.mark.parametrize(
    ("content", "pointer", "code"),
    [
        (plan_content(blocks=[_block(posture="standing")]), "/blocks/0/posture", "standing_not_cleared"),
        (
            plan_content(
                blocks=[_block(game="stargazer", mode="reward_based", game_params={"stance": "tandem"})]
            ),
            "/blocks/0/game_params/stance",
            "needs_standing",
        ),
        (plan_content(blocks=[_block(), _block()]), "/blocks/1/key", "repeated"),
        (
            plan_content(
                blocks=[_block(mode_params={"rotation_deg": 30.0})], safety={"max_rotation_deg": 20.0}
            ),
            "/blocks/0/mode_params/rotation_deg",
            "rotation_over_limit",
        ),
        (
            plan_content(blocks=[_block(mode_params={"rotation_deg": 60.0})]),
            "/blocks/0/mode_params/rotation_deg",
            "out_of_bounds",
        ),
        (
            plan_content(blocks=[_block(mode_params={"spin": 1})]),
            "/blocks/0/mode_params/spin",
            "unknown_parameter",
        ),
        (
            plan_content(blocks=[_ferry(game_params={"amplitude": 1.1})]),
            "/blocks/0/game_params/amplitude",
            "out_of_bounds",
        ),
        (plan_content(blocks=[_ferry(mode="reward_based")]), "/blocks/0/mode", "mode_not_carried"),
        (plan_content(blocks=[_block(mode="auto")]), "/blocks/0/approved_modes", "required"),
        (plan_content(blocks=[_block(decoder={})]), "/blocks/0/decoder", "contradictory"),
        (plan_content(safety={"pain_rest": 4, "pain_stop": 4}), "/safety/pain_stop", "contradictory"),
        (plan_content(safety={"effort_rest": 5, "effort_stop": 5}), "/safety/effort_stop", "contradictory"),
        (
            plan_content(safety={"session_max_min": 5.0}),
            "/blocks/0/dose/max_minutes",
            "over_session_limit",
        ),
        (
            plan_content(schedule={"starts_on": "2026-12-01", "ends_on": "2026-11-01"}),
            "/schedule/ends_on",
            "contradictory",
        ),
        (plan_content(schedule={"starts_on": "2026-02-30"}), "/schedule/starts_on", "invalid"),
        (plan_content(schedule={"weekdays": [1, 1]}), "/schedule/weekdays", "repeated"),
    ],
)
def test_each_rule_points_at_its_field(content: dict[str, Any], pointer: str, code: str) -> None:
    found = {(each.pointer, each.code) for each in _found(content)}
    assert (pointer, code) in found
    assert all(len(each.detail) > 15 for each in _found(content))


def test_good_plan_and_every_template_have_nothing_against_them() -> None:
    assert _found(plan_content()) == []
    assert _found(plan_content(blocks=[_block(posture="standing")]), standing_cleared=True) == []
    for template in plan_templates():
        assert _found(template["content"]) == [], template["id"]


def test_contract_errors_have_a_pointer_too() -> None:
    with pytest.raises(PlanError) as caught:
        parse_content(plan_content(blocks=[_block(dose={"practice_trials": 9999})]))
    assert caught.value.pointer == "/blocks/0/dose/practice_trials"


def test_mode_that_the_rules_ban_needs_a_reason() -> None:
    facts = {"impairment": ImpairmentProfile(diagnoses=["cerebellar_ataxia"], sara=16.0, sara_upper_limb=6.0)}
    found = _found(plan_content(), **facts)
    assert [each.code for each in found] == ["advised_against"]
    overridden = plan_content(blocks=[_block(override_reason="A trial of one week, agreed with the team")])
    assert _found(overridden, **facts) == []


def _create(world: World, **changes: Any) -> Any:
    body = {"patient_id": str(world.patient.id), "content": plan_content(**changes)}
    return world.as_().post("/api/v1/plans", body, content_type="application/json")


def _act(world: World, plan: Any, action: str, tag: str) -> Any:
    return world.as_().post(f"/api/v1/plans/{plan['id']}/{action}", headers={"If-Match": tag})


def test_standing_is_refused_until_a_clinician_cleared_and_withdrawn_with_it(
    world: World, device: Device
) -> None:
    standing = {"blocks": [_block(posture="standing")]}
    refused = _create(world, **standing)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/blocks/0/posture"
    url = f"/api/v1/patients/{world.patient.id}"

    def clear(role: str, cleared: bool) -> Any:
        browser = world.as_(role)
        tag = browser.get(url)["ETag"]
        return browser.patch(
            url, {"standing_cleared": cleared}, content_type="application/json", headers={"If-Match": tag}
        )

    assert clear("therapist", True).status_code == 403
    assert clear("clinician", True).json()["standing_cleared"] is True
    created = _create(world, **standing)
    assert created.status_code == 201
    assert _act(world, created.json(), "activate", created["ETag"]).status_code == 200
    assert device.get("/sync/v1/plans?after=0").json()["plans"][0]["plan"]["standing_cleared"] is True
    assert clear("therapist", False).status_code == 200, "anybody who may write takes it back"
    again = device.get("/sync/v1/plans?after=1").json()
    assert again["revision"] == 2
    assert again["plans"][0]["plan"]["standing_cleared"] is False


def test_life_of_a_plan_and_what_the_client_gets(world: World, device: Device) -> None:
    created = _create(world)
    plan, tag = created.json(), created["ETag"]
    assert plan["state"] == "draft"
    assert device.get("/sync/v1/plans?after=0").json() == {"plans": [], "revision": 0}
    assert _act(world, plan, "activate", 'W/"9"').status_code == 412
    assert world.as_().post(f"/api/v1/plans/{plan['id']}/activate").status_code == 428
    activated = _act(world, plan, "activate", tag)
    assert activated.json()["state"] == "active"
    answer = decode_json(device.get("/sync/v1/plans?after=0").content, PlansAnswer)
    envelope = answer.plans[0]
    assert (answer.revision, envelope.plan.version, envelope.plan.revision) == (1, 1, 1)
    assert envelope.sha256 == sha256(encode_json(envelope.plan))
    assert envelope.signature is None
    assert envelope.plan.greeting_name == "Ada"
    assert envelope.plan.impairment.diagnoses == ["stroke"]
    assert device.get("/sync/v1/plans?after=1").json() == {"plans": [], "revision": 1}
    assert device.get("/sync/v1/plans?after=1", **{"If-None-Match": '"1"'}).status_code == 304

    versions = f"/api/v1/plans/{plan['id']}/versions"
    second = world.as_().post(
        versions, {"content": plan_content(title="More")}, content_type="application/json",
        headers={"If-Match": activated["ETag"]},
    )  # fmt: skip
    assert second.status_code == 201
    assert device.get("/sync/v1/plans?after=1").json()["plans"] == [], "not before it is activated"
    third = _act(world, plan, "activate", second["ETag"])
    assert device.get("/sync/v1/plans?after=1").json()["plans"][0]["plan"]["content"]["title"] == "More"
    listed = world.as_().get(versions).json()["data"]
    assert [(each["version"], each["content"]["title"]) for each in listed] == [(2, "More"), (1, "Reaching")]

    paused = _act(world, plan, "pause", third["ETag"])
    assert paused.json()["state"] == "paused"
    assert device.get("/sync/v1/plans?after=2").json() == {"plans": [], "revision": 3}
    completed = _act(world, plan, "complete", paused["ETag"])
    assert completed.json()["state"] == "completed"
    assert _act(world, plan, "activate", completed["ETag"]).status_code == 409
    with world.scope(), pytest.raises(TypeError):
        PlanVersion.objects.all()[0].save()


def test_a_decoder_is_prescribed_and_delivered_as_it_was_written(world: World, device: Device) -> None:
    decoder = {"map": "arbitrary", "adaptation": "smooth", "extra": True}
    created = _create(world, blocks=[_block(movement="decoded", decoder=decoder)])
    assert created.status_code == 201, created.content
    assert created.json()["content"]["blocks"][0]["decoder"] == decoder
    assert _act(world, created.json(), "activate", created["ETag"]).status_code == 200
    delivered = device.get("/sync/v1/plans?after=0").json()["plans"][0]["plan"]["content"]["blocks"][0]
    assert delivered["decoder"] == decoder
    refused = _create(world, blocks=[_block(movement="decoded", decoder={"map": "mirrored"})])
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/blocks/0/decoder/map"
    without = _create(world)
    assert "decoder" not in without.json()["content"]["blocks"][0]


def test_second_active_plan_pauses_the_first(world: World) -> None:
    first, second = _create(world), _create(world, title="Other")
    assert _act(world, first.json(), "activate", first["ETag"]).status_code == 200
    assert _act(world, second.json(), "activate", second["ETag"]).status_code == 200
    states = {each["id"]: each["state"] for each in world.as_().get("/api/v1/plans").json()["data"]}
    assert states == {first.json()["id"]: "paused", second.json()["id"]: "active"}


def test_a_crossing_can_be_prescribed_for_the_trunk() -> None:
    """The catalogue that the client exports says what may be asked of the game."""
    params = {"amplitude": 1.0, "course_s": 15.0, "inside_share": 0.6}
    assert _found(plan_content(blocks=[_ferry(game_params=params)])) == []


def test_client_says_what_it_did_with_a_revision(world: World, device: Device) -> None:
    created = _create(world)
    _act(world, created.json(), "activate", created["ETag"])
    kept = {"outcome": "kept_old", "reason": "plan_unknown_game"}
    assert device.put("/sync/v1/plans/1/applied", kept).status_code == 204
    assert device.put("/sync/v1/plans/1/applied", {"outcome": "applied"}).status_code == 204
    assert device.put("/sync/v1/plans/7/applied", {"outcome": "applied"}).status_code == 404
    with world.scope():
        row = PlanApplied.objects.get()
        assert (row.outcome, row.delivery) == ("applied", PlanDelivery.objects.get())


def test_validate_writes_nothing(world: World) -> None:
    body = {"patient_id": str(world.patient.id), "content": {"title": "x", "blocks": []}}
    answer = world.as_().post("/api/v1/plans/validate", body, content_type="application/json").json()
    assert answer["is_valid"] is False
    assert answer["errors"][0]["pointer"] == "/blocks"
    good = {"patient_id": str(world.patient.id), "content": plan_content()}
    assert (
        world.as_().post("/api/v1/plans/validate", good, content_type="application/json").json()["is_valid"]
    )
    assert world.as_().get("/api/v1/plans").json()["data"] == []


def test_a_dry_run_names_what_it_would_pause_and_a_game_too_old_at_home(
    world: World, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.scope():
        patient_id = world.patient.id
    browser = world.as_("therapist")
    given = {"patient_id": str(patient_id), "content": plan_content()}
    made = browser.post("/api/v1/plans", given, content_type="application/json")
    at = f"/api/v1/plans/{made.json()['id']}/activate"
    browser.post(at, content_type="application/json", headers={"If-Match": made["ETag"]})
    found = browser.post("/api/v1/plans/validate", given, content_type="application/json").json()
    assert found["is_valid"] and [each["code"] for each in found["warnings"]] == ["overlapping_plan"]
    newer = {**catalogue.games(), "tide_anchor": {**catalogue.games()["tide_anchor"], "since": "99.0.0"}}
    monkeypatch.setattr(catalogue, "games", lambda: newer)
    found = browser.post("/api/v1/plans/validate", given, content_type="application/json").json()
    late = [each for each in found["warnings"] if each["code"] == "client_too_old"]
    assert found["is_valid"] and late[0]["pointer"] == "/blocks/0/game" and "99.0.0" in late[0]["detail"]


def test_what_a_version_changed_is_told_by_block_and_field(world: World) -> None:
    browser = world.as_("therapist")
    given = {"patient_id": str(world.patient.id), "content": plan_content()}
    made = browser.post("/api/v1/plans", given, content_type="application/json")
    at = f"/api/v1/plans/{made.json()['id']}"
    other = _ferry()
    changed = plan_content(
        blocks=[other, _block(dose={"practice_trials": 60})], schedule={"weekdays": [0, 2]}
    )
    answer = browser.post(
        f"{at}/versions",
        {"content": changed},
        content_type="application/json",
        headers={"If-Match": made["ETag"]},
    )
    assert answer.status_code == 201
    rows = {each["pointer"]: each for each in browser.get(f"{at}/diff").json()["data"]}
    assert rows["/blocks/reach/dose/practice_trials"] == {
        "pointer": "/blocks/reach/dose/practice_trials",
        "before": 40,
        "after": 60,
    }
    assert rows["/blocks/lean/game"]["before"] is None, "an added block, though it stands first"
    assert rows["/schedule/weekdays"]["after"] == [0, 2]
    assert "/blocks/reach/game" not in rows, "what stayed the same is not told"
    assert browser.get(f"{at}/diff?from=1&to=1").json() == {"data": []}
    assert browser.get(f"{at}/diff?from=7").status_code == 404
    assert browser.get(f"{at}/diff?from=soon").status_code == 400
