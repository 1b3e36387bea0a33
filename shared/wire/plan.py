"""The plan: what a therapist prescribed, as the client receives it. JSON with sorted keys.

Bounds here are the outer limits that nobody may cross; a plan can only tighten them. Which parameters a
mode or a game takes is declared by the mode or the game (`shared.training`, `shared.wire.catalogue`).
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from shared.wire.bounds import Count, Degrees, Key, Metres, Real, Scalar, Short, Text

PLAN_SCHEMA = 1
STANDING_STANCES = ("tandem", "feet_together")
"""What a game's `stance` may be for somebody who stands only."""

ModeName = Literal["error_based", "reward_based", "strategy_cue", "use_dependent", "acuity"]
Movement = Literal["hand_reach", "trunk_lean", "weight_shift", "head", "deflection", "decoded"]
"""What drives a game: a hand before a camera or on a mouse, the body before a camera, a joystick's stick, or
what a decoder makes of a prosthesis' or a brain-computer interface's signals."""
Caution = Literal[
    "photosensitive",
    "falls",
    "orthostatic",
    "freezing",
    "shoulder_pain",
    "severe_spasticity",
    "recent_botulinum",
    "recent_fracture",
    "pacemaker",
]
Diagnosis = Literal[
    "stroke",
    "parkinson",
    "cerebellar_ataxia",
    "amputation",
    "ageing",
    "amnesia",
    "mci",
    "cerebral_palsy",
    "dcd",
    "healthy",
]


class ImpairmentProfile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of the patient and decides which mode fits (SCIENCE 4). Unknown is None."""

    diagnoses: Annotated[list[Diagnosis], Meta(max_length=10)] = field(default_factory=list)
    age_years: Annotated[int, Meta(ge=0, le=120)] | None = None
    affected_side: Literal["left", "right", "both", "none"] = "none"
    sara: Annotated[float, Meta(ge=0, le=40)] | None = None
    sara_upper_limb: Annotated[float, Meta(ge=0, le=16)] | None = None
    moca: Annotated[float, Meta(ge=0, le=30)] | None = None
    fma_ue: Annotated[float, Meta(ge=0, le=66)] | None = None
    updrs_iii: Annotated[float, Meta(ge=0, le=132)] | None = None
    months_since_onset: Annotated[float, Meta(ge=0, le=1200)] | None = None
    medication_on: bool | None = None
    neglect_side: Literal["left", "right"] | None = None
    aphasia: bool = False
    apraxia: bool = False
    amnesia: bool = False
    proprioceptive_loss: bool = False
    prosthesis: bool = False
    cautions: Annotated[list[Caution], Meta(max_length=9)] | UnsetType = UNSET
    """What to beware of (SCIENCE 4.3); left out of the document when nothing is noted."""


class KnownPerson(ImpairmentProfile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `python -m shared recommend` and `forecast` read: the profile, and what probes measured."""

    measured: Annotated[dict[Key, Real], Meta(max_length=60)] = field(default_factory=dict)
    """`gain_<mode>` in the person's own SDs between probes, with its standard error `gain_<mode>_se`;
    `retention_<mode>`, 0 to 1; `tried_<mode>`, sessions (`shared.training.belief.measured_gains`)."""
    bias_deg: Degrees | None = None
    """The person's own directional bias from their baseline probes, counter-clockwise positive."""


