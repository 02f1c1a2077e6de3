"""The task label_errors, called as a function on photos of one colour each, one of which has a wrong label."""

import csv
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch import nn

from components.augmentations import Policy
from components.backbones import Backbone, Normalization
from components.data import kfold, load_pixels, stratified, table
from components.detectors import KNN, NoDetector
from components.errors import ConfigError
from components.heads import ClosedHead, GateHead, RestClassHead
from components.probes import LogisticRegression
from experiments.runs.items import read_items
from experiments.runs.run import Run
from experiments.tasks.label_errors import label_errors

COLOURS = {"rojo": (200, 60, 60), "verde": (60, 200, 60), "azul": (60, 60, 200)}
WRONG, ODD = "verde 3.png", "azul 0.png"


def colours(image_size):
    """A frozen network that sees the mean colour of each quarter."""
    del image_size
    network = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten())
    scale = Normalization(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    return Backbone(network, out_features=12, normalization=scale, architecture={"name": "colours of quarters"})


@pytest.fixture
def source(tmp_path):
    generator, rows = np.random.default_rng(0), []
    for name, colour in COLOURS.items():
        for one in range(12):
            file = f"{name} {one}.png"
            pixels = np.clip(colour + generator.normal(0, 25, 3) + generator.normal(0, 30, (24, 24, 3)), 0, 255)
            if file == ODD:
                pixels = np.full((24, 24, 3), 255.0)
                pixels[:12] = 0
            Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / file)
            rows.append((file, "rojo" if file == WRONG else name, f"un {name}", 2000 + one))
    rest = [(f"rest {one}.png", "resto", "otro", 1999) for one in range(5)]
    with (tmp_path / "photos.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("path", "label", "title", "year"), *rows, *rest])
    for file, *_ in rest:
        Image.fromarray(generator.integers(0, 256, (24, 24, 3), dtype=np.uint8)).save(tmp_path / file)
    return tmp_path / "photos.csv"


@pytest.fixture
def find(source, tmp_path):
    def run(**changes):
        folder = tmp_path / f"run{len(list(tmp_path.glob('run*')))}"
        folder.mkdir()
        arguments = {
            "split": partial(kfold, folds=4),
            "pixels": partial(load_pixels, size=16),
            "backbone": colours,
            "augmentation": Policy(),
            "head": ClosedHead(hidden=None),
            "detector": KNN(k=2),
            "training": LogisticRegression(C=1.0),
            "label_noise": 0.0,
            "on_leak": "ignore",
            "seed": 0,
            "replicates": 1,
            "device": "cpu",
        }
        outcome = label_errors(data=table(source), run=Run(folder, None, "colours"), **(arguments | changes))
        return outcome, folder

    return run


def test_the_wrong_label_and_the_odd_photo_are_found(find, source, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    outcome, folder = find()
    listed = pd.read_csv(folder / "label_errors.csv", keep_default_na=False)
    assert listed["path"].tolist()[:2] == [WRONG, ODD]
    outliers = len(listed) - 1
    assert listed["what"].tolist() == ["label", *["no class"] * outliers]
    assert listed["label"].tolist()[:2] == ["rojo", "azul"]
    assert listed["suggested"].tolist() == ["verde", *[""] * outliers]
    assert listed["unknown_score"].tolist()[1:] == sorted(listed["unknown_score"].tolist()[1:], reverse=True)
    first = listed.iloc[0]
    assert first["margin"] == pytest.approx(first["probability_of_suggested"] - first["probability_of_label"], abs=1e-5)
    assert outcome.metrics["label_errors"].value == pytest.approx(1 / 36)
    assert outcome.metrics["no_class"].value == pytest.approx(outliers / 36)
    assert outcome.metrics["noise_rate"].low < 1 / 36 < outcome.metrics["noise_rate"].high
    assert outcome.notes == ("not judged: 5 photos of the rest (resto)",)
    assert sorted(path.stem for path in (folder / "figures").iterdir()) == ["label_errors", "overlapping_classes"]
    assert not (folder / "models").exists()
    pairs = pd.read_csv(folder / "overlapping_classes.csv")
    assert pairs[["class", "other", "class_as_other", "other_as_class"]].to_numpy().tolist() == [
        ["rojo", "verde", 1, 0]
    ]
    outcome.show()
    out = capsys.readouterr().out
    assert f"1 label of 36 probably wrong, {outliers} other photos of no class" in out
    assert max(map(len, out.splitlines())) <= 80
    assert read_items(folder)[0].metrics["label_errors"].sum() == 1


def test_the_corrected_table_is_read_again(find, source):
    _, folder = find()
    before, after = table(source), table(folder / "relabelled.csv", root=source.parent)
    assert after.path.tolist() == before.path.tolist()
    changed = before.label != after.label
    assert before.path[changed].tolist() == [WRONG]
    assert after.label[changed].tolist() == ["verde"]
    assert after.extra["label_before"].tolist() == before.label.tolist()
    assert after.title.tolist() == before.title.tolist()
    assert [str(year) for year in after.extra["year"]] == [str(year) for year in before.extra["year"]]
    assert (after.sha256 == before.sha256).all()
    elsewhere = table(folder / "relabelled.csv")
    assert [file.resolve() for file in elsewhere.files] == [file.resolve() for file in before.files]


def test_injected_noise_is_measured_and_the_labels_are_not_handed_out(find):
    outcome, folder = find(label_noise=0.1)
    assert not (folder / "relabelled.csv").exists()
    listed = pd.read_csv(folder / "label_errors.csv")
    metrics = outcome.metrics
    assert next(iter(metrics)) == "precision_at_injected"
    assert metrics["auroc"].value > 0.9
    assert metrics["suggestion_accuracy"].n >= 1
    replaced = (listed["label"] != listed["label_before"]) & (listed["what"] == "label")
    assert metrics["recall"].value == pytest.approx(replaced.sum() / 4)
    assert "replaced at random: 4 labels (label_noise=0.1); no relabelled.csv is written" in outcome.notes
    (items,) = read_items(folder)
    assert items.metrics["auroc"].size == 36
    for name in ("precision_at_injected", "auroc", "average_precision"):
        assert np.isfinite(items.metrics[name]).sum() == 4
        assert np.nanmean(items.metrics[name]) == pytest.approx(metrics[name].value), name


def test_probabilities_are_means_over_replicates_with_other_folds(find):
    alone = [find(seed=seed)[0].predictions for seed in (0, 1)]
    both = find(replicates=2)[0].predictions
    assert (both.ids == alone[0].ids).all()
    assert both.scores == pytest.approx((alone[0].scores + alone[1].scores) / 2, abs=1e-6)
    assert np.abs(alone[0].scores - alone[1].scores).max() > 1e-4


def test_without_a_detector_the_score_of_the_head_says_what_fits_no_class(find):
    predictions = find(detector=NoDetector())[0].predictions
    assert predictions.unknown_score == pytest.approx(1 - predictions.confidence)


def test_what_does_not_fit_the_task_is_said(find):
    torch.manual_seed(0)
    with pytest.raises(ConfigError, match="set split=kfold"):
        find(split=stratified)
    for head in (RestClassHead(hidden=None), GateHead(hidden=None)):
        with pytest.raises(ConfigError, match="set head=closed"):
            find(head=head)
    with pytest.raises(ConfigError, match="label_noise=1"):
        find(label_noise=1.0)
