"""A figure that cannot be drawn costs a warning and a note, not the run."""

import logging

from matplotlib.figure import Figure

from components.errors import DataError
from components.figures import save_figures, save_page


def fail(error: Exception) -> Figure:
    raise error


def test_the_others_are_drawn_and_each_failure_is_named(tmp_path, caplog) -> None:
    drawings = {
        "first": lambda: fail(DataError("a map of 0 photos")),
        "second": Figure,
        "third": lambda: fail(ZeroDivisionError("division by zero")),
    }
    with caplog.at_level(logging.WARNING):
        notes = save_figures(tmp_path, drawings)
    assert [path.name for path in tmp_path.iterdir()] == ["second.png"]
    assert notes == [
        "the figure first.png is missing, it could not be drawn (a map of 0 photos)",
        "the figure third.png is missing, it could not be drawn (ZeroDivisionError: division by zero)",
    ]
    assert caplog.messages == notes


def test_a_page_is_written_or_named(tmp_path) -> None:
    assert save_page(tmp_path / "page.html", lambda: "<p>ñ</p>") == []
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "<p>ñ</p>"
    (note,) = save_page(tmp_path / "other.html", lambda: str(fail(ValueError("no"))))
    assert note == "the page other.html is missing, it could not be drawn (ValueError: no)"
    assert not (tmp_path / "other.html").exists()
