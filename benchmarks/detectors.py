"""Every detector, fitted and asked, against pytorch-ood's own; and the bootstrap of the open-set metrics.

    python benchmarks/detectors.py            # 5,000 x 1,280 features; prints, and writes benchmarks/results/
    python benchmarks/detectors.py 500        # a try on fewer photos, which writes nothing

Both sides are given the same features and logits in memory; neither runs a backbone. The order in which photos are
ranked is compared too (Spearman), so that speed is not bought with other scores; where ours differ on purpose
(shrunk covariances, no cut at 1e-7) the areas say which part known and unknown photos better on this made-up data.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pytorch_ood import detector as theirs
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score
from torch import nn

from components import detectors
from components.detectors import Detector, Outputs
from components.metrics import acceptance_threshold, open_set_metrics
from components.results import UNKNOWN, Predictions
from components.training import device_name
from experiments.runs import environment_record

F, C, REPEATS = 1280, 10, 3
FACTORS, SEPARATION = 40, 0.3
"""Directions in which all classes vary together, and how far apart they are."""

REPLICATES, DETECTORS, RESAMPLES, PHOTOS, CLASSES = 20, 12, 1000, 181, 4

Scores = np.ndarray[tuple[int], np.dtype[np.float64]]


def main(n: int) -> None:
    """Measure, print and keep the figures."""
    train, targets, test, head = problem(n)
    unknown = np.arange(len(test)) % (2 * C) >= C
    rows = {}
    for name, (ours, peer) in contestants(train, targets, test, head).items():
        seconds: dict[str, list[float]] = {"ours": [], "pytorch-ood": []}
        scores = {}
        for _ in range(REPEATS):
            for side, work in (("ours", ours), ("pytorch-ood", peer)):
                began = time.perf_counter()
                scores[side] = work()
                seconds[side].append(time.perf_counter() - began)
        medians = {side: statistics.median(values) for side, values in seconds.items()}
        rank = float(spearmanr(scores["ours"], scores["pytorch-ood"]).statistic)
        areas = {f"AUROC {side}": round(float(roc_auc_score(unknown, one)), 4) for side, one in scores.items()}
        rows[name] = {side: round(value, 4) for side, value in medians.items()} | {"rank correlation": round(rank, 4)}
        rows[name] |= areas
        print(f"{name:22}", "   ".join(f"{key} {value:.4g}" for key, value in rows[name].items()), flush=True)
    boot = bootstrap()
    result = {
        "what": f"fit on {n} x {F}, score {len(test)}, {C} classes; median of {REPEATS}, seconds",
        "detectors": rows,
        "bootstrap": f"{DETECTORS} detectors x {REPLICATES} replicates x {RESAMPLES} resamples x {PHOTOS} photos, "
        "all open-set metrics, seconds",
        "seconds of the bootstrap": boot,
        "device": device_name(torch.device("cpu")),
        "threads": torch.get_num_threads(),
        "environment": environment_record(),
    }
    print(json.dumps({key: value for key, value in result.items() if key != "detectors"}, indent=1))
    if n == 5000:
        target = Path(__file__).parent / "results" / "detectors_cpu.json"
        target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def problem(n: int) -> tuple[Outputs, np.ndarray[tuple[int], np.dtype[np.int64]], Outputs, nn.Module]:
    """Classes on positive features, as many photos of none, and the linear classifier that knows the classes."""
    generator = np.random.default_rng(0)
    centres = SEPARATION * generator.gamma(0.5, 1.0, size=(2 * C, F))
    targets = np.arange(n) % C
    tested = np.arange(2 * n // 5) % (2 * C)
    count = n + len(tested)
    shared = generator.normal(size=(count, FACTORS)) @ generator.normal(0, 0.25, size=(FACTORS, F))
    rows = centres[np.concatenate([targets, tested])] + shared + generator.normal(0, 0.5, size=(count, F))
    features = np.maximum(rows, 0).astype(np.float32)
    head = nn.Linear(F, C)
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(centres[:C]))
        head.bias.copy_(-torch.from_numpy((centres[:C] ** 2).sum(axis=1)) / 2)
        logits = head(torch.from_numpy(features)).double().numpy()
    return Outputs(features[:n], logits[:n]), targets, Outputs(features[n:], logits[n:]), nn.Sequential(head)


def contestants(
    train: Outputs, targets: np.ndarray[tuple[int], np.dtype[np.int64]], test: Outputs, head: nn.Module
) -> dict[str, tuple[Callable[[], Scores], Callable[[], Scores]]]:
    """By name how we, and how pytorch-ood, come from training photos to scores."""
    z, y, logits = torch.from_numpy(train.features), torch.from_numpy(targets), torch.from_numpy(train.logits)
    new, new_logits = torch.from_numpy(test.features), torch.from_numpy(test.logits)
    maps, flat = new[:, :, None, None], nn.Sequential(nn.Flatten(), head)
    linear = head[0]
    assert isinstance(linear, nn.Linear)

    def ours(detector: Detector) -> Scores:
        return detector.fit(train, targets, head).score(test)

    def of_features(make: Callable[[], Any]) -> Scores:
        return make().fit_features(z, y).predict_features(new).numpy()

    def of_logits(make: Callable[[], Any]) -> Scores:
        return make().fit_logits(logits, y).predict_logits(new_logits).numpy()

    def of_maps(make: Callable[[], Any]) -> Scores:
        detector = make()
        detector.fit_feature_maps(z[:, :, None, None], y)
        return detector.predict_feature_maps(maps).numpy()

    pairs: dict[str, tuple[Detector, Callable[[], Scores]]] = {
        "msp": (detectors.MSP(), partial(of_logits, lambda: theirs.MaxSoftmax(None))),
        "max_logit": (detectors.MaxLogit(), partial(of_logits, lambda: theirs.MaxLogit(None))),
        "energy": (detectors.Energy(), partial(of_logits, lambda: theirs.EnergyBased(None))),
        "entropy": (detectors.Entropy(), partial(of_logits, lambda: theirs.Entropy(None))),
        "gen": (detectors.GEN(), partial(of_logits, lambda: theirs.GEN(None))),
        "kl_matching": (detectors.KLMatching(), partial(of_logits, lambda: theirs.KLMatching(None))),
        "openmax": (detectors.OpenMax(), partial(of_logits, lambda: theirs.OpenMax(None, tailsize=20))),
        "mahalanobis": (detectors.Mahalanobis(), partial(of_features, lambda: theirs.Mahalanobis(None))),
        "relative_mahalanobis": (detectors.RelativeMahalanobis(), partial(of_features, lambda: theirs.RMD(None))),
        "knn": (detectors.KNN(), partial(of_features, lambda: theirs.KNN(None, k=10))),
        "nn_guide": (detectors.NNGuide(), partial(of_features, lambda: theirs.NNGuide(None, head, k=10))),
        "she": (detectors.SHE(), partial(of_features, lambda: theirs.SHE(None, head))),
        "vim": (detectors.ViM(), partial(of_features, lambda: theirs.ViM(None, 512, linear.weight, linear.bias))),
        "react": (detectors.ReAct(), partial(of_maps, lambda: theirs.ReAct(None, flat))),
        "ash": (detectors.ASH(), partial(of_maps, lambda: theirs.ASH(None, flat))),
        "scale": (detectors.Scale(), partial(of_maps, lambda: theirs.SCALE(None, flat, percentile=0.85))),
        "odin": (
            detectors.ODIN(epsilon=0.01),
            lambda: theirs.ODIN(head, eps=0.01 * float(z.std())).predict(new).numpy(),
        ),
    }
    return {name: (partial(ours, detector), peer) for name, (detector, peer) in pairs.items()}


def bootstrap() -> float:
    """Seconds for all open-set metrics of twenty replicates under each of twelve detectors."""
    runs = [[predictions(100 * detector + seed) for seed in range(REPLICATES)] for detector in range(DETECTORS)]
    began = time.perf_counter()
    for replicates in runs:
        open_set_metrics(replicates, n_resamples=RESAMPLES)
    return round(time.perf_counter() - began, 2)


def predictions(seed: int) -> Predictions:
    """A model of moderate skill with energies as unknown scores."""
    generator = np.random.default_rng(seed)
    truth = np.random.default_rng(0).integers(UNKNOWN, CLASSES, PHOTOS)
    known = truth != UNKNOWN
    logits = generator.normal(size=(PHOTOS, CLASSES))
    logits[np.flatnonzero(known), truth[known]] += 3
    energies = -np.log(np.exp(logits).sum(axis=1))
    scores = np.exp(logits + energies[:, None])
    labels = np.where(energies > acceptance_threshold(energies[known]), UNKNOWN, scores.argmax(axis=1))
    ids = np.array([f"{row}.jpg" for row in range(PHOTOS)], dtype=object)
    return Predictions(ids, truth, scores, labels, energies, tuple(f"class {one}" for one in range(CLASSES)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
