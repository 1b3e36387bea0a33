"""P3, adherence: did they do what was asked?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clinic_server.dashboard import summary
from clinic_server.dashboard.panels._spec import PanelSpec
from clinic_server.progress.selectors import CalendarDay

if TYPE_CHECKING:
    from clinic_server.dashboard.record import PatientRecord

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
_KEY = ("done", "part", "missed", "extra", "none")
_LEAST_WEEKS = 6


@dataclass(frozen=True, slots=True)
class Week:
    starts: date
    days: list[CalendarDay | None]
    minutes: int


def build(record: PatientRecord) -> dict[str, Any]:
    weeks = weeks_of(record)
    return {
        "weeks": weeks,
        "weekdays": [(name, [week.days[at] for week in weeks]) for at, name in enumerate(WEEKDAYS)],
        "key": [CalendarDay(record.today, False, 0, each) for each in _KEY],
        "count": summary.adherence(record.calendar, record.today),
    }


def weeks_of(record: PatientRecord) -> list[Week]:
    """The calendar as columns of seven days, from the first week with something in it; six at least."""
    minutes: dict[date, float] = {}
    for each in record.sessions:
        if each.local_date:
            minutes[each.local_date] = minutes.get(each.local_date, 0.0) + each.duration_s / 60
    found = []
    for at in range(0, len(record.calendar), 7):
        days = record.calendar[at : at + 7]
        played = sum(minutes.get(day.day, 0.0) for day in days)
        padded: list[CalendarDay | None] = [*days, *([None] * (7 - len(days)))]
        found.append(Week(days[0].day, padded, round(played)))
    used = [
        at
        for at, week in enumerate(found)
        if week.minutes or any(day and day.is_planned for day in week.days)
    ]
    return found[min(used[0], max(0, len(found) - _LEAST_WEEKS)) if used else -_LEAST_WEEKS :]


PANEL = PanelSpec(
    id="adherence",
    order=30,
    name=_("Adherence"),
    question=_("Did they do what was asked?"),
    link=_("Adherence"),
    build=build,
)
