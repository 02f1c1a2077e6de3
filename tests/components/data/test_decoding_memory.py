"""The memory that reading a photo takes, measured in a process of its own; and the budget that threads share."""

import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from components.data import UnreadableError, decode, read_exif
from components.data.decoding_memory import MemoryBudget, bytes_to_decode
from components.data.rgb import reduction, to_rgb

GREY_16, RGB, RGBA = (0, 16, 2), (2, 8, 3), (6, 8, 4)
"""Colour type, bit depth and bytes per pixel of PNG files."""


def png(path, width, height, kind, before=b""):
    """Write a PNG file of one colour, row by row, so that the test needs no memory either."""
    colour, depth, size = kind

    def chunk(name, content):
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    pack = zlib.compressobj(1)
    row = b"\0" + b"\x80" * (width * size)
    pixels = b"".join(pack.compress(row) for _ in range(height)) + pack.flush()
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, colour, 0, 0, 0])
    parts = (chunk(b"IHDR", header), before, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def peak(path, call):
    """Return by how many MB the resident memory of a process rises at most while it reads a photo, and what it says."""
    program = f"""
import resource, sys
from pathlib import Path
from components.data import UnreadableError, decode, read_exif
from components.location import exif_position
from PIL import Image
Image.init()
unit = 1 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
path = Path({str(path)!r})
try:
    said = {call}
except UnreadableError as error:
    said = error.reason
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit // 1_000_000, said)
"""
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    risen, _, said = out.partition(" ")
    return int(risen), said.strip()


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    path = png(tmp_path_factory.mktemp("bomb") / "a.png", 20_000, 20_000, RGB)
    assert path.stat().st_size < 6_000_000
    return path


@pytest.mark.parametrize(
    "call", ["decode(path)", "decode(path, at_least=64)", "read_exif(path)", "exif_position(path).reason"]
)
def test_four_hundred_megapixels_cost_nothing(bomb, call):
    risen, said = peak(bomb, call)
    assert risen < 100
    assert "20000x20000" in said


def test_the_exif_of_a_large_photo_costs_nothing(tmp_path):
    risen, _ = peak(png(tmp_path / "a.png", 10_000, 10_000, RGBA), "read_exif(path)")
    assert risen < 30


@pytest.mark.parametrize(("kind", "most"), [(GREY_16, 260), (RGBA, 480), (RGB, 480)])
def test_a_hundred_megapixels_cost_little_more_than_the_pixels(tmp_path, kind, most):
    risen, said = peak(png(tmp_path / "a.png", 10_000, 10_000, kind), "decode(path, at_least=512).size")
    assert risen < most
    assert said == "(527, 527)"


def test_at_full_size_two_copies_are_kept(tmp_path):
    risen, _ = peak(png(tmp_path / "a.png", 10_000, 10_000, RGBA), "decode(path).size")
    assert risen < 880


@pytest.mark.parametrize("mode", ["RGBA", "I;16", "RGB", "P", "L"])
def test_strips_and_blocks_give_what_the_whole_gives(monkeypatch, mode):
    generator = np.random.default_rng(0)
    values = generator.integers(0, 256, (101, 67, 4), dtype=np.uint8)
    image = Image.fromarray(values)
    if mode == "I;16":
        image = Image.fromarray(generator.integers(0, 65536, (101, 67)).astype(np.uint16))
    elif mode != "RGBA":
        image = image.convert("RGB").convert(mode)
    whole = to_rgb(image)
    reduced = whole.reduce(3)
    monkeypatch.setattr("components.data.rgb.STRIP_PIXELS", 67 * 10)
    np.testing.assert_array_equal(np.asarray(to_rgb(image)), np.asarray(whole))
    np.testing.assert_array_equal(np.asarray(to_rgb(image, 3)), np.asarray(reduced))


def test_only_large_photos_are_reduced():
    assert reduction(6000, 4000, 512) == 1
    assert reduction(10_000, 8000, None) == 1
    assert reduction(10_000, 8000, 512) == 15
    assert reduction(100_000, 500, 512) == 1


def test_threads_share_a_budget_and_a_larger_photo_is_decoded_alone():
    budget, lock = MemoryBudget(10), threading.Lock()
    used = most = 0

    def hold(size):
        nonlocal used, most
        with budget.reserve(size):
            with lock:
                used += size
                most = max(most, used if size < 10 else used - size + 10)
            time.sleep(0.005)
            with lock:
                used -= size

    threads = [threading.Thread(target=hold, args=(size,)) for size in (4, 5, 3, 25, 9, 1, 6, 4) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert used == 0
    assert most <= 10


def test_an_estimate_counts_the_source_and_the_converted_photo():
    assert bytes_to_decode(Image.new("RGB", (10, 10)), (10, 10), 1) == 400
    assert bytes_to_decode(Image.new("RGBA", (10, 10)), (10, 10), 1) == 800
    assert bytes_to_decode(Image.new("I;16", (10, 10)), (10, 10), 2) == 300
    progressive = Image.new("RGB", (10, 10))
    progressive.info["progressive"] = 1
    assert bytes_to_decode(progressive, (80, 80), 1) == 400 + 6 * 6400


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.webp"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_large_photos_are_upright_too(tmp_path, monkeypatch, name, orientation):
    """As Pillow's own function turns them, whatever the format."""
    from PIL import ImageOps

    values = np.kron(
        np.random.default_rng(2).integers(0, 256, (3, 4, 3), dtype=np.uint8), np.ones((16, 16, 1), np.uint8)
    )
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(values).save(tmp_path / name, exif=exif, quality=95)
    with Image.open(tmp_path / name) as image:
        expected = ImageOps.exif_transpose(image).convert("RGB")
    assert decode(tmp_path / name).size == expected.size == decode(tmp_path / name).info["original_size"]
    np.testing.assert_array_equal(np.asarray(decode(tmp_path / name)), np.asarray(expected))
    monkeypatch.setattr("components.data.rgb.LARGE", 100)
    small = decode(tmp_path / name, at_least=12)
    assert small.info["original_size"] == expected.size
    assert min(small.size) >= 12


def test_a_file_of_many_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("components.data.reading.MAX_BYTES", 100)
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)).save(tmp_path / "a.png")
    for read in (decode, read_exif):
        with pytest.raises(UnreadableError, match="bytes, more than the limit of 100"):
            read(tmp_path / "a.png")
