"""SigLIP, SigLIP 2 and CLIP through transformers: photos and texts."""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from components.data import sha256_of_all
from components.embedders.cached import Cached
from components.embedders.clip_encoder import ClipEncoder
from components.embedders.embedder import Batch
from components.storage import digest
from components.transformers_model import TransformersModel

SIGLIP_VERSION = 1
"""Increased whenever the same model gives other vectors for the same photo or text."""


def siglip(*, model: str, batch_size: int = 32, precision: str = "auto", device: str = "auto") -> Cached:
    """Embed photos and texts with SigLIP (Zhai et al. 2023), SigLIP 2 or CLIP; SigLIP 2 supports Spanish.

    Args:
        model: Name on the hub ("google/siglip2-base-patch16-224"), downloaded once, or a local folder written by
            `save_pretrained` with model and processor.
        batch_size: Photos per forward pass.
        precision: float32, bfloat16, or auto: bfloat16 if the device supports it.
        device: Device of the model.

    Raises:
        ConfigError: `precision` is not valid.
    """
    return Cached(SiglipEncoder(model, batch_size=batch_size, precision=precision, device=device))


class SiglipEncoder(ClipEncoder):
    """The encoder of `siglip`."""

    def __init__(self, model: str, *, batch_size: int, precision: str, device: str) -> None:
        """Store the arguments of `siglip`."""
        super().__init__(batch_size=batch_size, precision=precision, device=device)
        self.source = TransformersModel(model, "embedder=siglip")

    @property
    def dimension(self) -> int:
        """Dimension of the joint embedding."""
        config = self.source.load("AutoConfig")
        return int(getattr(config, "projection_dim", None) or config.text_config.hidden_size)

    def fingerprint(self) -> str:
        """Return a hash of weights, configuration, preprocessing and precision, but not of the name."""
        return digest(f"siglip {SIGLIP_VERSION} bfloat16={self.bfloat16}", *sha256_of_all(self.source.files()))

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Yield batches of vectors of photos."""
        network, processor = self._network, self.source.load("AutoImageProcessor")

        def prepare(photo: Image.Image) -> Tensor:
            prepared: Tensor = processor(images=photo, return_tensors="pt")["pixel_values"][0]
            return prepared

        yield from self.image_batches(paths, prepare, lambda photos: network.get_image_features(pixel_values=photos))

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Yield batches of vectors of texts, padded as in training and truncated to the context length."""
        network, tokenizer = self._network, self.source.load("AutoTokenizer")
        length = int(network.config.text_config.max_position_embeddings)
        tokenize = partial(tokenizer, padding="max_length", max_length=length, truncation=True, return_tensors="pt")

        def encode(batch: list[str]) -> NDArray[np.float32]:
            tokens = tokenize(batch)
            inputs = {"input_ids": tokens["input_ids"]}
            if not network.config.model_type.startswith("siglip"):  # SigLIP was trained without a mask
                inputs["attention_mask"] = tokens["attention_mask"]
            return self.forward(network.get_text_features, **inputs)

        yield from self.text_batches(texts, encode)

    @cached_property
    def _network(self) -> Any:
        return self.source.load("AutoModel").to(self.device).eval()
