import logging
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from components.data import NEAR_DUPLICATE_SET, SPLITS, Manifest, given, group, stratified
from components.errors import ConfigError, DataError


def manifest(tmp_path, labels, **columns):
    n = len(labels)
    content = {
        "path": [f"{label}/{row}.jpg" for row, label in enumerate(labels)],
        "label": labels,
        "sha256": [f"{row:064x}" for row in range(n)],
    }
    return Manifest.of(tmp_path, content | columns, origin="a test")


def by_path(found):
    return dict(zip(found.path.tolist(), found.split.tolist(), strict=True))


def counts(found):
    return Counter(zip(found.label.tolist(), found.split.tolist(), strict=True))


THESIS = ["camino_santiago"] * 83 + ["cartel"] * 246 + ["marcador"] * 72 + ["parque"] * 202


def test_stratified_divides_every_class_alike(tmp_path):
    found = stratified(manifest(tmp_path, ["a"] * 100 + ["b"] * 50), seed=0)
    assert counts(found) == {
        ("a", "train"): 64,
        ("a", "validation"): 16,
        ("a", "test"): 20,
        ("b", "train"): 32,
        ("b", "validation"): 8,
        ("b", "test"): 10,
    }


def test_the_smallest_class_keeps_one_photo_a_side(tmp_path):
    found = stratified(manifest(tmp_path, ["a"] * 100 + ["b"] * 3), seed=0)
    assert {split: n for (label, split), n in counts(found).items() if label == "b"} == dict.fromkeys(SPLITS, 1)


@settings(max_examples=60, deadline=None)
@for_all(
    sizes=st.lists(st.integers(3, 40), min_size=2, max_size=5),
    objects=st.integers(1, 60),
    seed=st.integers(0, 2**31),
    validation=st.floats(0, 0.4),
    test=st.floats(0.01, 0.5),
)
def test_sides_are_filled_objects_stay_together_and_row_order_does_not_matter(
    tmp_path_factory, sizes, objects, seed, validation, test
):
    labels = [f"c{label}" for label, size in enumerate(sizes) for _ in range(size)]
    generator = np.random.default_rng(seed)
    ids = [f"{label}-{generator.integers(objects)}" for label in labels]
    assume(
        all(
            len({object_id for object_id, name in zip(ids, labels, strict=True) if name == label}) >= 3
            for label in labels
        )
    )
    made = manifest(tmp_path_factory.getbasetemp(), labels, object_id=ids)
    found = stratified(made, seed=seed, validation=validation, test=test)
    order = generator.permutation(len(labels))
    assert by_path(stratified(made.take(order), seed=seed, validation=validation, test=test)) == by_path(found)
    sides = set(SPLITS) - ({"validation"} if validation == 0 else set())
    assert {(label, side) for label in labels for side in sides} == set(counts(found))
    assert len({(object_id, side) for object_id, side in zip(ids, found.split, strict=True)}) == len(set(ids))
    if len(set(ids)) == len(ids):
        for (label, side), n in counts(found).items():
            share = {"test": test, "validation": validation}.get(side)
            if share is not None:
                assert abs(n - share * labels.count(label)) <= 1


def test_the_seed_decides_and_another_class_does_not(tmp_path):
    labels = ["a"] * 30 + ["b"] * 30
    first = by_path(stratified(manifest(tmp_path, labels), seed=1))
    assert by_path(stratified(manifest(tmp_path, labels), seed=1)) == first
    assert by_path(stratified(manifest(tmp_path, labels), seed=2)) != first
    more = by_path(stratified(manifest(tmp_path, [*labels, "c", "c", "c"]), seed=1))
    assert {path: more[path] for path in first} == first


def test_no_global_state_is_touched(tmp_path):
    np.random.seed(7)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    stratified(manifest(tmp_path, ["a"] * 9 + ["b"] * 9), seed=1)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("column", ["object_id", "sha256", NEAR_DUPLICATE_SET])
def test_what_belongs_together_stays_together(tmp_path, column):
    labels = ["a"] * 40 + ["b"] * 40
    values = [f"{row // 4}" for row in range(80)]
    found = stratified(manifest(tmp_path, labels, **{column: values}), seed=0)
    assert all(len(set(found.split[row : row + 4])) == 1 for row in range(0, 80, 4))
    assert counts(found)["a", "test"] == 8


def test_a_class_with_one_photo_is_named_with_what_to_do(tmp_path):
    made = manifest(tmp_path, ["a"] * 10 + ["sola"])
    with pytest.raises(
        DataError, match=r"The class 'sola' has 1 photo, too few to be in train and validation and test"
    ):
        stratified(made, seed=0)
    with pytest.raises(DataError, match=r"to be in train and test: add photos to it, exclude it with min_photos=2, or"):
        stratified(made, seed=0, validation=0)
    with pytest.raises(DataError, match=r"join it with another class: 'rename_classes=\{sola: a\}'$"):
        stratified(made, seed=0)


