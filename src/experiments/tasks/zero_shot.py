"""Task `zero_shot`: classify photos by the words for their classes, with nothing trained on photos."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.assignment import Calibration, Choice, ScoredChoices, calibrate, softmax
from components.data import Manifest, Photos
from components.embedders import Embedder
from components.embedders.prompts import Prompt, class_vectors
from components.errors import DataError
from components.metrics import class_report, classification_metrics
from components.results import Predictions
from experiments.runs import Outcome, Run
from experiments.tasks.classify_output import draw, show, write_tables


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
    """Give each test photo the class whose words are nearest to it (Radford et al. 2021).

    Probabilities are a softmax of the cosines; its temperature, one number, is learned on the validation photos.

    Args:
        data: The photos; those without a label are left out.
        split: Gives the manifest its validation and test rows, from a seed.
        pixels: Decodes the photos to one size, for the figures.
        embedder: Photos and texts to vectors of one space.
        prompt: How the classes are said.
        seed: Of the split and of the bootstrap.
        run: Where to write.

    Returns:
        What the task `classify` leaves, without training curves: metrics, predictions and figures.
    """
    photos = pixels(data)
    manifest = split(photos.manifest, seed=seed)
    labels = manifest.classes
    test, validation = (labelled(manifest, part) for part in ("test", "validation"))
    if not len(test):
        raise DataError(f"The split names no test photos with a label among the {len(manifest)}")
    said, classes = class_vectors(prompt, labels, embedder.embed_texts)
    learned = None
    if len(validation):
        learned = calibrate(scored(manifest, validation, labels, embedder, said, classes), max_error_rate=1.0)
    cosines = scored(manifest, test, labels, embedder, said, classes).cosines
    predictions = predicted(manifest, test, labels, cosines, learned)
    metrics = classification_metrics([predictions], seed=seed)
    report = class_report([predictions])
    nothing = pd.DataFrame()
    taught = f"temperature {learned.temperature:.3g} from {learned.n} validation photos" if learned else "temperature 1"
    protocol = f"nothing trained · test n = {len(test)} · {len(said)} names of {len(labels)} classes · {taught}"
    write_tables(run.folder, [predictions], nothing, report)
    draw(run.figures, [predictions], nothing, photos, f"{run.subtitle} · {protocol}")
    return Outcome(
        metrics=metrics,
        predictions=predictions,
        protocol=protocol,
        notes=() if learned else ("no validation photos: the probabilities are not calibrated",),
        left_out=manifest.left_out,
        show=lambda: show(metrics, report),
    )


def labelled(manifest: Manifest, part: str) -> NDArray[np.int64]:
    """Rows of a part of the split whose class is known."""
    return np.flatnonzero((manifest.split == part) & (manifest.label != ""))


def scored(
    manifest: Manifest,
    rows: NDArray[np.int64],
    labels: Sequence[str],
    embedder: Embedder,
    said: NDArray[np.float32],
    classes: NDArray[np.int64],
) -> ScoredChoices:
    """The cosine of each photo with each class: that of the nearest of the class's names."""
    photos = embedder.embed_images([manifest.files[row] for row in rows.tolist()])
    by_name = (photos @ said.T).astype(np.float64).clip(-1, 1)
    cosines = np.stack([by_name[:, classes == index].max(axis=1) for index in range(len(labels))], axis=1)
    truth = {label: index for index, label in enumerate(labels)}
    choices = [
        Choice(str(manifest.path[row]), row, tuple(labels), right=truth[str(manifest.label[row])])
        for row in rows.tolist()
    ]
    return ScoredChoices(choices, cosines)


def predicted(
    manifest: Manifest,
    rows: NDArray[np.int64],
    labels: Sequence[str],
    cosines: NDArray[np.float64],
    learned: Calibration | None,
) -> Predictions:
    """What the words say of the photos."""
    index = {label: number for number, label in enumerate(labels)}
    return Predictions(
        ids=manifest.path[rows],
        y_true=np.array([index[str(label)] for label in manifest.label[rows]], dtype=np.int64),
        scores=softmax(cosines, learned.temperature if learned else 1.0),
        y_pred=cosines.argmax(axis=1).astype(np.int64),
        unknown_score=-cosines.max(axis=1),
        class_names=tuple(labels),
    )
