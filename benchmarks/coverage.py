"""How often the intervals of the metrics contain the truth: simulated photos and seeds whose truth is known.

    python benchmarks/coverage.py             # 400 runs per case; prints, and writes benchmarks/results/coverage.json
    python benchmarks/coverage.py 50          # a try with fewer runs, which writes nothing

A photo of class y has four logits: normal noise, half of its variance common to all replicates, and on the logit of y
the skill of the replicate. Skills differ between replicates such that the logit of their accuracy is normal, with
the standard deviation that gives the accuracy the stated one at .5. Scores are the softmax of the logits times the mean
skill and a sharpness: at 1 a model is calibrated, at 1.5 overconfident. One photo in four of the open set has noise
alone; its unknown score is the energy.

The truth is the expectation over photos and seeds: the metric of 100,000 photos at each of nine skills, weighted as
Gauss and Hermite say. The calibration error is that of the probabilities of a right answer, which are known here.
"""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, logsumexp, softmax
from scipy.stats import norm

from components.metrics import Estimate, classification_metrics, open_set_metrics
from components.results import UNKNOWN, Predictions
from experiments.runs import environment_record

CLASSES, COMMON, BINS = 4, 0.5, 15
LARGE, RESAMPLES, RUNS = 100_000, 150, 400
NAMES = tuple(f"class {number}" for number in range(CLASSES))
OPEN_SET = (
    "auroc", "aupr_unknown", "aupr_known", "fpr95_unknown", "fpr95_known", "oscr", "known_acceptance",
    "unknown_rejection",
)  # fmt: skip

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """Test photos, replicates, their mean accuracy and its standard deviation over seeds (at an accuracy of .5)."""

    n: int
    replicates: int
    accuracy: float
    sd: float
    sharpness: float = 1.0
    unknowns: bool = False


def main(runs: int) -> None:
    """Measure, print and keep the figures."""
    logging.disable(logging.WARNING)
    began = time.perf_counter()
    truths: dict[tuple[object, ...], dict[str, float]] = {}
    rows = []
    for number, case in enumerate(cases()):
        key = (case.accuracy, case.sd, case.sharpness, case.unknowns)
        truths.setdefault(key, truth(case))
        measured = coverage(case, truths[key], runs, np.random.default_rng(number))
        rows += [asdict(case) | row for row in measured]
        low = min(row["coverage"] for row in measured)
        print(f"{case}  lowest coverage {low:.3f}  {time.perf_counter() - began:.0f} s", flush=True)
    print(table(rows))
    result = {
        "what": f"coverage and median width of 95 % intervals, {runs} runs per case, {RESAMPLES} resamples per run; "
        "mean: mean of the estimates",
        "rows": rows,
        "seconds": round(time.perf_counter() - began),
        "environment": environment_record(),
    }
    if runs == RUNS:
        target = Path(__file__).parent / "results" / "coverage.json"
        head, lines = json.dumps(result | {"rows": []}, indent=1), ",\n  ".join(map(json.dumps, rows))
        target.write_text(head.replace('"rows": []', f'"rows": [\n  {lines}\n ]') + "\n", encoding="utf-8")


def cases() -> Iterator[Case]:
    """All cases; one replicate says nothing of other seeds, so that its truth is that of its own."""
    for unknowns, sizes in ((False, (50, 150, 500)), (True, (150, 500))):
        for n in sizes:
            for sharpness in (1.0, 1.5) if n == 150 and not unknowns else (1.0,):
                for replicates in (1, 2, 3, 5):
                    for accuracy in (0.5, 0.97):
                        for sd in (0.0, 0.06, 0.14) if replicates > 1 else (0.0,):
                            yield Case(n, replicates, accuracy, sd, sharpness, unknowns)


def coverage(
    case: Case, true: dict[str, float], runs: int, generator: np.random.Generator
) -> list[dict[str, str | float]]:
    """Return by metric how many intervals contain the truth, their median width, and how many are not given."""
    inside: dict[str, list[bool]] = {name: [] for name in true}
    widths: dict[str, list[float]] = {name: [] for name in true}
    values: dict[str, list[float]] = {name: [] for name in true}
    for _ in range(runs):
        found = metrics(case, simulated(case, generator), RESAMPLES)
        for name, target in true.items():
            one = found[name]
            values[name].append(one.value)
            if not np.isnan(one.low):
                inside[name].append(one.low - 1e-9 <= target <= one.high + 1e-9)
                widths[name].append(one.high - one.low)
    return [
        {
            "metric": name,
            "coverage": round(float(np.mean(inside[name])), 4),
            "width": round(float(np.median(widths[name])), 4),
            "truth": round(true[name], 4),
            "mean": round(float(np.nanmean(values[name])), 4),
            "without": runs - len(widths[name]),
        }
        for name in true
    ]


def metrics(case: Case, replicates: list[Predictions], n_resamples: int) -> dict[str, Estimate]:
    """Compute the metrics of a case; of an open set those that a closed one does not have."""
    if not case.unknowns:
        return classification_metrics(replicates, n_resamples=n_resamples)
    found = open_set_metrics(replicates, n_resamples=n_resamples)
    return {name: found[name] for name in OPEN_SET}


