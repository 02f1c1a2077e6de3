"""Pairs of classes that are taken for each other."""

import numpy as np
import pytest

from components.label_errors import overlapping_classes


def test_pairs_by_number_of_photos_in_both_directions():
    joint = np.array([[50.0, 1, 0], [6, 40, 2], [0, 0, 30]])
    first, second = overlapping_classes(joint, ("fuente", "pila", "mural"))
    assert (first.classes, first.taken, first.count) == (("pila", "fuente"), (6, 1), 7)
    assert first.share == pytest.approx(7 / 99)
    assert (second.classes, second.taken) == (("pila", "mural"), (2, 0))
    assert overlapping_classes(np.eye(3), ("a", "b", "c")) == []
