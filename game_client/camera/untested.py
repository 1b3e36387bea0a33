"""What the camera path was never tried on: said in the docs and wherever somebody asks what to trust."""

from __future__ import annotations

UNTESTED = (
    "a real camera: every frame came from a file or was generated",
    "a real hand: the hand is a drawing",
    "a person who moves: the body is one photograph of one healthy adult, moved and turned as a whole",
    "hips and legs, and standing: the photograph ends at the waist",
    "a trunk that leans fore or aft",
    "a real fall",
    "real light: lamps, windows, backlight, dusk",
    "different skins, ages, bodies and clothes",
    "orthoses, prostheses, wheelchairs, walking aids",
    "a spastic or closed hand, tremor, a hand that hides behind something",
    "two people who move: two copies of one photograph were counted",
    "Windows, macOS, and Python 3.12",
)
