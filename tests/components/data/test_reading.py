import io
import re
import struct
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

import components.data
from components.data import UnreadableError, decode, read_exif


def pixels(path, **options):
    return np.asarray(decode(path, **options))


def reason(path, **options):
    with pytest.raises(UnreadableError) as caught:
        decode(path, **options)
    assert str(path) in str(caught.value)
    return caught.value.reason


def huge_png(path, side=30_000):
    """A valid header of 1-bit pixels; the data would be hundreds of megabytes."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


@pytest.fixture
def rgb():
    return np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)


def test_rgb_comes_as_it_is(tmp_path, rgb):
    Image.fromarray(rgb).save(tmp_path / "a.png")
    photo = decode(tmp_path / "a.png")
    assert photo.mode == "RGB"
    assert photo.info["original_size"] == (16, 12)
    np.testing.assert_array_equal(np.asarray(photo), rgb)


# What EXIF says the stored picture needs (Exif 2.32, tag 0x0112), as NumPy does it.
ORIENTATIONS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, 1),
}


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_exif_orientation_is_applied(tmp_path, rgb, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(rgb).save(tmp_path / "a.png", exif=exif)
    expected = ORIENTATIONS[orientation](rgb)
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), expected)
    assert decode(tmp_path / "a.png").info["original_size"] == (expected.shape[1], expected.shape[0])


def test_grey_is_three_times_the_same(tmp_path, rgb):
    Image.fromarray(rgb[..., 0]).save(tmp_path / "a.png")
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), np.repeat(rgb[..., :1], 3, axis=2))


@pytest.mark.parametrize("extension", ["png", "tif", "pgm"])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path, extension):
    deep = np.random.default_rng(1).integers(0, 65536, (9, 11)).astype(np.uint16)
    deep[0, :2] = 0, 65535
    Image.fromarray(deep).save(tmp_path / f"a.{extension}")
    found = pixels(tmp_path / f"a.{extension}")
    np.testing.assert_array_equal(found[..., 0], np.round(deep / 257))
    assert found.min() == 0
    assert found.max() == 255


def test_thirty_two_bit_and_floating_point_grey_are_refused(tmp_path):
    Image.fromarray(np.full((9, 9), 1_000_000, np.int32)).save(tmp_path / "i.tif")
    Image.fromarray(np.full((9, 9), 0.5, np.float32)).save(tmp_path / "f.tif")
    assert "32 bits" in reason(tmp_path / "i.tif")
    assert "floating point" in reason(tmp_path / "f.tif")


def test_black_and_white(tmp_path):
    bits = np.random.default_rng(2).integers(0, 2, (10, 10)).astype(bool)
    Image.fromarray(bits).save(tmp_path / "a.png")
    np.testing.assert_array_equal(pixels(tmp_path / "a.png")[..., 1], bits * 255)


def test_cmyk(tmp_path):
    cmyk = np.random.default_rng(3).integers(0, 256, (9, 9, 4), dtype=np.uint8)
    Image.fromarray(cmyk, mode="CMYK").save(tmp_path / "a.tif")
    c, k = cmyk[..., :3].astype(float), cmyk[..., 3:].astype(float)
    np.testing.assert_allclose(pixels(tmp_path / "a.tif"), (255 - c) * (255 - k) / 255, atol=1)
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "red.jpg")
    np.testing.assert_allclose(pixels(tmp_path / "red.jpg"), np.full((16, 16, 3), (255, 0, 0)), atol=4)


def test_transparency_lies_over_white(tmp_path):
    rgba = np.random.default_rng(4).integers(0, 256, (9, 9, 4), dtype=np.uint8)
    Image.fromarray(rgba).save(tmp_path / "a.png")
    alpha = rgba[..., 3:] / 255
    np.testing.assert_allclose(pixels(tmp_path / "a.png"), rgba[..., :3] * alpha + 255 * (1 - alpha), atol=1)
    grey = rgba[..., [0, 3]]
    Image.fromarray(grey, mode="LA").save(tmp_path / "la.png")
    expected = grey[..., :1] * alpha + 255 * (1 - alpha)
    np.testing.assert_allclose(pixels(tmp_path / "la.png"), np.repeat(expected, 3, axis=2), atol=1)


def test_palettes_with_and_without_transparency(tmp_path):
    index = np.random.default_rng(5).integers(0, 3, (9, 9), dtype=np.uint8)
    colours = np.array([[255, 0, 0], [0, 128, 0], [0, 0, 64]], dtype=np.uint8)
    picture = Image.fromarray(index, mode="P")
    picture.putpalette(colours.tobytes())
    picture.save(tmp_path / "p.png")
    np.testing.assert_array_equal(pixels(tmp_path / "p.png"), colours[index])
    picture.save(tmp_path / "t.png", transparency=1)
    colours[1] = 255
    np.testing.assert_array_equal(pixels(tmp_path / "t.png"), colours[index])
    picture.save(tmp_path / "bytes.png", transparency=bytes([255, 0, 255]))  # of which Pillow would warn
    np.testing.assert_array_equal(pixels(tmp_path / "bytes.png"), colours[index])


def test_a_colour_key_is_white(tmp_path, rgb):
    rgb[:4] = (1, 2, 3)
    Image.fromarray(rgb).save(tmp_path / "a.png", transparency=(1, 2, 3))
    rgb[:4] = 255
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), rgb)


def test_webp_gif_bmp_and_tiff(tmp_path, rgb):
    Image.fromarray(rgb).save(tmp_path / "a.webp", lossless=True)
    Image.fromarray(rgb).save(tmp_path / "a.bmp")
    Image.fromarray(rgb).save(tmp_path / "a.tiff")
    for name in ("a.webp", "a.bmp", "a.tiff"):
        np.testing.assert_array_equal(pixels(tmp_path / name), rgb)
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert (pixels(tmp_path / "a.gif") == (255, 0, 0)).all()


def test_heic_by_its_content_whatever_its_name(tmp_path):
    import pillow_heif

    smooth = np.linspace(0, 255, 64)[None, :, None].repeat(64, 0).repeat(3, 2).astype(np.uint8)
    pillow_heif.from_pillow(Image.fromarray(smooth)).save(tmp_path / "a.heic", quality=95)
    np.testing.assert_allclose(pixels(tmp_path / "a.heic").astype(int), smooth, atol=6)
    (tmp_path / "a.heic").rename(tmp_path / "a.jpg")
    assert pixels(tmp_path / "a.jpg").shape == (64, 64, 3)


def test_a_jpeg_may_come_smaller_but_not_below_what_is_asked_for(tmp_path, blotches):
    blotches(0, 1600, 1200).save(tmp_path / "a.jpg", quality=95)
    small = decode(tmp_path / "a.jpg", at_least=140)
    assert small.size == (200, 150)
    assert small.info["original_size"] == (1600, 1200)
    whole = decode(tmp_path / "a.jpg").resize((200, 150), Image.Resampling.BOX)
    assert np.abs(np.asarray(small).astype(int) - np.asarray(whole)).mean() < 2


def test_a_truncated_jpeg_is_cut_short(tmp_path, blotches):
    blotches(0, 400, 300).save(tmp_path / "a.jpg")
    whole = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(whole[: len(whole) // 2])
    assert reason(tmp_path / "a.jpg").startswith("cut short")
    assert reason(tmp_path / "a.jpg", at_least=64).startswith("cut short")


def test_a_text_named_jpg_is_no_image(tmp_path):
    (tmp_path / "a.jpg").write_text("Hola, esto no es una foto")
    assert reason(tmp_path / "a.jpg") == "not an image (it begins with b'Hola, es')"


def test_an_empty_file_a_missing_file_and_a_folder(tmp_path):
    (tmp_path / "a.jpg").touch()
    assert reason(tmp_path / "a.jpg") == "empty file (0 bytes)"
    assert reason(tmp_path / "none.jpg") == "No such file or directory"
    assert reason(tmp_path) == "Is a directory"


def test_a_photo_of_one_pixel_is_refused(tmp_path):
    Image.new("RGB", (1, 1)).save(tmp_path / "a.png")
    assert reason(tmp_path / "a.png").startswith("1x1 pixels")
    assert pixels(tmp_path / "a.png", min_side=1).shape == (1, 1, 3)


def test_thirty_thousand_squared_is_refused_by_its_header_and_without_a_warning(tmp_path):
    path = huge_png(tmp_path / "a.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert reason(path).startswith("30000x30000 pixels, more than the limit of 250,000,000")
    assert Image.MAX_IMAGE_PIXELS is not None


def test_a_photo_that_pillow_would_warn_of_is_read_in_silence(tmp_path):
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "png")  # 100 megapixels; Pillow warns from 89 on
    (tmp_path / "a.png").write_bytes(buffer.getvalue())
    assert "limit of 1,000" in reason(tmp_path / "a.png", max_pixels=1000)
    limit = Image.MAX_IMAGE_PIXELS
    assert decode(tmp_path / "a.png").size == (10_000, 10_000)
    assert limit == Image.MAX_IMAGE_PIXELS


def test_pillow_is_left_as_it_was_after_many_threads(tmp_path, blotches):
    blotches(0).save(tmp_path / "a.png")
    before = (Image.MAX_IMAGE_PIXELS, list(warnings.filters))
    threads = [threading.Thread(target=lambda: [decode(tmp_path / "a.png") for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


def test_a_drawing_is_drawn_on_white_in_its_own_proportions(tmp_path):
    half = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20" fill="red"/></svg>'
    )
    (tmp_path / "a.svg").write_text(half)
    found = pixels(tmp_path / "a.svg")
    assert found.shape == (256, 512, 3)
    assert (found[:, :255] == (255, 0, 0)).all()
    assert (found[:, 257:] == 255).all()
    (tmp_path / "b.svg").write_text("<svg")
    assert reason(tmp_path / "b.svg")


@pytest.mark.parametrize("seed", range(30))
def test_broken_files_give_a_photo_or_a_reason_and_nothing_else(tmp_path, blotches, seed):
    """Bytes of good files changed at random: whatever the decoder raises becomes a reason."""
    generator = np.random.default_rng(seed)
    extension = ("jpg", "png", "webp", "gif", "tif")[seed % 5]
    blotches(seed).save(tmp_path / f"a.{extension}")
    content = bytearray((tmp_path / f"a.{extension}").read_bytes())
    for position in generator.integers(0, len(content), 12):
        content[position] = generator.integers(0, 256)
    (tmp_path / f"a.{extension}").write_bytes(content[: generator.integers(len(content) // 2, len(content) + 1)])
    try:
        mode, why = decode(tmp_path / f"a.{extension}").mode, ""
    except UnreadableError as error:
        mode, why = "", error.reason
    assert mode == "RGB" or why


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n%%EndComments\n0 0 99 99 rectfill\nshowpage\n%%EOF\n"


@pytest.mark.parametrize(
    "content",
    [
        POSTSCRIPT,
        b"\xc5\xd0\xd3\xc6"
        + (30).to_bytes(4, "little")
        + len(POSTSCRIPT).to_bytes(4, "little")
        + bytes(18)
        + POSTSCRIPT,
        b"%PDF-1.4\n%%EOF\n",
        b"\xd7\xcd\xc6\x9a" + bytes(40),
        b"/* XPM */\nstatic char *a[] = {};",
    ],
    ids=["postscript", "postscript with a preview", "pdf", "wmf", "xpm"],
)
def test_documents_named_jpg_start_no_other_program(tmp_path, monkeypatch, content):
    def forbidden(*_, **__):
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.Popen", forbidden)
    monkeypatch.setattr("os.system", forbidden)
    (tmp_path / "a.jpg").write_bytes(content)
    assert reason(tmp_path / "a.jpg").startswith("not an image (it begins with")
    with pytest.raises(UnreadableError, match="not an image"):
        read_exif(tmp_path / "a.jpg")


def test_only_the_reader_opens_photos():
    """Every other opening would need the same limits and formats; the exception opens figures that hito drew."""
    source = Path(components.data.__file__).parents[2]
    openings = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"\bImage\.open\(", path.read_text(encoding="utf-8"))
    }
    assert openings == {"components/data/reading.py", "experiments/report/images.py"}


@pytest.mark.parametrize("kind", ["zTXt", "iTXt", "tEXt"])
def test_a_png_with_megabytes_of_text_is_read(tmp_path, rgb, kind):
    text = PngImagePlugin.PngInfo()
    if kind == "iTXt":
        text.add_itxt("workflow", "ñ" * 1_500_000, zip=True)
    else:
        text.add_text("workflow", "n" * 3_000_000, zip=kind == "zTXt")
    Image.fromarray(rgb).save(tmp_path / "a.png", pnginfo=text)
    limit = PngImagePlugin.MAX_TEXT_CHUNK
    np.testing.assert_array_equal(pixels(tmp_path / "a.png"), rgb)
    assert not dict(read_exif(tmp_path / "a.png"))
    assert limit == PngImagePlugin.MAX_TEXT_CHUNK


def test_text_without_end_is_a_reason(tmp_path, rgb, monkeypatch):
    monkeypatch.setattr("components.data.pillow_settings.MAX_TEXT", 1_000_000)
    text = PngImagePlugin.PngInfo()
    text.add_text("bomb", "n" * 3_000_000, zip=True)
    Image.fromarray(rgb).save(tmp_path / "a.png", pnginfo=text)
    assert "too large" in reason(tmp_path / "a.png")


def test_avif_and_mpo(tmp_path):
    smooth = np.linspace(0, 255, 64)[None, :, None].repeat(64, 0).repeat(3, 2).astype(np.uint8)
    Image.fromarray(smooth).save(tmp_path / "a.avif", quality=95)
    np.testing.assert_allclose(pixels(tmp_path / "a.avif").astype(int), smooth, atol=6)
    first, second = Image.fromarray(smooth), Image.fromarray(255 - smooth)
    first.save(tmp_path / "a.mpo", save_all=True, append_images=[second], quality=95)
    np.testing.assert_allclose(pixels(tmp_path / "a.mpo").astype(int), smooth, atol=6)
