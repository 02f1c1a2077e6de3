"""Made-up sweeps to report on."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments.report import store_sweep
from experiments.runs.record import Record
from experiments.summary.options import TableOptions

METRICS = ("accuracy", "precision_weighted", "recall_weighted", "f1_weighted", "kappa", "auc_ovo", "auc_ovr", "ece")
REFERENCE_RESULTS = {
    "source": "thesis (152 test photos)",
    "rows": [
        {"name": "CNN", "when": {"backbone": "cnn"}, "metrics": {"kappa": 0.61, "auc_ovo": 0.856, "mcc": 0.5}},
        {"name": "MobileNet", "when": {"backbone": ["a", "b"]}, "metrics": {"kappa": 0.952}},
    ],
}


def estimate(value, n=152, replicates=1):
    return {"value": value, "low": value - 0.05, "high": value + 0.04, "n": n, "values": [value] * replicates}


@pytest.fixture
def make_record():
    """Make a record; `words` such as {"backbone": "cnn"} become its overrides, choices and configuration."""

    def make(run, status="done", value=0.8, words=None, **more):
        words = words or {}
        settings = {
            "task": "classify",
            "experiment": "thesis/made_up",
            "overrides": [f"{key}={one}" for key, one in words.items()],
            "choices": {key: str(one) for key, one in words.items()},
            "config": {"name": "thesis/made_up", "training": {"epochs": 25}} | words,
            "data": {"fingerprint": "f" * 64, "origin": "waypoints: 9 rendered pictures", "photos": 9, "left_out": {}},
            "code": "c0de",
            "environment": {"python": "3.11.7", "torch": "2.15.0", "commit": "abc"},
            "started": "2026-11-23T19:24:52+00:00",
            "seconds": 61.5,
            "metrics": {name: estimate(value - 0.02 * at) for at, name in enumerate(METRICS)}
            if status == "done"
            else {},
            "protocol": "96 px · test n = 152 · 1 replicate",
        }
        return Record(id=run, status=status, **(settings | more))

    return make


def leave_files(folder, seed=0, names=("cartel", "marcador")):
    """Write the files of a run except its record; figures are noise, which no encoder makes small."""
    generator = np.random.default_rng(seed)
    epochs = np.arange(1, 31)
    falling = np.exp(-epochs / 10)
    pd.DataFrame(
        {
            "replicate": 0, "network": "closed", "epoch": epochs, "phase": ["augmented"] * 15 + ["plain"] * 15,
            "train_loss": falling, "train_accuracy": 1 - falling, "validation_loss": falling + 0.1,
            "validation_accuracy": 0.9 - falling, "kept": epochs == 30,
        }
    ).to_csv(folder / "curves.csv", index=False)  # fmt: skip
    pd.DataFrame({"class": names, "precision": [0.9, 0.5], "precision_std": np.nan, "support": [62.0, 18.0]}).to_csv(
        folder / "class_report.csv", index=False
    )
    scores = generator.dirichlet([1, 1], 20)
    truth, guess = np.arange(20) % 2, scores.argmax(axis=1)
    pd.DataFrame(
        {
            "replicate": 0, "id": [f"{names[0]}/{at}.jpg" for at in range(20)], "y_true": np.array(names)[truth],
            "y_pred": np.array(names)[guess], "unknown_score": np.nan, f"score_{names[0]}": scores[:, 0],
            f"score_{names[1]}": scores[:, 1],
        }
    ).to_parquet(folder / "predictions.parquet", index=False)  # fmt: skip


@pytest.fixture
def make_sweep(tmp_path):
    """Store records as the sweep of an experiment, with the files of those that are done; gives its folder."""

    def make(records, reference_results=None, files=True, store=True, baseline=None):
        folder = tmp_path / "multirun" / "thesis" / "made_up"
        folder.mkdir(parents=True, exist_ok=True)
        for seed, one in enumerate(records):
            if one.id:
                one.write(folder / one.id)
                if files and one.status == "done":
                    leave_files(folder / one.id, seed)
        if store:
            reference_results = REFERENCE_RESULTS if reference_results is None else reference_results
            store_sweep(records, folder, TableOptions(reference_results=reference_results, baseline=baseline))
        return folder

    return make


@pytest.fixture
def draw_figures():
    """Put figures into a run's folder: a chart in few colours and photos of many."""

    def draw(folder, seed=0, side=(1050, 700), photos=("sample_predictions",), charts=("confusion_matrix",)):
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        generator = np.random.default_rng(seed)
        for name in photos:
            coarse = generator.integers(0, 256, (side[1] // 10, side[0] // 10, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize(side, Image.Resampling.BICUBIC).save(folder / "figures" / f"{name}.png")
        for name in charts:
            pixels = np.full((side[1], side[0], 3), 255, dtype=np.uint8)
            for x, y in generator.integers(0, 600, (60, 2)):
                pixels[y : y + 30, x : x + 3 + seed % 5] = generator.choice([0, 114, 178], 3)
            Image.fromarray(pixels).save(folder / "figures" / f"{name}.png")

    return draw
