"""The open set from a folder of photos to one table: a further detector neither trains nor looks at photos again."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

SMALL = [
    "tracker=none",
    "pixels.size=32",
    "training=thesis",
    "training.epochs=3",
    "training.batch_size=8",
    "task=open_set",
]


@pytest.fixture
def with_rest(photos):
    """The three classes of `photos`, the last of which is the rest, in folders of two kinds."""
    for split in ("train", "test"):
        folder = (photos / split / "senda").rename(photos / split / "resto")
        for index, file in enumerate(sorted(folder.iterdir())):
            kind = folder / ("recta" if index % 2 else "curva")
            kind.mkdir(exist_ok=True)
            file.rename(kind / file.name)
    return photos


def trainings():
    return sorted(Path(os.environ["HITO_CACHE"]).glob("training/*/checkpoints/*.npz"))


def test_heads_detectors_and_protocols_in_one_table(hito, with_rest, records, tmp_path):
    words = ["data=folder", f"data.root={with_rest}", *SMALL, "backbone=efficientnet_lite0", "replicates=2"]
    sweep = ["-m", *words, "head=closed,rest_class,dual_cnn,outlier_exposure,background"]
    status, out, said = hito(*sweep, "detector=none", "unknowns=known_kinds,new_kinds", "unknowns.column=folder")
    assert status == 2, out  # known kinds need no column, and say so
    assert "unknowns.column" in said
    status, out, said = hito(*sweep, "detector=none")
    assert status == 0, said
    trained = {file: file.stat().st_mtime_ns for file in trainings()}
    assert len(trained) == 2 * 6  # the dual network is two
    features = list(Path(os.environ["HITO_CACHE"]).glob("features/*"))
    status, out, said = hito(*sweep, "detector=msp,knn")
    assert status == 0, said
    assert {file: file.stat().st_mtime_ns for file in trainings()} == trained
    assert list(Path(os.environ["HITO_CACHE"]).glob("features/*")) == features
    table = pd.read_csv(tmp_path / "multirun" / "open_set" / "summary.csv")
    assert len(table) == 10
    assert set(table["status"]) == {"done"}
    assert table["auroc"].between(0, 1).all()
    assert "compared with closed" in out
    new = ["head=rest_class", "unknowns=new_kinds", "unknowns.column=folder"]
    status, _, said = hito(*words, *new)
    assert status == 0, said
    assert any("auroc_new_unknowns" in one["metrics"] for one in records().values())


def test_the_figures_are_those_of_scikit_learn_on_the_predictions(hito, with_rest, records, tmp_path):
    words = ["data=folder", f"data.root={with_rest}", *SMALL, "backbone=cnn", "head=dual_cnn"]
    status, _, said = hito(*words, "detector=energy", "unknowns=new_kinds", "unknowns.column=folder")
    assert status == 0, said
    ((run_id, record),) = records().items()
    folder = tmp_path / "multirun" / "open_set" / run_id
    one = pd.read_parquet(folder / "predictions.parquet")
    assert len(one) == 12
    unknown = one.y_true == "unknown"
    assert unknown.sum() == 4
    assert record["metrics"]["auroc"]["value"] == pytest.approx(sk.roc_auc_score(unknown, one.unknown_score))
    new = one.novelty == "new kind"
    assert new.sum() == 2
    beside = ~unknown | new
    expected = sk.roc_auc_score(unknown[beside], one.unknown_score[beside])
    assert record["metrics"]["auroc_new_unknowns"]["value"] == pytest.approx(expected)
    assert record["metrics"]["kappa"]["value"] == pytest.approx(sk.cohen_kappa_score(one.y_true, one.y_pred))
    threshold = pd.read_csv(folder / "thresholds.csv")["threshold"][0]
    np.testing.assert_array_equal(one.y_pred == "unknown", one.unknown_score > threshold)
    for name in ("unknown_scores", "open_set_curves", "confident_mistakes", "confusion_matrix"):
        assert (folder / "figures" / f"{name}.png").stat().st_size > 1000


def test_classes_held_out_are_the_rest(hito, photos, records):
    words = ["data=folder", f"data.root={photos}", *SMALL, "backbone=cnn", "split=class_holdout", "split.known=2"]
    status, _, said = hito(*words, "detector=max_logit")
    assert status == 0, said
    (record,) = records().values()
    assert record["metrics"]["auroc"]["n"] == 12


def test_a_head_that_rejects_is_for_the_open_set(hito, with_rest):
    words = ["data=folder", f"data.root={with_rest}", *SMALL[:-1], "backbone=cnn", "head=rest_class"]
    status, _, said = hito(*words)
    assert status == 1
    assert "task=open_set" in said
