"""Any model of open_clip: photos and texts, contrastively trained, some of them in many languages."""

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
from components.errors import ConfigError, MissingExtraError
from components.hub import from_hub
from components.storage import digest
from components.training import has_bfloat16, pick_device

OPEN_CLIP_VERSION = 1
"""Goes up whenever the same photo or text would get another vector of the same model."""
MULTILINGUAL = (
    "ViT-B-16-SigLIP-i18n-256 webli",
    "nllb-clip-large-siglip v1",
    "xlm-roberta-base-ViT-B-32 laion5b_s13b_b90k",
)
TEXTS_AT_ONCE = 256
NEEDED = "embedder=open_clip"


def open_clip(
    *, model: str, pretrained: str | None, batch_size: int = 32, precision: str = "auto", device: str = "auto"
) -> Cached:
    """Any model of open_clip (Ilharco et al. 2021) by its name and its weights: photos and texts.

    The default reads Spanish. On Spanish captions (XM3600, text to image, recall at 1) OpenAI's ViT-B/32 reaches 15.6,
    SigLIP-i18n 59.6, XLM-R-H/14 62.2, NLLB-L-SigLIP 63.9.

    Args:
        model: As in `open_clip.list_pretrained()`, or "hf-hub:ORGANISATION/NAME", or "local-dir:FOLDER".
        pretrained: Name of the weights there, fetched once from their hub, or a local file; None with hf-hub: and
            local-dir:.
        batch_size: Photos a forward pass.
        precision: float32, bfloat16, or auto: bfloat16 where the device computes in it.
        device: Of the model.

    Raises:
        ConfigError: `precision` is none of these.
    """
    check_precision(precision)
    return Cached(OpenClipEncoder(model, pretrained, batch_size=batch_size, precision=precision, device=device))


def check_precision(precision: str) -> None:
    """Raise ConfigError unless it is one that there is."""
    if precision not in ("auto", "float32", "bfloat16"):
        raise ConfigError(f"embedder.precision={precision!r}: expected auto, float32 or bfloat16")


def lower_precision(precision: str, device: torch.device) -> bool:
    """Whether to compute in bfloat16."""
    return precision == "bfloat16" or (precision == "auto" and has_bfloat16(device))


class OpenClipEncoder:
    """The model of `open_clip`."""

    def __init__(self, model: str, pretrained: str | None, *, batch_size: int, precision: str, device: str) -> None:
        """Keep the arguments of `open_clip`."""
        self.model, self.pretrained = model, pretrained
        self.batch_size, self.precision, self.device_wanted = batch_size, precision, device

    @property
    def dimension(self) -> int:
        """Length of the model's joint embedding."""
        config = self._library.get_model_config(self.model)
        return int(config["embed_dim"]) if config else int(self.encode_one_text().shape[1])

    def encode_one_text(self) -> NDArray[np.float32]:
        """(1, d): the way to the length of a vector where no configuration tells it."""
        return next(self.encode_texts(["a"]))[1]

    def fingerprint(self) -> str:
        """Hash of the model's name, its weights and the precision."""
        bfloat16 = lower_precision(self.precision, self._device)
        return digest(f"open_clip {OPEN_CLIP_VERSION} {self.model} bfloat16={bfloat16}", *sha256_of_all(self._files))

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Batches of vectors; photos are decoded and resized while the model computes."""
        network, transform = self._loaded

        def prepare(photo: Image.Image) -> Tensor:
            prepared: Tensor = transform(photo)
            return prepared

        for rows, photos in decoded_batches(paths, prepare, self.batch_size):
            yield rows, self._compute(network.encode_image, torch.stack(photos))

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Batches of vectors; texts longer than the model's context are cut by its tokenizer."""
        network, _ = self._loaded
        with from_hub(NEEDED, f"the tokenizer of {self.model}"):
            tokenizer = self._library.get_tokenizer(self.model)
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            tokens = tokenizer(list(texts[start : start + TEXTS_AT_ONCE]))
            yield np.arange(start, start + len(tokens)), self._compute(network.encode_text, tokens)

    @torch.inference_mode()
    def _compute(self, encode: Any, inputs: Tensor) -> NDArray[np.float32]:
        device = self._device
        with torch.autocast(device.type, torch.bfloat16, enabled=lower_precision(self.precision, device)):
            vectors: NDArray[np.float32] = encode(inputs.to(device)).float().cpu().numpy()
        return vectors

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device_wanted)

    @property
    def _library(self) -> Any:
        try:
            import open_clip as library
        except ImportError as error:
            raise MissingExtraError("open-clip-torch", "clip", NEEDED) from error
        return library

    @cached_property
    def _files(self) -> list[Path]:
        """Files of the weights here, fetched where they are not."""
        library = self._library
        kind, _, name = self.model.rpartition(":")
        if kind == "local-dir":
            found = sorted(path for path in Path(name).expanduser().glob("*") if path.is_file())
            if not found:
                raise ConfigError(f"embedder.model={self.model}: there is no such folder, or nothing in it")
            return found
        if kind == "hf-hub":
            with from_hub(NEEDED, self.model):
                return [Path(library.download_pretrained_from_hf(name))]
        if self.pretrained is None:
            raise ConfigError(f"embedder.pretrained: name the weights of {self.model}, or a local file")
        if Path(self.pretrained).expanduser().is_file():
            return [Path(self.pretrained).expanduser()]
        if self.model not in library.list_models():
            raise ConfigError(
                f"embedder.model={self.model!r}: open_clip has no such model. For Spanish take one of "
                f"(model pretrained): {'; '.join(MULTILINGUAL)}"
            )
        tags = library.list_pretrained_tags_by_model(self.model)
        if self.pretrained not in tags:
            raise ConfigError(
                f"embedder.pretrained={self.pretrained!r}: there is no such file, and {self.model} has the weights "
                f"{', '.join(tags) or 'none'}"
            )
        with from_hub(NEEDED, f"the weights {self.pretrained} of {self.model}"):
            return [Path(library.download_pretrained(library.get_pretrained_cfg(self.model, self.pretrained)))]

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        named = self.model.startswith(("hf-hub:", "local-dir:"))
        weights = None if named else str(self._files[0])
        with from_hub(NEEDED, self.model):
            network, _, transform = self._library.create_model_and_transforms(
                self.model, pretrained=weights, device=self._device
            )
        return network.eval(), transform
