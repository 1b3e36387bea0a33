"""Why a flag stands, in words: a short text for a chip and a second sentence, in the reader's language.

A flag keeps the key of its text and the words that go in; `Flag.reason` is the same in English, for programs.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from clinic_server.progress.models import Flag

TEXTS: dict[str, tuple[str, str]] = {
    "fall": (_("A fall was noticed during play"), ""),
    "fall_unanswered": (_("A fall was noticed and nobody answered"), ""),
    "symptom": (_("A warning symptom was reported: %(symptom)s"), ""),
    "stop": (_("Play was stopped for safety"), ""),
    "pain_event": (_("Pain %(pain)d of 10 during play"), ""),
    "pain_high": (_("Pain %(pain)d of 10 in a session"), ""),
    "pain_rise": (_("Pain +%(rise)d in a session"), _("from %(before)d to %(after)d")),
    "pain_median": (_("Pain +%(rise)g over %(sessions)d sessions"), _("median from %(before)g to %(after)g")),
    "retention": (
        _("Less kept overnight than gained"),
        _("%(count)d of the last %(of)d sessions: retention %(percent)d %%"),
    ),
    "below_baseline": (_("Worse than at the start"), _("%(count)d of the last %(of)d valid sessions")),
    "silent_planned": (_("Silent for %(days)d planned days"), _("since %(last_on)s")),
    "silent_planned_never": (_("Silent for %(days)d planned days"), _("no session yet")),
    "silent_days": (_("Silent for %(days)d days"), _("since %(last_on)s, a planned day among them")),
    "silent_days_never": (
        _("Silent for %(days)d days"),
        _("no session yet, a planned day among them"),
    ),
    "adherence_low": (_("%(done)d of %(planned)d planned days played"), _("in %(days)d days")),
    "adherence_fell": (
        _("Days played fell from %(before)d to %(done)d"),
        _("of %(planned)d planned in %(days)d days, of %(planned_before)d before"),
    ),
    "overuse": (
        _("Played %(sessions)d times in %(days)d days"),
        _("%(planned)d asked for: %(percent)d %% of what was planned"),
    ),
    "plateau": (
        _("No change for %(weeks)d weeks"),
        _("%(sessions)d valid sessions; consider a change of mode"),
    ),
    "data_quality": (_("Too many frames lost"), _("%(percent)s %% of the last sessions' frames")),
    "plan_ends": (_("Plan ends in %(days)d days"), _("on %(ends_on)s")),
    "plan_ends_today": (_("Plan ends today"), ""),
    "plan_ended": (_("Plan has ended"), _("on %(ends_on)s")),
    "leaves_left": (
        _("Reaches to the right %(ratio).1f times as often"),
        _("in %(sessions)d sessions in a row"),
    ),
    "leaves_right": (
        _("Reaches to the left %(ratio).1f times as often"),
        _("in %(sessions)d sessions in a row"),
    ),
}  # fmt: skip


def chip(message: str, words: dict[str, Any]) -> str:
    """Return the short text of a reason in the language that is active."""
    return _filled(TEXTS[message][0], words)


def detail(message: str, words: dict[str, Any]) -> str:
    """Return the second sentence, empty where the first says all."""
    return _filled(TEXTS[message][1], words)


def flag_chip(flag: Flag) -> str:
    """Return a flag's short text; one raised by hand, or long ago, says what was written."""
    return chip(flag.message, flag.words) if flag.message in TEXTS else flag.reason


def flag_detail(flag: Flag) -> str:
    """Return a flag's second sentence."""
    return detail(flag.message, flag.words) if flag.message in TEXTS else ""


def in_english(message: str, words: dict[str, Any]) -> str:
    """Return the whole reason as it is stored."""
    with override("en"):
        return ", ".join(each for each in (chip(message, words), detail(message, words)) if each)


def _filled(text: str, words: dict[str, Any]) -> str:
    if not text:
        return ""
    told = {
        name: date_format(date.fromisoformat(value), "j M") if name.endswith("_on") else value
        for name, value in words.items()
    }
    return gettext(text) % told
