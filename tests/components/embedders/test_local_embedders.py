"""conse, aligned and backbone: compared with simple implementations, and on clip art with unseen captions."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from timm.models.efficientnet import EfficientNet

from components.backbones import EFFICIENTNET_LITE, Normalize, efficientnet_lite0, imagenet_lite0, thesis_cnn
from components.data import stamps
from components.embedders import aligned, backbone_features, conse
from components.embedders.contrastive import fit_heads, load_heads
from components.embedders.features import BackboneEncoder
from components.embedders.imagenet_names import class_names
from components.embedders.sentences import encode_sentences
from components.errors import ConfigError, DataError, WeightsError
from components.metrics import mean_estimate, ranks_of_own

STAMPS = Path("/usr/share/tuxpaint/stamps")
installed = pytest.mark.skipif(not STAMPS.is_dir(), reason="tuxpaint-stamps-default is not installed")


def squashed(photos, size):
    return np.stack(
        [np.asarray(Image.open(one).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)) for one in photos]
    )


def test_conse_is_the_sum_of_the_paper(make_photos):
    photos = make_photos(3)
    found = conse(size=64, best=4, temperature=1.0, batch_size=2).embed_images(photos)
    with torch.no_grad():
        images = torch.from_numpy(squashed(photos, 64)).permute(0, 3, 1, 2)
        probabilities = imagenet_lite0()(Normalize(EFFICIENTNET_LITE)(images)).softmax(1).numpy()
    names = encode_sentences(class_names())
    for vector, row in zip(found, probabilities, strict=True):
        best = np.argsort(-row)[:4]
        expected = sum(row[index] * names[index] for index in best)
        np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-4)


def test_conse_has_both_languages_in_one_space():
    spanish, english, other = conse().embed_texts(["un gato", "a cat", "una iglesia"])
    assert spanish @ english > 0.8 > 0.5 > spanish @ other
    names = class_names()
    assert (len(names), names[281]) == (1000, "tabby cat")


@pytest.mark.parametrize("arguments", [{"best": 0}, {"best": 1001}, {"temperature": 0}, {"size": 16}])
def test_conse_arguments_out_of_range(arguments):
    with pytest.raises(ConfigError):
        conse(**arguments)


def test_backbone_features_are_the_backbones(make_photos):
    photos = make_photos(3)
    embedder = backbone_features(backbone=efficientnet_lite0, size=64, batch_size=2)
    with torch.no_grad():
        backbone = efficientnet_lite0(image_size=64).eval()
        expected = backbone(torch.from_numpy(squashed(photos, 64)).permute(0, 3, 1, 2))
    expected = torch.nn.functional.normalize(expected, dim=1).numpy()
    np.testing.assert_allclose(embedder.embed_images(photos), expected, atol=1e-5)
    with pytest.raises(ConfigError, match="photos only"):
        embedder.embed_texts(["un gato"])
    random = [backbone_features(backbone=thesis_cnn, size=32).fingerprint() for _ in range(2)]
    assert random[0] == random[1] != embedder.fingerprint()


def test_broken_photos_are_named(make_photos):
    photos = make_photos(3)
    photos[1].write_bytes(photos[1].read_bytes()[:200])
    with pytest.raises(DataError, match=r"0001\.png: "):
        conse(size=64).embed_images(photos)


def test_ranks_and_intervals():
    photos = np.eye(3, dtype=np.float32)
    texts = np.array([[1, 0, 0], [0.6, 0.5, 0.6], [0, 0, 0]], np.float32)
    assert ranks_of_own(texts, photos).tolist() == [1, 3, 2]
    estimate = mean_estimate(np.array([0.0, 1.0] * 50))
    assert (estimate.value, estimate.n) == (0.5, 100)
    assert estimate.low == pytest.approx(0.4, abs=0.02)
    assert estimate.high == pytest.approx(0.6, abs=0.02)


def test_heads_learn_pairs_and_are_the_same_again(tmp_path):
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(300, 8, generator=generator)
    photos = hidden @ torch.randn(8, 40, generator=generator)
    texts = hidden @ torch.randn(8, 30, generator=generator)
    settings = {"dimension": 16, "epochs": 60, "dropout": 0.1, "learning_rate": 0.01, "weight_decay": 0.01}
    fit = partial(fit_heads, **settings, batch_size=64, seed=3)
    losses = []
    heads = fit(photos[:200], texts[:200], torch.arange(200), on_epoch=losses.append)
    assert losses[-1] < losses[0] / 2
    ranks = ranks_of_own(heads.of_texts(texts[200:].numpy()), heads.of_photos(photos[200:].numpy()))
    assert (ranks == 1).mean() > 0.5
    heads.save(tmp_path / "heads.safetensors")
    again = fit(photos[:200], texts[:200], torch.arange(200), on_epoch=losses.append)
    for name, tensor in load_heads(tmp_path / "heads.safetensors").tensors.items():
        assert torch.equal(tensor, again.tensors[name])
    with pytest.raises(DataError, match="too few"):
        fit(photos[:3], texts[:3], torch.arange(3), on_epoch=losses.append)
    (tmp_path / "bad.safetensors").write_bytes(b"x")
    with pytest.raises(WeightsError, match="task=align"):
        load_heads(tmp_path / "bad.safetensors")


def test_aligned_without_heads_says_how_to_get_them():
    with pytest.raises(ConfigError, match=r"hito task=align embedder=aligned"):
        aligned().embed_texts(["x"])


def test_aligned_runs_the_network_once_per_photo(make_photos, monkeypatch, tmp_path):
    photos = make_photos(4)
    expected = [one.embed_images(photos) for one in (conse(), backbone_features(backbone=efficientnet_lite0))]
    monkeypatch.setenv("HITO_CACHE", str(tmp_path / "another"))
    backbone_features(backbone=efficientnet_lite0).embed_images(photos[:1])  # one is cached already
    passes = []
    forward = EfficientNet.forward_features
    monkeypatch.setattr(EfficientNet, "forward_features", lambda *given: passes.append(1) or forward(*given))
    monkeypatch.setattr(BackboneEncoder, "encode_images", None)
    for _ in range(2):
        base, inputs = aligned().encoder.image_inputs(photos)
        np.testing.assert_allclose(base, expected[0], atol=1e-6)
        np.testing.assert_allclose(inputs, np.concatenate(expected[::-1], axis=1), atol=1e-6)
    assert passes == [1]  # a batch of four, once


@pytest.fixture(scope="module")
def captioned():
    """All stamps with captions in both languages."""
    found = stamps(min_pictures=1)
    keep = [
        row
        for row, path in enumerate(found.path)
        if "party-horn-out" not in path and found.extra["description_es"][row] and found.extra["description_en"][row]
    ]
    return found.take(keep)


@installed
@pytest.mark.slow
def test_held_out_stamps(captioned, tmp_path):
    """Text to image among 150 stamps, mean of six draws: conse as good as published for it, aligned better."""
    embedder = aligned()
    photos = embedder.untrained.embed_images(captioned.files)
    recall = {}
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(len(captioned))
        test, train = captioned.take(order[:150]), captioned.take(order[150:])
        pairs = list(zip(train.extra["description_en"], train.extra["description_es"], strict=True))
        heads = embedder.fit(train.files, pairs, seed=seed, on_epoch=lambda loss: None)
        heads.save(tmp_path / f"{seed}.safetensors")
        both = embedder.with_heads(tmp_path / f"{seed}.safetensors")
        for language in ("en", "es"):
            texts = test.extra[f"description_{language}"].tolist()
            for name, vectors, space in (
                ("conse", photos[order[:150]], embedder.untrained),
                ("aligned", both.embed_images(test.files), both),
            ):
                ranks = ranks_of_own(space.embed_texts(texts), vectors)
                for cutoff in (1, 5):
                    recall.setdefault((name, language, cutoff), []).append((ranks <= cutoff).mean())
    mean = {key: float(np.mean(values)) for key, values in recall.items()}
    assert mean["conse", "en", 1] > 0.26
    assert mean["conse", "en", 5] > 0.41
    assert mean["conse", "es", 1] > 0.20
    assert mean["conse", "es", 5] > 0.35
    for language, at_1, at_5 in (("en", 0.03, 0.08), ("es", 0.03, 0.08)):
        assert mean["aligned", language, 1] > mean["conse", language, 1] + at_1
        assert mean["aligned", language, 5] > mean["conse", language, 5] + at_5
