"""Task `assign`: choose the text that fits a photo best, with a calibrated probability and the option to abstain."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from components.assignment import Calibration, Choice, ChoiceSource, ScoredChoices, calibrate, score_choices
from components.data import Manifest, hashed, single_split
from components.embedders import Embedder
from components.errors import ConfigError, DataError
from components.metrics import Estimate, item_metrics, selective_metrics
from components.results import PerItemMetrics
from components.wording import counted
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.assign_output import draw, show, write_choices

NAMED_BY = ("embedder", "assignment")
"""Configuration groups whose options name a run of this task."""


def assign(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    embedder: Embedder,
    assignment: ChoiceSource,
    max_error_rate: float,
    seed: int,
    run: Run,
) -> Outcome:
    """Choose a text for each photo and measure the choices.

    The temperature and the threshold are fitted on the validation photos, which are excluded from all metrics. All
    other photos are measured, those of the training split too, since nothing else is fitted.

    Args:
        data: The photos.
        split: Called with the manifest and `seed`; returns it with validation rows.
        embedder: Maps photos and texts to vectors of one space.
        assignment: Called with the manifest; returns the candidates of each photo.
        max_error_rate: Tolerated share of wrong texts among those assigned; kept with a confidence of 90 %.
        seed: Seed of the split and of the intervals.
        run: Run whose folder the results are written to.

    Returns:
        Metrics over the photos whose correct text is known. The folder of the run contains choices.csv, items.parquet
        and figures.

    Raises:
        ConfigError: `max_error_rate` is out of range, or the split is a cross-validation.
        DataError: All choices are of validation photos.
    """
    if not 0 < max_error_rate < 1:
        raise ConfigError(f"max_error_rate={max_error_rate}: expected a share between 0 and 1, such as 0.05")
    manifest = single_split(split(hashed(data), seed=seed), "task=assign")
    choices = assignment(manifest)
    scored = score(choices, manifest, embedder)
    is_known = scored.truth >= 0
    is_validation = manifest.split[[choice.row for choice in choices]] == "validation"
    notes: list[str] = []
    calibration = calibration_of(scored.take(np.flatnonzero(is_validation & is_known)), max_error_rate, notes)
    measured = scored.take(np.flatnonzero(~is_validation & is_known))
    metrics: dict[str, Estimate] = {}
    if len(measured):
        items = per_photo(measured, calibration)
        write_items(run.folder, [items])
        metrics = item_metrics([items], seed=seed) | selective_metrics(
            measured.margin, measured.right, max_error_rate, seed=seed
        )
        metrics |= decided_accuracy(measured, calibration, seed)
    assigned = scored.take(np.flatnonzero(~is_validation))
    if not len(assigned):
        raise DataError(
            "All choices are of validation photos. Thresholds are fitted on validation photos, which are excluded from "
            "all reported metrics: add choices of other photos, or use another split"
        )
    write_choices(run.folder, scored, calibration, manifest, is_validation)
    sizes = sorted({len(choice.texts) for choice in choices})
    candidates = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    protocol = (
        f"n = {counted(len(assigned), 'photo')}, {candidates} candidates each · calibrated on "
        f"{counted(calibration.n if calibration else 0, 'validation photo')}"
    )
    notes += draw(run.figures, assigned, measured, calibration, manifest, f"{run.subtitle} · {protocol}")
    return Outcome(
        metrics=metrics,
        protocol=protocol,
        notes=tuple(notes),
        left_out=manifest.left_out,
        show=lambda: show(metrics, calibration, assigned, manifest),
    )


def score(choices: Sequence[Choice], manifest: Manifest, embedder: Embedder) -> ScoredChoices:
    """Compute the cosines of all candidates; each photo and each text is embedded once."""
    photos = embedder.embed_images([manifest.files[choice.row] for choice in choices])
    texts = list(dict.fromkeys(text for choice in choices for text in choice.texts))
    vectors: dict[str, NDArray[np.float32]] = dict(zip(texts, embedder.embed_texts(texts), strict=True))
    return score_choices(choices, photos, vectors)


def calibration_of(validation: ScoredChoices, max_error_rate: float, notes: list[str]) -> Calibration | None:
    """Fit temperature and threshold on the choices of validation photos.

    Args:
        validation: Choices of validation photos whose correct text is known.
        max_error_rate: See `assign`.
        notes: Notes of the run; appended to.

    Returns:
        None if there are no such choices.
    """
    if not len(validation):
        notes.append(
            "No choice is of a validation photo: nothing is calibrated, and every photo is assigned its best text"
        )
        return None
    calibration = calibrate(validation, max_error_rate)
    if np.isinf(calibration.threshold):
        notes.append(
            f"No threshold keeps the error rate at {max_error_rate:.0%} on "
            f"{counted(calibration.n, 'validation photo')}: every photo abstains"
        )
    return calibration


def per_photo(measured: ScoredChoices, calibration: Calibration | None) -> PerItemMetrics:
    """Return accuracy, mrr and, if calibrated, coverage of each photo: whether its margin reaches the threshold."""
    items = measured.items()
    if calibration is None:
        return items
    coverage = (measured.margin >= calibration.threshold).astype(np.float64)
    return PerItemMetrics(items.ids, {**items.metrics, "coverage": coverage})


def decided_accuracy(measured: ScoredChoices, calibration: Calibration | None, seed: int) -> dict[str, Estimate]:
    """Return accuracy_decided: the share of correct texts among those taken, new or, on abstention, the old text."""
    if calibration is None:
        return {}
    taken = measured.decided(calibration.threshold)
    correct = np.where(taken < 0, np.nan, taken == measured.truth).astype(np.float64)
    if np.isnan(correct).all():
        return {}
    ids = np.array([choice.id for choice in measured.choices], dtype=object)
    return item_metrics([PerItemMetrics(ids, {"accuracy_decided": correct})], seed=seed)
