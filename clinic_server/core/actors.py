"""Who acts: a person in a clinic, or a paired profile. Selectors and services take one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinic_server.core.problems import Problem

if TYPE_CHECKING:
    from uuid import UUID

# Which roles may do what, anywhere in their clinic or to a patient whose care team they are in.
ACTIONS: dict[str, frozenset[str]] = {
    "patient.read": frozenset({"therapist", "clinician", "supervisor"}),
    "patient.create": frozenset({"therapist", "clinician"}),
    "patient.write": frozenset({"therapist", "clinician"}),
    "patient.clear_standing": frozenset({"clinician"}),
    "care_team.read": frozenset({"therapist", "clinician", "supervisor", "clinic_admin"}),
    "care_team.write": frozenset({"therapist", "clinician", "supervisor", "clinic_admin"}),
    "device.read": frozenset({"therapist", "clinician", "supervisor", "clinic_admin"}),
    "device.approve": frozenset({"therapist", "clinician"}),
    "device.revoke": frozenset({"therapist", "clinician", "supervisor", "clinic_admin"}),
    "plan.read": frozenset({"therapist", "clinician", "supervisor"}),
    "plan.write": frozenset({"therapist"}),
    "session.read": frozenset({"therapist", "clinician", "supervisor"}),
    "flag.acknowledge": frozenset({"therapist", "clinician", "supervisor"}),
    "flag_rule.read": frozenset({"therapist", "clinician", "supervisor", "clinic_admin"}),
    "flag_rule.write": frozenset({"supervisor", "clinic_admin"}),
    "break_glass": frozenset({"therapist", "clinician", "supervisor"}),
    "audit.read": frozenset({"auditor"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person in one clinic, with every role they hold there."""

    user_id: UUID
    clinic_id: UUID
    roles: frozenset[str]
    name: str = ""
    request_id: str = ""
    scopes: frozenset[str] | None = None
    """The actions that the token in use is for; None for a person at a page, whom their roles alone bind."""

    kind = "person"

    def may(self, action: str) -> bool:
        return bool(self.roles & ACTIONS[action]) and (self.scopes is None or action in self.scopes)

    def require(self, action: str) -> None:
        """Refuse unless a role of this person allows the action.

        Raises:
            Problem: 403 `role_missing`, naming the roles that would do.
        """
        if self.scopes is not None and action not in self.scopes:
            raise Problem(403, "scope_missing", f"this token is not for {action}: make one that is")
        if not self.may(action):
            wanted = ", ".join(sorted(ACTIONS[action]))
            raise Problem(403, "role_missing", f"this needs one of these roles in the clinic: {wanted}")


@dataclass(frozen=True, slots=True)
class DevicePrincipal:
    """A paired profile that proved itself with a token: one patient on one installation."""

    profile_id: UUID
    patient_id: UUID
    clinic_id: UUID
    upload_only: bool = False
    request_id: str = ""

    kind = "device"
