"""The player's settings: a small TOML file in the profile's folder, written at once after each change."""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from game_client.engine.look import Look
from shared.errors import MovereError

FILE_NAME = "settings.toml"
_RANGES: dict[str, tuple[float, float]] = {
    "text_scale": (1.0, 2.0),
    "dwell_s": (0.5, 3.0),
    "effects_volume": (0.0, 1.0),
    "speech_volume": (0.0, 1.0),
    "music_volume": (0.0, 1.0),
}
FILTERS = ("off", "default", "tremor", "steady")
"""Presets of `shared.movement.one_euro`."""
PREDICTIONS = ("off", "braking")
"""Presets of `shared.movement.prediction`."""
LIVELINESS = ("none", "low", "medium", "high")
"""How much moves and splashes where a game may be lively: never in probes and assessments."""
_CHOICES: dict[str, tuple[str, ...]] = {
    "hand": ("right", "left"),
    "anchor_bar": ("", "left", "right"),
    "pointer_filter": FILTERS,
    "prediction": PREDICTIONS,
    "liveliness": LIVELINESS,
    "plays_with": ("auto", "mouse", "joystick", "touch", "webcam", "stream"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the player chose; the defaults suit most people (PRODUCT N5, N8-N10, N18)."""

    language: str = "en"
    text_scale: float = 1.0
    high_contrast: bool = False
    reduced_motion: bool = False
    dwell: bool = True
    dwell_s: float = 1.0
    effects_volume: float = 0.8
    speech_volume: float = 0.8
    music_volume: float = 0.5
    hand: str = "right"
    """The hand that points; `left` mirrors the layout."""
    anchor_bar: str = ""
    pointer_filter: str = "default"
    prediction: str = "off"
    """Hides a tracker's delay (`shared.movement.prediction`)."""
    liveliness: str = "medium"
    plays_with: str = "auto"
    """The input device (`game_client.hand`)."""
    watches_posture: bool = False
    """A camera watches how trunk and shoulders help, while another device plays."""

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise MovereError(f"the setting {name} must be a number from {low} to {high}, not {value!r}")
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                raise MovereError(f"the setting {name} must be one of {', '.join(filter(None, known))}")
        for name in ("high_contrast", "reduced_motion", "dwell", "watches_posture"):
            if not isinstance(getattr(self, name), bool):
                raise MovereError(f"the setting {name} must be true or false")

    @property
    def look(self) -> Look:
        return Look(
            text_scale=self.text_scale,
            high_contrast=self.high_contrast,
            reduced_motion=self.reduced_motion,
            mirrored=self.hand == "left",
            anchor_bar=self.anchor_bar,
        )


def load(folder: Path) -> Settings:
    """Read the settings of a profile.

    A missing file gives the defaults. A value that can't be used gives its default too, so that a damaged
    file never keeps a player from playing; values of a newer Movere are left alone.
    """
    try:
        found = tomllib.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return Settings()
    settings = Settings()
    for name in (each.name for each in fields(Settings)):
        if name in found:
            try:
                settings = replace(settings, **{name: found[name]})
            except MovereError:
                continue
    return settings


def save(settings: Settings, folder: Path) -> None:
    """Write the settings; the file is whole at every moment, even when the power goes."""
    lines = [f"{name} = {_toml(value)}" for name, value in asdict(settings).items()]
    write_whole(folder / FILE_NAME, ("\n".join(lines) + "\n").encode())


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that it is whole at every moment, also when the power goes: old or new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return repr(float(value)) if isinstance(value, float) else str(value)
