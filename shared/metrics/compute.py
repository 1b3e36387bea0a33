"""Every metric of a recording: pure, deterministic, in a stable order."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

from shared.errors import MovereError
from shared.metrics._across_specs import ACROSS
from shared.metrics._repeatability import REPEATABILITY_FILE, smallest_detectable_change
from shared.metrics._session import session_data
from shared.plugins import discover

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from shared.metrics.spec import MetricFamily, MetricRow, MetricSpec
    from shared.wire.session import Recording

DIGEST_FILE = "digest.json"
_FOUNDATION = ("across", "compute", "spec")
_FITTED = ("_rates.py", "_rates_fit.py", "fit.py", "spec.py", "state_space.py")
"""Of the learning models, what a metric's fitted rate stands on."""


def families() -> Mapping[str, MetricFamily]:
    """Return the metric families by module name, in its order."""
    return discover("shared.metrics", "METRICS")


def compute_recording(recording: Recording) -> list[MetricRow]:
    """Return every metric of a session: a value with its quality, or the reason why there is none.

    The rows are ordered by family, declaration and scope; (metric, scope) is unique.

    Raises:
        WireError: the recording's samples are damaged.
    """
    session = session_data(recording)
    return [row for family in families().values() for row in family.compute(session)]


def catalogue() -> list[MetricSpec]:
    """Return the declaration of every metric, those across sessions included, each with what is known of
    its smallest detectable change.

    Raises:
        MovereError: two families declare the same id.
    """
    specs = [
        replace(spec, smallest_detectable_change=smallest_detectable_change(spec.id))
        for spec in [*(each for family in families().values() for each in family.specs), *ACROSS]
    ]
    doubled = {spec.id for spec in specs if [each.id for each in specs].count(spec.id) > 1}
    if doubled:
        raise MovereError(f"declared twice: {', '.join(sorted(doubled))}")
    return specs


def set_digest() -> str:
    """Return the SHA-256 that stands for this set of metrics: ids, versions and the sources behind them.

    It is the hash of the committed `digest.json`, which a test keeps true, so a frozen client has it too.
    """
    return hashlib.sha256(files("shared.metrics").joinpath(DIGEST_FILE).read_bytes()).hexdigest()


def current_digest() -> dict[str, dict[str, object]]:
    """Hash the sources as they are now: one entry a family, and one for what all of them stand on."""
    metrics, movement = files("shared.metrics"), files("shared.movement")
    entries: dict[str, dict[str, object]] = {
        name: {
            "versions": {spec.id: spec.version for spec in family.specs},
            "source": _hash(metrics.joinpath(f"{name}.py").read_bytes()),
        }
        for name, family in families().items()
    }
    # What several families stand on: the private modules, those named above, and all of movement.
    standing = [
        each for each in _sources(metrics) if each.name.startswith("_") or each.name[:-3] in _FOUNDATION
    ]
    standing += [*_sources(movement), files("shared").joinpath("units.py")]
    standing += [files("shared.learning").joinpath(name) for name in _FITTED]
    foundation = b"".join(each.read_bytes() for each in standing)
    versions = {spec.id: spec.version for spec in catalogue()}
    entries["foundation"] = {"versions": versions, "source": _hash(foundation)}
    measured = metrics.joinpath(REPEATABILITY_FILE)
    entries["repeatability"] = {
        "versions": {},
        "source": _hash(measured.read_bytes() if measured.is_file() else b""),
    }
    return entries


def committed_digest() -> dict[str, dict[str, object]]:
    """Return the digest as committed."""
    found: dict[str, dict[str, object]] = json.loads(
        files("shared.metrics").joinpath(DIGEST_FILE).read_text(encoding="utf-8")
    )
    return found


def unversioned(
    committed: Mapping[str, Mapping[str, object]], current: Mapping[str, Mapping[str, object]]
) -> list[str]:
    """Return the entries whose source changed while no version of theirs did; data have no version."""
    return [
        name
        for name, entry in current.items()
        if name in committed
        and entry["versions"]
        and committed[name]["source"] != entry["source"]
        and committed[name]["versions"] == entry["versions"]
    ]


def _sources(package: Traversable) -> list[Traversable]:
    return sorted(
        (each for each in package.iterdir() if each.name.endswith(".py")), key=lambda each: each.name
    )


def _hash(source: bytes) -> str:
    return hashlib.sha256(source.replace(b"\r\n", b"\n")).hexdigest()
