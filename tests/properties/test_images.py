"""Photos cut, altered and joined at random, with random EXIF blocks: an RGB photo, or the reason why there is none."""

import time
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from components.data import UnreadableError, decode, read_exif
from components.data.reading import MAX_PIXELS, MIN_SIDE
from components.location import exif_position

PROPERTIES = settings.get_profile("properties")

MODES = {
    "JPEG": ["RGB", "L", "CMYK"],
    "PNG": ["RGB", "RGBA", "P", "L", "LA", "I;16", "1"],
    "WEBP": ["RGB", "RGBA"],
    "GIF": ["P", "L"],
    "TIFF": ["RGB", "RGBA", "L", "I;16", "F", "CMYK", "P", "1"],
    "BMP": ["RGB", "P", "1"],
    "PPM": ["RGB", "L"],
}
MAX_SECONDS = 5.0
"""Processor time that no file of a few kilobytes may take."""

kinds = st.sampled_from([(kind, mode) for kind, modes in MODES.items() for mode in modes])
at_leasts = st.sampled_from([None, 1, 8, 224])


@cache
def sound(kind, mode, exif=b""):
    """Return the bytes of a small photo."""
    noise = np.random.default_rng(0).integers(0, 256, (20, 28, 3), dtype=np.uint8)
    photo = Image.fromarray(noise)
    photo = photo.convert("L").convert("I").convert("I;16") if mode == "I;16" else photo.convert(mode)
    stream = BytesIO()
    photo.save(stream, kind, **({"exif": exif} if exif else {}))
    return stream.getvalue()


def check(content, at_least=None, suffix=".jpg"):
    """Check that a file is a photo within the limits or has a reason, whichever function opens it."""
    with TemporaryDirectory() as top:
        path = Path(top) / f"photo{suffix}"
        path.write_bytes(content)
        start = time.process_time()
        try:
            photo = decode(path, at_least=at_least)
        except UnreadableError as error:
            assert error.reason
            error.reason.encode()
        else:
            width, height = photo.info["original_size"]
            assert photo.mode == "RGB"
            assert min(width, height) >= MIN_SIDE
            assert width * height <= MAX_PIXELS
            assert np.asarray(photo).shape == (photo.height, photo.width, 3)
        try:
            dict(read_exif(path))
        except UnreadableError as error:
            assert error.reason
        found = exif_position(path)
        assert str(found.reason)
        if found.known:
            assert abs(found.latitude) <= 90
            assert abs(found.longitude) <= 180
        assert time.process_time() - start < MAX_SECONDS


def test_the_photos_are_sound_before_they_are_altered(tmp_path):
    for kind, modes in MODES.items():
        for mode in modes:
            (tmp_path / "photo").write_bytes(sound(kind, mode))
            if mode != "F":
                assert decode(tmp_path / "photo").size == (28, 20)


@settings(PROPERTIES)
@given(kinds, st.data(), at_leasts)
def test_cut_photos(kind, data, at_least):
    content = sound(*kind)
    start, stop = sorted(data.draw(st.integers(0, len(content))) for _ in range(2))
    keep_start = data.draw(st.booleans())
    check(content[:start] + content[stop:] if keep_start else content[start:stop], at_least)


@settings(PROPERTIES)
@given(kinds, st.data(), at_leasts)
def test_photos_with_altered_bytes(kind, data, at_least):
    content = bytearray(sound(*kind))
    near_the_start = st.integers(0, min(64, len(content) - 1))
    anywhere = st.integers(0, len(content) - 1)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(near_the_start | anywhere)] = data.draw(st.sampled_from([0, 1, 255]) | st.integers(0, 255))
    check(bytes(content), at_least)


@settings(PROPERTIES)
@given(kinds, kinds, st.data())
def test_photos_joined_with_others_and_with_bytes_of_no_photo(kind, other, data):
    first, second = sound(*kind), sound(*other)
    cut, start = data.draw(st.integers(0, len(first))), data.draw(st.integers(0, len(second)))
    suffix = data.draw(st.sampled_from([".jpg", ".png", ".svg", ".heic", ""]))
    check(first[:cut] + data.draw(st.binary(max_size=20)) + second[start:], suffix=suffix)


rationals = st.builds(
    TiffImagePlugin.IFDRational, st.integers(0, 2**32 - 1), st.integers(0, 3) | st.integers(0, 2**32 - 1)
)
tag_values = st.one_of(
    st.integers(0, 2**32 - 1), st.text(max_size=8), st.binary(max_size=8), rationals, st.tuples(*(rationals,) * 3)
)
gps_blocks = st.fixed_dictionaries(
    {},
    optional={
        1: st.sampled_from(["N", "S", "n", "", "X"]) | tag_values,
        2: st.tuples(*(st.integers(0, 90) | rationals,) * 3) | tag_values,
        3: st.sampled_from(["E", "W", "w ", "", "X"]) | tag_values,
        4: st.tuples(*(st.integers(0, 180) | rationals,) * 3) | tag_values,
        31: tag_values,
    },
)


@settings(PROPERTIES)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF"]),
    st.dictionaries(st.sampled_from([0x0112, 0x010F, 0x0132, 0x9003]), st.integers(0, 9) | tag_values, max_size=3),
    gps_blocks,
)
def test_photos_with_an_exif_block_of_any_values(kind, tags, gps):
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    exif.get_ifd(0x8825).update(gps)
    try:
        content = sound.__wrapped__(kind, "RGB", exif.tobytes())
    except Exception:  # Pillow cannot write these values
        return
    check(content)


@settings(PROPERTIES)
@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.binary(max_size=120), st.sampled_from([b"", b"II*\0", b"MM\0*"]))
def test_photos_with_an_exif_block_of_any_bytes(kind, block, head):
    offset = (8).to_bytes(4, "little" if head.startswith(b"II") else "big") if head else b""
    check(sound.__wrapped__(kind, "RGB", b"Exif\0\0" + head + offset + block))
