"""The loop, the canvas, text, sound and speech: the only importers of pygame."""

from __future__ import annotations

import os

# Its greeting would stand in front of what a command prints for a program to read.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