def test_the_way_to_exclude_a_class_counts_all_of_its_photos(tmp_path):
    labels = ["a"] * 9 + ["b"] * 5 + ["c"] * 20
    sides = ["train"] * 7 + ["test"] * 2 + ["train"] + ["test"] * 4 + ["train"] * 18 + ["test"] * 2
    with pytest.raises(DataError, match=r"'b' has 1 photo, .* exclude it with min_photos=6"):
        given(manifest(tmp_path, labels, split=sides), seed=0)
    objects = ["o"] * 30 + [f"{row}" for row in range(10)]
    with pytest.raises(DataError, match=r"'b' has 30 photos of 1 distinct object.* exclude it with 'classes=\[a\]'"):
        stratified(manifest(tmp_path, ["b"] * 30 + ["a"] * 10, object_id=objects), seed=0)


def test_photos_that_resemble_one_of_another_class_count_for_their_own(tmp_path):
    """Each of the six photos of b resembles one of a; b was said to have none."""
    sets = [f"{row}" for row in range(20)] + [f"{row}" for row in range(6)]
    made = manifest(tmp_path, ["a"] * 20 + ["b"] * 6, **{NEAR_DUPLICATE_SET: sets})
    found = stratified(made, seed=0)
    assert all(found.split[row] == found.split[20 + row] for row in range(6))
    assert {split for label, split in zip(found.label, found.split, strict=True) if label == "b"} == set(SPLITS)


def test_too_few_photos_that_resemble_those_of_another_class_are_counted_and_named(tmp_path):
    sets = ["0"] * 9 + [f"{row}" for row in range(9)]
    made = manifest(tmp_path, ["b"] * 9 + ["a"] * 9, **{NEAR_DUPLICATE_SET: sets})
    with pytest.raises(DataError, match=r"The class 'b' has 9 photos of 1 distinct object"):
        stratified(made, seed=0)
    made = manifest(tmp_path, ["b"] * 4 + ["a"] * 3, **{NEAR_DUPLICATE_SET: [*"wxyz", *"wxy"]})
    named = (
        r"The class 'b' has 4 photos, .*3 of them resemble photos of another class, such as b/0.jpg and a/4.jpg \(a\)"
    )
    with pytest.raises(DataError, match=named):
        stratified(made, seed=0)


def test_a_class_with_one_object_is_named(tmp_path):
    made = manifest(tmp_path, ["a"] * 10 + ["b"] * 5, object_id=[f"a{row}" for row in range(10)] + ["b"] * 5)
    with pytest.raises(DataError, match="The class 'b' has 5 photos of 1 distinct object, too few"):
        stratified(made, seed=0)


@pytest.mark.parametrize("split", [given, stratified, group])
def test_one_class_none_and_no_photos_are_refused(tmp_path, split):
    for labels, said in ((["mural"] * 9, "only the class 'mural'"), ([""] * 9, "no labels")):
        with pytest.raises(DataError, match=f"have {said}: .* at least two classes"):
            split(manifest(tmp_path, labels, group=["x"] * 9), seed=0)
    with pytest.raises(DataError, match="no photos to split"):
        split(manifest(tmp_path, []), seed=0)


def test_a_photo_without_a_label_is_named(tmp_path):
    with pytest.raises(DataError, match=r"1 of 13 photos to be split have no label, the first is /12.jpg"):
        stratified(manifest(tmp_path, ["a"] * 6 + ["b"] * 6 + [""]), seed=0)


def test_given_draws_the_validation_photos_of_the_thesis(tmp_path):
    made = manifest(tmp_path, THESIS + ["cartel"] * 20, split=["train"] * 603 + ["test"] * 20)
    found = given(made, seed=0)
    assert Counter(found.split.tolist()) == {"train": 483, "validation": 120, "test": 20}
    for label in made.classes:
        share = counts(found)[label, "validation"] / THESIS.count(label)
        assert share == pytest.approx(0.2, abs=0.01)
    assert set(found.split[603:]) == {"test"}
    assert by_path(given(made, seed=1)) != by_path(found)


def test_given_keeps_the_validation_of_the_source_or_none(tmp_path):
    made = manifest(tmp_path, ["a", "b"] * 6, split=["train"] * 6 + ["validation"] * 2 + ["test"] * 4)
    assert by_path(given(made, seed=0)) == by_path(made)
    made = manifest(tmp_path, ["a", "b"] * 6, split=["train"] * 8 + ["test"] * 4)
    assert by_path(given(made, seed=0, validation=0)) == by_path(made)


def test_given_without_a_split_is_stratified_and_says_so(tmp_path, caplog):
    made = manifest(tmp_path, ["a"] * 100 + ["b"] * 100)
    with caplog.at_level(logging.INFO):
        found = given(made, seed=3)
    assert (
        "The source has no split: 20 % of the photos are test, 0.2 of the others validation (split=stratified)"
        in caplog.text
    )
    assert by_path(found) == by_path(stratified(made, seed=3))


