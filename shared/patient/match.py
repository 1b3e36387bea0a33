"""Which virtual profiles stand for an impairment profile: one that fits, or several when little is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.patient.person import profiles

if TYPE_CHECKING:
    from shared.wire.plan import ImpairmentProfile

_MILD_FROM, _SEVERE_BELOW = 51.0, 26.0
"""FMA-UE: severe 0-25, moderate 26-50, mild 51-66 (bands are not standardised; SCIENCE 6)."""
_CHILD_BELOW, _OLD_FROM = 13, 60


def virtual_profiles(impairment: ImpairmentProfile) -> tuple[str, ...]:
    """Return the virtual profiles from which people like this one are drawn, in equal parts.

    The most telling impairment decides; several stand beside each other. Nobody known by anything is drawn
    from every adult profile, and a forecast is then as wide as it should be.
    """
    stroke = "stroke" in impairment.diagnoses
    found = [
        name
        for name, holds in (
            ("prosthesis", impairment.prosthesis or "amputation" in impairment.diagnoses),
            ("cerebellar_ataxia", "cerebellar_ataxia" in impairment.diagnoses),
            ("amnesia", impairment.amnesia or "amnesia" in impairment.diagnoses),
            ("apraxia", impairment.apraxia),
            ("stroke_neglect", impairment.neglect_side is not None),
            ("stroke_proprioceptive", impairment.proprioceptive_loss and not impairment.prosthesis),
            ("stroke_aphasia", impairment.aphasia),
            ("mci", "mci" in impairment.diagnoses),
        )
        if holds
    ]
    if "parkinson" in impairment.diagnoses:
        states = {True: ["parkinson_on"], False: ["parkinson_off"], None: ["parkinson_on", "parkinson_off"]}
        found += states[impairment.medication_on]
    if stroke and not found:
        found += _stroke(impairment.fma_ue)
    if not found and impairment.age_years is not None and impairment.age_years < _CHILD_BELOW:
        found = ["child"]
    if not found and ("ageing" in impairment.diagnoses or (impairment.age_years or 0) >= _OLD_FROM):
        found = ["healthy_old"]
    if not found and "healthy" in impairment.diagnoses:
        found = ["healthy_young"]
    return tuple(found) or tuple(sorted(name for name in profiles() if name != "child"))


def _stroke(fma_ue: float | None) -> list[str]:
    if fma_ue is None:
        return ["stroke_mild", "stroke_moderate", "stroke_severe"]
    if fma_ue >= _MILD_FROM:
        return ["stroke_mild"]
    return ["stroke_severe"] if fma_ue < _SEVERE_BELOW else ["stroke_moderate"]
