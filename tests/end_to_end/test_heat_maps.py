"""Runs show their surest mistakes, and what their networks looked at."""

import pytest
from PIL import Image

SMALL = ["tracker=none", "pixels.size=64", "training=thesis", "training.epochs=2", "training.batch_size=8"]
CNN, LITE = "backbone=cnn", "backbone=efficientnet_lite0"
HEAT_MAPS = ("heat_maps_of_mistakes", "heat_maps_of_samples")


@pytest.fixture
def with_rest(photos):
    """The three classes of `photos`, the last of which is the rest."""
    for split in ("train", "test"):
        (photos / split / "senda").rename(photos / split / "resto")
    return photos


def figures(records, tmp_path, task):
    """Return the only run's record and the folder of its figures."""
    ((run_id, record),) = records().items()
    return record, tmp_path / "multirun" / task / run_id / "figures"


@pytest.mark.parametrize(
    "words",
    [[LITE], [LITE, "head.hidden=null", "replicates=2"], [CNN], [CNN, "split=kfold", "split.folds=2"]],
    ids=["frozen", "linear", "trained", "folds"],
)
def test_a_classification_shows_its_mistakes_and_what_it_looked_at(words, hito, photos, records, tmp_path):
    status, _, said = hito("data=folder", f"data.root={photos}", *SMALL, *words)
    assert status == 0, said
    record, folder = figures(records, tmp_path, "classify")
    assert record["notes"] == []
    perfect = record["metrics"]["accuracy"]["values"][0] == 1
    names = ("heat_maps_of_samples",) if perfect else ("confident_mistakes", *HEAT_MAPS)
    assert not perfect or not (folder / "confident_mistakes.png").exists()
    for name in names:
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.width == 1050
    assert hito("report", "classify")[0] == 0
    page = (folder.parent.parent / "report.html").read_text(encoding="utf-8")
    for name in names:
        assert f">{name.replace('_', ' ')}</a></figcaption>" in page


@pytest.mark.parametrize(
    "words",
    [["head=dual_cnn", "detector=none"], ["head=rest_class", "detector=none"], ["head=closed", "detector=energy"]],
    ids=["dual", "rest", "detector"],
)
def test_an_open_set_shows_what_it_looked_at(words, hito, with_rest, records, tmp_path):
    status, _, said = hito("task=open_set", "data=folder", f"data.root={with_rest}", *SMALL, LITE, *words)
    assert status == 0, said
    record, folder = figures(records, tmp_path, "open_set")
    assert record["notes"] == []
    assert (folder / "heat_maps_of_mistakes.png").is_file()


def test_of_a_transformer_a_note_says_that_there_are_none(hito, photos, records, tmp_path):
    words = ["backbone=timm", "backbone.name=vit_tiny_patch16_224", "backbone.weights=null"]
    status, _, said = hito("data=folder", f"data.root={photos}", *SMALL, *words)
    assert status == 0, said
    record, folder = figures(records, tmp_path, "classify")
    (note,) = record["notes"]
    assert "There are no heat maps for this backbone" in note
    assert not any((folder / f"{name}.png").exists() for name in HEAT_MAPS)
    assert (folder / "confident_mistakes.png").is_file()
