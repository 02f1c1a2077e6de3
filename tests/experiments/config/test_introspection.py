"""Components are read from their source, without importing them."""

import sys

import pytest

from experiments.config.introspection import definition, module_constant, parameter_names, source_of

SOURCE = '''"""A module."""
import no_such_module_anywhere

NAMES = ("a", "b")
count: int = 3


class Thing:
    """A thing."""


def make(first, /, second, *, third=1, **others):
    """Make it."""
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    folder = tmp_path / "read_by_introspection"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise ImportError('imported')\n", encoding="utf-8")
    (folder / "things.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "read_by_introspection.things"
    assert "read_by_introspection" not in sys.modules


def test_definitions_are_found(module):
    assert source_of(module).name == "things.py"
    assert definition(f"{module}.Thing").name == "Thing"
    assert definition(f"{module}.make").name == "make"
    assert definition(f"{module}.no_such_module_anywhere") is None
    assert definition(f"{module}.other") is None
    assert definition("no_such_package_anywhere.other") is None
    assert definition("nothing") is None


def test_parameters_and_constants_are_found(module):
    assert parameter_names(f"{module}.make") == ["first", "second", "third"]
    assert module_constant(f"{module}.make", "NAMES") == ("a", "b")
    assert module_constant(f"{module}.make", "OTHERS") is None
    assert module_constant("no_such_package_anywhere.make", "NAMES") is None


def test_a_function_without_source_is_imported():
    assert "key" in parameter_names("builtins.sorted")


def test_a_changed_file_is_read_again(module, tmp_path):
    assert module_constant(f"{module}.make", "NAMES") == ("a", "b")
    file = tmp_path / "read_by_introspection" / "things.py"
    file.write_text("NAMES = ('longer', 'than', 'before')\n", encoding="utf-8")
    assert module_constant(f"{module}.make", "NAMES") == ("longer", "than", "before")
