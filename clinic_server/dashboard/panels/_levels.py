"""How hard each block was, session by session; what changed of level, mode and plan, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from clinic_server.dashboard.spoken import words

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

LEAST_CHANGE = 0.05
"""A level that moved by less than this share is as it was."""
_AIMS = {"target_radius_mm": (0.6, 0.8), "zone_half_deg": (0.55, 0.65)}
"""The success that a target aims at (`shared.training.challenge`), and a reward zone, whose aim is 60 %."""
_LIMITS = {"target_radius_mm": (5.0, 35.0), "zone_half_deg": (2.0, 12.0)}
_LEAST_JUDGED = 10


@dataclass(frozen=True, slots=True)
class Played:
    """One block of one session: its level when practice began and ended (None where it has none)."""

    session_id: UUID
    day: date
    number: int
    """Which session of those shown, from 0."""
    mode: str
    chosen_by: str
    plan_version: int
    first: float | None
    last: float | None
    judged: int
    successes: int

    @property
    def success(self) -> float | None:
        return self.successes / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Track:
    """A block of the plan over the sessions; `what` names the level, `target_radius_mm` or `zone_half_deg`.

    Smaller is harder in both.
    """

    key: str
    game: str
    what: str
    unit: str
    is_fixed: bool
    """Assessment, or a level that no trial moved."""
    played: tuple[Played, ...]

    def text(self, value: float) -> str:
        return f"{value:.1f}{self.unit}"

    @property
    def level(self) -> str:
        return _("half width of the zone") if self.what == "zone_half_deg" else _("radius of the target")


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, why, and who chose."""

    day: date
    block: str
    what: str
    why: str
    who: str


def tracks_of(record: PatientRecord) -> list[Track]:
    """Return the plan's blocks in the order of their first play; the arms of an N-of-1 design apart."""
    rows: dict[str, list[tuple[int, Any, dict[str, Any]]]] = {}
    for number, session in enumerate(each for each in record.usable if each.local_date):
        for block in session.blocks:
            rows.setdefault(str(block.get("plan_block") or block["game"]), []).append(
                (number, session, block)
            )
    return [_track(key, played) for key, played in rows.items()]


def _track(key: str, rows: list[tuple[int, Any, dict[str, Any]]]) -> Track:
    # A reward block is made harder by its zone, every other by its target.
    what = "zone_half_deg" if rows[-1][2].get("zone_half_deg") else "target_radius_mm"
    played = tuple(
        Played(
            session_id=session.id,
            day=session.local_date,
            number=number,
            mode=block["mode"],
            chosen_by=block["chosen_by"],
            plan_version=session.plan_version,
            first=(block.get(what) or [None, None])[0],
            last=(block.get(what) or [None, None])[1],
            judged=block.get("judged", 0),
            successes=block.get("successes", 0),
        )
        for number, session, block in rows
    )
    levels = {value for each in played for value in (each.first, each.last) if value is not None}
    return Track(
        key=key,
        game=rows[-1][2]["game"],
        what=what,
        unit="°" if what == "zone_half_deg" else "\u00a0mm",
        is_fixed=len(levels) <= 1,
        played=played,
    )


def changes_of(record: PatientRecord, tracks: list[Track], authors: dict[int, str]) -> list[Change]:
    """Return every change, newest first: of the plan, of a block's mode, of its level within a session.

    Args:
        authors: who wrote each version of the plan, where that is known.
    """
    why = {
        (session.id, str(block.get("plan_block") or block["game"])): list(block.get("why", []))
        for session in record.usable
        for block in session.blocks
    }
    found = [(each.number, 0, change) for each, change in _plan_changes(tracks, authors)]
    for track in tracks:
        before: Played | None = None
        for each in track.played:
            if before is None or before.mode != each.mode:
                reasons = " ".join(why[each.session_id, track.key]) or _("no reason was recorded")
                found.append((each.number, 1, _mode_change(track, before, each, reasons)))
            if (change := _level_change(track, each)) is not None:
                found.append((each.number, 2, change))
            before = each
    return [change for *_place, change in sorted(found, key=lambda each: each[:2], reverse=True)]


def _plan_changes(tracks: list[Track], authors: dict[int, str]) -> list[tuple[Played, Change]]:
    first: dict[int, Played] = {}
    for each in sorted((each for track in tracks for each in track.played), key=lambda each: each.number):
        first.setdefault(each.plan_version, each)
    found = []
    for version, each in first.items():
        if version == 0:
            continue  # played without a plan
        what = _("Plan version %(version)s is played") % {"version": version}
        who = authors.get(version, _("the plan's author"))
        found.append((each, Change(each.day, "", what, _("written by a therapist and activated"), who)))
    return found


def _mode_change(track: Track, before: Played | None, now: Played, reasons: str) -> Change:
    mode = words(now.mode)
    what = _("Mode: %(mode)s") % {"mode": mode}
    if before is not None:
        what = _("Mode: %(old)s → %(mode)s") % {"old": words(before.mode), "mode": mode}
    rules = _("the rules, among the modes approved in the plan")
    who = rules if now.chosen_by == "auto" else _("the plan")
    return Change(now.day, words(track.key), what, reasons, who)


def _level_change(track: Track, each: Played) -> Change | None:
    if each.first is None or each.last is None or abs(each.last - each.first) < LEAST_CHANGE * each.first:
        return None
    name = _("Zone") if track.what == "zone_half_deg" else _("Target")
    levels = {"first": track.text(each.first), "last": track.text(each.last), "level": name}
    harder = _("%(level)s %(first)s → %(last)s, harder") % levels
    easier = _("%(level)s %(first)s → %(last)s, easier") % levels
    what = harder if each.last < each.first else easier
    return Change(each.day, words(track.key), what, reason_of(track, each), _("the game, within its limits"))


def reason_of(track: Track, each: Played) -> str:
    """Say by the block's success why its level moved, as the game's rules have it."""
    if each.success is None or each.judged < _LEAST_JUDGED:
        return _("too few reaches with a verdict to say")
    low, high = _AIMS[track.what]
    aim = _("60 to 80 %") if track.what == "target_radius_mm" else _("60 %")
    told = {"rate": f"{100 * each.success:.0f} %", "n": each.judged, "aim": aim}
    is_held = each.first is not None and each.last is not None and each.last >= each.first
    if each.success > high and is_held and track.what == "target_radius_mm":
        # Only while tired or in pain do successes change nothing and misses still make it easier.
        said = _("Success %(rate)s of %(n)s; not made harder, as the game does when tired or in pain") % told
    elif each.success > high:
        said = _("Success %(rate)s of %(n)s, above the aim of %(aim)s") % told
    elif each.success < low:
        said = _("Success %(rate)s of %(n)s, below the aim of %(aim)s") % told
    else:
        said = _("Success %(rate)s of %(n)s, at the aim of %(aim)s") % told
    least, most = _LIMITS[track.what]
    if each.last is not None and not least < each.last < most:
        said = _("%(said)s; stopped at the limit") % {"said": said}
    return said
