"""A classifier that an earlier run trained, ready for photos that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from components.data import SPLITS, Manifest, Photos, decode, resized
from components.detectors import Detector, Outputs
from components.errors import ConfigError
from components.heads import Classifier, Head, first_outputs
from components.heads.mlp import others_share
from components.metrics import acceptance_threshold
from components.results import UNKNOWN, Predictions
from components.training import Inputs, frozen_features, pick_device
from experiments.config import instantiate
from experiments.models.replicates import seeded
from experiments.runs import Record, photos_of

TASKS = ("classify", "open_set")
BATCH = 64
AT_LEAST = 512
"""Pixels of a side below which no JPEG is decoded, as for the photos that it was trained on."""


@dataclass(frozen=True)
class StoredClassifier:
    """The first replicate of a run of `classify` or `open_set`.

    Attributes:
        id: Of the run.
        head: Turns logits into predictions.
        labels: One row a label and split of the photos that it was trained on: what the head takes its classes from.
        networks: One a problem of the head; a frozen backbone is shared.
        size: Pixels of a side.
        resize: How photos become squares.
        detector: Fitted on the training photos; None where the head's own score stands.
        threshold: Photos with a higher unknown score are rejected; NaN where the head itself decides.
    """

    id: str
    head: Head
    labels: Manifest
    networks: Sequence[Classifier]
    size: int
    resize: Any
    detector: Detector | None
    threshold: float

    def predict(self, files: Sequence[Path], labels: Sequence[str] | None = None) -> Predictions:
        """What the model says of photos; `labels` are their truth where it is known, and change nothing else.

        Raises:
            UnreadableError: A file gives no photo.
        """
        pixels = np.stack(
            [np.asarray(resized(decode(one, at_least=AT_LEAST), self.size, self.resize)) for one in files]
        )
        device = next(self.networks[0].mlp.parameters()).device
        outputs = outputs_of(self.networks, Inputs.of(pixels, device))
        rows = np.arange(len(self.labels), len(self.labels) + len(files))
        asked = Manifest.of(
            self.labels.root,
            {
                "path": [*self.labels.path, *map(str, files)],
                "label": [*self.labels.label, *(labels or [""] * len(files))],
                "split": [*self.labels.split, *[""] * len(files)],
            },
        )
        found = self.head.predictions(asked, rows, [one.logits for one in outputs])
        if self.detector is None:
            silent = np.isnan(found.unknown_score).all()
            return replace(found, unknown_score=others_share(found.scores)) if silent else found
        scores = self.detector.score(looked_at(self.head, outputs, len(found.class_names)))
        best = found.scores.argmax(axis=1)
        return replace(found, unknown_score=scores, y_pred=np.where(scores > self.threshold, UNKNOWN, best))


def load_classifier(folder: Path, record: Record, device: str = "auto") -> StoredClassifier:
    """The classifier of the run in `folder`; its photos must still be where they were, for its classes and detector.

    Raises:
        ConfigError: The run is of another task, or its weights are gone.
        DataError: Its photos are gone.
    """
    if record.task not in TASKS:
        raise ConfigError(f"The run {record.id} is of task={record.task}: a classifier comes from {' or '.join(TASKS)}")
    config, place = record.config, pick_device(device)
    built = {name: instantiate(config[name], name) for name in ("split", "pixels", "head")}
    photos: Photos = built["pixels"](photos_of(config["data"])[0])
    seed = int(config["seed"])
    manifest = built["split"](photos.manifest, seed=seed)
    if "unknowns" in config:
        manifest = instantiate(config["unknowns"], "unknowns")(manifest, seed=seed)
    head: Head = built["head"]
    networks = networks_of(folder, record, head, manifest, photos.array.shape[1], place)
    pixels = config["pixels"]
    detector = instantiate(config["detector"], "detector") if "detector" in config else None
    threshold = float("nan")
    if detector is not None:
        detector, threshold = fitted(detector, head, networks, photos, manifest, float(config["target_tpr"]), place)
    return StoredClassifier(
        id=record.id,
        head=head,
        labels=one_of_each(manifest),
        networks=networks,
        size=int(pixels["size"]),
        resize=pixels["resize"],
        detector=detector,
        threshold=threshold,
    )


def networks_of(
    folder: Path, record: Record, head: Head, manifest: Manifest, size: int, place: torch.device
) -> list[Classifier]:
    """The networks of the first replicate, in evaluation mode, from the weights in the run's folder."""
    make = instantiate(record.config["backbone"], "backbone")
    networks: list[Classifier] = []
    with seeded(int(record.config["seed"]), place):
        backbone = make(image_size=size)
        for problem in head.network_targets(manifest):
            file = folder / "models" / f"{problem.name}-0.pt"
            if not file.is_file():
                raise ConfigError(f"{file} is missing: do the run {record.id} again (if_exists=overwrite)")
            base = backbone if backbone.frozen else make(image_size=size)
            network = Classifier(base, len(problem.class_names), head.hidden)
            network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True), strict=not base.frozen)
            networks.append(network.to(place).eval())
    return networks


