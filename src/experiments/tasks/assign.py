"""Task `assign`: which of some texts fits a photo best, how sure that is, and when to say nothing."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from components.assignment import Calibration, Choice, ChoiceSource, ScoredChoices, calibrate, score_choices
from components.data import Manifest, hashed
from components.embedders import Embedder
from components.errors import ConfigError, DataError
from components.metrics import Estimate, item_metrics, selective_metrics
from components.results import PerItemMetrics
from experiments.runs import Outcome, Run, write_items
from experiments.tasks.assign_output import draw, show, write_choices


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

    Temperature and threshold are learned on the validation photos; all others are measured. Nothing else is learned
    here, so that the photos of the training part count as unseen too.

    Args:
        data: The photos.
        split: Names the validation photos, from a seed.
        embedder: Photos and texts to vectors of one space.
        assignment: Which candidates each photo has.
        max_error_rate: Tolerated share of wrong texts among those assigned; kept with a confidence of 90 %.
        seed: Of the split and of the bootstrap.
        run: Where to write.

    Returns:
        Metrics over the measured photos; choices.csv, items.parquet and figures lie in the folder.
    """
    if not 0 < max_error_rate < 1:
        raise ConfigError(f"max_error_rate={max_error_rate}: expected a share between 0 and 1, as 0.05")
    manifest = split(hashed(data), seed=seed)
    choices = assignment(manifest)
    scored = score(choices, manifest, embedder)
    known = scored.truth >= 0
    validation = manifest.split[[one.row for one in choices]] == "validation"
    notes: list[str] = []
    learned = calibration_of(scored.take(np.flatnonzero(validation & known)), max_error_rate, notes)
    measured = scored.take(np.flatnonzero(~validation & known))
    metrics: dict[str, Estimate] = {}
    if len(measured):
        items = items_of(measured, learned)
        write_items(run.folder, [items])
        metrics = item_metrics([items], seed=seed) | selective_metrics(
            measured.margin, measured.right, max_error_rate, seed=seed
        )
        metrics |= decided_metric(measured, learned, seed)
    asked = scored.take(np.flatnonzero(~validation))
    if not len(asked):
        raise DataError("assignment: all choices are of validation photos, which only teach: ask about others too")
    write_choices(run.folder, scored, learned, manifest, validation)
    sizes = sorted({len(one.texts) for one in choices})
    ways = f"{sizes[0]}" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    protocol = (
        f"n = {len(asked)} photos, {ways} candidates each · learned on {learned.n if learned else 0} validation photos"
    )
    draw(run.figures, asked, measured, learned, manifest, f"{run.subtitle} · {protocol}")
    return Outcome(
        metrics=metrics,
        protocol=protocol,
        notes=tuple(notes),
        left_out=manifest.left_out,
        show=lambda: show(metrics, learned, asked, manifest),
    )


def score(choices: Sequence[Choice], manifest: Manifest, embedder: Embedder) -> ScoredChoices:
    """The cosines of all candidates; each photo and each text is embedded once."""
    rows = [one.row for one in choices]
    photos = embedder.embed_images([manifest.files[row] for row in rows])
    texts = list(dict.fromkeys(text for one in choices for text in one.texts))
    vectors: dict[str, NDArray[np.float32]] = dict(zip(texts, embedder.embed_texts(texts), strict=True))
    return score_choices(choices, photos, vectors)


def calibration_of(validation: ScoredChoices, max_error_rate: float, notes: list[str]) -> Calibration | None:
    """What the validation photos teach; None, and a note, where there are none."""
    if not len(validation):
        notes.append("no choice is of a validation photo: nothing is calibrated, every photo gets its best text")
        return None
    learned = calibrate(validation, max_error_rate)
    if np.isinf(learned.threshold):
        notes.append(
            f"no margin kept the error rate at {max_error_rate:.0%} on {learned.n} validation photos: no photo decides"
        )
    return learned


def items_of(measured: ScoredChoices, learned: Calibration | None) -> PerItemMetrics:
    """Accuracy and mrr of each photo, and whether the photo decides: its margin reaches the threshold."""
    items = measured.items()
    if learned is None:
        return items
    return PerItemMetrics(
        items.ids, {**items.metrics, "coverage": (measured.margin >= learned.threshold).astype(np.float64)}
    )


def decided_metric(measured: ScoredChoices, learned: Calibration | None, seed: int) -> dict[str, Estimate]:
    """Share right among the texts that were taken, by the photo or, in its silence, as the old one."""
    if learned is None:
        return {}
    taken = measured.decided(learned.threshold)
    right = np.where(taken < 0, np.nan, taken == measured.truth).astype(np.float64)
    if np.isnan(right).all():
        return {}
    ids = np.array([one.id for one in measured.choices], dtype=object)
    return item_metrics([PerItemMetrics(ids, {"accuracy_decided": right})], seed=seed)
