"""Construction of the networks of a run, and their inputs: photos, or the features of a frozen backbone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import nn

from components.backbones import Backbone
from components.data import Photos
from components.heads import Classifier, mlp
from components.training import Inputs, frozen_features
from experiments.console import Steps
from experiments.models.training_job import TrainingJob


@dataclass
class Networks:
    """Builds the networks that the replicates of a run train.

    Attributes:
        photos: Decoded photos of the run.
        backbone: Called with `image_size`; returns the network from photos to features. A frozen backbone is built
            once and shared by all replicates.
        hidden: Width of the hidden layer in multiples of the number of outputs; None: no hidden layer.
        device: Device of the networks.
    """

    photos: Photos
    backbone: Callable[..., Backbone]
    hidden: float | None
    device: torch.device

    @property
    def size(self) -> int:
        """Side of the photos in pixels."""
        return int(self.photos.array.shape[1])

    @cached_property
    def inputs(self) -> Inputs:
        """Photos as network inputs on the device."""
        return Inputs.of(self.photos.array, self.device)

    def make_backbone(self) -> Backbone:
        """Build a backbone for the size of the photos; call this inside `seeded`."""
        return self.backbone(image_size=self.size)

    @cached_property
    def first_backbone(self) -> Backbone:
        """Backbone of the first seed; if it is frozen, all replicates share it."""
        return self.make_backbone().to(self.device)

    @cached_property
    def features(self) -> Inputs:
        """Features (N, F) of all photos from the frozen backbone, read from the cache where possible."""
        with Steps("features of the frozen backbone", len(self.inputs)) as steps:
            features = frozen_features(
                self.first_backbone, self.inputs, self.photos.key, on_batch=lambda count: steps.step("", count)
            )
        return Inputs.of(features, self.device)

    def classifier(self, job: TrainingJob) -> Classifier:
        """Build the network of a job, from photos to logits; call this inside `seeded`."""
        backbone = self.first_backbone if self.first_backbone.frozen else self.make_backbone()
        torch.manual_seed(job.seed)  # head initialisation must not depend on how the backbone was created
        return Classifier(backbone, len(job.network.class_names), self.hidden).to(self.device)

    def head_on_features(self, job: TrainingJob) -> nn.Module:
        """Build only the head of `classifier`, from features to logits, with the same initial weights.

        This avoids instantiating the backbone once per replicate.
        """
        torch.manual_seed(job.seed)
        return mlp(self.first_backbone.out_features, len(job.network.class_names), self.hidden).to(self.device)
