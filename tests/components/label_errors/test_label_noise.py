"""Labels that are replaced at random."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import Manifest
from components.errors import ConfigError, DataError
from components.label_errors import inject_label_noise


def photos(labels):
    return Manifest.of(Path(), {"path": [f"{row}.jpg" for row in range(len(labels))], "label": labels})


@settings(max_examples=60)
@given(
    labels=st.lists(st.sampled_from(["a", "b", "c", "resto", ""]), max_size=60).map(lambda more: ["a", "b", *more]),
    share=st.floats(0, 0.99),
    seed=st.integers(0, 1000),
)
def test_that_many_labels_of_the_classes_become_another_class(labels, share, seed):
    before = photos(labels)
    after = inject_label_noise(before, share, seed=seed, rest="resto")
    changed = before.label != after.label
    known = np.isin(before.label, ["a", "b", "c"])
    assert changed.sum() == round(share * known.sum())
    assert not changed[~known].any()
    assert set(after.label[changed]) <= set(before.classes) - {"resto"}
    assert inject_label_noise(before, share, seed=seed, rest="resto").label.tolist() == after.label.tolist()
    assert before.label.tolist() == labels


def test_each_other_class_is_as_likely_and_each_seed_draws_others():
    before = photos(["a"] * 3000 + ["b", "c", "d"])
    after = inject_label_noise(before, 0.99, seed=0)
    shares = [np.mean(after.label[:3000] == name) for name in "bcd"]
    assert shares == pytest.approx([0.33] * 3, abs=0.03)
    assert after.label.tolist() != inject_label_noise(before, 0.99, seed=1).label.tolist()


def test_what_cannot_be_replaced_is_said():
    with pytest.raises(ConfigError, match=r"label_noise=1\.5: expected a share"):
        inject_label_noise(photos(["a", "b"]), 1.5, seed=0)
    with pytest.raises(DataError, match=r"need at least 2 classes, and the photos have 1 \(a\)"):
        inject_label_noise(photos(["a", "resto"]), 0.5, seed=0, rest="resto")
    assert inject_label_noise(photos(["a", ""]), 0, seed=0).label.tolist() == ["a", ""]
