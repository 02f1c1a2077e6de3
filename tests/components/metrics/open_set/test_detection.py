import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from components.metrics import detection_metrics


@pytest.fixture
def sample():
    generator = np.random.default_rng(0)
    positive = generator.random(150) < 0.3
    return positive, np.clip(generator.normal(0.3 + 0.3 * positive, 0.2), 0, 1)


def test_the_figures_are_scikit_learns(sample):
    positive, probability = sample
    found = detection_metrics(positive, probability, threshold=0.6, n_resamples=200)
    called = probability >= 0.6
    expected = {
        "auroc": roc_auc_score(positive, probability),
        "average_precision": average_precision_score(positive, probability),
        "brier": brier_score_loss(positive, probability),
        "recall": called[positive].mean(),
        "false_positive_rate": called[~positive].mean(),
    }
    assert {name: one.value for name, one in found.items()} == pytest.approx(expected)
    for one in found.values():
        assert one.low <= one.value <= one.high
        assert one.n == 150


def test_an_interval_covers_what_a_larger_sample_says():
    """Binormal AUROC is known: P(N(1, 1) > N(0, 1)) = Phi(1 / sqrt 2) = .760."""
    hits = 0
    for seed in range(40):
        generator = np.random.default_rng(seed)
        positive = np.arange(80) < 40
        score = generator.normal(positive.astype(float), 1)
        one = detection_metrics(positive, score, n_resamples=200, seed=seed)["auroc"]
        hits += one.low <= 0.7602 <= one.high
    assert hits >= 33


def test_a_single_kind_leaves_ranks_undefined(sample):
    _, probability = sample
    found = detection_metrics(np.zeros(150, dtype=bool), probability, n_resamples=20)
    assert np.isnan(found["auroc"].value)
    assert np.isnan(found["recall"].low)
