"""A run tracked by Weights & Biases offline: no question is asked and nothing leaves the machine."""

import threading

from components.trackers import wandb_feed

SMALL = ["backbone=cnn", "pixels.size=32", "training.epochs=2", "training.batch_size=8"]


def test_the_default_tracker_records_offline_and_says_so_once(hito, photos, records, tmp_path, monkeypatch):
    monkeypatch.delenv("WANDB_DIR")
    monkeypatch.setattr(wandb_feed, "_offline_reported", threading.Event())  # another test may have heard it
    status, _, said = hito("-m", "data=folder", f"data.root={photos}", *SMALL, "seed=0,1")
    assert status == 0, said
    assert said.count("wandb sync") == 1
    for run_id, record in records().items():
        assert record["status"] == "done"
        folder = tmp_path / "multirun" / "classify" / run_id
        (offline,) = folder.glob("wandb/offline-run-*/")
        (log,) = offline.glob("*.wandb")
        content = log.read_bytes()
        for expected in (b"train_loss", b"confusion_matrix", b"class_report.csv", run_id.encode()):
            assert expected in content
        assert not any("wandb" in one for one in record["artifacts"])
