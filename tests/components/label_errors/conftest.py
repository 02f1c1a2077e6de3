import numpy as np
import pytest


@pytest.fixture(scope="session")
def held_out():
    """Labels of which a share is wrong, the true classes, and probabilities of a model that is mostly right."""

    def make(n=400, classes=4, wrong=0.1, seed=0, skill=2.5):
        generator = np.random.default_rng(seed)
        true = np.arange(n) % classes
        logits = generator.normal(size=(n, classes))
        logits[np.arange(n), true] += skill
        probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        labels = true.copy()
        chosen = generator.permutation(n)[: round(wrong * n)]
        labels[chosen] = (true[chosen] + generator.integers(1, classes, len(chosen))) % classes
        return labels, true, probabilities

    return make
