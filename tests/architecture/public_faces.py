"""A contract for import-linter: a room takes from another room only what its `__init__` hands out."""

import re
from pathlib import Path

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain.contract import Contract, ContractCheck
from importlinter.domain.fields import SetField, StringField


class PublicFacesContract(Contract):
    """Forbids imports of a module inside another room.

    A room is a subpackage of one of the root packages. Importing the room itself is allowed, and so is importing a
    subpackage of it, which has a face of its own.
    """

    type_name = "public_faces"

    roots = SetField(subfield=StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect the imports that pass by a face."""
        del verbose
        broken = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if self._room(imported) in {None, self._room(importer)} or self._is_face(graph, imported):
                    continue
                details = graph.get_import_details(importer=importer, imported=imported)
                lines = [line["line_number"] for line in details if not self._names(line["line_contents"], imported)]
                if lines:
                    broken.append((importer, imported, lines))
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import with its lines."""
        for importer, imported, lines in check.metadata["broken"]:
            where = ", ".join(f"l.{line}" for line in lines)
            face = imported.rpartition(".")[0]
            output.print_error(f"{importer} -> {imported} ({where}): import from {face}", bold=False)

    def _room(self, module: str) -> str | None:
        root, *rest = module.split(".")
        return f"{root}.{rest[0]}" if root in self.roots and rest else None

    def _is_face(self, graph: ImportGraph, module: str) -> bool:
        """Whether a module is a room, a subpackage of one, or a file that belongs to no room."""
        return module.count(".") < 2 or bool(graph.find_children(module))

    def _names(self, line: str, imported: str) -> bool:
        """Whether the line takes a name from a face that lists it; grimp reports the module of the same name."""
        face, _, name = imported.rpartition(".")
        folder = Path("src").joinpath(*face.split("."))
        stub = folder / "__init__.pyi"
        text = (stub if stub.is_file() else folder / "__init__.py").read_text(encoding="utf-8")
        return line.strip().startswith(f"from {face} import") and re.search(rf"\b{name}\b", text) is not None
