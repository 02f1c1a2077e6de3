"""The files that `load_classifier` reads besides the weights: classifier.json and detector.npz in RUN/models/."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np

from components.data import SPLITS, Manifest
from components.detectors import State
from components.errors import ConfigError
from components.storage import atomic_path
from experiments.models.network_output import MODELS

FILE = "classifier.json"
DETECTOR_FILE = "detector.npz"
VERSION = 1


@dataclass(frozen=True)
class ClassifierFile:
    """Description of the classifier of replicate 0.

    Attributes:
        networks: File name of the weights of each network, in the order of the head.
        class_names: Class names of each network.
        labels: One (label, split) pair for each label in each split; the head derives its classes from them.
        size: Side of the photos in pixels.
        resize: How photos are made square (`components.data.resized`); None if the `pixels` component has no such
            setting.
        logits_from: "features": the head ran on float32 features; "photos": the network ran as a whole, in the
            precision of the training.
        threshold: Photos with a higher unknown score are rejected; None where the head itself decides.
        detector: State of the fitted detector; None where the head itself decides.
    """

    networks: list[str]
    class_names: list[list[str]]
    labels: list[tuple[str, str]]
    size: int
    resize: str | None
    logits_from: Literal["features", "photos"]
    threshold: float | None = None
    detector: State | None = field(default=None, repr=False)

    def write(self, folder: Path) -> None:
        """Write both files into the folder of a run."""
        if self.detector is not None:
            with atomic_path(folder / MODELS / DETECTOR_FILE) as path, path.open("wb") as stream:
                arrays: dict[str, Any] = dict(self.detector)
                np.savez(stream, **arrays)
        content = {one.name: getattr(self, one.name) for one in fields(self)} | {
            "version": VERSION,
            "detector": None if self.detector is None else DETECTOR_FILE,
        }
        with atomic_path(folder / MODELS / FILE) as path:
            path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> ClassifierFile:
        """Read both files from the folder of a run.

        Raises:
            ConfigError: A file is missing, damaged, or of another version.
        """
        path = folder / MODELS / FILE
        again = "run it again with if_exists=overwrite"
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("version") != VERSION:
                raise ConfigError(f"{path} was written by another version of hito: {again}")
            if content["detector"] is not None:
                with np.load(folder / MODELS / content["detector"], allow_pickle=False) as arrays:
                    content["detector"] = dict(arrays)
            content["labels"] = [(str(label), str(split)) for label, split in content["labels"]]
            return cls(**{one.name: content[one.name] for one in fields(cls)})
        except FileNotFoundError as error:
            raise ConfigError(
                f"{error.filename} is missing: the run was made by an older version of hito, or the file was deleted; "
                f"{again}"
            ) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(f"{path} cannot be read ({error}): {again}") from error


def labels_by_split(manifest: Manifest) -> list[tuple[str, str]]:
    """Return each pair of a label and a split that occurs, in the order of its first photo."""
    pairs = zip(manifest.label.tolist(), manifest.split.tolist(), strict=True)
    return [(label, split) for label, split in dict.fromkeys(pairs) if split in SPLITS]
