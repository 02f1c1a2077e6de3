import numpy as np
import pytest


@pytest.fixture(scope="session")
def blobs():
    """Function that draws float32 unit vectors around some directions, and the index of each vector's direction."""

    def make(n=300, d=24, groups=4, noise=0.35, seed=0):
        generator = np.random.default_rng(seed)
        truth = generator.integers(0, groups, n)
        vectors = generator.normal(size=(groups, d))[truth] / np.sqrt(d) + noise * generator.normal(size=(n, d)) / 2
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors.astype(np.float32), truth

    return make
