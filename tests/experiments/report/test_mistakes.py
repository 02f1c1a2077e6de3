"""The most confident mistakes of a run."""

import pandas as pd

from experiments.report.mistakes import confident_mistakes


def test_the_most_confident_mistakes_over_replicates(tmp_path):
    rows = [
        # replicate, photo, true class, predicted class, score of a
        (0, "1.jpg", "a", "b", 0.1), (1, "1.jpg", "a", "b", 0.3), (0, "2.jpg", "b", "a", 0.95),
        (1, "2.jpg", "b", "b", 0.4),
        (0, "3.jpg", "a", "a", 0.9), (1, "3.jpg", "a", "a", 0.9),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["replicate", "id", "y_true", "y_pred", "score_a"])
    frame["score_b"] = 1 - frame["score_a"]
    frame.to_parquet(tmp_path / "predictions.parquet")
    found = confident_mistakes(tmp_path)
    assert (found.photos, found.of) == (2, 3)
    assert found.table.rows == (("1.jpg", "a", "b", "0.800", "2 of 2"), ("2.jpg", "b", "a", "0.950", "1 of 2"))
    frame.drop(columns=["score_a", "score_b"]).to_parquet(tmp_path / "predictions.parquet")
    assert confident_mistakes(tmp_path) is None
