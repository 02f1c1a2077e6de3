"""From a folder of photos to records, tables and figures."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn import metrics as sk

SMALL = ["tracker=none", "backbone=cnn", "pixels.size=32", "training.epochs=3", "training.batch_size=8"]


def test_a_run_leaves_everything_that_the_plan_names(hito, photos, records, tmp_path):
    status, out, said = hito("data=folder", f"data.root={photos}", *SMALL, "replicates=2")
    assert status == 0, said
    ((run_id, record),) = records().items()
    assert record["status"] == "done"
    assert record["id"] == run_id
    assert record["choices"]["backbone"] == "cnn"
    assert record["config"]["training"]["epochs"] == 3
    assert record["data"]["photos"] == 42
    assert "32 px" in record["protocol"]
    assert "2 replicates" in record["protocol"]
    folder = tmp_path / "multirun" / "classify" / run_id
    for name in ("config.yaml", "predictions.parquet", "curves.csv", "class_report.csv", "log"):
        assert (folder / name).stat().st_size > 0 or name == "log"
    for name in ("training_curves", "confusion_matrix", "roc_curves", "reliability_diagram", "sample_predictions"):
        with Image.open(folder / "figures" / f"{name}.png") as picture:
            assert min(picture.size) > 300
    assert sorted(path.name for path in (folder / "models").iterdir()) == [
        "classifier.json",
        "closed-0.pt",
        "closed-1.pt",
    ]
    assert not (folder / "checkpoints").exists()
    assert set(record["artifacts"]) >= {"predictions.parquet", "figures/roc_curves.png", "models/closed-0.pt"}
    assert "accuracy" in out


def test_the_figures_are_those_of_scikit_learn_on_the_predictions(hito, photos, records, tmp_path):
    hito("data=folder", f"data.root={photos}", *SMALL, "replicates=2")
    ((run_id, record),) = records().items()
    table = pd.read_parquet(tmp_path / "multirun" / "classify" / run_id / "predictions.parquet")
    scores = [name for name in table if name.startswith("score_")]
    found = {"kappa": [], "f1_weighted": [], "auc_ovr": []}
    for _, one in table.groupby("replicate"):
        assert len(one) == 12
        np.testing.assert_allclose(one[scores].sum(axis=1), 1)
        found["kappa"].append(sk.cohen_kappa_score(one.y_true, one.y_pred))
        found["f1_weighted"].append(sk.f1_score(one.y_true, one.y_pred, average="weighted", zero_division=0))
        labels = [name.removeprefix("score_") for name in scores]
        area = sk.roc_auc_score(one.y_true, one[scores], multi_class="ovr", average="weighted", labels=labels)
        found["auc_ovr"].append(area)
    for name, values in found.items():
        assert record["metrics"][name]["values"] == pytest.approx(values)
        assert record["metrics"][name]["value"] == pytest.approx(np.mean(values))


def test_the_same_run_asked_for_again_is_found_done(hito, photos, records):
    words = ("data=folder", f"data.root={photos}", *SMALL)
    hito(*words)
    before = records()
    status, _, said = hito(*words)
    assert status == 0
    assert "already done" in said
    assert records() == before
    moved = photos.rename(photos.with_name("moved"))
    _, _, said = hito("data=folder", f"data.root={moved}", *SMALL)
    assert "already done" in said  # the same photos elsewhere are the same photos
    _, _, said = hito(*words[:1], f"data.root={moved}", *SMALL, "seed=1")
    assert "already done" not in said
    assert len(records()) == 2


def test_fresh_does_it_again(hito, photos, records):
    words = ("data=folder", f"data.root={photos}", *SMALL)
    hito(*words)
    (before,) = records().values()
    hito(*words, "if_exists=overwrite")
    (after,) = records().values()
    assert before["metrics"] == after["metrics"]
    assert before["started"] != after["started"] or before["seconds"] != after["seconds"]


def test_a_sweep_ends_in_one_table(hito, photos, records, tmp_path):
    status, out, said = hito("-m", "data=folder", f"data.root={photos}", *SMALL, "pixels.size=32,8")
    assert status == 1, said  # nothing is left of 8 pixels after three convolutions: that run fails, the other does not
    table = pd.read_csv(tmp_path / "multirun" / "classify" / "summary.csv")
    assert sorted(table["status"]) == ["done", "failed"]
    assert table.set_index("status").loc["failed", "error"]
    assert "1 of 2 runs failed" in said
    assert "pixels.size" in out
    assert len(records()) == 2


def test_the_experiment_of_the_thesis_on_photos_of_ones_own(hito, photos, records, tmp_path):
    status, out, said = hito(
        "experiment=thesis/closed_set",
        "data=folder",
        f"data.root={photos}",
        "backbone=cnn",
        "replicates=1",
        *[word for word in SMALL if not word.startswith("backbone")],
        "augmentation.epochs=2",
        "augmentation=thesis",
        "augmentation.plain_epochs=1",
    )
    assert status == 0, said
    table = pd.read_csv(tmp_path / "multirun" / "thesis" / "closed_set" / "summary.csv")
    assert not table["source"].str.startswith("thesis").any()  # its photos are others
    assert "0.473" not in out
    assert "reference_results.data=[folder]" in out
    ((run_id, _),) = records().items()
    curves = pd.read_csv(tmp_path / "multirun" / "thesis" / "closed_set" / run_id / "curves.csv")
    assert curves["phase"].tolist() == ["augmented", "augmented", "plain"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["backbone.kernels=3"], "backbone.kernels"),
        (["device=cuda:7"], "device=cuda:7"),
        (["training.keep=first"], "training.keep=first"),
    ],
)
def test_what_cannot_be_is_said_without_a_traceback(hito, photos, words, expected):
    status, _, said = hito("data=folder", f"data.root={photos}", *SMALL, *words)
    assert status in {1, 2}
    assert expected in said
    assert "Traceback" not in said


def test_a_label_that_training_never_saw(hito, photos):
    (photos / "test" / "fuente").mkdir()
    Image.new("RGB", (40, 40), "blue").save(photos / "test" / "fuente" / "a.png")
    status, _, said = hito("data=folder", f"data.root={photos}", *SMALL)
    assert status == 1
    assert "fuente" in said
    assert "head.rest" in said


def test_an_empty_folder_is_named(hito, tmp_path):
    (tmp_path / "nothing").mkdir()
    status, _, said = hito("data=folder", f"data.root={tmp_path / 'nothing'}", *SMALL)
    assert status == 1
    assert "nothing" in said


def test_classes_and_files_with_line_breaks_and_of_any_script_are_drawn(hito, photos, records):
    for name, other in (("mojón", "標識\n石"), ("cartel grande", "🔥 🪧"), ("senda", "$x_{1}$ [b]")):
        for split in ("train", "test"):
            folder = (photos / split / name).rename(photos / split / other)
            for number, path in enumerate(sorted(folder.iterdir())):
                path.rename(folder / f"路标\n{number}\x07 🪨.png")
    status, _, err = hito(
        "task=classify", "data=folder", f"data.root={photos}", "backbone=cnn", "pixels.size=32", "training.epochs=1",
        "augmentation=none", "split=given", "tracker=none", "replicates=2",
    )  # fmt: skip
    assert status == 0, err
    (record,) = records().values()
    assert sum(name.endswith(".png") for name in record["artifacts"]) >= 6
    assert not [note for note in record["notes"] if "could not be drawn" in note]
