import cv2
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image
from scipy.ndimage import uniform_filter1d

from components.data import UnreadableError
from components.errors import ConfigError
from components.review import QualityCheck, blur


def scene(seed=0, side=300):
    """Rectangles with sharp edges on noise."""
    generator = np.random.default_rng(seed)
    picture = generator.normal(120, 6, (side, side))
    for _ in range(25):
        x, y, w, h = generator.integers(5, side // 2, 4)
        picture[y : y + h, x : x + w] = generator.uniform(20, 235)
    return picture.clip(0, 255).astype(np.uint8)


def save(path, picture):
    Image.fromarray(np.stack([picture] * 3, axis=-1)).save(path)
    return path


def by_the_paper(grey):
    """Crete et al. 2007, equations 1 to 8, loop by loop."""
    picture = grey.astype(np.float64)
    found = []
    for axis in (0, 1):
        blurred = uniform_filter1d(picture, 9, axis=axis, mode="mirror")
        before, after = np.abs(np.diff(picture, axis=axis)), np.abs(np.diff(blurred, axis=axis))
        variation = np.maximum(0, before - after)
        found.append((before.sum() - variation.sum()) / before.sum())
    return max(found)


@pytest.mark.parametrize("sigma", [0, 1, 3])
def test_it_is_the_papers_measure(sigma):
    grey = scene() if not sigma else cv2.GaussianBlur(scene(), (0, 0), sigma)
    assert blur(grey) == pytest.approx(by_the_paper(grey), abs=2e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_more_blur_gives_more(seed):
    grey = scene(seed)
    values = [blur(grey), *(blur(cv2.GaussianBlur(grey, (0, 0), one)) for one in (1, 2, 4))]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1] <= 1


def test_it_does_not_depend_on_the_resolution():
    small = cv2.resize(scene(), (512, 512), interpolation=cv2.INTER_CUBIC)
    large = cv2.resize(small, (2048, 2048), interpolation=cv2.INTER_NEAREST)
    assert blur(large) == pytest.approx(blur(small), abs=1e-6)


def test_one_colour_has_no_edge_to_be_sharp():
    assert blur(np.full((50, 60), 90, dtype=np.uint8)) == 1.0


def test_a_good_photo_has_no_problem(tmp_path):
    found = QualityCheck().check(save(tmp_path / "a.png", scene()))
    assert found.problems == ()
    assert (found.width, found.height) == (300, 300)
    assert found.brightness == pytest.approx(scene().mean() / 255, abs=1e-3)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (cv2.GaussianBlur(scene(), (0, 0), 4), "blurred (0."),
        (scene() // 8, "dark (mean luminance"),
        (255 - scene() // 12, "overexposed (mean luminance"),
        (scene(side=120), "small (120 x 120 pixels"),
    ],
)
def test_each_problem_is_named(tmp_path, picture, message):
    (problem,) = QualityCheck().check(save(tmp_path / "a.png", picture)).problems
    assert str(problem).startswith(message)


def test_no_photo_and_no_bound(tmp_path):
    (tmp_path / "a.jpg").write_text("hola")
    with pytest.raises(UnreadableError, match="not an image"):
        QualityCheck().check(tmp_path / "a.jpg")
    with pytest.raises(ConfigError, match=r"quality\.darkest=12"):
        QualityCheck(darkest=12)
