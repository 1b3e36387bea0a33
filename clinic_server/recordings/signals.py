"""Sent inside the transaction that stored something, for the apps above."""

from __future__ import annotations

from django.dispatch import Signal

session_stored = Signal()
"""Arguments: `session`. A session's rows were written, for the first time or again."""
event_stored = Signal()
"""Arguments: `event`. An urgent event arrived."""
