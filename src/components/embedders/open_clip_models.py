"""Models of open_clip: photos and texts, trained contrastively, some of them multilingual."""

from collections.abc import Iterator, Sequence
from functools import cached_property
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
from components.errors import ConfigError, MissingExtraError
from components.hub import from_hub
from components.storage import digest

OPEN_CLIP_VERSION = 1
"""Increased whenever the same model gives other vectors for the same photo or text."""
MULTILINGUAL = (
    "ViT-B-16-SigLIP-i18n-256 webli",
    "nllb-clip-large-siglip v1",
    "xlm-roberta-base-ViT-B-32 laion5b_s13b_b90k",
)
NEEDED_BY = "embedder=open_clip"


def open_clip(
    *, model: str, pretrained: str | None, batch_size: int = 32, precision: str = "auto", device: str = "auto"
) -> Cached:
    """Embed photos and texts with a model of open_clip (Ilharco et al. 2021).

    The default model supports Spanish. On Spanish captions (XM3600, text to image, recall at 1) OpenAI's ViT-B/32
    reaches 15.6, SigLIP-i18n 59.6, XLM-R-H/14 62.2, NLLB-L-SigLIP 63.9.

    Args:
        model: Name in `open_clip.list_pretrained()`, or "hf-hub:ORGANISATION/NAME", or "local-dir:FOLDER".
        pretrained: Name of the pretrained weights, downloaded once, or a local file; None with hf-hub: and local-dir:.
        batch_size: Photos per forward pass.
        precision: float32, bfloat16, or auto: bfloat16 if the device supports it.
        device: Device of the model.

    Raises:
        ConfigError: `precision` is not valid.
    """
    return Cached(OpenClipEncoder(model, pretrained, batch_size=batch_size, precision=precision, device=device))


class OpenClipEncoder(ClipEncoder):
    """The encoder of `open_clip`."""

    def __init__(self, model: str, pretrained: str | None, *, batch_size: int, precision: str, device: str) -> None:
        """Store the arguments of `open_clip`."""
        super().__init__(batch_size=batch_size, precision=precision, device=device)
        self.model, self.pretrained = model, pretrained

    @property
    def dimension(self) -> int:
        """Dimension of the joint embedding."""
        config = self._library.get_model_config(self.model)
        if config:
            return int(config["embed_dim"])
        _, vectors = next(self.encode_texts(["a"]))  # the model has no configuration by name
        return int(vectors.shape[1])

    def fingerprint(self) -> str:
        """Return a hash of the name of the model, its weights and the precision."""
        about = f"open_clip {OPEN_CLIP_VERSION} {self.model} bfloat16={self.bfloat16}"
        return digest(about, *sha256_of_all(self._files))

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Yield batches of vectors of photos."""
        network, transform = self._loaded

        def prepare(photo: Image.Image) -> Tensor:
            prepared: Tensor = transform(photo)
            return prepared

        yield from self.image_batches(paths, prepare, network.encode_image)

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Yield batches of vectors of texts; longer texts are truncated to the context length."""
        network, _ = self._loaded
        with from_hub(NEEDED_BY, f"the tokenizer of {self.model}"):
            tokenizer = self._library.get_tokenizer(self.model)

        def encode(batch: list[str]) -> NDArray[np.float32]:
            return self.forward(network.encode_text, tokenizer(batch))

        yield from self.text_batches(texts, encode)

    @property
    def _library(self) -> Any:
        try:
            import open_clip as library
        except ImportError as error:
            raise MissingExtraError("open-clip-torch", "clip", NEEDED_BY) from error
        return library

    @cached_property
    def _files(self) -> list[Path]:
        """Local files of the weights, downloaded if necessary."""
        kind, _, name = self.model.rpartition(":")
        if kind == "local-dir":
            files = sorted(path for path in Path(name).expanduser().glob("*") if path.is_file())
            if not files:
                raise ConfigError(f"embedder.model={self.model}: the folder does not exist or is empty")
            return files
        if kind == "hf-hub":
            with from_hub(NEEDED_BY, self.model):
                return [Path(self._library.download_pretrained_from_hf(name))]
        if self.pretrained is None:
            raise ConfigError(
                f"embedder.pretrained is missing: give the name of the weights of {self.model}, or a local file"
            )
        file = Path(self.pretrained).expanduser()
        return [file] if file.is_file() else [self._download(self.pretrained)]

    def _download(self, pretrained: str) -> Path:
        """Download the weights `pretrained` of the model by its name in open_clip."""
        library = self._library
        if self.model not in library.list_models():
            raise ConfigError(
                f"embedder.model={self.model!r}: open_clip has no such model. For Spanish, use one of these (model and "
                f"pretrained): {'; '.join(MULTILINGUAL)}"
            )
        names = library.list_pretrained_tags_by_model(self.model)
        if pretrained not in names:
            raise ConfigError(
                f"embedder.pretrained={pretrained!r}: there is no such file, and the weights of {self.model} are "
                f"{', '.join(names) or 'none'}"
            )
        with from_hub(NEEDED_BY, f"the weights {pretrained} of {self.model}"):
            return Path(library.download_pretrained(library.get_pretrained_cfg(self.model, pretrained)))

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """The network and the transform of its photos."""
        without_file = self.model.startswith(("hf-hub:", "local-dir:"))
        weights = None if without_file else str(self._files[0])
        with from_hub(NEEDED_BY, self.model):
            network, _, transform = self._library.create_model_and_transforms(
                self.model, pretrained=weights, device=self.device
            )
        return network.eval(), transform
