"""GeoCLIP with small random weights, compared with a direct implementation of the formulas of the paper."""

import math

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components.errors import ConfigError, DataError, WeightsError
from components.location import no_prior
from components.location.geoclip import GeoClip
from components.location.location_encoder import equal_earth

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

WIDTH, OUT = 6, 5


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(1)
    text = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision = {**text, "image_size": 32, "patch_size": 16}
    config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=WIDTH)
    transformers.CLIPModel(config).save_pretrained(folder)
    size = {"height": 32, "width": 32}
    transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=size).save_pretrained(folder)
    return folder


@pytest.fixture
def weights(tmp_path):
    """The layout of the package: weights/ and gps_gallery/."""
    torch.manual_seed(2)
    folder = tmp_path / "model"
    (folder / "weights").mkdir(parents=True)
    (folder / "gps_gallery").mkdir()
    content = {}
    for number, sigma in enumerate((1, 4)):
        content[f"LocEnc{number}.capsule.0.b"] = sigma * torch.randn(4, 2)
        for layer, (wide, narrow) in {1: (7, 8), 3: (7, 7), 5: (7, 7)}.items():
            content[f"LocEnc{number}.capsule.{layer}.weight"] = torch.randn(wide, narrow) / 2
            content[f"LocEnc{number}.capsule.{layer}.bias"] = torch.randn(wide) / 2
        content[f"LocEnc{number}.head.0.weight"] = torch.randn(OUT, 7)
        content[f"LocEnc{number}.head.0.bias"] = torch.randn(OUT)
    torch.save(content, folder / "weights" / "location_encoder_weights.pth")
    image = {"0.weight": torch.randn(8, WIDTH), "0.bias": torch.randn(8), "2.weight": torch.randn(OUT, 8),
             "2.bias": torch.randn(OUT)}  # fmt: skip
    torch.save(image, folder / "weights" / "image_encoder_mlp_weights.pth")
    torch.save(torch.tensor(2.0), folder / "weights" / "logit_scale_weights.pth")
    generator = np.random.default_rng(0)
    gallery = pd.DataFrame({"LAT": generator.uniform(-80, 80, 50), "LON": generator.uniform(-180, 180, 50)})
    gallery.to_csv(folder / "gps_gallery" / "coordinates_100K.csv", index=False)
    return folder


@pytest.fixture
def files(tmp_path):
    pixels = np.random.default_rng(3).integers(0, 256, (3, 40, 50, 3), dtype=np.uint8)
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    return [tmp_path / f"{number}.png" for number in range(3)]


def slow_position(folder, latitude, longitude):
    """Return the vector of one position by the formulas of the paper."""
    content = torch.load(folder / "weights" / "location_encoder_weights.pth", weights_only=True)
    a = (1.340264, -0.081106, 0.000893, 0.003796)
    phi, lam = math.radians(latitude), math.radians(longitude)
    theta = math.asin(math.sqrt(3) / 2 * math.sin(phi))
    x = 2 * math.sqrt(3) * lam * math.cos(theta) / (
        3 * (9 * a[3] * theta**8 + 7 * a[2] * theta**6 + 3 * a[1] * theta**2 + a[0])
    )  # fmt: skip
    y = a[3] * theta**9 + a[2] * theta**7 + a[1] * theta**3 + a[0] * theta
    plane = torch.tensor([x, y]) * 66.50336 / 180
    total = torch.zeros(OUT)
    for number in range(2):
        name = f"LocEnc{number}"
        waves = [2 * math.pi * float(row @ plane) for row in content[f"{name}.capsule.0.b"]]
        hidden = torch.tensor([math.cos(wave) for wave in waves] + [math.sin(wave) for wave in waves])
        for layer in (1, 3, 5):
            part = f"{name}.capsule.{layer}"
            hidden = torch.clamp(content[f"{part}.weight"] @ hidden + content[f"{part}.bias"], min=0)
        total += content[f"{name}.head.0.weight"] @ hidden + content[f"{name}.head.0.bias"]
    return (total / total.norm()).numpy()


