import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.errors import DataError
from components.results import UNKNOWN, Predictions
from experiments.runs.predictions import read_predictions
from experiments.tasks.classify_output import predictions_table

NAMES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8), min_size=1,
                 max_size=5, unique=True)  # fmt: skip


@st.composite
def runs(draw):
    """One to three replicates on photos of their own, with unknown ones among truth and prediction."""
    names = tuple(name for name in draw(NAMES) if name != "unknown") or ("a",)
    replicates = []
    for number in range(draw(st.integers(1, 3))):
        n = draw(st.integers(1, 6))
        generator = np.random.default_rng(draw(st.integers(0, 99)))
        replicates.append(
            Predictions(
                ids=np.array([f"{number}/ñ {row}.jpg" for row in range(n)], dtype=object),
                y_true=generator.integers(UNKNOWN, len(names), n),
                scores=generator.dirichlet(np.ones(len(names)), n),
                y_pred=generator.integers(UNKNOWN, len(names), n),
                unknown_score=np.where(generator.random(n) < 0.3, np.nan, generator.normal(size=n)),
                class_names=names,
            )
        )
    return replicates


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs())
def test_what_was_written_is_read_back(tmp_path, replicates):
    predictions_table(replicates).to_parquet(tmp_path / "predictions.parquet", index=False)
    found = read_predictions(tmp_path)
    assert len(found) == len(replicates)
    for one, expected in zip(found, replicates, strict=True):
        assert one.class_names == expected.class_names
        for name in ("ids", "y_true", "scores", "y_pred", "unknown_score"):
            np.testing.assert_array_equal(getattr(one, name), getattr(expected, name))
            assert getattr(one, name).dtype == getattr(expected, name).dtype


def written(folder, **columns):
    table = {
        "replicate": [0],
        "id": ["a.jpg"],
        "y_true": ["x"],
        "y_pred": ["x"],
        "unknown_score": [0.5],
        "score_x": [1.0],
    }
    table = {name: one for name, one in (table | columns).items() if one is not None}
    pd.DataFrame(table).to_parquet(folder / "predictions.parquet", index=False)
    return folder


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": None, "y_pred": None}, "lacks the columns id, y_pred"),
        ({"score_x": None}, "lacks the columns score_CLASS"),
        ({"y_true": ["z"]}, "has 'z' in the column y_true"),
        ({"y_pred": ["unknown"], "score_unknown": [0.0]}, "'unknown' in the column y_pred may be"),
    ],
)
def test_what_no_run_leaves_is_refused(tmp_path, columns, message):
    with pytest.raises(DataError, match=message):
        read_predictions(written(tmp_path, **columns))


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(
        DataError,
        match=r"has no predictions\.parquet: only finished runs of task=classify\|head_search\|open_set\|zero_shot",
    ):
        read_predictions(tmp_path)
    (tmp_path / "predictions.parquet").write_bytes(b"half a file")
    with pytest.raises(DataError, match=r"predictions\.parquet cannot be read"):
        read_predictions(tmp_path)
