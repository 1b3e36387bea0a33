"""Colours: the signals that mean the same in every place, the themes, and the light of the twelve places.

Signals follow Okabe and Ito's palette, which stays apart under the common forms of colour blindness; a
signal is never told by colour alone (shape and icon go with it).
"""

from __future__ import annotations

from typing import NamedTuple

Rgb = tuple[int, int, int]


def rgb(code: str) -> Rgb:
    """Turn `#RRGGBB` into three numbers 0..255."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(a: Rgb, b: Rgb, share: float) -> Rgb:
    """Return the colour `share` (0..1) of the way from a to b."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def luminance(colour: Rgb) -> float:
    """Relative luminance 0..1 of an sRGB colour (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Rgb, b: Rgb) -> float:
    """Contrast ratio 1..21 of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


WHITE, BLACK = rgb("#FFFFFF"), rgb("#000000")
INK, PAPER, CREAM = rgb("#14202B"), rgb("#FBF6EA"), rgb("#FFF9EC")
NIGHT = rgb("#14203F")
START = rgb("#14505F")
TRACK = rgb("#1E4E5B")
TARGET = rgb("#E69F00")
CUE = rgb("#F0E442")
ERROR = rgb("#56B4E9")
STOP = rgb("#D55E00")
DONE_ON_LIGHT, DONE_ON_DARK = rgb("#007A5A"), rgb("#3CCB9C")
PERSON_INK = rgb("#0072B2")
SEA, SEA_EDGE = rgb("#165B6D"), rgb("#0E465A")
LAMP = rgb("#FFE9A8")
WARM = rgb("#FFE9B8")
FOAM = rgb("#EAFBF8")
QUIET = rgb("#BFE5E2")
INACTIVE = rgb("#9FB3B8")
MUTED_INK = rgb("#22404C")
HC_LAND = rgb("#26302F")


class Place(NamedTuple):
    """A place's light. Skies run top, middle, horizon; land far, middle, near; the sun in canvas pixels."""

    number: int
    sky: tuple[Rgb, Rgb, Rgb]
    land: tuple[Rgb, Rgb, Rgb]
    water: Rgb


def _place(number: int, sky: str, land: str, water: str) -> Place:
    s, m, h = (rgb(c) for c in sky.split())
    far, middle, near = (rgb(c) for c in land.split())
    return Place(number, (s, m, h), (far, middle, near), rgb(water))


PLACES: dict[str, Place] = {
    "spring": _place(1, "#8FA9C8 #D9C9C4 #F8D9B4", "#B9BFCB #8FA3A6 #4F7A6C", "#5E9FB0"),
    "birch_brook": _place(2, "#8EC0D8 #CFE3DC #F7EAC8", "#B7D2C4 #8DBB93 #4F8F65", "#4E9DAA"),
    "waterfall": _place(3, "#7EB9D6 #C4E0E2 #EAF2DF", "#A9C9C6 #6E9F92 #3A7562", "#3D93A3"),
    "water_mill": _place(4, "#6FB2DA #BBDDE8 #EEF4E2", "#A8CBB0 #7DB07A #4C8A57", "#3A8EA6"),
    "meadow": _place(5, "#66ADD9 #B5DAE8 #F2F2D8", "#BAD3A0 #93BE77 #5F9C58", "#3C92A8"),
    "long_lake": _place(6, "#7DB0CE #CBDCD8 #F6E7BF", "#A7C0C4 #7FA3A2 #46776F", "#2F7F94"),
    "reed_marsh": _place(7, "#86A6BE #D9CFB6 #F5D490", "#C5B98F #A39A62 #6D7440", "#6C8A86"),
    "old_bridge": _place(8, "#5E7FA8 #C9A99A #F6BE78", "#A58F98 #7D6A7A #51495F", "#54708A"),
    "dusk_glade": _place(9, "#14203F #6A4B7C #F0B07A", "#63507A #37345C #22264A", "#28405A"),
    "star_hill": _place(10, "#070E24 #12234A #4A6486", "#24395F #182A4C #0A1428", "#16294C"),
    "harbour": _place(11, "#1E3A5C #5F86A0 #E8C9A8", "#6F8EA0 #466A80 #1F4A60", "#165B6D"),
    "open_sea": _place(12, "#5C9CC4 #F3C9A0 #FFE7B0", "#B6CBC6 #8FB0B4 #3C7A8C", "#2A7F94"),
}
"""The twelve places from spring to sea, in the order of the river."""
