"""Figures of single tasks: positions of claims, decisions of a review, text-to-image recall."""

import math

import numpy as np
import pandas as pd
import pytest

from components import figures
from components.metrics import Estimate


def test_position_offsets_counts_claims_by_verdict(texts):
    table = pd.DataFrame(
        {
            "metres": [0.1, 20.0, 5000.0],
            "expected_metres": 30.0,
            "probability": [0.9, 0.6, 0.01],
            "verdict": ["consistent", "consistent", "contradicted"],
            "moved_metres": [0.0, 0.0, 5000.0],
        }
    )
    figure = figures.position_offsets(table)
    written = texts(figure)
    assert {"consistent (2)", "doubtful (0)", "contradicted (1)", "unchanged (2)", "displaced on purpose (1)"} <= set(
        written
    )
    assert any("30 m, which a correct claim exceeds" in one.replace("\n", " ") for one in written)
    assert min(offset[0] for dots in figure.axes[1].collections for offset in dots.get_offsets()) == 1


@pytest.mark.parametrize("known", [True, False])
def test_review_decisions_draws_every_proposal_in_every_panel(known, texts):
    generator = np.random.default_rng(0)
    faults = np.array(["", "blur", "wrong_class"] * 10, dtype=object) if known else None
    checks = {"pixels": generator.random(30), "class": generator.random(30)}
    figure = figures.review_decisions(generator.random(30), checks, faults, 0.7, math.inf)
    histogram, *panels = figure.axes
    assert len(panels) == 2
    for panel in panels:
        assert sum(len(dots.get_offsets()) for dots in panel.collections) == 30
    expected = {"no fault (10)", "blur (10)", "wrong class (10)"} if known else {"proposals"}
    assert expected <= set(texts(figure))
    assert [line.get_xdata()[0] for line in histogram.lines] == [0.7]


def test_recall_by_text_draws_the_estimates(texts):
    panels = {
        "recall at 1": {"old": [Estimate(0.3, 0.2, 0.5, 9, (0.3,))] * 2, "new": [Estimate(0.6, 0.5, 0.8, 9, ())] * 2}
    }
    figure = figures.recall_by_text(panels, ["title", "description"])
    (axes,) = figure.axes
    assert [container.lines[0].get_xdata().tolist() for container in axes.containers] == [[0.3, 0.3], [0.6, 0.6]]
    assert {"recall at 1", "title", "description", "old", "new"} <= set(texts(figure))
