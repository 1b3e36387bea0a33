"""What is prior and what is measured about this patient, what is unknown, and which modes follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from msgspec import UNSET

from clinic_server.clinics.selectors import clinic_zone
from clinic_server.core.models import AccessLog
from clinic_server.dashboard.figure import Figure, Row
from clinic_server.dashboard.panels._intervals_chart import Interval, Intervals, intervals_chart
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.series import BAND_Z
from clinic_server.dashboard.spoken import day_of, words
from clinic_server.patients.selectors import impairment_profile
from clinic_server.plans import catalogue
from shared.errors import PlanError
from shared.training.choose import Choice, choose

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord, Value
    from shared.wire.plan import ImpairmentProfile

_SCALES = {
    "sara": gettext_lazy("SARA, 0 to 40, higher is worse"),
    "sara_upper_limb": gettext_lazy("SARA, upper limb, 0 to 16, higher is worse"),
    "moca": gettext_lazy("MoCA, 0 to 30, higher is better"),
    "fma_ue": gettext_lazy("Fugl-Meyer upper extremity, 0 to 66, higher is better"),
    "updrs_iii": gettext_lazy("MDS-UPDRS part III, 0 to 132, higher is worse"),
}
_NAMES = {
    "diagnoses": gettext_lazy("Diagnoses"),
    "age_years": gettext_lazy("Age, years"),
    "affected_side": gettext_lazy("Affected side"),
    "months_since_onset": gettext_lazy("Months since onset"),
    "sara": gettext_lazy("Ataxia"),
    "sara_upper_limb": gettext_lazy("Ataxia of the arm"),
    "fma_ue": gettext_lazy("Arm function"),
    "updrs_iii": gettext_lazy("Motor signs of Parkinson's"),
    "moca": gettext_lazy("Cognition"),
    "medication_on": gettext_lazy("On medication when playing"),
    "neglect_side": gettext_lazy("Neglect"),
    "aphasia": gettext_lazy("Aphasia"),
    "apraxia": gettext_lazy("Apraxia"),
    "amnesia": gettext_lazy("Amnesia"),
    "proprioceptive_loss": gettext_lazy("Loss of position sense"),
    "prosthesis": gettext_lazy("Prosthesis"),
    "cautions": gettext_lazy("Cautions"),
}
_NOTED = frozenset(
    {"neglect_side", "aphasia", "apraxia", "amnesia", "proprioceptive_loss", "prosthesis", "cautions"}
)
"""A "no" and "nobody looked" are stored alike in these, so neither is claimed."""
_RATES = {
    "two_rate_af": gettext_lazy("Kept by fast memory, reach to reach"),
    "two_rate_as": gettext_lazy("Kept by slow memory, reach to reach"),
    "two_rate_bf": gettext_lazy("Share of an error that fast memory learns"),
    "two_rate_bs": gettext_lazy("Share of an error that slow memory learns"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing about a patient; `kind` is `entered`, `measured`, `unknown` or `not_noted`."""

    name: str
    value: str
    kind: str
    source: str


def items_of(record: PatientRecord) -> list[Item]:
    """Return what the clinic entered, item by item, then what probes measured, with day and n."""
    profile = impairment_profile(record.patient)
    return [_entered(profile, name) for name in _NAMES] + _measured(record)


def _entered(profile: ImpairmentProfile, name: str) -> Item:
    given = getattr(profile, name)
    title, scale = str(_NAMES[name]), str(_SCALES.get(name, ""))
    is_denied = given is False and name != "medication_on"
    if given is None or given is UNSET or is_denied or given in ([], "none"):
        if name in _NOTED:
            return Item(title, _("not noted"), "not_noted", _("nothing entered; absence is not proven"))
        return Item(title, _("unknown"), "unknown", scale)
    if isinstance(given, bool):
        value = _("yes") if given else _("no")
    elif isinstance(given, list):
        value = ", ".join(words(each) for each in given)
    elif isinstance(given, float | int):
        value = f"{given:g}"
    else:
        value = words(given)
    return Item(title, value, "entered", scale or _("entered by the clinic"))


def _measured(record: PatientRecord) -> list[Item]:
    measured = record.patient.measured
    bias = [each for each in record.of("opening_probe_bias_deg") if each.n]
    found = []
    if record.patient.bias_deg is not None:
        text = f"{record.patient.bias_deg:+.1f}°"
        found.append(Item(_("Reach bias"), text, "measured", _of_probe(bias[-1:])))
    else:
        found.append(Item(_("Reach bias"), _("unknown"), "unknown", _("needs an opening probe")))
    for mode in catalogue.carried_modes():
        played = [each for each in bias if each.session.modes == [mode]]
        name = {"mode": words(mode)}
        if f"gain_{mode}" in measured:
            error = measured.get(f"gain_{mode}_se")
            text = f"{measured[f'gain_{mode}']:+.1f}" + ("" if error is None else f" ± {error:.1f}") + " SD"
            text = text.replace(" ", "\u00a0")
            found.append(Item(_("Gain kept under %(mode)s") % name, text, "measured", _of_sessions(played)))
        else:
            why = _("needs two sessions with opening probes in this mode alone")
            found.append(Item(_("Gain kept under %(mode)s") % name, _("unknown"), "unknown", why))
        if f"retention_{mode}" in measured:
            kept = [each for each in record.of("retention") if each.session.modes == [mode]][-5:]
            text = f"{100 * measured[f'retention_{mode}']:.0f} %"
            found.append(
                Item(_("Kept to the next day under %(mode)s") % name, text, "measured", _of_sessions(kept))
            )
    rates = {each: measured[each] for each in _RATES if each in measured}
    for metric, rate in rates.items():
        newest = _of_sessions(record.of(metric)[-1:])
        found.append(Item(str(_RATES[metric]), f"{rate:.3f}", "measured", newest))
    if not rates:
        why = _("needs an assessment by the two-rate schedule")
        found.append(Item(_("Fast and slow memory"), _("unknown"), "unknown", why))
    return found


