"""The command line: a wrong label is found, and the corrected table is photos for the next run."""

import json

import pandas as pd

SMALL = ("tracker=none", "backbone=efficientnet_lite0", "pixels.size=32", "split.folds=2", "device=cpu")


def test_the_corrected_table_is_photos_again(hito, photos, records, tmp_path):
    (photos / "test" / "senda" / "0 ñ.png").rename(photos / "test" / "mojón" / "moved.png")
    words = ("task=label_errors", *SMALL, "detector.k=3", "training.C=0.01")
    status, out, said = hito(*words, "data=folder", f"data.root={photos}")
    assert status == 0, said
    ((run_id, record),) = records().items()
    assert record["metrics"]["label_errors"]["n"] == 42
    assert "classes that overlap" in out
    folder = tmp_path / "multirun" / "label_errors" / run_id
    listed = pd.read_csv(folder / "label_errors.csv")
    corrected = pd.read_csv(folder / "relabelled.csv")
    changed = corrected[corrected["label"] != corrected["label_before"]]
    wrong = listed[listed["what"] == "label"]
    assert sorted(changed["label"]) == sorted(wrong["suggested"])
    assert (len(corrected), len(wrong) > 0) == (42, True)
    assert hito("report", "label_errors")[0] == 0
    page = (folder.parent / "report.html").read_text(encoding="utf-8")
    for name in ("label errors", "overlapping classes"):
        assert f">{name}</a></figcaption>" in page
    status, _, said = hito(
        "task=prepare", *SMALL[:1], "pixels.size=32", "data=table", f"data.path={folder}/relabelled.csv"
    )
    assert status == 0, said
    (inspected,) = (tmp_path / "multirun" / "prepare").glob("*/inspection.json")
    assert json.loads(inspected.read_text(encoding="utf-8"))["photos"] == 42
