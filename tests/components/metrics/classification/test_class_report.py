from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from components.errors import DataError
from components.metrics import (
    calibration_table,
    class_report,
    classification_metrics,
    confusion,
    expected_calibration_error,
    label_names,
)
from components.results import UNKNOWN


def test_confusion_is_scikit_learns_summed_over_replicates(make_predictions) -> None:
    replicates = [make_predictions(seed=seed) for seed in range(3)]
    expected = sum(sk.confusion_matrix(one.y_true, one.y_pred, labels=range(4)) for one in replicates)
    found = confusion(replicates)
    assert found.dtype == np.int64
    assert np.array_equal(found, expected)


def test_unknown_photos_come_last(make_predictions) -> None:
    sample = make_predictions()
    rows = np.arange(152)
    sample = replace(
        sample,
        y_true=np.where(rows < 5, UNKNOWN, sample.y_true),
        y_pred=np.where(rows % 9 == 0, UNKNOWN, sample.y_pred),
    )
    assert label_names([sample]) == ("class 0", "class 1", "class 2", "class 3", "unknown")
    expected = sk.confusion_matrix(sample.y_true, sample.y_pred, labels=(0, 1, 2, 3, UNKNOWN))
    assert np.array_equal(confusion([sample]), expected)
    report = class_report([sample]).set_index("class")
    assert report.loc["unknown", "support"] == 5
    assert report.loc["unknown", "precision"] == pytest.approx(1 / (rows % 9 == 0).sum())


def test_class_report_is_scikit_learns_averaged(make_predictions) -> None:
    replicates = [make_predictions(seed=seed) for seed in range(3)]
    expected = np.stack([sk.precision_recall_fscore_support(one.y_true, one.y_pred) for one in replicates])
    found = class_report(replicates)
    assert found["class"].tolist() == ["class 0", "class 1", "class 2", "class 3"]
    for place, name in enumerate(("precision", "recall", "f1")):
        assert found[name].to_numpy() == pytest.approx(expected[:, place].mean(axis=0))
        assert found[f"{name}_std"].to_numpy() == pytest.approx(expected[:, place].std(axis=0, ddof=1))
    assert found["support"].to_numpy() == pytest.approx(expected[0, 3])
    assert class_report(replicates[:1])["f1_std"].isna().all()


def test_a_class_without_photos_scores_zero(make_predictions) -> None:
    sample = make_predictions(classes=3)
    sample = replace(sample, y_true=np.zeros_like(sample.y_true), y_pred=np.ones_like(sample.y_pred))
    report = class_report([sample])
    assert report[["precision", "recall", "f1"]].to_numpy() == pytest.approx(0)
    assert report["support"].tolist() == [152, 0, 0]


def test_calibration_table(make_predictions) -> None:
    replicates = [make_predictions(seed=seed) for seed in range(2)]
    table = calibration_table(replicates)
    confidence = np.concatenate([one.scores.max(axis=1) for one in replicates])
    right = np.concatenate([one.scores.argmax(axis=1) == one.y_true for one in replicates])
    assert table["photos"].sum() == 304
    for row in table.itertuples():
        inside = (confidence > row.low) & (confidence <= row.high)
        assert row.photos == inside.sum()
        if inside.any():
            assert row.confidence == pytest.approx(confidence[inside].mean())
            assert row.accuracy == pytest.approx(right[inside].mean())
        else:
            assert np.isnan(row.confidence)
            assert np.isnan(row.accuracy)


def test_calibration_error_is_that_of_the_metrics(make_predictions) -> None:
    sample = make_predictions()
    expected = classification_metrics([sample], n_resamples=1)["ece"].value
    assert expected_calibration_error(sample) == pytest.approx(expected)
    perfect = replace(sample, scores=np.eye(4)[sample.y_true])
    assert expected_calibration_error(perfect) == 0


def test_tables_refuse_what_cannot_be_compared(make_predictions) -> None:
    for table in (confusion, class_report, calibration_table):
        with pytest.raises(DataError, match="classes"):
            table([make_predictions(), make_predictions(classes=5)])
