"""The parameters of a component with their annotations, read from its source: nothing is imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from experiments.config.introspection import source_of, statements

MAX_REEXPORTS = 4
"""Longest chain of modules through which a name is followed to where it is defined."""


WITHOUT_PARAMETERS = {"ABC", "Generic", "Protocol", "object"}
"""Names of base classes that add no parameters."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a component.

    Attributes:
        name: Its name.
        annotation: Syntax tree of its annotation; None if it has none.
        module: Module that the annotation's names belong to.
    """

    name: str
    annotation: ast.expr | None
    module: str


@lru_cache(maxsize=512)
def parameters(target: str) -> dict[str, Parameter] | None:
    """Return the parameters of a class or function by name, those of a class without `self`.

    Args:
        target: Dotted name of the class or function; it may be re-exported by the module that it names.

    Returns:
        None if the source is not found or the component takes any keyword.
    """
    found = locate(target)
    if found is None:
        return None
    module, node = found
    if isinstance(node, ast.FunctionDef):
        return _of_function(node, module)
    if isinstance(node, ast.ClassDef):
        return _of_class(node, module)
    return None


def locate(target: str, depth: int = MAX_REEXPORTS) -> tuple[str, ast.stmt] | None:
    """Return the module that defines a name, and the statement that does; None if it is not found.

    Args:
        target: Dotted name of a class, a function or an assigned name, such as an alias of a type.
        depth: Number of modules that may still hand the name on.
    """
    module, _, name = target.rpartition(".")
    for statement in statements(module):
        if isinstance(statement, ast.ClassDef | ast.FunctionDef) and statement.name == name:
            return module, statement
        if isinstance(statement, ast.Assign) and any(
            isinstance(assigned, ast.Name) and assigned.id == name for assigned in statement.targets
        ):
            return module, statement
    for source, original in _imports(module, name) if depth else ():
        if found := locate(f"{source}.{original}", depth - 1):
            return found
    return None


def _imports(module: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the modules that a module takes a name from, and the name there."""
    file = source_of(module) if module else None
    package = module if file and file.stem == "__init__" else module.rpartition(".")[0]
    for statement in [*statements(module), *statements(module, stub=True)]:
        if not isinstance(statement, ast.ImportFrom):
            continue
        for alias in statement.names:
            if (alias.asname or alias.name) == name:
                above = package.split(".")[: len(package.split(".")) - statement.level + 1] if statement.level else []
                yield ".".join([*above, *([statement.module] if statement.module else [])]), alias.name


def _of_function(node: ast.FunctionDef, module: str) -> dict[str, Parameter] | None:
    arguments = node.args
    if arguments.kwarg is not None:
        return None
    names = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {name.arg: Parameter(name.arg, name.annotation, module) for name in names}


def _of_class(node: ast.ClassDef, module: str) -> dict[str, Parameter] | None:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            found = _of_function(statement, module)
            return found and {name: parameter for name, parameter in found.items() if name != "self"}
    inherited: dict[str, Parameter] = {}
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id not in WITHOUT_PARAMETERS:
            above = parameters(f"{module}.{base.id}")
            if above is None:
                return None
            inherited |= above
    if not any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
        return inherited
    return inherited | {parameter.name: parameter for parameter in _fields(node, module)}


def _fields(node: ast.ClassDef, module: str) -> Iterator[Parameter]:
    """Yield the fields of a dataclass that its `__init__` takes."""
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        is_class_variable = ast.unparse(statement.annotation).partition("[")[0].endswith("ClassVar")
        if is_class_variable or (statement.value is not None and "init=False" in ast.unparse(statement.value)):
            continue
        yield Parameter(statement.target.id, statement.annotation, module)
