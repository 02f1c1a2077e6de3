"""Task `zero_shot`: classify photos by the names of their classes, without training on photos."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.assignment import Calibration, Choice, ScoredChoices, calibrate, softmax
from components.data import Manifest, Photos, single_split
from components.embedders import Embedder, Prompt, class_vectors
from components.errors import DataError
from components.metrics import class_report, classification_metrics
from components.results import Predictions
from components.wording import counted
from experiments.runs import Outcome, Run
from experiments.tasks.classify_output import draw, show, write_tables

NAMED_BY = ("embedder", "prompt")
"""Configuration groups whose options name a run of this task."""


def zero_shot(
    *,
    data: Manifest,
    split: Callable[..., Manifest],
    pixels: Callable[[Manifest], Photos],
    embedder: Embedder,
    prompt: Prompt,
    seed: int,
    run: Run,
) -> Outcome:
    """Assign each test photo the class whose name has the nearest embedding (Radford et al. 2021).

    Probabilities are a softmax of the cosines; its temperature is fitted on the validation photos.

    Args:
        data: The photos; those without a label are left out.
        split: Called with the manifest and `seed`; returns it with validation and test rows.
        pixels: Decodes the photos to one size, for the figures.
        embedder: Maps photos and texts to vectors of one space.
        prompt: Names of the classes and the sentences around them.
        seed: Seed of the split and of the intervals.
        run: Run whose folder the results are written to.

    Returns:
        Metrics, predictions and figures as of `classify`, without training curves.

    Raises:
        ConfigError: The split is a cross-validation.
        DataError: No test photo has a label.
    """
    photos = pixels(data)
    manifest = single_split(split(photos.manifest, seed=seed), "task=zero_shot")
    labels = manifest.classes
    test, validation = (labelled_rows(manifest, name) for name in ("test", "validation"))
    if not len(test):
        raise DataError(f"None of {counted(len(manifest), 'photo')} is a test photo with a label")
    name_vectors, class_of_name = class_vectors(prompt, labels, embedder.embed_texts)
    calibration = None
    if len(validation):
        scored = score_classes(manifest, validation, labels, embedder, name_vectors, class_of_name)
        calibration = calibrate(scored, max_error_rate=1.0)
    cosines = score_classes(manifest, test, labels, embedder, name_vectors, class_of_name).cosines
    predictions = predictions_of(manifest, test, labels, cosines, calibration)
    metrics = classification_metrics([predictions], seed=seed)
    report = class_report([predictions])
    no_curves = pd.DataFrame()
    temperature = (
        f"temperature {calibration.temperature:.3g} from {counted(calibration.n, 'validation photo')}"
        if calibration
        else "temperature 1"
    )
    names = f"{counted(len(name_vectors), 'name')} of {counted(len(labels), 'class', 'classes')}"
    protocol = f"nothing trained · test n = {len(test)} · {names} · {temperature}"
    write_tables(run.folder, [predictions], no_curves, report)
    undrawn = draw(run.figures, [predictions], no_curves, photos, f"{run.subtitle} · {protocol}")
    uncalibrated = () if calibration else ("No validation photos: the probabilities are not calibrated",)
    return Outcome(
        metrics=metrics,
        predictions=predictions,
        protocol=protocol,
        notes=(*uncalibrated, *undrawn),
        left_out=manifest.left_out,
        show=lambda: show(metrics, report),
    )


def labelled_rows(manifest: Manifest, split: str) -> NDArray[np.int64]:
    """Return the rows of a split that have a label."""
    return np.flatnonzero((manifest.split == split) & (manifest.label != ""))


def score_classes(
    manifest: Manifest,
    rows: NDArray[np.int64],
    labels: Sequence[str],
    embedder: Embedder,
    name_vectors: NDArray[np.float32],
    class_of_name: NDArray[np.int64],
) -> ScoredChoices:
    """Compute the cosine of each photo with each class: that of the nearest name of the class.

    Args:
        manifest: The photos.
        rows: (n,) rows to score.
        labels: C labels.
        embedder: Embedder of the photos.
        name_vectors: (m, d) vectors of all names.
        class_of_name: (m,) index of the class of each name.
    """
    photos = embedder.embed_images([manifest.files[row] for row in rows.tolist()])
    by_name = (photos @ name_vectors.T).astype(np.float64).clip(-1, 1)
    cosines = np.stack([by_name[:, class_of_name == index].max(axis=1) for index in range(len(labels))], axis=1)
    index_of = {label: index for index, label in enumerate(labels)}
    choices = [
        Choice(str(manifest.path[row]), row, tuple(labels), right=index_of[str(manifest.label[row])])
        for row in rows.tolist()
    ]
    return ScoredChoices(choices, cosines)


def predictions_of(
    manifest: Manifest,
    rows: NDArray[np.int64],
    labels: Sequence[str],
    cosines: NDArray[np.float64],
    calibration: Calibration | None,
) -> Predictions:
    """Return predictions from the (n, C) cosines of the rows; the unknown score is the highest cosine, negated."""
    index_of = {label: index for index, label in enumerate(labels)}
    return Predictions(
        ids=manifest.path[rows],
        y_true=np.array([index_of[str(label)] for label in manifest.label[rows]], dtype=np.int64),
        scores=softmax(cosines, calibration.temperature if calibration else 1.0),
        y_pred=cosines.argmax(axis=1).astype(np.int64),
        unknown_score=-cosines.max(axis=1),
        class_names=tuple(labels),
    )
