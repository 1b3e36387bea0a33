"""What several commands share: the data folder, the profile, one JSON object a line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from game_client.camera.frames import Camera, VideoFile
from game_client.journal.journal import Journal
from game_client.profiles import boot_id, data_folder, folder_of
from game_client.sync.worker import now_utc_ms

if TYPE_CHECKING:
    import argparse

    from game_client.camera.frames import Source
    from game_client.profiles import Profile


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="default: MOVERE_DATA_DIR, else your data folder"
    )
    parser.add_argument("--profile", metavar="NAME", help="profile id or patient reference; default: newest")


def add_camera(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--camera", default="0", metavar="N|FILE", help="the camera's number, or a video file in its place"
    )


def camera_of(arguments: argparse.Namespace) -> Source:
    asked: str = arguments.camera
    return Camera(int(asked)) if asked.isdigit() else VideoFile(asked)


def data_of(arguments: argparse.Namespace) -> Path:
    return data_folder(arguments.data)


def open_journal(data: Path, profile: Profile) -> Journal:
    """Open a profile's journal, and say on stderr what opening it found."""
    journal = Journal(folder_of(data, profile.id), profile.id, boot_id=boot_id(), now_utc_ms=now_utc_ms())
    if journal.opened.moved_aside:
        tell(
            f"The journal was damaged. It was moved aside as {journal.opened.moved_aside}; nothing was"
            " deleted, and a new one was begun. Sealed sessions will be sent."
        )
    if journal.opened.recovered:
        tell(f"{len(journal.opened.recovered)} session(s) that broke off earlier were saved.")
    return journal


def tell(sentence: str) -> None:
    """Say something to the person, beside the results."""
    print(sentence, file=sys.stderr, flush=True)


def print_line(values: dict[str, Any]) -> None:
    """Print one JSON object on one line, at once."""
    print(json.dumps(values, allow_nan=False), flush=True)
