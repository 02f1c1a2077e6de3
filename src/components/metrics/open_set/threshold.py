"""The threshold on the unknown score above which photos are rejected."""

import math

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError, DataError
from components.wording import counted


def acceptance_threshold(known_scores: NDArray[np.floating], acceptance: float = 0.95) -> float:
    """Return the lowest unknown score at which at least a given proportion of known validation photos is accepted.

    A photo is accepted when its score is at most the threshold. The threshold is one of the given scores: the
    ceil(acceptance * n)-th lowest (numpy's "inverted_cdf", which does not interpolate). Only give scores of validation
    photos: a threshold fitted on the test photos would bias the metrics computed on them.

    Args:
        known_scores: (n,) unknown scores of validation photos of known classes.
        acceptance: Proportion of known photos to accept, above 0 and at most 1.

    Raises:
        ConfigError: When `acceptance` is outside this range.
        DataError: When there are no scores, or one is NaN.
    """
    if not 0 < acceptance <= 1:
        raise ConfigError(f"the share of known photos to accept is {acceptance}, expected above 0 and at most 1")
    scores = np.sort(np.asarray(known_scores).ravel())
    if not len(scores):
        raise DataError(
            "the threshold is fitted on validation photos of known classes, and there are none: give the split some"
        )
    if np.isnan(scores).any():
        raise DataError(
            f"{int(np.isnan(scores).sum())} of {counted(len(scores), 'validation photo')} have no unknown score: "
            "choose a detector, or a head that scores the unknown"
        )
    # 1e-9: 0.95 * 60 is 57 photos, whatever the rounding of the product.
    return float(scores[max(0, math.ceil(acceptance * len(scores) - 1e-9) - 1)])
