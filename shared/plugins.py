"""Find plug-ins by walking a package: adding a game, a device, a mode or a metric is one new file.

Each plug-in module declares one upper-case name (`GAME`, `DEVICE`, `MODE`, `METRICS`). Walking uses
`pkgutil` over the package, never path strings, so that a frozen client finds the same plug-ins.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shared.errors import MovereError

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def discover(package_name: str, attribute: str) -> Mapping[str, Any]:
    """Return what every module of a package declares under `attribute`, keyed by module name.

    Modules whose name starts with an underscore, and modules without the attribute, are no plug-ins.

    Raises:
        MovereError: the name is not a package.
    """
    package = importlib.import_module(package_name)
    if not hasattr(package, "__path__"):
        raise MovereError(f"{package_name} is not a package of plug-ins")
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package_name}.{info.name}")
        if hasattr(module, attribute):
            found[info.name] = getattr(module, attribute)
    return MappingProxyType(found)
