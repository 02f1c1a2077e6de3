import csv
import json
import shutil

import numpy as np
from PIL import Image

from components.data import contact_sheet, find_leaks, folder, given, inspect, load_pixels, write_inspection


def inspected(root, **options):
    photos = load_pixels(folder(root), size=16, **options)
    manifest = given(photos.manifest, seed=0)
    return inspect(manifest, photos, find_leaks(manifest, photos)), manifest, photos


def test_counts_sizes_and_what_is_known(two_classes, blotches):
    blotches(999, 200, 100).save(two_classes / "mural" / "large.png")
    found, manifest, _ = inspected(two_classes)
    assert found.photos == 21
    assert {label: sum(row.values()) for label, row in found.counts.items()} == {"fuente": 12, "mural": 9}
    assert found.splits == ("train", "validation", "test")
    for split in found.splits:
        assert sum(row.get(split, 0) for row in found.counts.values()) == len(manifest.rows(split))
    assert found.width == (48, 48, 200)
    assert found.height == (40, 40, 100)
    assert found.imbalance == 12 / 9
    assert found.known["label"] == 21
    assert found.known["title"] == found.known["coordinates"] == 0


def test_duplicates_conflicts_leaks_and_files_left_out(two_classes, blotches, tmp_path):
    shutil.copy(two_classes / "fuente/1.png", two_classes / "mural/la misma.png")
    blotches(2).resize((96, 80)).save(two_classes / "fuente/two.jpg")
    (two_classes / "mural/broken.jpg").write_text("no")
    (two_classes / "notes.txt").write_text("no")
    found, _, _ = inspected(two_classes)
    assert found.exact_duplicates == [["fuente/1.png", "mural/la misma.png"]]
    assert found.conflicts == [{"fuente/1.png": "fuente", "mural/la misma.png": "mural"}]
    assert [(twin.left, twin.right) for twin in found.near_duplicates] == [("fuente/2.png", "fuente/two.jpg")]
    assert set(found.left_out) == {"mural/broken.jpg", "notes.txt"}
    write_inspection(found, tmp_path / "out")
    stored = json.loads((tmp_path / "out" / "inspection.json").read_text("utf-8"))
    assert stored["near_duplicates"][0]["right"] == "fuente/two.jpg"
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["kind"], row["photo"], row["other"]) for row in rows] == [
        ("same bytes", "fuente/1.png", "mural/la misma.png"),
        ("two labels", "fuente/1.png", "mural/la misma.png"),
        ("near duplicate", "fuente/2.png", "fuente/two.jpg"),
        ("left out", "notes.txt", ""),
        ("left out", "mural/broken.jpg", ""),
    ]


def test_leaks_are_among_the_findings(tree, tmp_path):
    root = tree({f"{split}/{name}/{row}.png": row + 10 * (name == "b") for split in ("train", "test") for name in "ab"
                 for row in range(3)})  # fmt: skip
    found, _, _ = inspected(root)
    assert len(found.leaks) == 6
    write_inspection(found, tmp_path / "out")
    assert "leak: same bytes,train/a/0.png,test/a/0.png" in (tmp_path / "out" / "findings.csv").read_text("utf-8")


def test_the_contact_sheet_shows_photos_of_every_class(two_classes):
    _, manifest, photos = inspected(two_classes)
    sheet = contact_sheet(manifest, photos, per_class=4)
    pixels = np.asarray(sheet)
    for name in ("fuente", "mural"):
        there = 0
        for row in np.flatnonzero(manifest.label == name):
            tile = np.asarray(Image.fromarray(photos.array[row]).resize((128, 128), Image.Resampling.LANCZOS))
            windows = np.argwhere((pixels[:-127, :-127] == tile[0, 0]).all(axis=2))
            there += any((pixels[y : y + 128, x : x + 128] == tile).all() for y, x in windows)
        assert there == 4
    assert np.array_equal(pixels, np.asarray(contact_sheet(manifest, photos, per_class=4)))
    assert not np.array_equal(pixels, np.asarray(contact_sheet(manifest, photos, per_class=4, seed=1)))


def test_more_classes_than_fit_are_counted(two_classes):
    _, manifest, photos = inspected(two_classes)
    one = contact_sheet(manifest, photos, max_classes=1)
    both = contact_sheet(manifest, photos)
    assert one.height < both.height
