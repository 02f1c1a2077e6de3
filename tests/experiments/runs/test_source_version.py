"""The version of the code: what of hito's source, of libraries and of other packages changes it."""

import numpy as np
import pytest

from experiments.runs import source_version
from experiments.runs.source_version import DISPLAY_ROOMS, HITO, PACKAGES, code_version, page_version


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A source of hito's with one component, one task and one page; gives its folder."""
    files = {
        "components/heads/closed.py": 'import torch\n\n\ndef head():\n    """Make it."""\n    return 1\n',
        "components/heads/__init__.py": "from components.heads.closed import head\n",
        "experiments/tasks/classify.py": "SIZE = 3\n\n\ndef classify():\n    return SIZE\n",
        "experiments/report/page.py": "TITLE = 'report'\n",
        "experiments/report/templates/page.jinja": "<h1>report</h1>\n",
        "experiments/report/templates/page.css": "h1 { color: red }\n",
        "experiments/report/templates/page.js": "let x = 1;\n",
    }
    for name, text in files.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(source_version, "PACKAGES", tmp_path / "src")
    yield tmp_path / "src"
    forget()


def forget():
    source_version._computing_source.cache_clear()
    source_version.page_version.cache_clear()
    source_version._library_versions.cache_clear()
    source_version._package_version.cache_clear()


def versions():
    """The version of the code and of the pages, computed anew."""
    forget()
    return code_version(), page_version()


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_it_is_stable():
    assert code_version() == code_version()
    assert len(code_version()) == 12


def test_a_function_that_is_moved_or_documented_leaves_the_version(packages):
    before = versions()[0]
    closed = packages / "components/heads/closed.py"
    edit(closed, '"""Make it."""', '"""Make the head of a closed-set classifier."""')
    edit(closed, "import torch\n", "import numpy\nimport torch\n")
    assert versions()[0] == before
    (packages / "components/heads/moved.py").write_text(closed.read_text(encoding="utf-8"), encoding="utf-8")
    closed.unlink()
    edit(packages / "components/heads/__init__.py", "heads.closed", "heads.moved")
    assert versions()[0] == before
    (packages / "components/renamed").mkdir()
    (packages / "components/heads/moved.py").rename(packages / "components/renamed/moved.py")
    assert versions()[0] == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("components/heads/closed.py", "return 1", "return 2"),
        ("experiments/tasks/classify.py", "SIZE = 3", "SIZE = 4"),
        ("experiments/tasks/classify.py", "return SIZE", "return SIZE + SIZE"),
    ],
)
def test_a_changed_statement_changes_the_version(packages, file, old, new):
    before = versions()
    edit(packages / file, old, new)
    after = versions()
    assert after[0] != before[0]
    assert after[1] != before[1]
    edit(packages / file, new, old)
    assert versions() == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("experiments/report/page.py", "'report'", "'the report'"),
        ("experiments/report/templates/page.jinja", "h1>", "h2>"),
        ("experiments/report/templates/page.css", "red", "blue"),
        ("experiments/report/templates/page.js", "x = 1", "x = 2"),
    ],
)
def test_what_only_shows_results_changes_the_version_of_pages_alone(packages, file, old, new):
    before = versions()
    edit(packages / file, old, new)
    after = versions()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_a_new_function_changes_the_version(packages):
    before = versions()[0]
    (packages / "components/heads/other.py").write_text("def other():\n    return 3\n", encoding="utf-8")
    assert versions()[0] != before


def test_the_rooms_that_only_show_results_exist():
    for room in DISPLAY_ROOMS:
        assert (PACKAGES / room).exists(), room
        assert room.split("/")[0] in HITO


@pytest.mark.parametrize(("library", "counts"), [("torch", True), ("numpy", True), ("rich", False), ("wandb", False)])
def test_the_version_of_a_numerical_library_counts(monkeypatch, library, counts):
    before = versions()[0]
    version = source_version.metadata.version
    monkeypatch.setattr(source_version.metadata, "version", lambda name: "9.9" if name == library else version(name))
    assert (versions()[0] != before) == counts
    monkeypatch.undo()
    forget()


def test_builds_of_one_version_for_other_accelerators_are_equal(monkeypatch):
    before = versions()[0]
    version = source_version.metadata.version
    monkeypatch.setattr(source_version.metadata, "version", lambda name: version(name).partition("+")[0] + "+cpu")
    assert versions()[0] == before
    monkeypatch.undo()
    forget()


def test_a_component_of_an_installed_library_counts_by_its_version():
    assert source_version._package_version("sklearn").startswith("sklearn ")
    assert np.__version__ in source_version._package_version("numpy")
    assert code_version({"x": [{"_target_": "sklearn.svm.SVC"}]}) != code_version({"x": [{"_target_": "components.a"}]})


def test_the_source_of_another_package_counts(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "mine_of_this_test"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError\n")
    (package / "colors.py").write_text("def color(*, image_size): ...\n")
    node = {"_target_": "mine_of_this_test.colors.color"}
    before = code_version(node)
    (package / "other.py").write_text("x = 1\n")  # the component may import it
    forget()
    assert code_version(node) != before
    (package / "other.py").unlink()
    forget()
    assert code_version(node) == before
    assert code_version({}) != before
    forget()
