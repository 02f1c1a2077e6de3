"""What is written in figures of labels in doubt."""

import numpy as np
import pytest

from components import figures
from components.errors import DataError


def doubted(suggested="animales", **more):
    return figures.DoubtedLabel(np.zeros((8, 8, 3), np.uint8), "comida", 0.02, suggested, 0.91, "Un pato", **more)


def test_label_suggestion_probabilities_and_title_are_written(texts):
    figure = figures.label_gallery([("Wrong: 1", [doubted()]), ("No class: 1", [doubted("")]), ("None", [])])
    written = texts(figure)
    for expected in ("? comida", "suggested: animales", "probability 0.02 → 0.91", "Un pato", "fits no class"):
        assert expected in written
    assert "None" not in written
    assert not any("replaced" in one for one in written)
    assert "replaced; was animales" in texts(figures.label_gallery([("Wrong", [doubted(before="animales")])]))
    with pytest.raises(DataError, match="no label is doubted"):
        figures.label_gallery([("Wrong", [])])


def test_the_matrix_has_labels_as_rows(texts):
    written = texts(figures.label_matrix(np.array([[9, 1], [0, 4]]), ("fuente", "pila")))
    assert {"fuente\nn = 10", "pila\nn = 4", "label", "confidently of"} <= set(written)
