"""Cross-validation on the command line: every photo is tested once, whatever the split of the source."""

import json

import pandas as pd

SMALL = ("tracker=none", "backbone=cnn", "pixels.size=32", "training.epochs=1", "data=folder")


def test_every_photo_is_tested_once(hito, photos, records, tmp_path):
    words = (*SMALL, f"data.root={photos}", "split=kfold", "split.folds=2", "min_photos=2")
    status, out, said = hito(*words)
    assert status == 0, said
    ((run_id, record),) = records().items()
    assert "test n = 42 · 1 replicate of 2 folds" in record["protocol"]
    assert record["metrics"]["accuracy"]["n"] == 42
    assert "accuracy" in out
    folder = tmp_path / "multirun" / "classify" / run_id
    table = pd.read_parquet(folder / "predictions.parquet")
    assert sorted(table["id"]) == sorted(path.relative_to(photos).as_posix() for path in photos.rglob("*.png"))
    assert pd.read_csv(folder / "curves.csv")["fold"].tolist() == ["0", "1", "all"]
    models = sorted(path.name for path in (folder / "models").iterdir())
    assert models == ["classifier.json", "closed-0-all.pt", "closed-0-fold0.pt", "closed-0-fold1.pt"]
    classifier = json.loads((folder / "models" / "classifier.json").read_text(encoding="utf-8"))
    assert classifier["networks"] == ["closed-0-all.pt"]
    assert not (folder / "checkpoints").exists()
    _, _, said = hito(*words)
    assert "already done" in said
    status, _, said = hito(*SMALL, f"data.root={photos}", "split=kfold", "split.folds=1")
    assert (status, "split.folds=1: expected" in said) == (2, True), said
    status, _, said = hito(*SMALL, f"data.root={photos}", "split=kfold", "task=head_search")
    assert status == 1
    assert "task=head_search uses one split, and split=kfold draws 5" in said


def test_leave_one_out_of_a_tiny_folder(hito, photos, records, tmp_path):
    """Six photos, and a class of one that the error says how to exclude."""
    for path in sorted(photos.rglob("*.png")):
        if path.relative_to(photos).parts[0] == "train" or int(path.name[0]) > (0 if "senda" in path.parts else 2):
            path.unlink()
    words = (*SMALL, f"data.root={photos / 'test'}", "split=kfold", "split.folds=all")
    status, _, said = hito(*words)
    assert status == 1
    assert "senda (1 photo). Add photos of them, or exclude them with min_photos=2" in said
    status, _, said = hito(*words, "min_photos=2")
    assert status == 0, said
    (record,) = (one for one in records().values() if one["status"] == "done")
    assert record["metrics"]["accuracy"]["n"] == 6
    assert "1 replicate of 6 folds" in record["protocol"]
