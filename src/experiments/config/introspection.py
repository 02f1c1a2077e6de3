"""What stands in the source of a component, read without importing it: nothing heavy is loaded for a name."""

import ast
import importlib.util
from functools import lru_cache
from pathlib import Path


def source_of(module: str) -> Path | None:
    """Source file of a module, found without importing its parents' contents where they are hito's."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for candidate in (Path(place).joinpath(*rest).with_suffix(".py"), Path(place).joinpath(*rest, "__init__.py")):
            if candidate.is_file():
                return candidate
    return Path(spec.origin) if spec and not rest and spec.origin and spec.origin.endswith(".py") else None


@lru_cache(maxsize=256)
def definition(target: str) -> ast.ClassDef | ast.FunctionDef | None:
    """The class or function of a dotted name in its module's own source.

    None where it cannot be found there: a re-export, compiled code, a name that is misspelt.
    """
    module, _, attribute = target.rpartition(".")
    file = source_of(module) if module else None
    if file is None:
        return None
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef) and statement.name == attribute:
            return statement
    return None


def parameter_names(function: str) -> list[str]:
    """Names of the parameters of the function of this dotted name; it is imported only where its source is not found.

    Raises ConfigError when there is no such function.
    """
    found = definition(function)
    if isinstance(found, ast.FunctionDef):
        arguments = found.args
        return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    import inspect

    from experiments.config.instantiation import import_target

    return list(inspect.signature(import_target(function)).parameters)
