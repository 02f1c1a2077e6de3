"""The classifier that a run of `classify` or `open_set` saves, and its application to new photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import Manifest, decode, resized
from components.detectors import Detector, Outputs
from components.errors import ConfigError
from components.heads import Classifier, Head, first_outputs, one_minus_max_probability
from components.probes import Probe
from components.results import UNKNOWN, Predictions
from components.training import Inputs, Training, pick_device, predict
from experiments.config import instantiate
from experiments.models.classifier_file import ClassifierFile, labels_by_split
from experiments.models.network_output import MODELS
from experiments.models.replicates import Replicates
from experiments.models.seeding import seeded
from experiments.models.trainer import photo_outputs
from experiments.models.training_splits import TrainingSplit, saved_split
from experiments.runs import Record, Run

TASKS = ("classify", "open_set")
BATCH_SIZE = 64
MIN_DECODED_SIDE = 512
"""JPEGs are decoded to at least this side before they are resized, as `components.data.load_pixels` does."""


@dataclass(frozen=True)
class SavedClassifier:
    """Replicate 0 of a run of `classify` or `open_set`.

    Attributes:
        id: Id of the run.
        head: Turns logits into predictions.
        networks: The networks of the head, in evaluation mode; a frozen backbone is shared.
        training: Settings that the networks were trained with, or the probe that they are.
        detector: Fitted detector; None where the unknown score of the head is used.
        file: Class names, photo size and threshold.
    """

    id: str
    head: Head
    networks: Sequence[Classifier]
    training: Training | Probe
    detector: Detector | None
    file: ClassifierFile

    def predict(self, files: Sequence[Path], labels: Sequence[str] | None = None) -> Predictions:
        """Predict the classes of photos.

        Args:
            files: The photos.
            labels: True labels, where they are known; they are only copied into the result.

        Raises:
            UnreadableError: A file is not a readable photo.
        """
        size, resize = self.file.size, cast("Any", self.file.resize)
        at_least = max(MIN_DECODED_SIDE, 2 * size)
        pixels = np.stack([np.asarray(resized(decode(file, at_least=at_least), size, resize)) for file in files])
        outputs = self._outputs(pixels)
        predictions = self._head_predictions(files, labels, [logits for _, logits in outputs])
        if self.detector is None:
            no_score = np.isnan(predictions.unknown_score).all()
            return (
                replace(predictions, unknown_score=one_minus_max_probability(predictions.scores))
                if no_score
                else predictions
            )
        features, logits = outputs[known_network(self.head)]
        assert features is not None
        scores = self.detector.score(Outputs(features, logits[:, : len(predictions.class_names)]))
        labels_of = np.where(scores > self._threshold, UNKNOWN, predictions.scores.argmax(axis=1)).astype(np.int64)
        return replace(predictions, unknown_score=scores, y_pred=labels_of)

    @property
    def _threshold(self) -> float:
        return float("nan") if self.file.threshold is None else self.file.threshold

    @torch.no_grad()
    def _outputs(self, pixels: NDArray[np.uint8]) -> list[tuple[NDArray[np.float32] | None, NDArray[np.float64]]]:
        """Return features (or None) and logits of each network, computed as in the run."""
        device = next(self.networks[0].mlp.parameters()).device
        precision = self.training.precision if isinstance(self.training, Training) else "float32"
        inputs, rows = Inputs.of(pixels, device), np.arange(len(pixels))
        shared_features: dict[int, NDArray[np.float32]] = {}
        outputs: list[tuple[NDArray[np.float32] | None, NDArray[np.float64]]] = []
        for network in self.networks:
            from_features = self.file.logits_from == "features"
            if not (from_features and network.backbone.frozen):
                outputs.append(photo_outputs(network, inputs, rows, precision, with_features=from_features))
                continue
            key = id(network.backbone)
            if key not in shared_features:
                batches = inputs.batches(torch.arange(len(inputs)), BATCH_SIZE)
                parts = [network.backbone(batch).float().cpu() for _, batch in batches]
                shared_features[key] = torch.cat(parts).numpy()
            features = Inputs.of(shared_features[key], device)
            outputs.append((shared_features[key], predict(network, network.mlp, features, rows, precision)))
        return outputs

    def _head_predictions(
        self, files: Sequence[Path], labels: Sequence[str] | None, logits: Sequence[NDArray[np.float64]]
    ) -> Predictions:
        """Return the predictions of the head; it derives its classes from the labels of the training run."""
        known = self.file.labels
        manifest = Manifest.of(
            Path(),
            {
                "path": [*(f"label {index}" for index in range(len(known))), *map(str, files)],
                "label": [*(label for label, _ in known), *(labels or [""] * len(files))],
                "split": [*(split for _, split in known), *[""] * len(files)],
            },
        )
        return self.head.predictions(manifest, np.arange(len(known), len(manifest)), logits)


def save_classifier(
    run: Run,
    replicates: Replicates,
    splits: Sequence[TrainingSplit],
    *,
    detector: Detector | None = None,
    threshold: float = float("nan"),
) -> None:
    """Write what `load_classifier` needs in addition to the weights in RUN/models/.

    Args:
        run: Run whose folder the files are written to.
        replicates: Trained replicates of the run.
        splits: Their splits. Replicate 0 is saved, or, if there are folds, the model that was trained on all photos.
        detector: Fitted detector of the saved model; None where the head itself decides.
        threshold: Threshold of the saved model; NaN where the head itself decides.
    """
    saved = saved_split(splits)
    trainer, jobs = replicates.trainer, replicates.jobs([saved], [np.arange(0)])
    pixels = run.arguments.get("pixels") or {}
    ClassifierFile(
        networks=[trainer.files.weights(job).name for (job,) in jobs],
        class_names=[list(job.network.class_names) for (job,) in jobs],
        labels=labels_by_split(saved.manifest),
        size=trainer.networks.size,
        resize=pixels.get("resize"),
        logits_from="features" if trainer.with_features or trainer.on_features else "photos",
        threshold=None if np.isnan(threshold) else threshold,
        detector=None if detector is None else detector.state(),
    ).write(run.folder)


def load_classifier(folder: Path, record: Record, device: str = "auto") -> SavedClassifier:
    """Load the classifier of a run; only the folder of the run is read.

    Args:
        folder: Folder of the run.
        record: Record of the run.
        device: Name of the device, or "auto".

    Raises:
        ConfigError: The run is of another task, a file is missing or of another version, or the device is not
            available.
    """
    if record.task not in TASKS:
        raise ConfigError(
            f"The run {record.id} is a run of task={record.task}: a classifier comes from {' or '.join(TASKS)}"
        )
    file = ClassifierFile.read(folder)
    if file.resize is None:
        raise ConfigError(
            f"The run {record.id} read its photos with a component {record.config['pixels'].get('_target_')} without "
            "the setting `resize`: its classifier cannot be applied to other photos"
        )
    head: Head = instantiate(record.config["head"], "head")
    networks = load_networks(folder, record, head, file, pick_device(device))
    detector: Detector | None = None
    if file.detector is not None:
        known = known_network(head)
        n_classes = len([name for name in file.class_names[known] if name != getattr(head, "rest", None)])
        unfitted: Detector = instantiate(record.config["detector"], "detector")
        detector = unfitted.load_state(file.detector, first_outputs(networks[known].mlp, n_classes))
    training: Training | Probe = instantiate(record.config["training"], "training")
    return SavedClassifier(record.id, head, networks, training, detector, file)


def load_networks(
    folder: Path, record: Record, head: Head, file: ClassifierFile, device: torch.device
) -> list[Classifier]:
    """Load the networks of replicate 0, in evaluation mode, with the weights in RUN/models/."""
    make = instantiate(record.config["backbone"], "backbone")
    networks: list[Classifier] = []
    with seeded(int(record.config["seed"]), device):
        backbone = make(image_size=file.size)
        for name, class_names in zip(file.networks, file.class_names, strict=True):
            path = folder / MODELS / name
            if not path.is_file():
                raise ConfigError(f"{path} is missing: run {record.id} again with if_exists=overwrite")
            own = backbone if backbone.frozen else make(image_size=file.size)
            network = Classifier(own, len(class_names), head.hidden)
            network.load_trained(torch.load(path, map_location="cpu", weights_only=True))
            networks.append(network.to(device).eval())
    return networks


def known_network(head: Head) -> int:
    """Return the index of the network that separates the known classes."""
    return int(getattr(head, "known_classes_network", 0))
