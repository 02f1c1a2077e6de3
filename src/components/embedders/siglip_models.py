"""SigLIP and its kin through transformers: photos and texts, the second generation in many languages."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from components.data import sha256_of_all
from components.embedders.cached import Cached
from components.embedders.decoded_batches import decoded_batches
from components.embedders.embedder import Batch
from components.embedders.open_clip_models import TEXTS_AT_ONCE, check_precision, lower_precision
from components.hub import from_hub, import_transformers, model_files, model_folder
from components.storage import digest
from components.training import pick_device

SIGLIP_VERSION = 1
"""Goes up whenever the same photo or text would get another vector of the same model."""
NEEDED = "embedder=siglip"


def siglip(*, model: str, batch_size: int = 32, precision: str = "auto", device: str = "auto") -> Cached:
    """SigLIP (Zhai et al. 2023), SigLIP 2 or CLIP through transformers: photos and texts; SigLIP 2 reads Spanish.

    Args:
        model: Name on the hub ("google/siglip2-base-patch16-224"), fetched once, or a local folder of
            `save_pretrained` with model and processor.
        batch_size: Photos a forward pass.
        precision: float32, bfloat16, or auto: bfloat16 where the device computes in it.
        device: Of the model.

    Raises:
        ConfigError: `precision` is none of these.
    """
    check_precision(precision)
    return Cached(SiglipEncoder(model, batch_size=batch_size, precision=precision, device=device))


class SiglipEncoder:
    """The model of `siglip`."""

    def __init__(self, model: str, *, batch_size: int, precision: str, device: str) -> None:
        """Keep the arguments of `siglip`."""
        self.model, self.batch_size, self.precision, self.device_wanted = model, batch_size, precision, device

    @property
    def dimension(self) -> int:
        """Length of the model's joint embedding."""
        with from_hub(NEEDED, self.model):
            config = self._library.AutoConfig.from_pretrained(self._folder)
        return int(getattr(config, "projection_dim", None) or config.text_config.hidden_size)

    def fingerprint(self) -> str:
        """Hash of weights, configuration, preprocessing and precision; the name does not count."""
        bfloat16 = lower_precision(self.precision, self._device)
        return digest(f"siglip {SIGLIP_VERSION} bfloat16={bfloat16}", *sha256_of_all(model_files(self._folder)))

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Batches of vectors; photos are decoded and resized while the model computes."""
        network = self._network
        with from_hub(NEEDED, self.model):
            processor = self._library.AutoImageProcessor.from_pretrained(self._folder)

        def prepare(photo: Image.Image) -> Tensor:
            prepared: Tensor = processor(images=photo, return_tensors="pt")["pixel_values"][0]
            return prepared

        for rows, photos in decoded_batches(paths, prepare, self.batch_size):
            yield rows, self._compute(network.get_image_features, {"pixel_values": torch.stack(photos)})

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Batches of vectors; texts are padded as the model was trained and cut at its context."""
        network = self._network
        with from_hub(NEEDED, self.model):
            tokenizer = self._library.AutoTokenizer.from_pretrained(self._folder)
        length = int(network.config.text_config.max_position_embeddings)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            block = list(texts[start : start + TEXTS_AT_ONCE])
            tokens = tokenizer(block, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
            inputs = {"input_ids": tokens["input_ids"]}
            if not network.config.model_type.startswith("siglip"):  # SigLIP was trained without a mask
                inputs["attention_mask"] = tokens["attention_mask"]
            yield np.arange(start, start + len(block)), self._compute(network.get_text_features, inputs)

    @torch.inference_mode()
    def _compute(self, encode: Any, inputs: dict[str, Tensor]) -> NDArray[np.float32]:
        device = self._device
        with torch.autocast(device.type, torch.bfloat16, enabled=lower_precision(self.precision, device)):
            found = encode(**{name: tensor.to(device) for name, tensor in inputs.items()})
        tensor: Tensor = found if isinstance(found, Tensor) else found.pooler_output
        vectors: NDArray[np.float32] = tensor.float().cpu().numpy()
        return vectors

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device_wanted)

    @cached_property
    def _library(self) -> Any:
        return import_transformers(NEEDED)

    @cached_property
    def _folder(self) -> Path:
        """The model's folder here, fetched where it is not."""
        _ = self._library
        return model_folder(self.model, NEEDED)

    @cached_property
    def _network(self) -> Any:
        with from_hub(NEEDED, self.model):
            return self._library.AutoModel.from_pretrained(self._folder).to(self._device).eval()
