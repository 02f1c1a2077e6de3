"""Random generators that depend on a seed and on names."""

import numpy as np

from components.storage import digest


def named_generator(seed: int, *names: str) -> np.random.Generator:
    """Return a generator seeded with `seed` and `names`.

    With one generator per class, adding or removing a class does not change what is drawn for the others.
    """
    return np.random.default_rng([seed, int(digest(*names)[:16], 16)])
