from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from components.figures import ExplainedPhoto, HeatMap
from components.metrics import acceptance_threshold
from components.results import UNKNOWN, Predictions

SPANISH = (
    "Hitos kilométricos del Camino de Santiago",
    "Carteles informativos y paneles interpretativos",
    "Marcador de ruta",
    "Parques infantiles y gimnasios al aire libre",
    "Fuentes, piscinas y elementos de agua",
    "Murales, grafitis, dibujos y arte urbano",
    "Iglesia",
    "Ermita de Nuestra Señora de la Encarnación",
    "Otorrinolaringólogamenteinterminable",
    "Niño_jugando_al_fútbol",
    "Año 1900 – 50 % coste $5 y $6",
    "神社 pista 🎈",
)
QUANTITIES = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy")
THESIS = ("camino_santiago", "cartel", "marcador", "parque")


@pytest.fixture(scope="session")
def predict() -> Callable[..., Predictions]:
    """Predictions of `n` photos; the truth is the same for every seed."""

    def make(names: Sequence[str] = THESIS, n: int = 152, seed: int = 0, skill: float = 1.5) -> Predictions:
        generator, classes = np.random.default_rng(seed), len(names)
        truth = np.arange(n) % classes
        logits = generator.normal(size=(n, classes))
        logits[np.arange(n), truth] += skill
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        ids = np.array([f"test/{row}.jpg" for row in range(n)], dtype=object)
        return Predictions(ids, truth, scores, scores.argmax(axis=1), np.full(n, np.nan), tuple(names))

    return make


@pytest.fixture(scope="session")
def predict_open() -> Callable[..., tuple[Predictions, float, np.ndarray]]:
    """Predictions with raw energies, every sixth photo of none of the classes; their threshold; which are new kinds."""

    def make(
        names: Sequence[str] = THESIS, n: int = 181, seed: int = 0, skill: float = 4.0
    ) -> tuple[Predictions, float, np.ndarray]:
        generator, classes = np.random.default_rng(seed), len(names)
        truth = np.where(np.arange(n) % 6 == 0, UNKNOWN, np.arange(n) % classes)
        known = truth != UNKNOWN
        logits = 1.5 * generator.normal(size=(n, classes))
        logits[np.flatnonzero(known), truth[known]] += skill
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        energies = -np.log(np.exp(logits).sum(axis=1))
        threshold = acceptance_threshold(energies[known][::2], 0.9)
        labels = np.where(energies > threshold, UNKNOWN, scores.argmax(axis=1))
        ids = np.array([f"test/foto_{row:03}.jpg" for row in range(n)], dtype=object)
        new = ~known & (np.arange(n) % 12 == 0)
        return Predictions(ids, truth, scores, labels, energies, tuple(names)), threshold, new

    return make


@pytest.fixture(scope="session")
def spanish() -> tuple[str, ...]:
    return SPANISH


@pytest.fixture(scope="session")
def pictures() -> Callable[[int], np.ndarray]:
    """Photos of one colour each, which says which row it is."""

    def make(n: int) -> np.ndarray:
        rows = np.arange(n)
        colours = np.stack([rows % 256, rows // 256, 255 - rows % 256], axis=1).astype(np.uint8)
        return np.broadcast_to(colours[:, None, None, :], (n, 12, 12, 3)).copy()

    return make


@pytest.fixture(scope="session")
def explained() -> Callable[..., list[ExplainedPhoto]]:
    """The first photos of a model with heat maps of the predicted class and, where that is wrong, of the true one."""

    def make(model: Predictions, titles: Sequence[str], n: int = 7) -> list[ExplainedPhoto]:
        warm = np.linspace(0, 1, 144, dtype=np.float32).reshape(12, 12)
        photos = []
        for row in range(n):
            truth, taken = int(model.y_true[row]), int(model.y_pred[row])
            labels = [("✓" if truth == taken else "✗", taken), *([] if truth == taken else [("true", truth)])]
            maps = [HeatMap(model.class_names[one], mark, model.scores[row, one], warm) for mark, one in labels]
            pixels = np.full((12, 12, 3), 20 * row, np.uint8)
            photos.append(ExplainedPhoto(pixels, titles[row % len(titles)], truth == taken, maps))
        return photos

    return make


@pytest.fixture(scope="session")
def curves() -> Callable[..., pd.DataFrame]:
    """Curves of three replicates that train for 4 augmented and 2 to 4 plain epochs."""

    def make(replicates: int = 3, phases: Sequence[tuple[str, int]] = (("augmented", 4), ("plain", 4))) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for replicate in range(replicates):
            generator = np.random.default_rng(replicate)
            names = [name for name, epochs in phases for _ in range(epochs)]
            for epoch, phase in enumerate(names[: len(names) - replicate], start=1):
                drawn = dict(zip(QUANTITIES, generator.random(4).tolist(), strict=True))
                rows.append({"replicate": replicate, "epoch": epoch, "phase": phase, **drawn})
        return pd.DataFrame(rows)

    return make


@pytest.fixture(scope="session")
def texts() -> Callable[[Figure], list[str]]:
    """Everything written in a figure."""

    def find(figure: Figure) -> list[str]:
        return [one.get_text() for one in figure.findobj(Text) if one.get_text() and one.get_visible()]

    return find


@pytest.fixture(scope="session")
def overlaps() -> Callable[[Sequence[Sequence[Text]], Figure], list[tuple[str, str]]]:
    """Neighbours in lists of texts that lie on one another."""

    def find(lists: Sequence[Sequence[Text]], figure: Figure) -> list[tuple[str, str]]:
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        return [
            (one.get_text(), other.get_text())
            for labels in lists
            for one, other in pairwise(labels)
            if one.get_window_extent(renderer).overlaps(other.get_window_extent(renderer))
        ]

    return find
