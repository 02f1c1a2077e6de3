"""Wrong labels injected at random, to measure how well they are found."""

import numpy as np

from components.data import Manifest
from components.errors import ConfigError, DataError


def inject_label_noise(manifest: Manifest, share: float, *, seed: int, rest: str | None = None) -> Manifest:
    """Replace the labels of a share of the photos, drawn at random, by another class, each with equal probability.

    Args:
        manifest: The photos.
        share: Share of the labelled photos that get a wrong label, from 0, less than 1; rounded to a whole number.
        seed: Seed of the draw.
        rest: Label of photos that are of none of the classes: neither replaced nor drawn. None: there is no such label.

    Raises:
        ConfigError: `share` is out of range.
        DataError: There is only one class.
    """
    if not 0 <= share < 1:
        raise ConfigError(f"label_noise={share}: expected a share from 0, less than 1, such as 0.05")
    classes = np.array([name for name in manifest.classes if name != rest], dtype=object)
    if share and len(classes) < 2:
        raise DataError(
            f"label_noise={share}: wrong labels need at least 2 classes, and the photos have {len(classes)} "
            f"({', '.join(classes) or 'none'})"
        )
    generator = np.random.default_rng(seed)
    labelled = np.flatnonzero(np.isin(manifest.label, classes))
    chosen = generator.permutation(labelled)[: round(share * len(labelled))]
    index = {name: number for number, name in enumerate(classes)}
    labels = manifest.label.copy()
    for row, step in zip(chosen, generator.integers(1, max(2, len(classes)), len(chosen)), strict=True):
        labels[row] = classes[(index[labels[row]] + step) % len(classes)]
    return manifest.replace(label=labels)
