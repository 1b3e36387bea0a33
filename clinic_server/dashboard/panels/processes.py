"""P6, process profile: which learning system responds?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic_server.dashboard.figure import Figure, Row
from clinic_server.dashboard.panels._intervals_chart import Interval, Intervals, intervals_chart
from clinic_server.dashboard.panels._responses import MEASURES, NOTHING, Response, label_of, responses_of
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.dashboard.series import BAND_Z
from clinic_server.patients.selectors import impairment_profile
from clinic_server.plans import catalogue
from shared.errors import PlanError
from shared.training.choose import choose

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord


def _priors(record: PatientRecord, responses: list[Response]) -> dict[str, Interval]:
    """Return what the rules expect of the modes whose system has no measure, on that system's first line."""
    told = {each.measure.mode for each in responses if each.now is not None}
    try:
        ranked = choose(impairment_profile(record.patient), approved=catalogue.carried_modes()).ranked
    except PlanError:
        return {}
    found = {}
    for each in ranked:
        first = next((row.measure for row in responses if row.measure.mode == each.mode), None)
        if first is not None and each.mode not in told:
            low, high = each.score - BAND_Z * each.spread, each.score + BAND_Z * each.spread
            found[first.metric] = Interval(label_of(first), each.score, low, high, None, is_measured=False)
    return found


def _lines(responses: list[Response], priors: dict[str, Interval]) -> tuple[Interval, ...]:
    found = []
    for each in responses:
        ratio = each.ratio
        if ratio is not None:
            ends = ratio - each.half, ratio + each.half
            found.append(Interval(label_of(each.measure), ratio, *ends, each.before, is_measured=True))
        elif each.measure.metric in priors:
            found.append(priors[each.measure.metric])
    return tuple(found)


def figures(record: PatientRecord) -> list[Figure]:
    responses = responses_of(record)
    priors = _priors(record, responses)
    lines = _lines(responses, priors)
    axis = _("response, in SDs of one session; 0 is none")
    return [
        Figure(
            key="processes",
            name=_("Response of each learning system"),
            sentence=_sentence(responses),
            data=Intervals(axis, _("measured"), _("own baseline"), lines) if lines else None,
            draw=intervals_chart,
            headers=(
                _("Learning system"),
                _("Now"),
                _("Own baseline"),
                _("Response, SD (80 % interval)"),
                _("1 SD is"),
                _("Sessions"),
                _("Change beyond its noise"),
                _("Reading"),
            ),
            rows=[_row(each, priors.get(each.measure.metric)) for each in responses],
            metric="after_effect_deg",
            n=max((each.sessions for each in responses), default=0),
            left_out=sum(each.left_out for each in responses),
        )
    ]  # fmt: skip


def _row(response: Response, prior: Interval | None) -> Row:
    ratio, beyond = response.ratio, response.is_beyond_noise
    shown = scale = NOTHING
    if ratio is not None:
        shown = _between(ratio, ratio - response.half, ratio + response.half)
    elif prior is not None:
        shown = _("prior %(interval)s") % {"interval": _between(prior.value, prior.low, prior.high)}
    if response.scale is not None:
        words = _("%(sd)s, own spread") if response.is_own_scale else _("%(sd)s, repeated sessions")
        scale = words % {"sd": response.text(response.scale)}
    sessions = str(response.sessions)
    if response.left_out:
        sessions = _("%(n)s, %(left)s left out") % {"n": sessions, "left": response.left_out}
    return Row(
        (
            label_of(response.measure),
            response.text(response.now),
            response.text(response.baseline),
            shown,
            scale,
            sessions,
            NOTHING if beyond is None else _("yes") if beyond else _("no"),
            _reading(response, has_prior=prior is not None),
        ),
        response.now is None,
    )


def _between(value: float, low: float, high: float) -> str:
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": f"{value:+.1f}",
        "low": f"{low:+.1f}",
        "high": f"{high:+.1f}",
    }


def _reading(response: Response, *, has_prior: bool) -> str:
    words = {
        "responds": _("Responds"),
        "unclear": _("Unclear: zero is within the interval"),
        "opposite": _("Runs the other way"),
        "unscaled": _("Measured; its noise is not known yet"),
        "unmeasured": _("Not measured: prior only") if has_prior else _("Not measured"),
    }
    said = words[response.reading]
    if response.now is None and response.missing:
        return _("%(said)s (%(why)s)") % {"said": said, "why": response.missing.replace("_", " ")}
    if response.ratio is None or response.before is None or not response.is_beyond_noise:
        return said
    trend = _("growing") if response.ratio > response.before else _("less than at the start")
    return _("%(said)s, %(trend)s") % {"said": said, "trend": trend}


def _sentence(responses: list[Response]) -> str:
    def listed(reading: str) -> str:
        systems: dict[str, list[str]] = {}
        for each in responses:
            if each.reading == reading:
                systems.setdefault(str(each.measure.system).lower(), []).append(str(each.measure.name))
        return "; ".join(f"{system} ({', '.join(names)})" for system, names in systems.items())

    if not any(each.now is not None for each in responses):
        return _("Nothing measured yet: the dots are what the rules expect of this profile.")
    found = []
    if text := listed("responds"):
        found.append(_("Responds: %(systems)s.") % {"systems": text})
    if text := listed("opposite"):
        found.append(_("Runs the other way: %(systems)s.") % {"systems": text})
    if text := listed("unclear"):
        found.append(_("Unclear: %(systems)s.") % {"systems": text})
    missing = sum(each.now is None for each in responses)
    if missing:
        count = ngettext("%(n)d is not measured.", "%(n)d are not measured.", missing)
        found.append(count % {"n": missing})
    return " ".join(found)


def build(record: PatientRecord) -> dict[str, Any]:
    told = [(each, record.definitions.get(each.metric)) for each in MEASURES]
    return {"definitions": [(label_of(each), about) for each, about in told if about]}


PANEL = PanelSpec(
    id="processes",
    order=60,
    name=gettext_lazy("Process profile"),
    question=gettext_lazy("Which learning system responds?"),
    link=gettext_lazy("Process"),
    metrics=frozenset({each.metric for each in MEASURES} | {"perturbation_deg"}),
    build=build,
    figures=figures,
)
