"""How often knowledge of results is given: always, faded, in a band, or when the player asks.

Less of it than always is often kept better (Winstein & Schmidt 1990, not verified; a guideline, SCIENCE 4.1).
Not for everybody: with Parkinson's disease two thirds were better than all and a fifth worse (Chiviacowsky
2010; Guadagnoli 2002), and children need it often (Sullivan, Kantak & Burtner 2008). These floors bind
whatever a plan says. Only what tells the error after a trial is withheld: the cursor is the mode's matter,
and in reward-based training the reward is the treatment and is never withheld.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.wire.plan import FeedbackPlan, ImpairmentProfile

PARKINSON_LEAST_SHARE = 0.66
CHILD_LEAST_SHARE = 0.75
"""A design choice: 62 % was too little for children's consistency (Sullivan et al. 2008)."""
_CHILD_BELOW_YEARS = 13


def floored(plan: FeedbackPlan, profile: ImpairmentProfile) -> FeedbackPlan:
    """Return the schedule with the least share that is safe for this person."""
    least = plan.least_share
    if "parkinson" in profile.diagnoses:
        least = max(least, PARKINSON_LEAST_SHARE)
    if profile.age_years is not None and profile.age_years < _CHILD_BELOW_YEARS:
        least = max(least, CHILD_LEAST_SHARE)
    return plan if least == plan.least_share else replace(plan, least_share=least)


def is_given(plan: FeedbackPlan, trial: int, total: int, *, asked: bool = False) -> bool:
    """Whether this practice trial ends with its result told.

    Faded: the share falls in a straight line from 1 to the least share over the practice. Chosen: the player
    asked, or the least share falls due. Both spread what is due evenly, without chance.

    Args:
        trial: of the practice, from 0; total: its trials.
        asked: the player asked to be told (`chosen` only).
    """
    if plan.schedule == "faded":
        return _is_due(lambda at: _faded_sum(plan.least_share, at, total), trial)
    if plan.schedule == "chosen":
        return asked or _is_due(lambda at: plan.least_share * at, trial)
    return True


def _faded_sum(least: float, trials: int, total: int) -> float:
    """How many of the first `trials` are told, on the falling line."""
    return trials - (1.0 - least) * trials * trials / (2.0 * max(1, total))


def _is_due(told: Callable[[int], float], trial: int) -> bool:
    # With almost one in hand the first is told, and not only the second.
    return int(told(trial + 1) + 0.999) > int(told(trial) + 0.999)
