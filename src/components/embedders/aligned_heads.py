"""Two small heads that bring photos and their own texts together, beside the embedder that needs no training."""

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
from components.errors import ConfigError
from components.storage import digest

ALIGNED_VERSION = 1
"""Goes up whenever the same photo or text would get another vector from the same heads."""
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
    """`conse` and two heads trained on your own photos and their texts, as one embedding.

    The heads are linear: one takes the features of EfficientNet-Lite0 and the photo's `conse` vector, the other the
    text's sentence vector. `hito task=align` trains them on the train photos of a manifest and writes a file;
    `embedder=aligned embedder.weights=FILE` embeds with it. The cosine of two vectors is
    (1 - share) times that of `conse` plus share times that of the heads.

    Args:
        weights: The file of `task=align`, or the folder of its run; None: not trained yet.
        share: Of the heads, 0 to 1.
        dimension: Numbers that the heads give; the embedding has 512 more.
        epochs: Passes over the pairs, when trained.
        dropout: Share of the heads' inputs that a training step does not see.
        learning_rate: Of AdamW, when trained.
        weight_decay: Of AdamW, when trained.
        batch_size: Pairs a training step; the others of a batch are what a pair is held against.
        device: Of the networks that are not trained.

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
    """The model of `aligned`; the embedders below it have caches of their own."""

    def __init__(self, weights: str | Path | None, share: float, device: str) -> None:
        """Keep where the heads are and what they count."""
        self.weights, self.share = weights, share
        self.conse = conse(device=device)
        self.features = backbone_features(backbone=efficientnet_lite0, device=device)
        assert isinstance(self.conse.encoder, ConseEncoder)
        self.conse.encoder.on_features = self.features.keep_images  # the same network: one pass a photo for both

    @property
    def dimension(self) -> int:
        """Length of `conse`'s vectors and the heads' together."""
        return self.conse.dimension + self._heads.dimension

    def fingerprint(self) -> str:
        """Hash of the heads' file, their share, and the models below."""
        (heads,) = sha256_of_all([self._file])
        about = f"aligned {ALIGNED_VERSION} {self.share}"
        return digest(about, heads, self.conse.fingerprint(), self.features.fingerprint())

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """All vectors in one batch: what takes time is kept by the embedders below."""
        base, inputs = self.image_inputs(paths)
        yield np.arange(len(paths)), self._joined(base, self._heads.of_photos(inputs))

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """All vectors in one batch."""
        base = self.conse.embed_texts(texts)
        yield np.arange(len(texts)), self._joined(base, self._heads.of_texts(base))

    def image_inputs(self, paths: Sequence[Path]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(n, 512) vectors of `conse`, and (n, 1792) what the photos' head takes."""
        base = self.conse.embed_images(paths)
        return base, np.concatenate([self.features.embed_images(paths), base], axis=1)

    def _joined(self, base: NDArray[np.float32], ours: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.concatenate([np.sqrt(1 - self.share) * base, np.sqrt(self.share) * ours], axis=1).astype(np.float32)

    @property
    def _file(self) -> Path:
        if self.weights is None:
            raise ConfigError(
                "embedder=aligned has no heads yet: train them with  hito task=align embedder=aligned data=...  and "
                "name the file that it writes with embedder.weights=FILE"
            )
        path = Path(self.weights).expanduser()
        return path / HEADS_FILE if path.is_dir() else path

    @cached_property
    def _heads(self) -> Heads:
        return load_heads(self._file)


class Aligned(Cached):
    """The embedder of `aligned`, which can be trained."""

    encoder: AlignedEncoder

    def __init__(self, encoder: AlignedEncoder, train: Callable[..., Heads], epochs: int) -> None:
        """Put the cache around `encoder`; `train` fits heads to pairs, in `epochs` epochs."""
        super().__init__(encoder)
        self.train, self.epochs = train, epochs

    @property
    def untrained(self) -> Cached:
        """The embedder that it starts from."""
        return self.encoder.conse

    def fit(
        self, paths: Sequence[Path], texts: Sequence[Sequence[str]], *, seed: int, on_epoch: Callable[[float], Any]
    ) -> Heads:
        """Train heads on photos and their texts.

        Args:
            paths: n photos.
            texts: Of each photo one or more, in any languages.
            seed: Of the start and the order.
            on_epoch: Told the loss of each epoch.
        """
        _, inputs = self.encoder.image_inputs(paths)
        owner = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
        vectors = self.untrained.embed_texts([text for one in texts for text in one])
        return self.train(
            torch.from_numpy(inputs), torch.from_numpy(vectors), torch.from_numpy(owner), seed=seed, on_epoch=on_epoch
        )

    def replace(self, weights: Path, share: float | None = None) -> "Aligned":
        """The same embedder with the heads of this file, and with another share where one is given."""
        encoder = AlignedEncoder(weights, self.encoder.share if share is None else share, "cpu")
        encoder.conse, encoder.features = self.encoder.conse, self.encoder.features
        return Aligned(encoder, self.train, self.epochs)