def simulated(case: Case, generator: np.random.Generator) -> list[Predictions]:
    """Draw test photos, and what replicates predict on them."""
    truth = labels(case, case.n, generator)
    common = generator.normal(size=(case.n, CLASSES))
    skills = skill(expit(logit(case.accuracy) + case.sd / 0.25 * generator.normal(size=case.replicates)))
    return [predictions(case, truth, common, float(one), generator) for one in skills]


def labels(case: Case, n: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Draw the classes of n photos."""
    drawn = generator.integers(CLASSES, size=n)
    return np.where(generator.random(n) < 0.25, UNKNOWN, drawn) if case.unknowns else drawn


def logits_of(truth: NDArray[np.int64], common: Floats, own_skill: float, generator: np.random.Generator) -> Floats:
    """Draw the logits of one replicate."""
    logits: Floats = np.sqrt(COMMON) * common + np.sqrt(1 - COMMON) * generator.normal(size=common.shape)
    known = np.flatnonzero(truth != UNKNOWN)
    logits[known, truth[known]] += own_skill
    return logits


def predictions(
    case: Case, truth: NDArray[np.int64], common: Floats, own_skill: float, generator: np.random.Generator
) -> Predictions:
    """Draw the predictions of one replicate."""
    mean_skill = float(skill(np.array([case.accuracy]))[0])
    logits = logits_of(truth, common, own_skill, generator) * mean_skill * case.sharpness
    energy = -logsumexp(logits, axis=1)
    scores = softmax(logits, axis=1)
    rejected = case.unknowns & (energy > threshold(case.accuracy, case.sharpness))
    ids = np.arange(len(truth)).astype(str).astype(object)
    return Predictions(ids, truth, scores, np.where(rejected, UNKNOWN, scores.argmax(axis=1)), energy, NAMES)


@cache
def threshold(accuracy: float, sharpness: float) -> float:
    """Return the energy that nine tenths of the known photos are below, at the mean skill."""
    generator = np.random.default_rng(2)
    truth = generator.integers(CLASSES, size=LARGE)
    own = float(skill(np.array([accuracy]))[0])
    logits = logits_of(truth, generator.normal(size=(LARGE, CLASSES)), own, generator)
    return float(np.quantile(-logsumexp(logits * own * sharpness, axis=1), 0.9))


@cache
def accuracies_of_skills() -> tuple[Floats, Floats]:
    """Return skills and the accuracy of each: the largest of four normal numbers, one of them raised by the skill."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(201)
    skills = np.linspace(-1, 8, 400)
    return (weights * norm.cdf(skills[:, None] + nodes) ** (CLASSES - 1)).sum(axis=1) / weights.sum(), skills


def skill(accuracies: Floats) -> Floats:
    """Return the skill that gives each accuracy."""
    of_skills, skills = accuracies_of_skills()
    found: Floats = np.interp(accuracies, of_skills, skills)
    return found


def truth(case: Case) -> dict[str, float]:
    """Return the expectation of each metric over photos and seeds."""
    generator = np.random.default_rng(1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(9) if case.sd else (np.zeros(1), np.ones(1))
    total: dict[str, float] = {}
    for own_skill, weight in zip(skill(expit(logit(case.accuracy) + case.sd / 0.25 * nodes)), weights, strict=True):
        photos = labels(case, LARGE, generator)
        common = generator.normal(size=(LARGE, CLASSES))
        one = predictions(case, photos, common, float(own_skill), generator)
        found = {name: estimate.value for name, estimate in metrics(case, [one], 2).items()}
        if "ece" in found:
            found["ece"] = found["ece_debiased"] = calibration_error(case, one, float(own_skill))
        for name, value in found.items():
            total[name] = total.get(name, 0.0) + value * weight / weights.sum()
    return total


def calibration_error(case: Case, one: Predictions, own_skill: float) -> float:
    """Return the expected calibration error with the probabilities of a right answer in place of right answers.

    The classes are as likely as each other and the noise is normal: the probability of a class is the softmax of the
    logits times the skill.
    """
    mean_skill = float(skill(np.array([case.accuracy]))[0])
    log_scores = np.log(np.maximum(one.scores, 1e-300)) / (mean_skill * case.sharpness)
    right = softmax(log_scores * own_skill, axis=1).max(axis=1)
    confidence = one.confidence
    bins = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    return float(np.abs(np.bincount(bins, right - confidence, BINS)).sum() / len(right))


def table(rows: Iterable[dict[str, object]]) -> str:
    """Return the lowest coverage over accuracies, spreads and sharpness, by metric, n and replicates, in Markdown."""
    found: dict[str, dict[tuple[int, int], float]] = {}
    for row in rows:
        n, replicates, covered = int(str(row["n"])), int(str(row["replicates"])), float(str(row["coverage"]))
        cells = found.setdefault(str(row["metric"]), {})
        cells[n, replicates] = min(cells.get((n, replicates), 1.0), covered)
    columns = sorted({key for cells in found.values() for key in cells})
    cell: Callable[[float | None], str] = lambda value: "" if value is None else f"{value:.2f}".lstrip("0")  # noqa: E731
    lines = ["| metric | " + " | ".join(f"n={n} R={replicates}" for n, replicates in columns) + " |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    lines += [
        f"| `{name}` | " + " | ".join(cell(cells.get(key)) for key in columns) + " |" for name, cells in found.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