def _of_probe(values: list[Value]) -> str:
    if not values or values[-1].session.local_date is None:
        return _("opening probe")
    given = {"n": values[-1].n, "day": day_of(values[-1].session.local_date)}
    return _("opening probe, %(n)d reaches, %(day)s") % given


def _of_sessions(values: list[Value]) -> str:
    days: list[date] = [each.session.local_date for each in values if each.session.local_date]
    if not days:
        return _("probes")
    text = ngettext(
        "probes of %(n)d session, newest %(day)s", "probes of %(n)d sessions, newest %(day)s", len(days)
    )
    return text % {"n": len(days), "day": day_of(days[-1])}


def choice_of(record: PatientRecord, *, measured: dict[str, float]) -> Choice | None:
    """Rank the modes that games carry, as `progress.services.recommend` does; None when all are banned."""
    try:
        return choose(
            impairment_profile(record.patient), approved=catalogue.carried_modes(), measured=measured
        )
    except PlanError:
        return None


def entered_on(record: PatientRecord) -> date | None:
    """Return the day on which the profile was last written, by the clinic's log; None in the worker."""
    if record.actor is None:
        return None
    rows = AccessLog.objects.filter(clinic_id=record.actor.clinic_id, patient_id=record.patient.id)
    written = rows.filter(action="patient.create") | rows.filter(
        action="patient.update", detail__contains="impairment"
    )
    at = written.order_by("-number").values_list("at", flat=True).first()
    return at.astimezone(clinic_zone(record.actor.clinic_id)).date() if at else None


def build(record: PatientRecord) -> dict[str, Any]:
    items = items_of(record)
    return {
        "items": items,
        "entered_on": entered_on(record),
        "choice": choice_of(record, measured=record.patient.measured),
        "counts": {
            kind: sum(each.kind == kind for each in items) for kind in ("entered", "measured", "unknown")
        },
    }


def figures(record: PatientRecord) -> list[Figure]:
    now = choice_of(record, measured=record.patient.measured)
    prior = choice_of(record, measured={})
    if now is None or prior is None:
        return []
    before = {each.mode: each.score for each in prior.ranked}
    lines = tuple(
        Interval(
            label=words(each.mode),
            value=each.score,
            low=each.score - BAND_Z * each.spread,
            high=each.score + BAND_Z * each.spread,
            before=before[each.mode] if each.measured else None,
            is_measured=each.measured,
        )
        for each in now.ranked
        if not each.is_banned
    )
    axis = _("gain expected to be kept, in SDs between this person's probes")
    return [
        Figure(
            key="profile.modes",
            name=_("What each mode is expected to leave"),
            sentence=_modes_sentence(now),
            data=Intervals(axis, _("expected"), _("prior"), lines),
            draw=intervals_chart,
            headers=(_("Mode"), _("Expected gain, SD"), _("80 % interval"), _("Prior, SD"), _("Best, chance"),
                     _("Rests on"), _("Advice"), _("Reasons and cautions")),
            rows=[
                Row(
                    (
                        words(each.mode),
                        f"{each.score:+.1f}",
                        _("%(low)s to %(high)s")
                        % {"low": f"{each.score - BAND_Z * each.spread:+.1f}",
                           "high": f"{each.score + BAND_Z * each.spread:+.1f}"},
                        f"{before[each.mode]:+.1f}",
                        f"{100 * each.probability:.0f} %",
                        _("own probes and prior") if each.measured else _("prior only"),
                        _("advised against") if each.is_banned
                        else _("advised") if each.mode == now.mode else _("possible"),
                        " ".join([*each.reasons, *each.cautions]),
                    ),
                    each.is_banned,
                )
                for each in now.ranked
            ],
            n=len(record.of("opening_probe_bias_deg")),
        )
    ]  # fmt: skip


def _modes_sentence(choice: Choice) -> str:
    chosen = next(each for each in choice.ranked if each.mode == choice.mode)
    said = {"mode": words(choice.mode), "chance": f"{100 * chosen.probability:.0f} %"}
    found = [_("Next by the rules: %(mode)s, %(chance)s sure to be the best of these") % said]
    prior = [words(each.mode) for each in choice.ranked if not each.measured and not each.is_banned]
    if prior:
        found.append(_("not measured in this person yet: %(modes)s") % {"modes": ", ".join(prior)})
    banned = [words(each.mode) for each in choice.ranked if each.is_banned]
    if banned:
        found.append(_("advised against: %(modes)s") % {"modes": ", ".join(banned)})
    return "; ".join(found) + "."


PANEL = PanelSpec(
    id="profile",
    order=25,
    name=gettext_lazy("Profile"),
    question=gettext_lazy("What is known, what is measured, what follows?"),
    link=gettext_lazy("Profile"),
    metrics=frozenset({"opening_probe_bias_deg", "retention", *_RATES}),
    build=build,
    figures=figures,
)
