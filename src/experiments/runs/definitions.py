"""The statements of a module's source that can change a result, without what cannot: imports, comments, docstrings."""

import ast
import io
import tokenize
from collections.abc import Iterator

Span = tuple[int, int, int, int]
"""First line (from 1), first column, last line, last column; columns are bytes of UTF-8, as in `ast`."""


def definitions(source: str) -> list[str]:
    r"""Return the text of each top-level statement of a module.

    Imports, comments, docstrings, blank lines, `__all__` and the module's logger are left out. A function that is moved
    to another module or documented anew has the same text. The text is cut from the source, not written from its
    syntax tree, so that it is the same under all versions of Python.

    Args:
        source: The source, with `\n` at the ends of lines.

    Examples:
        >>> definitions("import math\n\ndef area(r):  # of a circle\n    return math.pi * r**2\n")
        ['def area(r):\n    return math.pi * r**2']
    """
    tree = ast.parse(source)
    lines = [line.encode() for line in source.split("\n")]
    for first, start, last, end in sorted([*_ignored(tree), *_comments(source)], reverse=True):
        rest = lines[last - 1][end:]
        lines[first - 1 : last] = [lines[first - 1][:start] + rest, *[b""] * (last - first)]
    inside = _lines_of_strings(tree)
    found = []
    for statement in tree.body:
        decorators = getattr(statement, "decorator_list", ())
        first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        kept = []
        for number in range(first, _last_line(statement) + 1):
            line = lines[number - 1]
            if number in inside:
                kept.append(line)
            elif line.strip():
                kept.append(line.rstrip())
        text = b"\n".join(kept).decode().strip()
        if text:
            found.append(text)
    return found


def _ignored(tree: ast.Module) -> Iterator[Span]:
    """Yield where imports, docstrings, `__all__` and the module's logger are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and (_is_import(node) or _is_docstring(node)):
            yield _span(node)
    for statement in tree.body:
        if _is_list_of_names(statement) or _is_logger(statement):
            yield _span(statement)
        elif _is_type_checking(statement):
            yield statement.lineno, statement.col_offset, statement.lineno, len("if TYPE_CHECKING:")


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _is_type_checking(statement: ast.stmt) -> bool:
    """Return whether a statement is `if TYPE_CHECKING:` with nothing but imports."""
    if not isinstance(statement, ast.If) or ast.unparse(statement.test) != "TYPE_CHECKING":
        return False
    return all(map(_is_import, statement.body)) and not statement.orelse


def _is_docstring(statement: ast.stmt) -> bool:
    """Return whether a statement is a string: the docstring of a module, class, function or attribute."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_list_of_names(statement: ast.stmt) -> bool:
    """Return whether a statement assigns `__all__`: which names a package hands out."""
    if not isinstance(statement, ast.Assign):
        return False
    names = {node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    return "__all__" in names


def _is_logger(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and ast.unparse(statement.value) == "logging.getLogger(__name__)"


def _comments(source: str) -> Iterator[Span]:
    """Yield where comments are."""
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            start = len(lines[row - 1][:column].encode())
            yield row, start, row, start + len(token.string.encode())


def _lines_of_strings(tree: ast.Module) -> set[int]:
    """Return the lines of strings of several lines, docstrings aside: their blank lines and spaces count."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in docstrings:
            first, last = node.lineno, node.end_lineno or node.lineno
            if last > first:
                found.update(range(first, last + 1))
    return found


def _span(statement: ast.stmt) -> Span:
    assert statement.end_col_offset is not None
    return statement.lineno, statement.col_offset, _last_line(statement), statement.end_col_offset


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno
