"""The split of the base, without some known test photos."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import Manifest, without_known
from components.data import given as given_split
from components.errors import DataError


def manifest(root, order=None):
    labels = np.array(["a", "b", "resto", "a", "b"] * 12, dtype=object)
    sides = np.array((["train"] * 3 + ["test"] * 2) * 12, dtype=object)
    rows = np.arange(60) if order is None else order
    columns = {"path": [f"{row}.jpg" for row in rows], "label": labels[rows].tolist(), "split": sides[rows].tolist()}
    return Manifest.of(root, columns)


@settings(max_examples=40, deadline=None)
@given(lacks=st.integers(0, 23), seed=st.integers(0, 1000))
def test_only_the_given_number_of_known_test_photos_is_excluded(tmp_path_factory, lacks, seed):
    made = manifest(tmp_path_factory.getbasetemp())
    found, base = without_known(made, seed=seed, lacks=lacks), given_split(made, seed=seed)
    changed = found.split != base.split
    assert changed.sum() == lacks
    assert set(base.split[changed]) <= {"test"}
    assert set(found.split[changed]) <= {""}
    assert "resto" not in found.label[changed]


def test_the_draw_depends_on_the_photos_and_not_on_their_order(tmp_path):
    order = np.random.default_rng(3).permutation(60)
    found, shuffled = (without_known(manifest(tmp_path, rows), seed=5) for rows in (None, order))
    tested = set(found.path[found.rows("test")])
    assert tested == set(shuffled.path[shuffled.rows("test")])
    another_seed = without_known(manifest(tmp_path), seed=6)
    assert tested != set(another_seed.path[another_seed.rows("test")])


def test_a_test_that_would_keep_no_known_photo_is_refused(tmp_path):
    with pytest.raises(DataError, match="24 photos of known classes"):
        without_known(manifest(tmp_path), seed=0, lacks=24)
