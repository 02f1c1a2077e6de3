"""Preparation that all tasks with training share: device, decoded photos, seeds, splits, and replicates to train."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch

from components.augmentations import Policy
from components.backbones import Backbone
from components.data import Folds, Manifest, Photos
from components.heads import Head
from components.probes import Probe
from components.training import Training, device_name, has_bfloat16, pick_device
from experiments.models.networks import Networks
from experiments.models.replicates import Replicates
from experiments.models.trainer import Trainer
from experiments.models.training_splits import TrainingSplit, training_splits
from experiments.runs import Run


@dataclass(frozen=True)
class TrainingSetup:
    """What `set_up_training` prepared.

    Attributes:
        photos: Decoded photos.
        splits: What the models are trained on: the split of each replicate, or each of its folds.
        replicates: The replicates, not yet trained.
    """

    photos: Photos
    splits: list[TrainingSplit]
    replicates: Replicates

    @property
    def device(self) -> torch.device:
        """Device on which the networks are trained."""
        return self.replicates.trainer.networks.device

    def protocol(self, tested: str) -> str:
        """Describe the run: photo size, epochs, `tested`, device and precision."""
        trainer = self.replicates.trainer
        size, on = f"{trainer.networks.size} px", device_name(self.device)
        if not isinstance(trainer.training, Training):
            return f"{size} · {trainer.training.description} · {tested} · {on}"
        phases = trainer.augmentation.phases(trainer.training.epochs)
        epochs = " + ".join(str(phase.epochs) for phase in phases)
        precision = trainer.training.precision
        if precision == "auto":
            precision = "bfloat16" if has_bfloat16(self.device) else "float32"
        return f"{size} · {epochs} epochs · {tested} · {on} · {precision}"


def set_up_training(
    *,
    data: Manifest,
    split: Callable[..., Manifest | Folds],
    pixels: Callable[[Manifest], Photos],
    backbone: Callable[..., Backbone],
    augmentation: Policy,
    head: Head,
    training: Training | Probe,
    on_leak: Literal["error", "warn", "ignore"],
    seed: int,
    replicates: int,
    resplit: bool,
    device: str,
    run: Run,
    with_features: bool = False,
) -> TrainingSetup:
    """Pick the device, decode and split the photos, and return the replicates that are to be trained.

    Args:
        data: See `experiments.tasks.classify.classify`, as for all parameters but the last.
        split: See there.
        pixels: See there.
        backbone: See there.
        augmentation: See there.
        head: See there.
        training: See there.
        on_leak: See there.
        seed: See there.
        replicates: See there.
        resplit: See there.
        device: See there.
        run: See there.
        with_features: Whether backbone features are needed in addition to logits.

    Raises:
        ConfigError: The device is not available.
        DataError: The photos cannot be read or split, or a split leaks and `on_leak` is "error".
    """
    torch_device = pick_device(device)
    photos = pixels(data)
    seeds = [seed + replicate for replicate in range(replicates)]
    splits = training_splits(photos, split, seeds, resplit, on_leak)
    networks = Networks(photos, backbone, head.hidden, torch_device)
    trainer = Trainer(networks, augmentation, training, run, with_features)
    return TrainingSetup(photos, splits, Replicates(head, trainer))
