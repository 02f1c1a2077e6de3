"""The command line: search, assign and zero_shot on small photos with the embedder of features and with conse."""

import pandas as pd
import pytest
from PIL import Image


@pytest.fixture
def described(photos):
    """The photos as a table with a title each."""
    rows = [
        {"path": str(path.relative_to(photos)), "label": path.parent.name, "split": path.parent.parent.name,
         "title": f"{path.parent.name} {number}", "latitude": 40 + number / 1000, "longitude": -3.0}
        for number, path in enumerate(sorted(photos.rglob("*.png")))
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(photos / "photos.csv", index=False)
    return photos / "photos.csv"


def test_photos_find_photos(hito, described, records):
    words = ("task=search", "data=table", f"data.path={described}", "embedder=conse", "query=examples", "tracker=none")
    status, out, said = hito(*words, "top_k=4", "embedder.size=64")
    assert status == 0, said
    assert "precision at 4" in out
    (record,) = records().values()
    assert record["metrics"]["map"]["n"] == 12
    assert {"items.parquet", "ranking.csv", "index/vectors.f32", "index/photos.parquet"} <= set(record["artifacts"])
    assert hito(*words, "top_k=4", "embedder.size=64")[2].count("already done") == 1
    status, _, said = hito(*words, "filters={labl: senda}")
    assert status == 1
    assert "filters.labl: photos have no such column. Did you mean label?" in said
    assert "Traceback" not in said


def test_titles_are_assigned_and_classes_known_by_words(hito, described, records):
    words = ("data=table", f"data.path={described}", "embedder.size=64", "tracker=none")
    status, out, said = hito(
        "task=assign", *words, "assignment.ways=3", "assignment.column=title", "max_error_rate=0.3"
    )
    assert status == 0, said
    assert "AUROC (margin)" in out
    status, out, said = hito("task=zero_shot", *words, "pixels.size=48", "prompt=en")
    assert status == 0, said
    assert "balanced accuracy" in out
    assert {one["task"] for one in records().values()} == {"assign", "zero_shot"}


def test_a_photo_of_ones_own_asks(hito, described, tmp_path, records):
    Image.new("RGB", (40, 40), "red").save(tmp_path / "mine.png")
    words = (
        "task=search",
        "data=table",
        f"data.path={described}",
        "query=ad_hoc",
        f"query.photos=[{tmp_path}/mine.png]",
    )
    status, out, said = hito(*words, "embedder.size=64", "tracker=none", "filters={near: [40.0, -3.0], within: 500}")
    assert status == 0, said
    assert "445 m" in out
    assert next(iter(records().values()))["metrics"] == {}


def test_a_text_without_a_known_word_is_said(hito, described, records):
    words = ("task=search", "data=table", f"data.path={described}", "query=ad_hoc", "embedder.size=64", "tracker=none")
    status, _, said = hito(*words, "query.texts=[xqzwk wkrtz, a windmill]")
    assert status == 0, said
    (record,) = records().values()
    (note,) = [note for note in record["notes"] if "knows no word" in note]
    assert "'xqzwk wkrtz'" in note
    assert "windmill" not in note
    assert "knows no word of 'xqzwk wkrtz'" in " ".join(said.split())