@torch.no_grad()
def outputs_of(networks: Sequence[Classifier], inputs: Inputs) -> list[Outputs]:
    """Features and logits of each network; a backbone that several share is asked once."""
    features: dict[int, torch.Tensor] = {}
    found = []
    for network in networks:
        key = id(network.backbone)
        if key not in features:
            batches = inputs.batches(torch.arange(len(inputs)), BATCH)
            features[key] = torch.cat([network.backbone(batch).float() for _, batch in batches])
        logits = network.mlp(features[key]).double().cpu().numpy()
        found.append(Outputs(features[key].cpu().numpy(), logits))
    return found


def looked_at(head: Head, outputs: Sequence[Outputs], count: int) -> Outputs:
    """What a detector sees: the network that tells the known classes apart, and the logits of these."""
    one = outputs[getattr(head, "among_known", 0)]
    return Outputs(one.features, one.logits[:, :count])


def fitted(
    detector: Detector,
    head: Head,
    networks: Sequence[Classifier],
    photos: Photos,
    manifest: Manifest,
    target_tpr: float,
    place: torch.device,
) -> tuple[Detector | None, float]:
    """The detector fitted on the run's training photos, and its threshold from the validation photos, as in the run.

    None where the detector scores nothing: then the head decides.
    """
    inputs = Inputs.of(photos.array, place)
    first = networks[getattr(head, "among_known", 0)]
    features = frozen_features(first.backbone, inputs, photos.key)
    with torch.no_grad():
        logits = first.mlp(torch.from_numpy(features).to(place)).double().cpu().numpy()
    classes = head.network_targets(manifest)[getattr(head, "among_known", 0)].class_names
    known = [name for name in classes if name != getattr(head, "rest", None)]
    count = len(known)
    targets = np.array([known.index(label) if label in known else -1 for label in manifest.label], dtype=np.int64)
    given = Outputs(features, logits[:, :count])

    def rows(split: str) -> NDArray[np.int64]:
        chosen = manifest.rows(split)
        return chosen[targets[chosen] >= 0]

    train, validation = rows("train"), rows("validation")
    detector.fit(given.rows(train), targets[train], first_outputs(first.mlp, count))
    scores = detector.score(given.rows(validation))
    if np.isnan(scores).all():
        return None, float("nan")
    return detector, acceptance_threshold(scores, target_tpr)


def one_of_each(manifest: Manifest) -> Manifest:
    """The first photo of each label in each split."""
    first: dict[tuple[str, str], int] = {}
    for row, key in enumerate(zip(manifest.label.tolist(), manifest.split.tolist(), strict=True)):
        if key[1] in SPLITS:
            first.setdefault(key, row)
    return manifest.take(sorted(first.values()))
