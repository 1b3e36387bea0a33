"""Days, modes and keys as people read them, in the language that is active."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

MODES = {
    "error_based": _("error-based"),
    "reward_based": _("reward-based"),
    "strategy_cue": _("strategy cue"),
    "use_dependent": _("use-dependent"),
    "acuity": _("acuity"),
    "auto": _("auto"),
}
SIDES = {"left": _("left"), "right": _("right"), "both": _("both"), "none": _("none")}
POSTURES = {
    "seated": _("seated"),
    "standing_supported": _("standing, supported"),
    "standing": _("standing"),
}
_KEYS = MODES | SIDES | POSTURES


def day_of(day: date) -> str:
    """`9 Nov 2026`, in the language's own order."""
    return date_format(day, "j M Y")


def mode_of(keys: str) -> str:
    """Modes by key, several parted by commas, in words."""
    return ", ".join(words(each.strip()) for each in keys.split(",") if each.strip())


def words(key: str) -> str:
    """A key in words: known ones translated, others with their underscores as spaces."""
    return str(_KEYS.get(str(key), str(key).replace("_", " ")))
