from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.figures import fonts
from components.figures.fonts import drawable
from components.figures.style import save_figure, titled_figure
from components.figures.text_layout import count_text, percent_text, shorten, text_width, wrap

LETTERS = st.text(alphabet="abcñÑúü–$_ -/·W", max_size=40)


def test_width_grows_with_text_and_size() -> None:
    assert text_width("mm", 10) == pytest.approx(2 * text_width("m", 10), rel=0.05)
    assert text_width("parque", 20) == pytest.approx(2 * text_width("parque", 10), rel=0.02)
    assert text_width("parque", 10, "bold") > text_width("parque", 10)


@pytest.fixture
def only_dejavu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "font_families", lambda: (fonts.FONT,))
    monkeypatch.setattr(fonts, "_has_glyph", fonts._has_glyph.__wrapped__)


@pytest.mark.usefixtures("only_dejavu")
def test_characters_without_a_font_become_names_or_codes_that_differ() -> None:
    assert drawable("Ñandú – ✓ $5") == "Ñandú – ✓ $5"
    assert drawable("神社 🎈") == "[795E][793E] [balloon]"
    assert drawable("🪧\U000e0101") == "[placard]"
    assert drawable("\x1b[31m\udce9") == "[1B][31m[E9]"


def test_a_name_with_line_breaks_is_one_line() -> None:
    assert shorten("one\ntwo\r\n\tthree", 500, 8) == "one two three"
    assert wrap("one\ntwo", 500, 8) == ["one two"]


@pytest.mark.usefixtures("only_dejavu")
def test_a_figure_with_names_of_any_script_is_drawn_without_warnings(tmp_path: Path) -> None:
    figure = titled_figure(5, 2, "標識 🔥", "mojón")
    axes = figure.subplots()
    axes.barh([0, 1], [1, 2], label="石")
    axes.set_yticks([0, 1], ["路标", "日本\x07"])
    axes.legend()
    save_figure(figure, tmp_path / "names.png")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["[8DEF][6807]", "[65E5][672C][07]"]


@settings(deadline=None)
@given(LETTERS, st.floats(20, 150))
def test_short_enough(text: str, width: float) -> None:
    short = shorten(text, width, 8)
    assert text_width(short, 8) <= width
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@settings(deadline=None)
@given(LETTERS, st.floats(30, 150))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: float) -> None:
    lines = wrap(text, width, 8)
    assert all(text_width(line, 8) <= width for line in lines)
    if not any("…" in line for line in lines):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(deadline=None)
@given(LETTERS, st.floats(30, 150), st.integers(1, 3))
def test_labels_keep_to_their_lines(text: str, width: float, max_lines: int) -> None:
    lines = wrap(text, width, 8, max_lines=max_lines)
    assert len(lines) <= max_lines
    assert all(text_width(line, 8) <= width for line in lines)


def test_labels_are_balanced_and_running_text_is_filled() -> None:
    text = "Fuentes, piscinas y elementos de agua"
    width = text_width("Fuentes, piscinas y elementos de ", 8)
    assert wrap(text, width, 8)[-1] == "agua"
    lengths = [text_width(line, 8) for line in wrap(text, width, 8, max_lines=2)]
    assert len(lengths) == 2
    assert np.ptp(lengths) < 0.35 * width
    assert wrap("", 50, 8) == []


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (0, "0 %"),
        (0.2, "<1 %"),
        (0.5, "<1 %"),
        (0.51, "1 %"),
        (42.4, "42 %"),
        (99.49, "99 %"),
        (99.5, ">99 %"),
        (99.7, ">99 %"),
        (100, "100 %"),
    ],
)
def test_percent(percent: float, text: str) -> None:
    assert percent_text(percent) == text


def test_counts() -> None:
    assert [count_text(one) for one in (152.0, 0, 20.333, 12345)] == ["152", "0", "20.3", "12345"]
