"""Types of configuration values, read from annotations: what a value may be, in words and as a check."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from experiments.config.ranges import Range
from experiments.config.signatures import locate

SIMPLE = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "str": "text",
    "ClassName": "name",
    "Path": "path",
    "None": "none",
    "Any": "any",
    "object": "any",
}
SEQUENCES = {"Sequence", "list", "List", "Iterable", "Collection", "set", "frozenset"}
TUPLES = {"tuple", "Tuple"}
MAPPINGS = {"Mapping", "dict", "Dict", "MutableMapping"}


@dataclass(frozen=True)
class ValueType:
    """One kind of value that an annotation allows.

    Attributes:
        kind: int, float, bool, text, path, name (a text that a file may write as a number), none, any, literal, list,
            tuple, mapping, or component (a class or function that the configuration names by `_target_`).
        values: The words of a literal.
        items: Alternatives of an item of a list, of each item of a tuple, or of the values of a mapping.
    """

    kind: str
    values: tuple[Any, ...] = ()
    items: tuple[tuple["ValueType", ...], ...] = ()


LARGEST = 2**63
"""Larger numbers do not fit in the whole numbers of the libraries that compute; infinity and NaN are not below it."""

Alternatives = tuple[ValueType, ...]
"""What a value may be; () if nothing is known about it."""


def of_annotation(annotation: ast.expr | None, module: str) -> Alternatives:
    """Return what an annotation allows; () if there is no annotation.

    Args:
        annotation: Its syntax tree.
        module: Module that its names belong to.
    """
    return tuple(dict.fromkeys(_alternatives(annotation, module))) if annotation is not None else ()


@lru_cache(maxsize=512)
def of_text(annotation: str, module: str = "") -> Alternatives:
    """Return what an annotation allows that is written as text: "int | None"."""
    return of_annotation(ast.parse(annotation, mode="eval").body, module)


def _alternatives(node: ast.expr, module: str) -> Iterator[ValueType]:
    if isinstance(node, ast.BinOp):
        yield from _alternatives(node.left, module)
        yield from _alternatives(node.right, module)
    elif isinstance(node, ast.Constant):
        yield from (
            _alternatives(ast.parse(node.value, mode="eval").body, module)
            if isinstance(node.value, str)
            else [ValueType("none" if node.value is None else "component")]
        )
    elif isinstance(node, ast.Subscript):
        yield from _subscript(node, module)
    else:
        name = ast.unparse(node).rpartition(".")[2]
        if name in SIMPLE:
            yield ValueType(SIMPLE[name])
        elif name in SEQUENCES | TUPLES:
            yield ValueType("list", items=((),))
        elif name in MAPPINGS:
            yield ValueType("mapping", items=((),))
        else:
            yield from _named(name, module)


def _named(name: str, module: str) -> Iterator[ValueType]:
    """Yield what a name stands for: an alias of a type, or else a class."""
    found = locate(f"{module}.{name}") if module else None
    if found and isinstance(found[1], ast.Assign) and isinstance(found[1].value, ast.Subscript | ast.BinOp):
        yield from _alternatives(found[1].value, found[0])
    else:
        yield ValueType("component")


def _subscript(node: ast.Subscript, module: str) -> Iterator[ValueType]:
    name = ast.unparse(node.value).rpartition(".")[2]
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        yield ValueType("literal", values=tuple(ast.literal_eval(argument) for argument in arguments))
    elif name in {"Union", "Optional"}:
        for argument in arguments:
            yield from _alternatives(argument, module)
        if name == "Optional":
            yield ValueType("none")
    elif name in {"Annotated", "Final", "Required"}:
        yield from _alternatives(arguments[0], module)
    elif name in SEQUENCES or (name in TUPLES and ast.unparse(arguments[-1]) == "..."):
        yield ValueType("list", items=(of_annotation(arguments[0], module),))
    elif name in TUPLES:
        yield ValueType("tuple", items=tuple(of_annotation(argument, module) for argument in arguments))
    elif name in MAPPINGS:
        yield ValueType("mapping", items=(of_annotation(arguments[-1], module),))
    else:
        yield ValueType("component")


def kinds(alternatives: Alternatives) -> set[str]:
    """Return the kinds of a value."""
    return {alternative.kind for alternative in alternatives}


def is_text(alternatives: Alternatives) -> bool:
    """Return whether a value can only be a text (or null)."""
    return (
        bool(alternatives)
        and kinds(alternatives) - {"none"} <= {"text", "path", "name"}
        and kinds(alternatives) != {"none"}
    )


def items_of(alternatives: Alternatives, kind: str) -> Alternatives | None:
    """Return what the items of a list, or the values of a mapping, may be; None if a value can be neither."""
    return next((alternative.items[0] for alternative in alternatives if alternative.kind == kind), None)


def allows(value: Any, alternatives: Alternatives, interval: Range | None = None) -> bool:
    """Return whether a value is one of the alternatives; numbers, and numbers in lists, must be in the interval."""
    return not alternatives or any(_is(value, alternative, interval) for alternative in alternatives)


def _is(value: Any, wanted: ValueType, interval: Range | None) -> bool:
    match wanted.kind:
        case "any":
            return True
        case "none":
            return value is None
        case "bool":
            return isinstance(value, bool)
        case "int" | "float":
            numbers = int if wanted.kind == "int" else (int, float)
            is_number = isinstance(value, numbers) and not isinstance(value, bool) and abs(value) < LARGEST
            return is_number and (interval is None or interval.holds(value))
        case "text" | "path":
            return isinstance(value, str)
        case "name":
            return isinstance(value, str | int | float)
        case "literal":
            return any(value == word and type(value) is type(word) for word in wanted.values)
        case "list":
            return isinstance(value, list | tuple) and all(allows(item, wanted.items[0], interval) for item in value)
        case "tuple":
            return (
                isinstance(value, list | tuple)
                and len(value) == len(wanted.items)
                and all(allows(item, of, interval) for item, of in zip(value, wanted.items, strict=True))
            )
        case "mapping":
            return isinstance(value, Mapping) and all(
                allows(item, wanted.items[0], interval) for item in value.values()
            )
    return isinstance(value, Mapping) or callable(value)


def in_words(alternatives: Alternatives, interval: Range | None = None) -> str:
    """Return what a value may be: "a whole number of 1 or more, or null"."""
    found = kinds(alternatives)
    implied = {"int"} if "float" in found else set()
    implied |= {"text"} if "path" in found else set()
    implied |= {"component"} if found - {"none", "component"} else set()  # a class of a library, such as a tensor
    named = sorted((wanted for wanted in alternatives if wanted.kind not in implied), key=_order)
    words = list(dict.fromkeys(_words(wanted, interval) for wanted in named))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}, or {words[-1]}"


def _order(wanted: ValueType) -> bool:
    return wanted.kind == "none"


def _words(wanted: ValueType, interval: Range | None) -> str:
    limits = f" {interval}" if interval is not None and str(interval) else ""
    match wanted.kind:
        case "int":
            return f"a whole number{limits}"
        case "float":
            return f"a number{limits}"
        case "bool":
            return "true or false"
        case "text" | "name":
            return "a text"
        case "path":
            return "a path"
        case "none":
            return "null"
        case "literal":
            return ", ".join(map(str, wanted.values[:-1])) + f"{' or ' if wanted.values[1:] else ''}{wanted.values[-1]}"
        case "list":
            return "a list" + _each(wanted.items[0], interval)
        case "tuple":
            return f"a list of {len(wanted.items)} values" + _each(wanted.items[0], interval)
        case "mapping":
            return "a mapping, as in {KEY: VALUE}" + _each(wanted.items[0], interval)
    return "a component"


def _each(items: Alternatives, interval: Range | None) -> str:
    return f", each {in_words(items, interval)}" if items and kinds(items) != {"any"} else ""
