"""Folds: every photo is tested once, what belongs together stays together, and classes are divided evenly."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from components.data import NEAR_DUPLICATE_SET, Manifest, class_holdout, kfold, select, single_split, without_known
from components.data.fold_draw import draw_folds
from components.errors import ConfigError, DataError


def manifest(tmp_path, labels, **columns):
    n = len(labels)
    content = {
        "path": [f"{label}/{row:03}.jpg" for row, label in enumerate(labels)],
        "label": labels,
        "sha256": [f"{row:064x}" for row in range(n)],
    }
    return Manifest.of(tmp_path, content | columns, origin="a test")


def fold_of(found):
    """The fold in which each photo is tested; fails unless it is exactly one."""
    tested = np.array([one.split == "test" for one in found.manifests])
    assert tested.sum(axis=0).tolist() == [1] * tested.shape[1]
    return tested.argmax(axis=0)


def by_path(found):
    return dict(zip(found.whole.path.tolist(), fold_of(found).tolist(), strict=True))


def counts(labels, folds):
    """Photos by fold and class."""
    classes = sorted(set(labels))
    return np.array([[((folds == fold) & (labels == name)).sum() for name in classes] for fold in sorted(set(folds))])


@settings(max_examples=30, deadline=None)
@for_all(
    sizes=st.lists(st.integers(2, 40), min_size=2, max_size=6), folds=st.integers(2, 9), seed=st.integers(0, 2**31)
)
def test_every_photo_is_tested_once_and_classes_are_divided_to_one_photo(tmp_path_factory, sizes, folds, seed):
    assume(sum(sizes) >= folds)
    labels = np.repeat([f"c{label}" for label in range(len(sizes))], sizes)
    made = manifest(tmp_path_factory.getbasetemp(), labels.tolist())
    found = kfold(made, seed=seed, folds=folds)
    assert len(found.manifests) == folds
    by_fold = counts(labels, fold_of(found))
    assert (np.ptp(by_fold, axis=0) <= 1).all()
    assert np.ptp(by_fold.sum(axis=1)) <= 1
    for one in found.manifests:
        assert set(one.split) == {"train", "test"}
        assert set(one.label[one.rows("train")]) == set(labels)
    assert set(found.whole.split) == {"train"}
    order = np.random.default_rng(seed).permutation(len(labels))
    assert by_path(kfold(made.take(order), seed=seed, folds=folds)) == by_path(found)


@settings(max_examples=30, deadline=None)
@for_all(
    n=st.integers(30, 120),
    classes=st.integers(2, 4),
    groups=st.integers(6, 30),
    folds=st.integers(2, 5),
    validation=st.sampled_from([0, 0.2]),
    seed=st.integers(0, 2**31),
)
def test_groups_objects_and_copies_are_on_one_side(tmp_path_factory, n, classes, groups, folds, validation, seed):
    generator = np.random.default_rng(seed)
    labels = [f"c{label}" for label in generator.integers(0, classes, n)]
    group = [f"g{one}" for one in generator.integers(0, groups, n)]
    objects = [f"o{one}" if one < 10 else "" for one in generator.integers(0, 40, n)]
    copies = [f"{one:064x}" for one in generator.integers(0, 4 * n, n)]
    made = manifest(tmp_path_factory.getbasetemp(), labels, group=group, object_id=objects, sha256=copies)
    try:
        found = kfold(made, seed=seed, folds=folds, by="group", validation=validation)
    except DataError:  # too few sets that stay together: what is said is tested below
        return
    for column in (group, objects, copies):
        for one in (*found.manifests, found.whole):
            sides = {(value, side) for value, side in zip(column, one.split, strict=True) if value}
            assert len(sides) == len({value for value, _ in sides})
    fold_of(found)
    for one in (*found.manifests, found.whole):
        assert set(one.label[one.split == "train"]) == set(labels)
        assert bool(len(one.rows("validation"))) == bool(validation)


@pytest.mark.parametrize("column", ["object_id", "sha256", NEAR_DUPLICATE_SET])
def test_what_shows_the_same_stays_together_without_groups_too(tmp_path, column):
    labels = ["a"] * 40 + ["b"] * 40
    made = manifest(tmp_path, labels, group=["g"] * 80, **{column: [f"{row // 4}" for row in range(80)]})
    folds = fold_of(kfold(made, seed=0))
    assert all(len(set(folds[row : row + 4])) == 1 for row in range(0, 80, 4))
    assert np.ptp(counts(np.array(labels), folds), axis=0).tolist() == [0, 0]
    left_out = kfold(made, seed=0, folds="all")
    assert len(left_out.manifests) == 20
    assert {(one.split == "test").sum() for one in left_out.manifests} == {4}


def test_the_balance_without_groups_is_that_of_scikit_learn(tmp_path):
    labels = np.repeat(["a", "b", "c", "d"], [83, 246, 72, 202])
    ours = counts(labels, fold_of(kfold(manifest(tmp_path, labels.tolist()), seed=0, folds=7)))
    theirs = np.zeros_like(ours)
    splitter = StratifiedKFold(7, shuffle=True, random_state=0)
    for fold, (_, test) in enumerate(splitter.split(labels, labels)):
        theirs[fold] = [(labels[test] == name).sum() for name in "abcd"]
    for one in (ours, theirs):
        assert one.sum(axis=0).tolist() == [83, 246, 72, 202]
    assert np.sort(ours, axis=0).tolist() == np.sort(theirs, axis=0).tolist()
    assert np.ptp(ours.sum(axis=1)) <= np.ptp(theirs.sum(axis=1))


@pytest.mark.filterwarnings("ignore:The least populated class")
def test_groups_are_divided_as_evenly_as_by_scikit_learn_or_more():
    """40 draws of groups of uneven sizes: the spread of the classes over the folds is smaller in most."""
    spread = []
    for draw in range(40):
        generator = np.random.default_rng(draw)
        classes, folds = generator.integers(2, 7), generator.integers(2, 8)
        label = generator.choice(classes, 300, p=generator.dirichlet(np.full(classes, 2)))
        _, label = np.unique(label, return_inverse=True)
        _, group = np.unique(generator.choice(40, 300, p=generator.dirichlet(np.ones(40))), return_inverse=True)
        table = np.zeros((group.max() + 1, label.max() + 1), dtype=np.int64)
        np.add.at(table, (group, label), 1)
        ours = np.zeros((folds, table.shape[1]))
        np.add.at(ours, draw_folds(table, int(folds), np.random.default_rng(draw)), table)
        splitter = StratifiedGroupKFold(int(folds), shuffle=True, random_state=draw)
        tests = [test for _, test in splitter.split(label, label, group)]
        theirs = np.array([np.bincount(label[test], minlength=table.shape[1]) for test in tests])
        spread.append([(one / one.sum(axis=0)).std(axis=0).mean() for one in (ours, theirs)])
    ours, theirs = np.transpose(spread)
    assert np.median(ours / theirs) < 1
    assert (ours <= theirs).mean() > 0.7


def test_the_seed_decides(tmp_path):
    made = manifest(tmp_path, ["a"] * 20 + ["b"] * 20, group=[f"{row // 3}" for row in range(40)])
    for by in (None, "group"):
        first = by_path(kfold(made, seed=1, by=by))
        assert by_path(kfold(made, seed=1, by=by)) == first
        assert len({tuple(by_path(kfold(made, seed=seed, by=by)).values()) for seed in range(8)}) > 4


def test_leave_one_out(tmp_path):
    found = kfold(manifest(tmp_path, ["a"] * 3 + ["b"] * 2), seed=0, folds="all")
    assert fold_of(found).tolist() == [0, 1, 2, 3, 4]
    with_validation = kfold(manifest(tmp_path, ["a"] * 4 + ["b"] * 3), seed=0, folds="all", validation=0.3)
    assert {Counter(one.split.tolist())["validation"] for one in with_validation.manifests} == {2}
    fold_of(with_validation)
    regions = kfold(
        manifest(tmp_path, ["a", "b"] * 6, group=[f"{row // 4}" for row in range(12)]), seed=0, folds="all", by="group"
    )
    assert fold_of(regions).tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_validation_photos_are_drawn_in_each_fold(tmp_path):
    found = kfold(manifest(tmp_path, ["a"] * 50 + ["b"] * 25), seed=0, validation=0.2)
    for one in found.manifests:
        assert Counter(zip(one.label, one.split, strict=True)) == {
            ("a", "test"): 10,
            ("a", "validation"): 8,
            ("a", "train"): 32,
            ("b", "test"): 5,
            ("b", "validation"): 4,
            ("b", "train"): 16,
        }
    assert Counter(found.whole.split.tolist()) == {"train": 60, "validation": 15}


def retried(message, made, **arguments):
    """Split again with what an error proposes."""
    if found := re.search(r"min_photos=(\d+)", message):
        made = select(made, min_photos=int(found[1]))
    elif found := re.search(r"classes=\[(.*?)\]", message):
        made = select(made, classes=found[1].split(", "))
    else:
        raise AssertionError(message)
    return kfold(made, seed=0, **arguments)


def test_classes_with_too_few_photos_are_named_with_what_helps(tmp_path):
    made = manifest(tmp_path, ["a"] * 10 + ["b"] * 10 + ["sola"] + ["otra"])
    with pytest.raises(
        DataError,
        match=r"2 classes to be in train and test in turn: otra \(1 photo\), sola \(1 photo\)\. "
        r"Add photos of them, or exclude them with min_photos=2$",
    ) as error:
        kfold(made, seed=0)
    assert len(retried(str(error.value), made).whole) == 20
    made = manifest(
        tmp_path, ["a"] * 10 + ["b"] * 10 + ["c"] * 12, object_id=[f"{row}" for row in range(20)] + ["o"] * 12
    )
    with pytest.raises(DataError, match=r"c \(12 photos of 1 distinct object\)\..*with 'classes=\[a, b\]'") as error:
        kfold(made, seed=0)
    assert retried(str(error.value), made).whole.classes == ("a", "b")
    made = manifest(tmp_path, ["a"] * 10 + ["b"] * 10 + ["c"] * 2)
    with pytest.raises(DataError, match=r"validation and test.*min_photos=3, or use split.validation=0$") as error:
        kfold(made, seed=0, validation=0.2)
    retried(str(error.value), made, validation=0.2)
    kfold(made, seed=0)
    made = manifest(tmp_path, ["a"] * 10 + ["b"])
    with pytest.raises(DataError, match=r"b \(1 photo\)\. Add photos of them$"):
        kfold(made, seed=0)


def test_a_class_in_one_group_is_named_with_what_helps(tmp_path):
    made = manifest(
        tmp_path, ["a"] * 12 + ["b"] * 12 + ["c"] * 4, group=[f"{row % 6}" for row in range(24)] + ["7"] * 4
    )
    with pytest.raises(DataError, match=r"c \(4 photos of 1 group\).*min_photos=5, or use split.by=null") as error:
        kfold(made, seed=0, by="group")
    retried(str(error.value), made, by="group")
    kfold(made, seed=0)


def test_classes_of_two_groups_are_in_two_folds(tmp_path):
    """Nine classes, each in two of few groups: folds that train on each are found if there are some."""
    groups = [f"{one}" for pair in ("01", "12", "23", "34", "45", "50", "03", "14", "25") for one in pair]
    made = manifest(tmp_path, [f"c{row // 2}" for row in range(18)], group=groups)
    for seed in range(10):
        found = kfold(made, seed=seed, folds=2, by="group")
        assert all(len(set(one.label[one.split == "train"])) == 9 for one in found.manifests)
    triangle = manifest(tmp_path, ["a", "a", "b", "b", "c", "c"], group=list("011220"))
    with pytest.raises(DataError, match=r"would be in one fold.*use split.folds=all"):
        kfold(triangle, seed=0, folds=2, by="group")
    fold_of(kfold(triangle, seed=0, folds="all", by="group"))


def test_wrong_arguments_and_photos_are_named(tmp_path):
    made = manifest(tmp_path, ["a"] * 4 + ["b"] * 4, object_id=[f"{row // 2}" for row in range(8)])
    with pytest.raises(
        DataError,
        match=r"split.folds=5: there are 8 photos in 4 sets that stay together, expected 2 to 4 folds, or .*=all",
    ):
        kfold(made, seed=0)
    with pytest.raises(DataError, match=r"split.folds=1"):
        kfold(made, seed=0, folds=1)
    with pytest.raises(ConfigError, match=r"split.by='object_id': expected group or null"):
        kfold(made, seed=0, by="object_id")
    with pytest.raises(ConfigError, match=r"split.validation=1"):
        kfold(made, seed=0, validation=1)
    with pytest.raises(DataError, match="8 of 8 photos have no group"):
        kfold(made, seed=0, by="group")
    with pytest.raises(DataError, match="1 of 9 photos to be split have no label"):
        kfold(manifest(tmp_path, ["a"] * 4 + ["b"] * 4 + [""]), seed=0)
    with pytest.raises(DataError, match="only the class 'a'"):
        kfold(manifest(tmp_path, ["a"] * 4), seed=0)


def test_an_open_set_is_made_in_each_fold(tmp_path):
    made = manifest(tmp_path, ["a", "b", "c", "d"] * 5)
    found = class_holdout(made, seed=0, known=["a", "b"], base=kfold)
    fold_of(found)
    for one in (*found.manifests, found.whole):
        assert Counter(one.label.tolist()) == {"a": 5, "b": 5, "resto": 10}
        assert set(one.extra["kind"]) == {"a", "b", "c", "d"}


def test_what_needs_one_split_refuses_folds(tmp_path):
    made = manifest(tmp_path, ["a"] * 5 + ["resto"] * 5)
    with pytest.raises(ConfigError, match=r"task=align uses one split, and split=kfold draws 5: use split=stratified"):
        single_split(kfold(made, seed=0), "task=align")
    with pytest.raises(ConfigError, match="split=test_lacks_known uses one split"):
        without_known(made, seed=0, lacks=1, base=kfold)
    assert single_split(made, "task=align") is made
