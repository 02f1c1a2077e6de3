"""Ranks of matching photos in text-to-image retrieval."""

import numpy as np
from numpy.typing import NDArray


def ranks_of_own(texts: NDArray[np.float32], photos: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rank each text's own photo among all photos by cosine similarity.

    Args:
        texts: (n, d) unit vectors of the texts; row i describes photo i.
        photos: (n, d) unit vectors of the photos.

    Returns:
        (n,) ranks from 1; photos with equal cosines share their mean rank.
    """
    cosines = texts @ photos.T
    own = np.diag(cosines)[:, None]
    rank: NDArray[np.float64] = 1 + (cosines > own).sum(axis=1) + ((cosines == own).sum(axis=1) - 1) / 2
    return rank
