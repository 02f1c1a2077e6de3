import base64
import io

import numpy as np
import pytest
from PIL import Image

from components.errors import DataError
from experiments.report.images import LADDER, encode, is_chart, reduce_figures


def opened(embedded):
    head, content = embedded.source.split(",", 1)
    assert head == "data:image/webp;base64"
    image = Image.open(io.BytesIO(base64.b64decode(content)))
    image.load()
    return image


@pytest.fixture
def files(tmp_path, draw_figures):
    for run in range(4):
        draw_figures(tmp_path / f"run{run}", run, (700, 500))
    return sorted(tmp_path.glob("run?/figures/*.png"))


def test_charts_keep_their_colours_and_pixels_and_photos_their_likeness(files):
    chart, photo = files[:2]
    assert (chart.stem, photo.stem) == ("confusion_matrix", "sample_predictions")
    with Image.open(chart) as one, Image.open(photo) as other:
        assert is_chart(one.convert("RGB"))
        assert not is_chart(other.convert("RGB"))
        drawn, pictured = np.asarray(one.convert("RGB"), float), np.asarray(other.convert("RGB"), float)
    found = np.asarray(opened(encode(chart, LADDER[0])).convert("RGB"), float)
    assert found.shape == drawn.shape
    assert np.abs(found - drawn).max() <= 8
    found = np.asarray(opened(encode(photo, LADDER[0])).convert("RGB"), float)
    assert np.abs(found - pictured).mean() < 6


def test_every_step_takes_less_than_the_one_before(files):
    sizes = [sum(len(encode(file, step).source) for file in files) for step in LADDER]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 4


@pytest.mark.parametrize("part", [1.2, 0.5, 0.2])
def test_the_budget_holds(files, part):
    best = sum(len(encode(file, LADDER[0]).source) for file in files)
    seen = []
    found = reduce_figures(files, int(part * best), lambda: seen.append(1))
    assert sum(len(one.source) for one in found.images.values()) <= part * best
    assert set(found.images) == set(files)
    assert (found.step == 0) == (part > 1)
    assert len(seen) >= len(files)
    sizes = {opened(one).size for one in found.images.values()}
    assert sizes == {(one.width, one.height) for one in found.images.values()}


def test_if_nothing_fits_there_are_no_images(files):
    found = reduce_figures(files, 100)
    assert (found.images, found.quality) == ({}, None)
    assert reduce_figures([], 0).step == 0


def test_what_is_no_image_is_named_and_the_others_are_there(files):
    files[0].write_bytes(b"\x89PNG\r\n\x1a\n no image")
    with pytest.raises(DataError, match=r"confusion_matrix\.png cannot be read as an image"):
        encode(files[0], LADDER[0])
    found = reduce_figures(files, 10_000_000)
    assert list(found.unreadable) == [files[0]]
    assert set(found.images) == set(files[1:])
