"""task=prepare of a folder as users have them, through the command line."""

import os
import sys

import numpy as np
import pytest
from PIL import Image

from experiments.runs.request import _manifests


@pytest.fixture
def photos(tmp_path):
    root = tmp_path / "photos"
    for number, path in enumerate(
        f"{side}/{name}/{row}.png"
        for side, n in (("Train", 6), ("Test", 3))
        for name in ("fuente", "señal")
        for row in range(n)
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        coarse = np.random.default_rng(number).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((48, 40), Image.Resampling.BICUBIC).save(root / path)
    return root


def test_done_already_shows_its_tables_and_skipped_files_make_another_run(hito, records, photos):
    words = ("task=prepare", "tracker=none", "data=folder", f"data.root={photos}", "pixels.size=32")
    status, out, said = hito(*words)
    assert status == 0, said
    assert "Train/ as train (data.splits=false reads them as classes)" in out
    assert "no file was skipped" in out
    status, again, said = hito(*words)
    assert status == 0
    assert "already done" in said
    assert again == out
    (photos / "Train" / "fuente" / "notas.txt").write_text("x")
    if sys.platform == "linux":
        (photos / "Train" / os.fsdecode(b"se\xf1al")).mkdir()
    _manifests.clear()  # as in a new process
    status, out, said = hito(*words)
    assert status == 0, said
    assert "Train/fuente/notas.txt: not a photo by its extension (.txt)" in out
    assert sys.platform != "linux" or "Train/se\\xf1al/: its name is not in UTF-8" in out
    assert len(records()) == 2


def test_a_class_with_one_photo_is_excluded_as_the_error_says(hito, photos):
    (photos / "Train" / "sola").mkdir()
    (photos / "Train" / "fuente" / "0.png").rename(photos / "Train" / "sola" / "1.png")
    words = ("task=prepare", "tracker=none", "data=folder", f"data.root={photos}", "pixels.size=32")
    _, out, _ = hito(*words)
    assert "exclude it with min_photos=2, or join it with another class: 'rename_classes={sola: fuente}'" in out
    for word in ("min_photos=2", "rename_classes={sola: fuente}"):
        status, out, said = hito(*words, word)
        assert status == 0, said
        assert "the photos can be split" in out


def test_an_unset_variable_is_refused(hito):
    status, _, said = hito("task=prepare", "tracker=none", "data=folder", "data.root=")
    assert status != 0
    assert "data.root is empty; expected a folder" in said
