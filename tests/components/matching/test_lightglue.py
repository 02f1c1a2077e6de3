"""LightGlue with a small random model: matches equal those of transformers, and are verified geometrically."""

import cv2
import numpy as np
import pytest
from PIL import Image

from components.errors import ConfigError, WeightsError
from components.matching import Pairs
from components.matching.lightglue import LightGlue

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a model with a random detector, which suffices to match an image with a shifted copy."""
    folder = tmp_path_factory.mktemp("lightglue")
    detector = transformers.SuperPointConfig(
        encoder_hidden_sizes=[16, 16, 32, 32], decoder_hidden_size=32, descriptor_decoder_dim=32, max_keypoints=150,
        keypoint_threshold=0.0,
    )  # fmt: skip
    config = transformers.LightGlueConfig(
        keypoint_detector_config=detector, descriptor_dim=32, num_hidden_layers=2, num_attention_heads=2,
        filter_threshold=0.0,
    )  # fmt: skip
    torch.manual_seed(0)
    network = transformers.LightGlueForKeypointMatching(config)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim > 1:
                torch.nn.init.kaiming_normal_(parameter)
        for parameter in network.transformer_layers.parameters():
            parameter.mul_(0.01)
        for layer in network.match_assignment_layers:  # matches depend on the descriptors only, for all key points
            layer.final_projection.weight.copy_(10 * torch.eye(32))
            layer.matchability.weight.zero_()
            layer.matchability.bias.fill_(3.0)
        for layer in network.token_confidence:
            layer.token.weight.zero_()
            layer.token.bias.fill_(-3.0)
    network.save_pretrained(folder)
    transformers.LightGlueImageProcessor(size={"height": 160, "width": 240}).save_pretrained(folder)
    return folder


def wall(seed, side=(160, 280)):
    generator = np.random.default_rng(seed)
    picture = np.full((*side, 3), 128, np.uint8)
    for _ in range(160):
        x, y = int(generator.integers(0, side[1])), int(generator.integers(0, side[0]))
        w, h = (int(length) for length in generator.integers(4, 30, 2))
        cv2.rectangle(picture, (x, y), (x + w, y + h), generator.integers(0, 255, 3).tolist(), -1)
    return picture


@pytest.fixture
def files(tmp_path):
    image = wall(0)
    pictures = [image[:, :240], image[:, 16:256], wall(1)[:, :240], np.full((160, 240, 3), 90, np.uint8)]
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(tmp_path / f"{number}.png")
    return [tmp_path / f"{number}.png" for number in range(4)]


PAIRS = Pairs(np.array([0, 0]), np.array([2, 1]))


@pytest.mark.parametrize("model", ["fundamental", "homography"])
def test_a_shifted_view_agrees_and_another_wall_does_not(folder, files, model):
    inliers, share = LightGlue(str(folder), side=240, model=model, device="cpu").verify(files, files, PAIRS)
    assert inliers[1] > 30
    assert inliers[1] > 2 * inliers[0]
    assert share[1] > share[0]
    assert ((share >= 0) & (share <= 1)).all()


def test_matches_equal_those_of_the_complete_model(folder, files):
    local = LightGlue(str(folder), side=240, device="cpu")
    processor = transformers.AutoImageProcessor.from_pretrained(folder)
    network = transformers.LightGlueForKeypointMatching.from_pretrained(folder).eval()
    for right in (1, 2):
        photos = [Image.open(files[row]).convert("RGB") for row in (0, right)]
        with torch.inference_mode():
            whole = network(**processor(photos, return_tensors="pt"))
        sizes = [[(photo.height, photo.width) for photo in photos]]
        (found,) = processor.post_process_keypoint_matching(whole, sizes)
        wanted = {tuple(match) for match in torch.hstack([found["keypoints0"], found["keypoints1"]]).tolist()}
        left_points, right_points = local.match(*(local.detect(files[row]) for row in (0, right)))
        ours = {
            tuple(match) for match in np.hstack([left_points, right_points]).astype(int).tolist()
        }  # transformers truncates positions too
        assert len(wanted) > 10
        assert len(ours & wanted) > 0.9 * len(ours | wanted)  # descriptors are stored in half precision


def test_key_points_are_detected_once_per_photo(folder, files, monkeypatch):
    first = LightGlue(str(folder), side=240, device="cpu").verify(files, files, PAIRS)
    monkeypatch.setattr(LightGlue, "detect", lambda *_: pytest.fail("computed again"))
    np.testing.assert_array_equal(LightGlue(str(folder), side=240, device="cpu").verify(files, files, PAIRS), first)


def test_missing_weights_raise_an_error_with_an_alternative(files, monkeypatch, tmp_path):
    monkeypatch.setattr("components.hub.hub_is_reachable", lambda _: False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(WeightsError, match=r"(?s)lightglue: nobody/nothing .*sift needs no weights.*path"):
        LightGlue("nobody/nothing").verify(files, files, PAIRS)
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match=r"matching/local=lightglue: .*empty could not be loaded"):
        LightGlue(str(tmp_path / "empty")).verify(files, files, PAIRS)


def test_invalid_settings_raise_errors():
    for words in ({"model": "affine"}, {"pixels": 0}, {"side": 0}):
        with pytest.raises(ConfigError, match=f"matching.local.{next(iter(words))}"):
            LightGlue("x", **words)
