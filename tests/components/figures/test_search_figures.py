"""Grids of found photos, photos with candidate texts, risk against coverage: inside their edges, with their numbers."""

import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from components import figures
from components.errors import DataError

LONG = (
    "Fuentes, piscinas, y elementos de agua de Nuestra Señora de la Encarnación, junto a la Otorrinolaringología 神社"
)


def found(n, relevant=True):
    image = np.full((12, 12, 3), 90, np.uint8)
    return [
        figures.RankedPhoto(image, 0.9 - row / 100, LONG, "resto · 12 km", relevant if row % 2 else None)
        for row in range(n)
    ]


def cases(n, right=0):
    image = np.full((12, 12, 3), 90, np.uint8)
    texts, numbers = [LONG * 3, "corto", "otro", "más", "uno más"], [0.5, 0.4, 0.3, -0.1, -0.2]
    return [
        figures.CandidateCase(image, texts, numbers, [0.9, 0.1, 0, 0, 0], right, "abstains: keeps the old")
        for _ in range(n)
    ]


def curve(threshold=0.5):
    generator = np.random.default_rng(0)
    confidence = generator.random(60)
    return figures.risk_coverage_curve(
        confidence,
        generator.random(60) < confidence,
        threshold=threshold,
        max_error_rate=0.05,
        subtitle="conse · stamps",
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda: figures.ranking_grid(LONG, found(9), subtitle=LONG, note="scores: cosines"),
        lambda: figures.ranking_grid("a", found(1)),
        lambda: figures.ranking_grid("a", found(5, False), query_image=np.zeros((9, 9, 3), np.uint8), note="scores"),
        lambda: figures.candidate_cases(cases(3), subtitle=LONG),
        lambda: figures.candidate_cases(cases(1, None)),
        curve,
        lambda: curve(math.inf),
    ],
)
def test_nothing_sticks_out(draw):
    figure = draw()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    for edge in (pixels[:6], pixels[-6:], pixels[:, :6], pixels[:, -6:]):
        assert (edge == 255).all()


def test_what_is_said(texts):
    grid = texts(figures.ranking_grid("una fuente", found(2), note="two"))
    assert {"una fuente", "0.90", "0.89", "resto · 12 km", "two"} <= set(grid)
    assert any(one.startswith("✓ Fuentes") for one in grid)
    shown = texts(figures.candidate_cases(cases(1, 2)))
    assert {"0.50", "90%", "corto", "✓ otro", "abstains: keeps the old"} <= set(shown)
    assert "uno más" not in shown
    assert any("nothing is answered" in one.replace("\n", " ") for one in texts(curve(math.inf)))


def test_nothing_to_draw_is_said():
    for draw in (
        lambda: figures.ranking_grid("nada", []),
        lambda: figures.candidate_cases([]),
        lambda: figures.risk_coverage_curve(np.array([]), np.array([], dtype=bool), threshold=0, max_error_rate=0.1),
    ):
        with pytest.raises(DataError):
            draw()
