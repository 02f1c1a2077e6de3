"""What of a module's source counts for the ids of runs: statements, not imports, comments, docstrings or places."""

import random

import hypothesis.strategies as st
import pytest
from hypothesis import given

from experiments.runs.definitions import definitions

MODULE = '''"""A module."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Square", "area"]

log = logging.getLogger(__name__)

SIZE = 3
"""Length of a side."""


@decorated(
    by="something",
)
class Square:
    """A square.

    Attributes:
        side: Its side.
    """

    side: int = SIZE

    def area(self) -> int:
        """Return the area."""
        import math  # only here

        # a comment
        return math.prod((self.side, self.side))


def area(square: Square) -> int:
    text = """a

    # no comment
    b"""
    return square.area() + len(text)  # of a square
'''

CLASS = """@decorated(
    by="something",
)
class Square:
    side: int = SIZE
    def area(self) -> int:
        return math.prod((self.side, self.side))"""

FUNCTION = '''def area(square: Square) -> int:
    text = """a

    # no comment
    b"""
    return square.area() + len(text)'''

DEFINITIONS = ["SIZE = 3", CLASS, FUNCTION]


def test_definitions_are_the_statements_without_what_cannot_change_a_result():
    assert definitions(MODULE) == DEFINITIONS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import logging\n", "import logging\nimport os\n"),
        ("import math  # only here", "from numpy import math"),
        ("    from pathlib import Path\n", "    from pathlib import Path, PurePath\n"),
        ("if TYPE_CHECKING:\n    from pathlib import Path\n", ""),
        ('"Square", "area"', '"area"'),
        ("log = logging.getLogger(__name__)\n", ""),
        ('"""A module."""', '"""Another text,\n\non several lines."""'),
        ('"""Return the area."""', '"""Return side times side."""'),
        ('"""Length of a side."""', '"""Length of each side."""'),
        ("        side: Its side.\n", "        side: Length of its side.\n"),
        ("        # a comment\n", "\n\n        # ein Kommentar: ñ\n"),
        ("  # of a square", ""),
        ("SIZE = 3", "SIZE = 3  # ñ"),
    ],
)
def test_imports_docstrings_and_comments_do_not_count(old, new):
    assert old in MODULE
    assert definitions(MODULE.replace(old, new)) == DEFINITIONS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SIZE = 3", "SIZE = 4"),
        ("side: int = SIZE", "side: int = 2"),
        ("math.prod((self.side, self.side))", "math.prod((self.side, 2))"),
        ('by="something"', 'by="another"'),
        ("    # no comment\n", "    # another text in the string\n"),
        ('"""a\n\n', '"""a\n'),
        ('"""a\n', '"""a \n'),
        ("square.area() + len(text)", "square.area()"),
        ("square.area() +", "square.area() -"),
    ],
)
def test_a_changed_statement_counts(old, new):
    assert old in MODULE
    assert definitions(MODULE.replace(old, new)) != DEFINITIONS


names = st.text("abcdefgh", min_size=1, max_size=6).map(lambda text: f"f_{text}")
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters='"\\'))
statements = st.one_of(
    st.tuples(names, st.integers()).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(names, texts).map(lambda pair: f'{pair[0]} = "#{pair[1]}"'),
    st.tuples(names, texts).map(lambda pair: f'{pair[0]} = """{pair[1]}\n\n# {pair[1]}"""'),
    st.tuples(names, st.integers()).map(lambda pair: f"def {pair[0]}(x):\n    return x + {pair[1]}"),
    st.tuples(names, names).map(lambda pair: f"@{pair[1]}\nclass {pair[0]}:\n    x: int = 1"),
)


@given(st.lists(statements, max_size=6), st.randoms(use_true_random=False), texts)
def test_moving_and_documenting_statements_changes_none_of_them(modules, generator: random.Random, text):
    before = sorted(definition for statement in modules for definition in definitions(statement))
    shuffled = list(modules)
    generator.shuffle(shuffled)
    source = f'"""{text}"""\n\nimport os\n'
    for statement in shuffled:
        source += f"\n# {text}\n{statement}\n"
        source += f'"""{text}"""\n' if generator.random() < 0.5 else f"\n\nfrom os import path  # {text}\n"
    assert sorted(definitions(source)) == before


@given(st.lists(statements, min_size=1, max_size=6, unique=True), st.data())
def test_another_statement_changes_the_definitions(modules, data):
    source = "\n".join(modules)
    position = data.draw(st.integers(0, len(modules) - 1))
    other = data.draw(statements.filter(lambda statement: statement != modules[position]))
    changed = "\n".join([*modules[:position], other, *modules[position + 1 :]])
    assert definitions(changed) != definitions(source)


def test_all_sources_can_be_read():
    from experiments.runs.source_version import HITO, PACKAGES

    for name in HITO:
        for path in (PACKAGES / name).rglob("*.py"):
            found = "\n".join(definitions(path.read_text(encoding="utf-8")))
            assert '"""Return' not in found, path
