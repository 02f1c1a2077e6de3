"""Read components from their source without importing them, so that no heavy library is loaded for a name."""

import ast
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any


def source_of(module: str) -> Path | None:
    """Return the source file of a module, or None if there is none; the module and its parents are not imported."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in (Path(folder).joinpath(*rest).with_suffix(".py"), Path(folder).joinpath(*rest, "__init__.py")):
            if path.is_file():
                return path
    return Path(spec.origin) if spec and not rest and spec.origin and spec.origin.endswith(".py") else None


def definition(target: str) -> ast.ClassDef | ast.FunctionDef | None:
    """Return the syntax tree of a class or function, found in the source of the module that its dotted name names.

    None if it is not defined there: the name is misspelt, imported from another module, or of compiled code.
    """
    module, _, name = target.rpartition(".")
    for statement in statements(module):
        if isinstance(statement, ast.ClassDef | ast.FunctionDef) and statement.name == name:
            return statement
    return None


def module_constant(target: str, name: str) -> Any:
    """Return a constant of the module that defines `target`, or None if the module has none of this name.

    Args:
        target: Dotted name of a class or function.
        name: Name of the constant; its value must be a literal.
    """
    for statement in statements(target.rpartition(".")[0]):
        if isinstance(statement, ast.Assign) and any(
            isinstance(assigned, ast.Name) and assigned.id == name for assigned in statement.targets
        ):
            return ast.literal_eval(statement.value)
    return None


def parameter_names(function: str) -> list[str]:
    """Return the names of the parameters of a function; it is imported only if its source is not found.

    Args:
        function: Dotted name of the function.

    Raises:
        ConfigError: If there is no such function.
    """
    found = definition(function)
    if isinstance(found, ast.FunctionDef):
        arguments = found.args
        return [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    import inspect

    from experiments.config.instantiation import import_target

    return list(inspect.signature(import_target(function)).parameters)


def statements(module: str, *, stub: bool = False) -> list[ast.stmt]:
    """Return the top-level statements of a module, or of the stub beside it; none if its source is not found."""
    file = source_of(module) if module else None
    if file and stub:
        file = file.with_suffix(".pyi") if file.with_suffix(".pyi").is_file() else None
    return _parsed(file, file.stat().st_mtime_ns) if file else []


@lru_cache(maxsize=256)
def _parsed(file: Path, changed: int) -> list[ast.stmt]:  # noqa: ARG001 (a changed file is parsed again)
    return ast.parse(file.read_text(encoding="utf-8")).body
