"""A classifier is trained, a review is calibrated on injected faults, and both are used to review proposals."""

import csv
import json

import numpy as np
import pytest


@pytest.fixture
def tables(placed, tmp_path):
    """What exists (two photos an object), and proposals of other objects."""
    return placed(tmp_path / "old", 24, 2, seed=0), placed(tmp_path / "new", 90, 1, seed=500)


def test_from_training_to_recommendation(hito, records, tables, tmp_path):
    old, new = tables
    small = ["tracker=none", "pixels.size=48", "device=cpu"]
    status, _, err = hito(
        "data=table",
        f"data.path={old}",
        "backbone=cnn",
        "split=stratified",
        "training.epochs=3",
        "on_leak=ignore",
        *small,
    )
    assert status == 0, err
    (classifier,) = records()
    quick = [
        f"classifier={classifier}",
        "features.size=48",
        "data@existing=table",
        f"existing.path={old}",
    ]
    status, out, err = hito(
        "task=review",
        "data=table",
        f"data.path={new}",
        "faults=injected",
        "n_test=30",
        "max_error_rate=0.3",
        "name=injected",
        *quick,
        *small,
    )
    assert status == 0, err
    assert "injected fault" in out
    injected = next(key for key, one in records().items() if one["task"] == "review")
    folder = tmp_path / "multirun" / "injected" / injected
    assert json.loads((folder / "calibration.json").read_text(encoding="utf-8"))["n"] == 60
    metrics = records()[injected]["metrics"]
    assert metrics["auroc"]["n"] == 30
    assert metrics["auroc_place"]["value"] > 0.9

    status, _, err = hito("task=review", "data=table", f"data.path={new}", f"calibration={injected}", *quick, *small)
    assert status == 0, err
    (review,) = (tmp_path / "multirun" / "review").iterdir()
    with (review / "review.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 90
    assert {row["recommendation"] for row in rows} <= {"accept", "ask", "reject"}
    lines = (review / "review.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["path"] == rows[0]["path"]
    page = (review / "pages" / "0000.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;title&lt;/b&gt;" in page
    assert "<b>title" not in page
    assert len(list((review / "pages").glob("*.html"))) == 91


def test_without_calibration_a_person_is_asked(hito, tables, tmp_path):
    _, new = tables
    status, out, err = hito(
        "task=review",
        "data=table",
        f"data.path={new}",
        "tracker=none",
        "features.size=48",
    )
    assert status == 0, err
    assert "every recommendation is to ask a person" in err.replace("\n", " ")
    assert np.isin("ask", out.split())


def test_a_run_that_cannot_be_a_classifier_is_refused(hito, tables, records):
    _, new = tables
    hito("task=prepare", "data=table", f"data.path={new}", "tracker=none")
    (run,) = records()
    status, _, err = hito("task=review", "data=table", f"data.path={new}", "tracker=none", f"classifier={run}")
    assert status == 1
    assert "a classifier comes from classify or open_set" in err.replace("\n", " ")
