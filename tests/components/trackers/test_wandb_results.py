"""Tables and charts, before they are logged."""

import numpy as np
import pytest
import wandb
from sklearn.metrics import confusion_matrix

from components.results import Predictions
from components.trackers.wandb_results import confusion_chart, predictions_table, roc_chart


def test_the_table_has_one_row_per_photo(predictions: Predictions) -> None:
    table, left_out = predictions_table(predictions)
    assert left_out == 0
    assert table.columns == ["id", "y_true", "y_pred", "unknown_score", "score/cat", "score/dog", "score/owl"]
    np.testing.assert_array_equal([row[4:] for row in table.data], predictions.scores)
    assert {row[1] for row in table.data} == {"cat", "dog", "(unknown)"}


def test_a_long_table_says_how_much_it_leaves_out(predictions: Predictions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wandb.Table, "MAX_ROWS", 15)
    table, left_out = predictions_table(predictions)
    assert left_out == 25
    shown = [row[0] for row in table.data]
    assert len(set(shown)) == 15
    assert (shown[0], shown[-1]) == (predictions.ids[0], predictions.ids[-1])


def test_the_confusion_matrix_has_a_row_and_column_for_unknown_photos(predictions: Predictions) -> None:
    names = ["cat", "dog", "owl", "(unknown)"]
    found = {(row[0], row[1]): row[2] for row in confusion_chart(predictions).table.data}
    expected = confusion_matrix(predictions.y_true, predictions.y_pred, labels=[0, 1, 2, -1])
    assert found == {(a, b): expected[i, j] for i, a in enumerate(names) for j, b in enumerate(names)}


def test_the_roc_chart_holds_the_points() -> None:
    points = [("cat", 0.0, 0.0), ("cat", 0.0, 1.0), ("cat", 1.0, 1.0)]
    assert roc_chart(points).table.data == [list(point) for point in points]
