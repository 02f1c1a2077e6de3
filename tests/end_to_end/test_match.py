"""task=match on drawn walls, each photographed from several sides."""

import csv
import json

import cv2
import numpy as np
import pytest
from PIL import Image

SMALL = (
    "tracker=none", "task=match", "embedder=backbone", "backbone=cnn", "embedder.size=32", "device=cpu",
    "matching.folds=3", "matching.candidates.neighbours=6",
)  # fmt: skip


@pytest.fixture
def table(tmp_path):
    """Nine walls with two or three photos each, the last without an object of its own."""
    (tmp_path / "photos").mkdir()
    rows = []
    for one in range(9):
        generator = np.random.default_rng(one)
        shapes = [(generator.integers(0, 140, 2), generator.integers(6, 30, 2), generator.integers(0, 255, 3))
                  for _ in range(45)]  # fmt: skip
        for view in range(2 + one % 2):
            picture = np.full((160, 160, 3), 120, np.uint8)
            for (x, y), (w, h), colour in shapes:
                at = int(x) + 3 * view, int(y) + 2 * view
                cv2.rectangle(picture, at, (at[0] + int(w), at[1] + int(h)), colour.tolist(), -1)
            name = f"{one}_{view}.png"
            Image.fromarray(picture).save(tmp_path / "photos" / name)
            rows.append([name, "muro", f"muro {one}", f"Muro <b>{one}</b>", 40 + one / 100, -3.0])
    rows.append(["0_0.png", "muro", "", "", "", ""])
    rows[-1][0] = "alone.png"
    Image.fromarray(picture[::-1].copy()).save(tmp_path / "photos" / "alone.png")
    with (tmp_path / "photos" / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "label", "object_id", "title", "latitude", "longitude"])
        writer.writerows(rows)
    return tmp_path / "photos" / "table.csv"


def test_scores_alone_against_their_fusion(hito, table, records, tmp_path):
    status, out, said = hito("-m", "name=m", f"data.path={table}", "data=table", "matching=cosine,photos,fused",
                             "baseline={matching: cosine}", *SMALL)  # fmt: skip
    assert status == 0, said
    runs = records()
    assert {one["status"] for one in runs.values()} == {"done"}
    by = {one["choices"]["matching"]: (run, one) for run, one in runs.items()}
    for _, record in by.values():
        assert record["metrics"]["map"]["n"] == 22
        assert 0 <= record["metrics"]["average_precision"]["value"] <= 1
        assert "1 of 23 photos have no object_id: left out" in record["notes"]
    assert by["fused"][1]["metrics"]["found"]["value"] == 1
    assert by["photos"][1]["metrics"]["map"]["value"] > 0.8
    assert "compared with cosine" in out
    folder = tmp_path / "multirun" / "m" / by["fused"][0]
    page = (folder / "groups.html").read_text(encoding="utf-8")
    assert "Muro &lt;b&gt;1&lt;/b&gt;" in page
    assert "<b>" not in page
    learned = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
    assert learned["fusion"]["complete"]["use"] == ["cosine", "csls", "phash", "local", "metres"]

    from components.data import table as read
    from components.matching import Pairs
    from experiments.models.saved_matcher import load_matcher

    photos, matcher = read(path=str(table)), load_matcher(folder)
    names = photos.path.tolist()
    rows = [names.index(one) for one in ("0_0.png", "0_1.png", "3_0.png")]
    near, far = matcher.probability(photos, photos, Pairs(np.array(rows[:1] * 2), np.array(rows[1:])))
    assert near > matcher.threshold > far


def test_the_case_of_the_thesis_and_a_mistake(hito, table, records):
    words = ("name=four", "data=table", f"data.path={table}", *SMALL[:-1], "matching=photos")
    status, out, said = hito(*words, "matching/candidates=drawn")
    assert status == 0, said
    (record,) = records().values()
    assert record["metrics"]["precision_at_1"]["n"] == 22
    assert "cosine same" in out
    status, _, said = hito(*words, "matching.use=[cosinus]")
    assert status == 1
    assert "expected one or more of cosine, csls, phash, local, metres" in said
