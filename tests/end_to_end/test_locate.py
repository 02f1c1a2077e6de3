"""task=locate on photos with positions of their own."""

import csv

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from experiments.runs.items import read_items


def save(path, latitude, longitude, seed):
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    for letter, value, tags in (("NS", latitude, (1, 2)), ("EW", longitude, (3, 4))):
        gps[tags[0]] = letter[value < 0]
        gps[tags[1]] = (IFDRational(round(abs(value) * 1e7), 10**7), IFDRational(0, 1), IFDRational(0, 1))
    noise = np.random.default_rng(seed).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, exif=exif.tobytes() if latitude else b"")


@pytest.fixture
def table(tmp_path):
    """Three objects: one right, one claimed 5 km off, one whose photo has no position; two photos of the first."""
    rows = [
        ("a.jpg", "fuente", 40.48, -3.36, (40.48005, -3.36)),
        ("b.jpg", "fuente", 40.48, -3.36, (40.48, -3.36003)),
        ("c.jpg", "mural", 40.55, -3.36, (40.50, -3.36)),
        ("d.jpg", "banco", 40.4801, -3.3601, (0, 0)),
    ]
    (tmp_path / "photos").mkdir()
    with (tmp_path / "photos" / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "label", "object_id", "latitude", "longitude"])
        for seed, (path, name, north, east, at) in enumerate(rows):
            save(tmp_path / "photos" / path, *at, seed)
            writer.writerow([path, name, name, north, east])
    return tmp_path / "photos" / "table.csv"


def words(table, *more):
    return ["task=locate", "data=table", f"data.path={table}", "tracker=none", *more]


def test_each_claim_has_a_verdict_with_its_evidence(hito, records, table, tmp_path):
    status, out, _ = hito(*words(table))
    assert status == 0
    (run,) = records()
    with (tmp_path / "multirun" / "locate" / run / "locations.csv").open(encoding="utf-8") as stream:
        rows = {row["path"]: row for row in csv.DictReader(stream)}
    assert [rows[path]["verdict"] for path in ("a.jpg", "b.jpg", "c.jpg", "d.jpg")] == [
        "consistent", "consistent", "contradicted", "no evidence",
    ]  # fmt: skip
    assert float(rows["c.jpg"]["metres"]) == pytest.approx(5560, abs=5)
    assert "b.jpg: taken" in rows["a.jpg"]["evidence"]
    assert rows["d.jpg"]["evidence"] == "this photo: no EXIF position"
    assert rows["d.jpg"]["nearest_object"] == "fuente"
    assert rows["d.jpg"]["barred_by"] == "fuente"
    assert rows["c.jpg"]["barred_by"] == ""
    assert records()[run]["metrics"]["coverage"]["value"] == 0.75
    (items,) = read_items(tmp_path / "multirun" / "locate" / run)
    assert items.group.tolist() == ["fuente", "fuente", "mural", "banco"]
    for name, values in items.metrics.items():
        assert np.nanmean(values) == records()[run]["metrics"][name]["value"]
    assert "c.jpg: 5,560 m" in out
    assert (tmp_path / "multirun" / "locate" / run / "figures" / "position_offsets.png").is_file()


def test_claims_moved_on_purpose_are_measured(hito, records, table, tmp_path):
    status, _, _ = hito(*words(table, "location/displacement=injected", "location.displacement.metres=[3000,9000]"))
    assert status == 0
    (run,) = records().values()
    assert run["metrics"]["auroc"]["value"] is not None
    (items,) = read_items(tmp_path / "multirun" / "locate" / run["id"])
    assert list(items.metrics) == ["brier", "recall", "false_positive_rate", "coverage"]
    for name, values in items.metrics.items():
        assert np.nanmean(values) == pytest.approx(run["metrics"][name]["value"])
    assert "2 claims moved on purpose" in run["protocol"]


def test_photos_without_claims_are_refused(hito, photos):
    status, _, err = hito("task=locate", "data=folder", f"data.root={photos}", "tracker=none")
    assert status == 1
    assert "columns latitude and longitude" in err.replace("\n", " ")


def test_a_visual_prior_without_weights_is_an_error_that_says_where_to_get_them(hito, table, tmp_path):
    words = ("task=locate", "tracker=none", "data=table", f"data.path={table}", "location/visual_prior=geoclip")
    status, _, err = hito(*words, f"location.visual_prior.weights={tmp_path}")
    assert status == 1
    assert "location/visual_prior=geoclip" in err
    assert "pip install --no-deps geoclip" in err.replace("\n", " ")
    assert "Traceback" not in err