def slow_photo(folder, clip, file):
    model, processor = (
        kind.from_pretrained(clip) for kind in (transformers.CLIPModel, transformers.AutoImageProcessor)
    )
    layers = torch.load(folder / "weights" / "image_encoder_mlp_weights.pth", weights_only=True)
    with torch.inference_mode():
        pixels = processor(images=Image.open(file), return_tensors="pt")["pixel_values"]
        projected = model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)[0]
        hidden = torch.clamp(layers["0.weight"] @ projected + layers["0.bias"], min=0)
        vector = layers["2.weight"] @ hidden + layers["2.bias"]
    return (vector / vector.norm()).numpy()


def test_log_ratio_and_percentile_equal_the_formulas(weights, clip, files):
    visual_prior = GeoClip(str(weights), str(clip), device="cpu")
    latitude, longitude = np.array([42.88, np.nan, -33.0]), np.array([-8.54, 3.0, 151.0])
    found = visual_prior(files, latitude, longitude)
    gallery = pd.read_csv(weights / "gps_gallery" / "coordinates_100K.csv").to_numpy()
    others = np.stack([slow_position(weights, *position) for position in gallery])
    for row in (0, 2):
        photo = slow_photo(weights, clip, files[row])
        claim = math.exp(2.0) * float(photo @ slow_position(weights, latitude[row], longitude[row]))
        other_logits = math.exp(2.0) * (others @ photo).astype(np.float64)
        assert found.log_ratio[row] == pytest.approx(claim - np.log(np.exp(other_logits).mean()), abs=1e-3)
        assert found.percentile[row] == pytest.approx((other_logits < claim).mean(), abs=0.021)
    assert found.known.tolist() == [True, False, True]
    assert np.isnan(found.log_ratio[1])


def test_the_projection_is_equal_earth(weights):
    plane = equal_earth(np.array([[0.0, 0.0], [0.0, 180.0], [90.0, 0.0]])) * 180 / 66.50336
    np.testing.assert_allclose(plane, [[0, 0], [2.7066300, 0], [0, 1.3173628]], atol=1e-6)  # Šavrič et al., section 3


def test_a_subset_of_the_gallery_and_a_custom_gallery(weights, clip, files, tmp_path):
    here = np.array([10.0]), np.array([10.0])
    pd.DataFrame({"LON": [10.0], "LAT": [10.0]}).to_csv(tmp_path / "own.csv", index=False)
    alone = GeoClip(str(weights), str(clip), gallery=str(tmp_path / "own.csv"), device="cpu")(files[:1], *here)
    assert alone.log_ratio[0] == pytest.approx(0, abs=1e-5)
    few = GeoClip(str(weights), str(clip), positions=4, device="cpu")(files[:1], *here)
    assert few.percentile[0] * 4 == pytest.approx(round(few.percentile[0] * 4))
    (tmp_path / "own.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"own\.csv: expected a table with the columns LAT and LON"):
        GeoClip(str(weights), str(clip), gallery=str(tmp_path / "own.csv"), device="cpu")(files[:1], *here)


def test_missing_and_invalid_files_raise_errors(weights, clip, files, tmp_path, monkeypatch):
    here = np.array([10.0]), np.array([10.0])
    with pytest.raises(WeightsError, match=r"location/visual_prior=geoclip: .*has no .*pip install --no-deps geoclip"):
        GeoClip(str(tmp_path), str(clip), device="cpu")(files[:1], *here)
    monkeypatch.setattr("components.hub.hub_is_reachable", lambda _: False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(
        WeightsError, match=r"(?s)location/visual_prior=geoclip: nobody/nothing .*visual_prior=none works without them"
    ):
        GeoClip(str(weights), "nobody/nothing", device="cpu")(files[:1], *here)
    other = weights / "weights" / "image_encoder_mlp_weights.pth"
    kept = other.read_bytes()
    torch.save({"0.weight": torch.zeros(8, 7)}, other)
    with pytest.raises(WeightsError, match=r"returns vectors of 6 numbers, and the weights were trained on 7"):
        GeoClip(str(weights), str(clip), device="cpu")(files[:1], *here)
    other.write_bytes(kept)
    (weights / "weights" / "logit_scale_weights.pth").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match=r"logit_scale_weights\.pth cannot be read"):
        GeoClip(str(weights), str(clip), device="cpu")(files[:1], *here)
    with pytest.raises(ConfigError, match=r"location\.visual_prior\.positions=0"):
        GeoClip(positions=0)


def test_no_prior_returns_nan(files):
    found = no_prior(files, np.zeros(3), np.zeros(3))
    assert not found.known.any()
