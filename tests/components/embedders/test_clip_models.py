"""open_clip and SigLIP with small models and random weights."""

import json
import socket
import time

import numpy as np
import pytest
import torch
from PIL import Image

from components.embedders.open_clip_models import open_clip
from components.embedders.siglip_models import siglip
from components.errors import ConfigError, WeightsError

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 20, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder of a small model of open_clip, its name and the file of its weights."""
    library = pytest.importorskip("open_clip")
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "hito-tiny.json").write_text(json.dumps(TINY))
    library.add_model_config(folder)
    torch.manual_seed(0)
    torch.save(library.create_model("hito-tiny").state_dict(), folder / "weights.pt")
    return folder


@pytest.fixture(scope="module")
def small_siglip(tmp_path_factory):
    """The folder of a small SigLIP with its tokenizer."""
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, models, pre_tokenizers

    folder = tmp_path_factory.mktemp("siglip")
    words = {word: index for index, word in enumerate(["[PAD]", "[UNK]", "un", "gato", "a", "cat", "mural"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(folder)
    layers = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = transformers.SiglipConfig(
        text_config=layers | {"vocab_size": 7, "max_position_embeddings": 8, "bos_token_id": 0, "eos_token_id": 0},
        vision_config=layers | {"image_size": 32, "patch_size": 16},
    )
    torch.manual_seed(0)
    transformers.SiglipModel(config).save_pretrained(folder)
    transformers.SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def check(embedder, photos, dimension):
    texts = ["un gato", "mural", "a cat", "un gato"]
    vectors, text_vectors = embedder.embed_images(photos), embedder.embed_texts(texts)
    assert vectors.shape == (len(photos), dimension)
    assert text_vectors.shape == (4, dimension)
    assert embedder.dimension == dimension
    np.testing.assert_allclose(np.linalg.norm(np.concatenate([vectors, text_vectors]), axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(text_vectors[0], text_vectors[3])
    assert not np.allclose(text_vectors[0], text_vectors[1], atol=1e-3)
    return vectors, text_vectors


def test_open_clip_is_the_model_itself(tiny, make_photos):
    import open_clip as library

    photos = make_photos(5)
    embedder = open_clip(model="hito-tiny", pretrained=str(tiny / "weights.pt"), batch_size=2, precision="float32")
    vectors, text_vectors = check(embedder, photos, 16)
    network, _, transform = library.create_model_and_transforms("hito-tiny", pretrained=str(tiny / "weights.pt"))
    with torch.no_grad():
        images = torch.stack([transform(Image.open(photo).convert("RGB")) for photo in photos])
        expected = network.eval().encode_image(images, normalize=True)
        words = network.encode_text(library.get_tokenizer("hito-tiny")(["un gato"]), normalize=True)
    np.testing.assert_allclose(vectors, expected.numpy(), atol=1e-5)
    np.testing.assert_allclose(text_vectors[:1], words.numpy(), atol=1e-5)
    half = open_clip(model="hito-tiny", pretrained=str(tiny / "weights.pt"), precision="bfloat16")
    assert half.fingerprint() != embedder.fingerprint()
    assert (half.embed_images(photos) * vectors).sum(axis=1).min() > 0.99


def test_siglip_is_the_model_itself(small_siglip, make_photos):
    import transformers

    photos = make_photos(5)
    embedder = siglip(model=str(small_siglip), batch_size=2, precision="float32")
    vectors, _ = check(embedder, photos, 32)
    network = transformers.AutoModel.from_pretrained(small_siglip).eval()
    processor = transformers.AutoImageProcessor.from_pretrained(small_siglip)
    with torch.no_grad():
        inputs = processor(images=[Image.open(photo).convert("RGB") for photo in photos], return_tensors="pt")
        expected = network.get_image_features(**inputs).pooler_output
    np.testing.assert_allclose(vectors, torch.nn.functional.normalize(expected, dim=1).numpy(), atol=1e-5)


def test_other_weights_are_another_space(tiny, tmp_path):
    import open_clip as library

    torch.manual_seed(1)
    torch.save(library.create_model("hito-tiny").state_dict(), tmp_path / "other.pt")
    prints = {
        open_clip(model="hito-tiny", pretrained=str(file)).fingerprint()
        for file in (tiny / "weights.pt", tmp_path / "other.pt")
    }
    assert len(prints) == 2


@pytest.mark.parametrize("which", ["open_clip", "siglip"])
def test_without_a_network_the_error_is_quick_and_names_what_works(which, monkeypatch):
    def refused(*_, **__):
        raise OSError("Network is unreachable")

    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    began = time.monotonic()
    embedder = (
        open_clip(model="ViT-B-16-SigLIP-i18n-256", pretrained="webli")
        if which == "open_clip"
        else siglip(model="google/siglip2-base-patch16-224")
    )
    with pytest.raises(WeightsError, match=r"could not be loaded from the hub \(huggingface.co\)(.|\n)*embedder=conse"):
        embedder.embed_texts(["un gato"])
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("model", "pretrained", "message"),
    [
        ("ViT-B-99", "openai", "no such model. For Spanish, use one of"),
        ("ViT-B-32", "webbli", "the weights of ViT-B-32 are .*openai"),
        ("ViT-B-32", None, "give the name of the weights of ViT-B-32"),
        ("local-dir:/nowhere", None, "the folder does not exist"),
    ],
)
def test_names_that_do_not_exist(model, pretrained, message):
    pytest.importorskip("open_clip")
    with pytest.raises(ConfigError, match=message):
        open_clip(model=model, pretrained=pretrained).fingerprint()
    with pytest.raises(ConfigError, match="precision"):
        open_clip(model="x", pretrained=None, precision="half")
