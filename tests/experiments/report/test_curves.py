"""Drawings of training curves."""

import re

import numpy as np
import pandas as pd
import pytest

from experiments.report.curves import draw_curves


@pytest.mark.parametrize("replicates", [1, 3])
def test_curves_are_means_with_bands(tmp_path, replicates):
    frames = [
        pd.DataFrame({"replicate": at, "epoch": [1, 2, 3], "phase": ["augmented", "plain", "plain"],
                      "train_loss": [3.0 + at, 2, 1], "validation_loss": np.nan})
        for at in range(replicates)
    ]  # fmt: skip
    pd.concat(frames).to_csv(tmp_path / "curves.csv", index=False)
    (drawn,) = draw_curves(tmp_path)
    assert drawn.count('class="band train"') == (replicates > 1)
    assert drawn.count('class="phase"') == 1
    line = re.search(r'd="M([^"]+)" class="curve train"', drawn.split("band")[-1])[1]
    heights = [float(point.split()[1]) for point in line.split("L")]
    top, bottom = 28, 184
    expected = [bottom - (bottom - top) * value / (2 + replicates) for value in (3 + (replicates - 1) / 2, 2, 1)]
    assert heights == pytest.approx(expected, abs=0.06)


def test_long_trainings_are_thinned_and_no_curves_are_none(tmp_path):
    assert draw_curves(tmp_path) == []
    pd.DataFrame({"epoch": range(1, 1001), "train_loss": 1.0}).to_csv(tmp_path / "curves.csv", index=False)
    (drawn,) = draw_curves(tmp_path)
    assert drawn.count("L") < 200
    (tmp_path / "curves.csv").write_text("", encoding="utf-8")
    assert draw_curves(tmp_path) == []
