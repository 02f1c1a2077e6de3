"""From which unknown score on a photo is rejected."""

import math

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError, DataError


def acceptance_threshold(known_scores: NDArray[np.floating], acceptance: float = 0.95) -> float:
    """The lowest unknown score at which at least this share of known validation photos is accepted.

    A photo is accepted when its score is at most the threshold, and rejected above it. The threshold is one of
    the scores: the ceil(acceptance x n)-th lowest (numpy's "inverted_cdf", which makes no number up between two
    photos). Give it validation photos only: test photos must not choose the threshold that they are judged by.

    Args:
        known_scores: (n,) unknown scores of validation photos of the known classes.
        acceptance: Share of known photos to accept, above 0 and at most 1.

    Raises:
        ConfigError: When `acceptance` is no such share.
        DataError: When there are no scores, or one is NaN.
    """
    if not 0 < acceptance <= 1:
        raise ConfigError(f"the share of known photos to accept is {acceptance}, expected above 0 and at most 1")
    scores = np.sort(np.asarray(known_scores).ravel())
    if not len(scores):
        raise DataError("a threshold is chosen on known validation photos, and there are none: give the split some")
    if np.isnan(scores).any():
        raise DataError(
            f"{int(np.isnan(scores).sum())} of {len(scores)} validation photos have no unknown score: "
            "choose a detector, or a head that scores the unknown"
        )
    # 1e-9: 0.95 x 60 is 57 photos, whatever its last bit says.
    return float(scores[max(0, math.ceil(acceptance * len(scores) - 1e-9) - 1)])
