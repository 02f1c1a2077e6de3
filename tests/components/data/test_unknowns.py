"""Kinds of the rest held out of training: none of them is trained on, and each is held out in some rotation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data import NEW_KIND, NOVELTY, SEEN_KIND, Manifest, known_kinds, new_kinds
from components.errors import ConfigError, DataError


def manifest(root, kinds, per_kind=4):
    """Two known classes, and `resto` with several kinds; half of each in train, a quarter in validation and in test."""
    labels, of_kind = ["a"] * 8 + ["b"] * 8, ["a"] * 8 + ["b"] * 8
    for kind in range(kinds):
        labels += ["resto"] * per_kind
        of_kind += [f"k{kind}"] * per_kind
    split = (["train", "train", "validation", "test"] * len(labels))[: len(labels)]
    paths = [f"{kind}/{row}.jpg" for row, kind in enumerate(of_kind)]
    return Manifest.of(root, {"path": paths, "label": labels, "split": split, "kind": of_kind})


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.integers(1, 7),
    hold_out=st.integers(1, 7),
    seed=st.integers(0, 1000),
    draw=st.sampled_from(["rotate", "random"]),
)
def test_what_is_held_out_is_only_in_the_test(tmp_path_factory, kinds, hold_out, seed, draw):
    made = manifest(tmp_path_factory.getbasetemp(), kinds)
    if hold_out > kinds:
        with pytest.raises(DataError, match=f"expected 1 to {kinds}; the kinds are k0"):
            new_kinds(made, seed=seed, hold_out=hold_out, draw=draw)
        return
    found = new_kinds(made, seed=seed, hold_out=hold_out, draw=draw)
    new = found.extra[NOVELTY] == NEW_KIND
    held = set(found.extra["kind"][new])
    assert len(held) == hold_out
    assert not set(found.extra["kind"][found.rows("train")]) & held
    assert not set(found.extra["kind"][found.rows("validation")]) & held
    assert set(found.split[new]) == {"test", ""}
    np.testing.assert_array_equal(found.rows("test"), made.rows("test"))  # both protocols test on the same photos
    others = ~new
    np.testing.assert_array_equal(found.split[others], made.split[others])
    assert set(found.extra[NOVELTY][found.label != "resto"]) == {""}
    again = new_kinds(made, seed=seed, hold_out=hold_out, draw=draw)
    np.testing.assert_array_equal(again.split, found.split)


@given(kinds=st.integers(1, 9), hold_out=st.integers(1, 9), start=st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_consecutive_seeds_hold_out_every_kind(tmp_path_factory, kinds, hold_out, start):
    hold_out = min(hold_out, kinds)
    made = manifest(tmp_path_factory.getbasetemp(), kinds)
    held = set()
    for turn in range(-(-kinds // hold_out)):
        found = new_kinds(made, seed=start + turn, hold_out=hold_out)
        held |= set(found.extra["kind"][found.extra[NOVELTY] == NEW_KIND])
    assert held == {f"k{kind}" for kind in range(kinds)}


def test_names_folders_and_the_thesis_protocol(tmp_path):
    made = manifest(tmp_path, 3)
    by_name = new_kinds(made, seed=5, hold_out=["k2", "k0"])
    assert set(by_name.extra["kind"][by_name.extra[NOVELTY] == NEW_KIND]) == {"k0", "k2"}
    by_folder = new_kinds(made, seed=5, hold_out=["k2", "k0"], column="folder")
    np.testing.assert_array_equal(by_folder.split, by_name.split)
    known = known_kinds(made, seed=5)
    np.testing.assert_array_equal(known.split, made.split)
    assert set(known.extra[NOVELTY][known.label == "resto"]) == {SEEN_KIND}


def test_mistakes_are_named(tmp_path):
    made = manifest(tmp_path, 3)
    with pytest.raises(DataError, match=r"has no such column\. Columns: path, label"):
        new_kinds(made, seed=0, column="species")
    with pytest.raises(DataError, match=r"no such kind of the rest\. Kinds: k0, k1, k2"):
        new_kinds(made, seed=0, hold_out=["k7"])
    with pytest.raises(DataError, match=r"no photo has this label\. Did you mean resto\? Labels: a, b, resto"):
        new_kinds(made, seed=0, rest="resta")
    with pytest.raises(ConfigError, match="expected rotate or random"):
        new_kinds(made, seed=0, draw="turn")
    blank = made.replace(extra={"kind": np.where(made.extra["kind"] == "k1", "", made.extra["kind"]).astype(object)})
    with pytest.raises(DataError, match="has the label 'resto' but no kind"):
        new_kinds(blank, seed=0)
