"""Sent inside the transaction that changed what a plan delivers of a patient."""

from __future__ import annotations

from django.dispatch import Signal

patient_changed = Signal()
"""Arguments: `patient`."""
