"""Heat maps of replicate 0: what its networks looked at in its surest mistakes, and in photos that it gets right."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from components.explanations import NoHeatMapsError, heat_maps, samples_by_class, surest_mistakes
from components.figures import Drawing, ExplainedPhoto, HeatMap, heat_map_gallery, save_figures
from components.metrics import UNKNOWN_NAME
from components.results import UNKNOWN, Predictions
from components.wording import counted
from experiments.console import Steps
from experiments.models import TrainingSetup, TrainingSplit, tested_splits, trained_networks

SHOWN = 12
"""Number of mistakes, and of photos with the right label."""

AT_ONCE = 8
"""Photos between two steps of the progress display."""


def draw_heat_maps(folder: Path, setup: TrainingSetup, predictions: Predictions, subtitle: str) -> list[str]:
    """Draw heat maps of the surest mistakes and of samples of each class; return a note if they cannot be drawn.

    Args:
        folder: Folder of the figures.
        setup: The trained replicates, their photos and splits.
        predictions: Predictions of replicate 0.
        subtitle: Subtitle of the figures.
    """
    drawing: Drawing
    explainer = Explainer(setup, predictions)
    wrong = np.flatnonzero(predictions.y_true != predictions.y_pred)
    mistakes = surest_mistakes(predictions, SHOWN)
    seed = setup.splits[0].seed
    samples = explainer.with_output(samples_by_class(predictions, SHOWN, seed))
    galleries = {
        "heat_maps_of_mistakes": (
            mistakes,
            "What the network looked at in its surest mistakes",
            f"{len(mistakes)} of {counted(len(wrong), 'mistake')}, those of highest confidence.",
        ),
        "heat_maps_of_samples": (
            samples,
            "What the network looked at in photos that it gets right",
            f"{counted(len(samples), 'test photo')} with the right label, drawn at random by class (seed {seed}).",
        ),
    }
    for name, (rows, title, note) in galleries.items():
        if not len(rows):
            continue
        try:
            photos = explainer.explain(rows)
        except NoHeatMapsError as error:
            return [str(error)]
        except Exception as error:  # a figure costs a warning, not the run
            drawing = partial(_fail, error)
        else:
            drawing = partial(heat_map_gallery, photos, title=title, note=note, subtitle=subtitle)
        if notes := save_figures(folder, {name: drawing}):
            return notes  # the other figure would fail for the same reason
    return []


def _fail(error: Exception) -> Figure:
    raise error


@dataclass
class Explainer:
    """Makes the heat maps of replicate 0.

    Attributes:
        setup: The trained replicates, their photos and splits.
        predictions: Predictions of replicate 0.
    """

    setup: TrainingSetup
    predictions: Predictions

    @cached_property
    def splits(self) -> list[TrainingSplit]:
        """The splits of replicate 0: one, or one per fold."""
        return tested_splits(self.setup.splits)[0]

    @cached_property
    def rest_output(self) -> tuple[int, int] | None:
        """Network and output that stand for photos of none of the classes; None if the head has no such output."""
        head = self.setup.replicates.head
        rest = getattr(head, "rest", None)
        for number, network in enumerate(head.network_targets(self.splits[0].manifest)):
            if rest in network.class_names:
                return number, network.class_names.index(rest)
        return None

    def output_of(self, label: int) -> tuple[int, int] | None:
        """Return the network and the output that stand for a label; None if there is none."""
        if label == UNKNOWN:
            return self.rest_output
        return int(getattr(self.setup.replicates.head, "known_classes_network", 0)), label

    def with_output(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows whose predicted label has an output."""
        kept = [self.output_of(label) is not None for label in self.predictions.y_pred[rows].tolist()]
        return np.compress(kept, rows)

    def explain(self, rows: NDArray[np.int64]) -> list[ExplainedPhoto]:
        """Return photos with heat maps of the predicted class and, if that is wrong, of the true class.

        A photo that a detector rejects has the map of its most probable class.

        Args:
            rows: Rows of the predictions.
        """
        photos, predictions = self.setup.photos, self.predictions
        at = photos.manifest.rows_of(predictions.ids[rows])
        pixels, titles = photos.array[at], photos.manifest.title[at]
        labels = [self._labels(row) for row in rows.tolist()]
        wanted = [(place, label) for place, of_photo in enumerate(labels) for label in of_photo]
        maps = self._maps(at, pixels, wanted)
        return [
            ExplainedPhoto(
                pixels[place],
                str(titles[place]) or str(predictions.ids[row]).rsplit("/", 1)[-1],
                bool(predictions.y_true[row] == predictions.y_pred[row]),
                [self._described(row, label, maps[place, label]) for label in labels[place]],
                self._remark(row),
            )
            for place, row in enumerate(rows.tolist())
        ]

    def _labels(self, row: int) -> list[int]:
        """Return the labels whose heat maps are shown: the predicted one, then the true one."""
        truth, predicted = int(self.predictions.y_true[row]), int(self.predictions.y_pred[row])
        if self.output_of(predicted) is None:
            predicted = int(self.predictions.scores[row].argmax())
        return [predicted] if truth == predicted or self.output_of(truth) is None else [predicted, truth]

    def _maps(
        self, rows: NDArray[np.int64], pixels: NDArray[np.uint8], wanted: Sequence[tuple[int, int]]
    ) -> dict[tuple[int, int], NDArray[np.float32]]:
        """Return the heat map of each wanted pair of a photo's place in `pixels` and a label.

        Args:
            rows: Row of each photo in the manifest; the networks of the fold that tests the photo are asked.
            pixels: The photos.
            wanted: The pairs; every label has an output.
        """
        maps: dict[tuple[int, int], NDArray[np.float32]] = {}
        outputs = {label: output for _, label in wanted if (output := self.output_of(label))}
        with Steps("heat maps", len(wanted)) as steps:
            for split in self.splits:
                tested = np.isin(rows, split.manifest.rows("test"))
                of_split = [(place, label) for place, label in wanted if tested[place]]
                networks = trained_networks(self.setup.replicates, split) if of_split else []
                for number, network in enumerate(networks):
                    pairs = [(place, label) for place, label in of_split if outputs[label][0] == number]
                    for start in range(0, len(pairs), AT_ONCE):
                        part = pairs[start : start + AT_ONCE]
                        asked = np.array([outputs[label][1] for _, label in part])
                        values = heat_maps(network, pixels[[place for place, _ in part]], asked)
                        maps |= dict(zip(part, values, strict=True))
                        steps.step("", len(part))
        return maps

    def _described(self, row: int, label: int, values: NDArray[np.float32]) -> HeatMap:
        predictions = self.predictions
        name = UNKNOWN_NAME if label == UNKNOWN else predictions.class_names[label]
        scores = predictions.scores[row]
        probability = float(1 - scores.sum() if label == UNKNOWN else scores[label])
        predicted, truth = int(predictions.y_pred[row]), int(predictions.y_true[row])
        if label == predicted:
            return HeatMap(name, "✓" if predicted == truth else "✗", probability, values)
        if label == self._labels(row)[0]:
            return HeatMap(f"{'true' if label == truth else 'closest'}: {name}", "✗ rejected", float("nan"), values)
        return HeatMap(name, "true", probability, values)

    def _remark(self, row: int) -> str:
        """Return the true class of a photo of none of the classes, if no output stands for these."""
        truth, predicted = int(self.predictions.y_true[row]), int(self.predictions.y_pred[row])
        return f"true: {UNKNOWN_NAME}" if truth != predicted and self.output_of(truth) is None else ""
