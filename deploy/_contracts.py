"""An import contract of our own: plug-ins of one kind never import each other.

import-linter's independence contract wants every shared module of a package listed as an exception.
Here a module of the package is a plug-in unless its name starts with an underscore or is named in
`shared_modules`, as `shared.plugins.discover` sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from importlinter.domain.imports import Module


class PluginsContract(Contract):
    """No plug-in of `package` reaches another one, directly or through other modules."""

    type_name = "plugins"

    package = fields.ModuleField()
    shared_modules = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        """Return which plug-ins reach which; `graph` is grimp's."""
        package: Module = self.package  # type: ignore[assignment]
        shared_modules: set[str] = self.shared_modules  # type: ignore[assignment]
        plugins = set()
        if package.name in graph.modules:
            for child in graph.find_children(package.name):
                name = child.rpartition(".")[2]
                if not name.startswith("_") and name not in shared_modules:
                    plugins.add(child)
        found = graph.find_illegal_dependencies_for_layers(layers=(plugins,)) if plugins else set()
        chains = sorted(
            (f"{each.importer} imports {each.imported}", " -> ".join(_one_chain(each))) for each in found
        )
        return ContractCheck(kept=not chains, metadata={"chains": chains})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print every forbidden pair with one chain of imports that makes it."""
        for pair, chain in check.metadata["chains"]:
            output.print_error(f"{pair}:")
            output.indent_cursor()
            output.print_error(f"{chain}; move what they share into a module whose name starts with _")


def _one_chain(dependency: Any) -> list[str]:
    route = min(dependency.routes, key=lambda each: len(each.middle))
    return [min(route.heads), *route.middle, min(route.tails)]