class Dose(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Trials of each phase; `washout_trials` counts only in an assessment block."""

    probe_trials: Annotated[int, Meta(ge=0, le=60)] = 8
    practice_trials: Annotated[int, Meta(ge=4, le=600)] = 40
    baseline_trials: Annotated[int, Meta(ge=0, le=60)] = 8
    washout_trials: Annotated[int, Meta(ge=0, le=120)] = 16
    max_minutes: Annotated[float, Meta(ge=1, le=60)] = 10.0


class SafetyLimits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When play rests or stops. The defaults are the loosest values allowed; a plan may tighten them."""

    pain_rest: Annotated[int, Meta(ge=1, le=4)] = 4
    pain_rest_rise: Annotated[int, Meta(ge=1, le=2)] = 2
    pain_stop: Annotated[int, Meta(ge=2, le=7)] = 7
    pain_stop_rise: Annotated[int, Meta(ge=1, le=3)] = 3
    effort_rest: Annotated[int, Meta(ge=1, le=5)] = 5
    """Rest from this answer on (a whole number above 4 on Borg's CR10)."""
    effort_stop: Annotated[int, Meta(ge=2, le=7)] = 7
    rest_every_min: Annotated[float, Meta(ge=1, le=5)] = 5.0
    session_max_min: Annotated[float, Meta(ge=2, le=60)] = 30.0
    daily_max_sessions: Annotated[int, Meta(ge=1, le=6)] = 3
    max_rotation_deg: Annotated[float, Meta(ge=0, le=45)] = 45.0


class DecoderPlan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a decoder's stream becomes the hand (`movement` is `decoded`)."""

    map: Literal["biomimetic", "arbitrary"] = "biomimetic"
    """`biomimetic`: each channel moves the hand as its natural movement does; `arbitrary`: the channels are
    handed to other directions by a fixed permutation (Schone et al. 2024)."""
    adaptation: Literal["off", "recalibrate", "smooth"] = "off"
    """Whether the weights are fitted anew to what is meant while the person plays, replaced or blended in."""
    extra: bool = False
    """One more degree of freedom, such as a third thumb, is decoded and recorded (Kieliba et al. 2021)."""


class FeedbackPlan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How often a practice trial ends with its result told (`shared.training.feedback`)."""

    schedule: Literal["always", "faded", "band", "chosen"] = "always"
    """`faded`: from always down to the least share; `band`: only errors larger than the band are told;
    `chosen`: when the player asks, and as often as the least share at any rate."""
    least_share: Annotated[float, Meta(ge=0.2, le=1.0)] = 0.5
    band: Annotated[float, Meta(ge=1.0, le=3.0)] = 1.5
    """In target radii."""


class PlanBlock(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One block: a game in a mode (or `auto` among the approved modes), a side, a dose, parameters."""

    key: Key
    game: Key
    mode: ModeName | Literal["auto"] = "auto"
    approved_modes: Annotated[list[ModeName], Meta(max_length=5)] = field(default_factory=list)
    purpose: Literal["assess", "train"] = "train"
    side: Literal["left", "right"] = "right"
    posture: Literal["seated", "standing"] = "seated"
    movement: Movement = "hand_reach"
    dose: Dose = field(default_factory=Dose)
    game_params: Annotated[dict[Key, Scalar], Meta(max_length=60)] = field(default_factory=dict)
    mode_params: Annotated[dict[Key, Scalar], Meta(max_length=60)] = field(default_factory=dict)
    context: Key = "harbour"
    override_reason: Text = ""
    """Why a clinician prescribes a mode that the rules advise against; shown and kept."""
    decoder: DecoderPlan | UnsetType = UNSET
    """Left out of the document unless the movement is `decoded`; then biomimetic and fixed by default."""
    feedback: FeedbackPlan | UnsetType = UNSET
    """Left out: the result of every trial is told."""
    dual_task: bool | UnsetType = UNSET
    """A second task, counting, runs beside half of the practice; left out: it does not."""
    n_of_1: Annotated[list[ModeName], Meta(min_length=2, max_length=3)] | UnsetType = UNSET
    """An N-of-1 design: each of these modes trains targets of its own, at least 60 degrees apart; `mode` is
    then the first that is played where the design can't be."""


class Schedule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which weekdays (Monday is 0) and from when to when, in the clinic's zone."""

    weekdays: Annotated[list[Annotated[int, Meta(ge=0, le=6)]], Meta(min_length=1, max_length=7)] = field(
        default_factory=lambda: [0, 2, 4]
    )
    starts_on: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    ends_on: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class PlanContent(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a therapist writes; the server adds ids, version and revision (`Plan`)."""

    title: Short
    blocks: Annotated[list[PlanBlock], Meta(min_length=1, max_length=12)]
    schedule: Schedule = field(default_factory=Schedule)
    safety: SafetyLimits = field(default_factory=SafetyLimits)
    note_to_patient: Short = ""
    free_swim_min: Annotated[float, Meta(ge=0.0, le=5.0)] | UnsetType = UNSET
    """Minutes of free play that end a session; left out: none."""


class Plan(Struct, frozen=True, kw_only=True):
    """A version of a plan as delivered. `revision` only grows: it is the patient's delivery counter."""

    kind: Literal["plan"] = "plan"
    schema: Annotated[int, Meta(ge=1, le=1 << 15)] = PLAN_SCHEMA
    id: UUID
    version: Count
    revision: Count
    content: PlanContent
    impairment: ImpairmentProfile
    standing_cleared: bool = False
    greeting_name: Short = ""
    bias_deg: Degrees | None = None
    """The person's own directional bias from their baseline probes, when known."""
    reach_m: Metres = 0.10
    measured: Annotated[dict[Key, Real], Meta(max_length=60)] = field(default_factory=dict)
    """Measured probes by name; they move the order of the modes (`shared.training.choose`)."""


class PlanEnvelope(Struct, frozen=True, kw_only=True):
    """A plan with its signature; `signature` is None until signing is switched on."""

    plan: Plan
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    key_id: Short | None = None
    signature: Text | None = None
