"""The `conse` embedding extended by two linear heads that are trained on photos and their texts."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from components.backbones import efficientnet_lite0
from components.data import sha256_of_all
from components.embedders.cached import Cached
from components.embedders.contrastive import Heads, fit_heads, load_heads
from components.embedders.embedder import Batch
from components.embedders.features import backbone_features
from components.embedders.imagenet_names import ConseEncoder, conse
from components.embedders.known_words import texts_without_known_words
from components.errors import ConfigError
from components.storage import digest

ALIGNED_VERSION = 1
"""Increased whenever the same heads give other vectors for the same photo or text."""
HEADS_FILE = "heads.safetensors"


def aligned(
    *,
    weights: str | None = None,
    share: float = 0.33,
    dimension: int = 128,
    epochs: int = 40,
    dropout: float = 0.5,
    learning_rate: float = 2e-3,
    weight_decay: float = 0.1,
    batch_size: int = 256,
    device: str = "auto",
) -> "Aligned":
    """Embed with `conse` and two linear heads that were trained on your own photos and their texts.

    The photo head takes the features of EfficientNet-Lite0 and the `conse` vector of a photo, the text head the
    sentence vector of a text. `hito task=align` trains them on the training photos of a manifest and writes a file;
    `embedder=aligned embedder.weights=FILE` loads it. The cosine of two vectors is (1 - share) times that of `conse`
    plus `share` times that of the heads.

    Args:
        weights: File written by `task=align`, or the folder of its run; None: the heads are not trained yet.
        share: Weight of the heads in the cosine, 0 to 1.
        dimension: Output dimension of the heads, when trained; the embedding has 512 dimensions more.
        epochs: Number of epochs, when trained.
        dropout: Dropout rate of the inputs of the heads, when trained.
        learning_rate: Learning rate of AdamW, when trained.
        weight_decay: Weight decay of AdamW, when trained.
        batch_size: Pairs per training step; the other pairs of a batch are the negatives of a pair.
        device: Device of the networks that are not trained.

    Raises:
        ConfigError: An argument is out of range.
    """
    if not 0 <= share <= 1:
        raise ConfigError(f"embedder.share={share}: expected 0 to 1")
    if not 0 <= dropout < 1:
        raise ConfigError(f"embedder.dropout={dropout}: expected 0 or more and less than 1")
    for name, value in {"dimension": dimension, "epochs": epochs, "batch_size": batch_size}.items():
        if value < 1:
            raise ConfigError(f"embedder.{name}={value}: expected a positive number")
    train = partial(
        fit_heads,
        dimension=dimension,
        epochs=epochs,
        dropout=dropout,
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        batch_size=batch_size,
    )
    return Aligned(AlignedEncoder(weights, share, device), train, epochs)


class AlignedEncoder:
    """The encoder of `aligned`; the embedders inside it have caches of their own."""

    def __init__(self, weights: str | Path | None, share: float, device: str) -> None:
        """Store the arguments of `aligned` and make the embedders whose vectors the heads take."""
        self.weights, self.share = weights, share
        self.conse = conse(device=device)
        self.features = backbone_features(backbone=efficientnet_lite0, device=device)
        assert isinstance(self.conse.encoder, ConseEncoder)
        self.conse.encoder.on_features = (
            self.features.keep_images
        )  # both use the same network, so one pass per photo suffices

    @property
    def dimension(self) -> int:
        """Dimension of `conse` plus that of the heads."""
        return self.conse.dimension + self._heads.dimension

    def fingerprint(self) -> str:
        """Return a hash of the file of the heads, their share, and the embedders inside."""
        (heads,) = sha256_of_all([self._file])
        about = f"aligned {ALIGNED_VERSION} {self.share}"
        return digest(about, heads, self.conse.fingerprint(), self.features.fingerprint())

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Yield all vectors in one batch; the embedders inside cache what takes time."""
        base, inputs = self.image_inputs(paths)
        yield np.arange(len(paths)), self._concatenated(base, self._heads.of_photos(inputs))

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Yield all vectors in one batch."""
        base = self.conse.embed_texts(texts)
        yield np.arange(len(texts)), self._concatenated(base, self._heads.of_texts(base))

    def texts_without_known_words(self, texts: Sequence[str]) -> list[str]:
        """Return the texts none of whose words the sentence encoder knows."""
        return texts_without_known_words(texts)

    def image_inputs(self, paths: Sequence[Path]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return (n, 512) vectors of `conse`, and (n, 1792) inputs of the photo head."""
        base = self.conse.embed_images(paths)
        return base, np.concatenate([self.features.embed_images(paths), base], axis=1)

    def _concatenated(self, base: NDArray[np.float32], aligned: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([np.sqrt(1 - self.share) * base, np.sqrt(self.share) * aligned], axis=1).astype(
            np.float32
        )

    @property
    def _file(self) -> Path:
        if self.weights is None:
            raise ConfigError(
                "embedder=aligned has no trained heads: train them with  hito task=align embedder=aligned data=...  "
                "and give the file that it writes with embedder.weights=FILE"
            )
        path = Path(self.weights).expanduser()
        return path / HEADS_FILE if path.is_dir() else path

    @cached_property
    def _heads(self) -> Heads:
        return load_heads(self._file)


class Aligned(Cached):
    """The embedder of `aligned`; its heads can be trained."""

    encoder: AlignedEncoder

    def __init__(self, encoder: AlignedEncoder, train: Callable[..., Heads], epochs: int) -> None:
        """Wrap `encoder`; `train` is `fit_heads` with its settings, which include `epochs`."""
        super().__init__(encoder)
        self.train, self.epochs = train, epochs

    @property
    def untrained(self) -> Cached:
        """The embedder without the heads, `conse`."""
        return self.encoder.conse

    def fit(
        self, paths: Sequence[Path], texts: Sequence[Sequence[str]], *, seed: int, on_epoch: Callable[[float], Any]
    ) -> Heads:
        """Train heads on photos and their texts.

        Args:
            paths: n photos.
            texts: One or several texts per photo, in any languages.
            seed: Seed of initialisation, order and dropout.
            on_epoch: Callback called with the mean loss of each epoch.

        Raises:
            DataError: There are fewer than 8 photos.
        """
        _, inputs = self.encoder.image_inputs(paths)
        owner = np.repeat(np.arange(len(texts)), [len(own) for own in texts])
        vectors = self.untrained.embed_texts([text for own in texts for text in own])
        return self.train(
            torch.from_numpy(inputs), torch.from_numpy(vectors), torch.from_numpy(owner), seed=seed, on_epoch=on_epoch
        )

    def with_heads(self, weights: Path, share: float | None = None) -> "Aligned":
        """Return a copy of the embedder with the heads in the file `weights`, and with another share unless None."""
        encoder = AlignedEncoder(weights, self.encoder.share if share is None else share, "cpu")
        encoder.conse, encoder.features = self.encoder.conse, self.encoder.features
        return Aligned(encoder, self.train, self.epochs)
