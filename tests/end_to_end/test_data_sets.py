"""The embedded data set and the stamps, whole, through the command line."""

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

STAMPS = Path("/usr/share/tuxpaint/stamps")


def done(records):
    ((run_id, record),) = records().items()
    assert record["status"] == "done"
    return run_id, record


@pytest.mark.slow
def test_waypoints_are_prepared_and_told_apart(hito, records, tmp_path):
    status, out, said = hito("task=prepare", "tracker=none", "pixels.size=96")
    assert status == 0, said
    run_id, record = done(records)
    assert "rendered" in record["data"]["origin"]
    assert record["data"]["photos"] == 898
    for words in ("camino_santiago", "898", "no two photos show the same picture", "nothing is on two"):
        assert words in out
    with Image.open(tmp_path / "multirun" / "prepare" / run_id / "figures" / "contact_sheet.png") as sheet:
        assert min(sheet.size) > 500

    status, _, said = hito("tracker=none", "pixels.size=96", "replicates=2", "name=told_apart")
    assert status == 0, said
    (record,) = (one for one in records().values() if one["experiment"] == "told_apart")
    assert record["metrics"]["accuracy"]["n"] == 152
    assert record["metrics"]["accuracy"]["value"] > 0.75
    (table,) = tmp_path.glob("multirun/told_apart/*/predictions.parquet")
    assert pd.read_parquet(table).groupby("y_true")["id"].nunique().to_dict() == {
        "camino_santiago": 21,
        "cartel": 62,
        "marcador": 18,
        "parque": 51,
    }
    assert (table.parent / "figures" / "generalisation.png").is_file()


@pytest.mark.slow
@pytest.mark.skipif(not STAMPS.is_dir(), reason="Debian's tuxpaint-stamps-default is not installed")
def test_stamps_reach_what_a_logistic_regression_reaches(hito, records):
    words = ["experiment=thesis/closed_set", "data=stamps", "backbone=efficientnet_lite0", "augmentation=none"]
    status, _, said = hito(*words, "tracker=none")
    assert status == 0, said
    _, record = done(records)
    assert len(record["config"]["data"]["classes"]) == 7
    assert record["metrics"]["accuracy"]["value"] >= 0.85
