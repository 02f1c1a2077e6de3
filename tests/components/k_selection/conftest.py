import numpy as np
import pytest


@pytest.fixture(scope="session")
def blobs():
    """Unit vectors around some directions, float32, and which direction each is of."""

    def make(n=300, d=24, groups=4, noise=0.35, seed=0):
        generator = np.random.default_rng(seed)
        truth = generator.integers(0, groups, n)
        vectors = generator.normal(size=(groups, d))[truth] / np.sqrt(d) + noise * generator.normal(size=(n, d)) / 2
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors.astype(np.float32), truth

    return make
