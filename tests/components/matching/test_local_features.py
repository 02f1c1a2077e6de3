"""Local features of generated images: two views of a wall, another wall, and an image without key points."""

import cv2
import numpy as np
import pytest
from PIL import Image

from components.data import UnreadableError
from components.errors import ConfigError
from components.matching import LocalFeatures, Pairs


def wall(seed, side=320):
    """Return an image of random rectangles."""
    generator = np.random.default_rng(seed)
    picture = np.full((side, side, 3), 200, np.uint8)
    for _ in range(60):
        x, y, w, h = generator.integers(0, side - 40), generator.integers(0, side - 40), *generator.integers(8, 40, 2)
        cv2.rectangle(picture, (int(x), int(y)), (int(x + w), int(y + h)), generator.integers(0, 255, 3).tolist(), -1)
    return picture


def seen_from_the_side(picture):
    side = len(picture)
    corners = np.float32([[0, 0], [side, 0], [side, side], [0, side]])
    moved = np.float32([[20, 40], [side - 40, 10], [side - 30, side - 50], [40, side - 5]])
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, moved), (side, side))


@pytest.fixture
def files(tmp_path):
    pictures = [wall(0), seen_from_the_side(wall(0)), wall(1), np.full((64, 64, 3), 90, np.uint8)]
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(tmp_path / f"{number}.png")
    return [tmp_path / f"{number}.png" for number in range(4)]


PAIRS = Pairs(np.array([0, 0, 0]), np.array([1, 2, 3]))


@pytest.mark.parametrize("detector", ["sift", "orb"])
@pytest.mark.parametrize("model", ["fundamental", "homography"])
def test_another_view_agrees_and_another_wall_does_not(files, detector, model):
    local = LocalFeatures(detector=detector, model=model)
    inliers, share = local.verify(files, files, PAIRS)
    assert inliers[0] > 40
    assert inliers[0] > 3 * inliers[1]
    assert inliers[2] == share[2] == 0
    assert ((share >= 0) & (share <= 1)).all()


def test_key_points_are_cached_and_give_the_same_result(files, tmp_path, monkeypatch):
    local = LocalFeatures()
    first = local.verify(files, files, PAIRS)
    assert len(list((tmp_path / "cache" / "key_points").rglob("*.npz"))) == 4
    monkeypatch.setattr(LocalFeatures, "key_points", lambda *_: pytest.fail("computed again"))
    np.testing.assert_array_equal(local.verify(files, files, PAIRS), first)


def test_the_number_of_matches_hardly_depends_on_the_order(files):
    local = LocalFeatures()
    left, right = (local.key_points(Image.open(file).convert("RGB")) for file in files[:2])
    assert (
        local.count_matches(left, right)[1] == local.count_matches(right, left)[1]
        or abs(local.count_matches(left, right)[1] - local.count_matches(right, left)[1])
        < 0.2 * local.count_matches(left, right)[1]
    )


def test_invalid_settings_and_files_raise_errors(files, tmp_path):
    for words in ({"ratio": 1.2}, {"points": 0}, {"detector": "surf"}, {"model": "affine"}, {"pixels": 0.0}):
        with pytest.raises(ConfigError, match=f"matching.local.{next(iter(words))}"):
            LocalFeatures(**words)
    (tmp_path / "bad.jpg").write_bytes(b"no photo")
    with pytest.raises(UnreadableError, match=r"bad\.jpg"):
        LocalFeatures().verify([files[0]], [tmp_path / "bad.jpg"], Pairs(np.array([0]), np.array([0])))
