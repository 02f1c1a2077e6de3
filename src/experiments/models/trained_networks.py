"""The trained networks of a split, built again from the weights that the run has written."""

import numpy as np
import torch

from components.heads import Classifier
from experiments.models.replicates import Replicates
from experiments.models.seeding import seeded
from experiments.models.training_splits import TrainingSplit


def trained_networks(replicates: Replicates, split: TrainingSplit) -> list[Classifier]:
    """Return the networks that were trained on a split, in the order of the head and in evaluation mode.

    Args:
        replicates: The trained replicates.
        split: One of their splits.
    """
    trainer = replicates.trainer
    networks = []
    for (job,) in replicates.jobs([split], [np.arange(0)]):
        with seeded(job.seed, trainer.networks.device):
            network = trainer.networks.classifier(job)
        state = torch.load(trainer.files.weights(job), map_location="cpu", weights_only=True)
        network.load_trained(state)
        networks.append(network.eval())
    return networks
