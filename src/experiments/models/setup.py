"""What the tasks that train share: the split of each replicate, and the sizes of the run in words."""

from collections.abc import Callable, Sequence
from typing import Literal

import torch

from components.augmentations import Policy
from components.data import Manifest, Photos, guard
from components.training import Training, device_name, has_bfloat16


def splits_of_replicates(
    photos: Photos,
    split: Callable[..., Manifest],
    seeds: Sequence[int],
    resplit: bool,
    on_leak: Literal["error", "warn", "ignore"],
) -> list[Manifest]:
    """The split of each seed, one for all unless `resplit`; each has passed the leak guard."""
    splits = {one: split(photos.manifest, seed=one) for one in (seeds if resplit else seeds[:1])}
    for manifest in splits.values():
        guard(manifest, photos, on_leak)
    return [splits[one if resplit else seeds[0]] for one in seeds]


def sizes_in_words(size: int, augmentation: Policy, training: Training, tested: str, device: torch.device) -> str:
    """Pixels, epochs, what was tested, device and precision."""
    epochs = " + ".join(str(phase.epochs) for phase in augmentation.phases(training.epochs))
    precision = training.precision
    if precision == "auto":
        precision = "bfloat16" if has_bfloat16(device) else "float32"
    return f"{size} px · {epochs} epochs · {tested} · {device_name(device)} · {precision}"
