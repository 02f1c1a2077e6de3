"""A sweep leaves its report, and `hito report` writes the same anew."""

import json
import re

SMALL = ("task=classify", "backbone=cnn", "tracker=none", "training.epochs=1", "device=cpu")


def without_time(text):
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d( to [\d: -]+)?", "", text)


def test_a_sweep_ends_in_a_report(hito, photos, tmp_path):
    words = ("-m", "data=folder", f"data.root={photos}", *SMALL, "pixels.size=32,8")
    status, _, said = hito(*words)
    assert status == 1, "the network needs photos of 22 px or more"
    folder = tmp_path / "multirun" / "classify"
    assert "Report: multirun/classify/report.html" in said
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "cartel grande" in page
    assert page.count("data:image/webp") >= 5
    runs = json.loads((folder / "sweep.json").read_text(encoding="utf-8"))["runs"]
    assert ["pixels.size=32" in runs[0]["overrides"], runs[1]["id"] in page] == [True, True]
    assert hito("report", "classify")[0] == 0
    assert without_time((folder / "report.html").read_text(encoding="utf-8")) == without_time(page)
