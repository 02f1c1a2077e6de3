import csv
import json
import shutil

from components.data import find_leaks, folder, given, inspect, load_pixels, write_inspection


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


def test_duplicates_conflicts_and_skipped_files(two_classes, blotches, tmp_path):
    shutil.copy(two_classes / "fuente/1.png", two_classes / "mural/la misma.png")
    blotches(2).resize((96, 80)).save(two_classes / "fuente/two.jpg")
    (two_classes / "mural/broken.jpg").write_text("no")
    (two_classes / "notes.txt").write_text("no")
    found, _, _ = inspected(two_classes)
    assert found.exact_duplicates == [["fuente/1.png", "mural/la misma.png"]]
    assert found.conflicts == [{"fuente/1.png": "fuente", "mural/la misma.png": "mural"}]
    assert [(pair.left, pair.right) for pair in found.near_duplicates] == [("fuente/2.png", "fuente/two.jpg")]
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
