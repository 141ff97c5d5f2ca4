"""The contract for import-linter that keeps cores and edges apart, as ``docs/architecture.md`` draws them."""

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class StoreysContract(Contract):
    """Refuse imports between cores that go upwards or sideways, and imports of edges by cores.

    ``layers`` lists the apps, the highest first; one line lists the apps of one layer, with ``|`` between them.
    ``edges`` names the modules and packages that are an app's edge; the rest of the app is its core. ``edge_libraries``
    are libraries that no core may import; ``wrapped_libraries`` only the lowest app may. ``doors`` are edges that only
    their own app and the packages above the apps may import.
    """

    type_name = "storeys"

    layers = fields.ListField(subfield=fields.StringField())
    edges = fields.SetField(subfield=fields.StringField())
    doors = fields.SetField(subfield=fields.StringField())
    edge_libraries = fields.SetField(subfield=fields.StringField())
    wrapped_libraries = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        self.levels = dict(self._levels())
        self.lowest = max(self.levels.values())
        faults = [
            f"{importer} -> {imported}: {fault}"
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if (fault := self._fault(importer, imported))
        ]
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for fault in check.metadata["faults"]:
            output.print_error(fault)

    def _fault(self, importer: str, imported: str) -> str:
        app, other = importer.split(".")[0], imported.split(".")[0]
        if app not in self.levels:
            return ""  # a package above the apps may import anything
        if other in self.levels:
            return self._app_fault(importer, imported)
        is_core = not self._is_edge(importer)
        if is_core and (other in self.edge_libraries or (other in self.wrapped_libraries and not self._is_lowest(app))):
            return "a core must not import this library"
        return "a package above the apps" if other in self.session_options["root_packages"] else ""

    def _app_fault(self, importer: str, imported: str) -> str:
        """Say what is wrong with an import of one app's module by an app's module."""
        app, other = importer.split(".")[0], imported.split(".")[0]
        is_foreign = app != other
        if is_foreign and self._is_lowest(app):
            return "the lowest app imports another one"
        if is_foreign and not self._is_lowest(other) and importer.endswith(".signals"):
            return "signals import another app"
        if self._is_edge(importer):
            is_door = is_foreign and not self._is_lowest(other) and self._has(imported, self.doors)
            return "another app's door" if is_door else ""
        if self._is_edge(imported):
            return "a core imports an edge"
        if importer.endswith(".receivers") and imported.endswith(".signals"):
            return ""
        is_upwards = is_foreign and self.levels[other] <= self.levels[app]
        return "a core imports upwards or sideways" if is_upwards else ""

    def _is_lowest(self, app: str) -> bool:
        return self.levels[app] == self.lowest

    def _levels(self) -> Iterator[tuple[str, int]]:
        for level, line in enumerate(self.layers):  # type: ignore[arg-type]
            for app in line.split("|"):
                yield app.strip(), level

    def _is_edge(self, module: str) -> bool:
        return self._has(module, self.edges)

    @staticmethod
    def _has(module: str, names: Any) -> bool:
        """Return whether one of ``names`` is a part of the module's path. A name with a dot must be its beginning."""
        beginnings = tuple(f"{name}." for name in names if "." in name)
        return f"{module}.".startswith(beginnings) or not names.isdisjoint(module.split(".")[1:])