def test_given_refuses_half_a_split(tmp_path):
    labels = ["a", "b"] * 5
    with pytest.raises(DataError, match=r"1 of 10 photos have no split, the first is b/9.jpg.*split=stratified"):
        given(manifest(tmp_path, labels, split=["train"] * 5 + ["test"] * 4 + [""]), seed=0)
    with pytest.raises(DataError, match="has no test photos: use split=stratified"):
        given(manifest(tmp_path, labels, split=["train"] * 10), seed=0)
    with pytest.raises(DataError, match="has no train photos"):
        given(manifest(tmp_path, labels, split=["test"] * 10), seed=0)


def test_given_lets_a_class_be_in_the_test_alone(tmp_path):
    made = manifest(tmp_path, ["a", "b"] * 6 + ["resto"] * 3, split=["train"] * 10 + ["test"] * 5)
    assert counts(given(made, seed=0))["resto", "test"] == 3


def regional(tmp_path, n=300, regions=12):
    generator = np.random.default_rng(0)
    return manifest(
        tmp_path,
        generator.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1]).tolist(),
        group=[f"region {number}" for number in generator.integers(regions, size=n)],
    )


def test_regions_are_wholly_on_one_side_and_shares_are_close(tmp_path):
    made = regional(tmp_path)
    found = group(made, seed=0)
    assert len(set(zip(found.group, found.split, strict=True))) == 12
    for side, share in (("train", 0.64), ("validation", 0.16), ("test", 0.2)):
        assert (found.split == side).mean() == pytest.approx(share, abs=0.06)
        assert set(found.label[found.split == side]) == {"a", "b", "c"}
    shuffled = made.take(np.random.default_rng(1).permutation(300))
    assert by_path(group(shuffled, seed=0)) == by_path(found)
    assert any(by_path(group(made, seed=seed)) != by_path(found) for seed in (1, 2))


def test_one_region_left_out_by_name(tmp_path):
    made = regional(tmp_path)
    found = group(made, seed=0, test=["region 3"], validation=0.2)
    assert ((found.split == "test") == (found.group == "region 3")).all()
    rest = found.group != "region 3"
    assert (found.split[rest] == "validation").mean() == pytest.approx(0.2, abs=0.01)
    without = group(made, seed=0, test=["region 3", "region 5"], validation=0)
    assert set(without.split) == {"train", "test"}


def test_objects_are_wholly_on_one_side_and_nameless_ones_are_their_own(tmp_path):
    ids = [f"o{row // 3}" for row in range(60)] + [""] * 60
    found = group(manifest(tmp_path, ["a", "b"] * 60, object_id=ids), seed=0, by="object_id")
    assert all(len(set(found.split[row : row + 3])) == 1 for row in range(0, 60, 3))
    assert len(set(found.split[60:])) == 3


def test_regions_that_cannot_be_divided_are_named(tmp_path):
    labels = ["a", "b"] * 5
    with pytest.raises(DataError, match=r"2 of 10 photos have no group, the first is a/0.jpg"):
        group(manifest(tmp_path, labels, group=["", ""] + ["x"] * 8), seed=0)
    two = manifest(tmp_path, labels, group=["x"] * 5 + ["y"] * 5)
    with pytest.raises(
        DataError,
        match=r"Too few groups in .*'group' to be in train and test and validation: x, y\. .*split.validation=0",
    ):
        group(two, seed=0)
    with pytest.raises(DataError, match=r"split\.test=\['z'\]: no such group\. Known: x, y"):
        group(two, seed=0, test=["z"])
    with pytest.raises(DataError, match="leaves no photos to train on"):
        group(two, seed=0, test=["x", "y"])
    with pytest.raises(DataError, match="leaves no photos to test"):
        group(two, seed=0, test=[])
    apart = manifest(tmp_path, ["a"] * 5 + ["b"] * 5, group=["x"] * 5 + ["y"] * 5)
    with pytest.raises(DataError, match="No training photos would be left of b: all of them are in other splits"):
        group(apart, seed=0, test=["y"])


def test_a_class_missing_from_a_split_is_a_warning(tmp_path, caplog):
    made = manifest(tmp_path, ["a", "b"] * 5 + ["a"] * 3, group=["x"] * 10 + ["y"] * 3)
    with caplog.at_level(logging.WARNING):
        group(made, seed=0, test=["y"], validation=0)
    assert "The test split has no photos of b" in caplog.text


@pytest.mark.parametrize(
    ("split", "options", "message"),
    [
        (given, {"validation": 1.0}, "split.validation=1.0"),
        (stratified, {"test": -0.1}, "split.test=-0.1"),
        (stratified, {"test": 0.6, "validation": 0.5}, r"split.validation \+ split.test=1.1"),
        (group, {"by": "label"}, "split.by='label': expected group or object_id"),
    ],
)
def test_invalid_arguments_are_refused(tmp_path, split, options, message):
    with pytest.raises(ConfigError, match=message):
        split(manifest(tmp_path, ["a", "b"] * 9, group=["x"] * 18), seed=0, **options)
