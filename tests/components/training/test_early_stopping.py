"""Early stopping of several networks against a loop over single networks."""

import functools

import pytest
import torch

from components.training import Training
from components.training.early_stopping import EarlyStopping
from components.training.schedules import constant


def expected(losses, keep, patience):
    """Return (last epoch, kept epoch) of one network by the definition."""
    best, best_epoch, stop = float("inf"), 0, len(losses)
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        if patience is not None and best_epoch and epoch - best_epoch >= patience:
            stop = epoch
            break
    return stop, best_epoch if keep == "best" and best_epoch else stop


@pytest.mark.parametrize("keep", ["last", "best"])
@pytest.mark.parametrize("patience", [None, 1, 3])
def test_epochs_and_weights_are_those_of_single_networks(keep, patience):
    settings = Training(functools.partial(torch.optim.SGD, lr=0.1), constant, keep=keep, patience=patience)
    nan = float("nan")
    losses = [[3, 2, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1], [nan] * 7, [2, 3, 1, 3, 0, 3, 3]]
    tracker = EarlyStopping(torch.zeros(len(losses), 1), settings)
    for epoch in range(1, 8):
        if tracker.all_stopped:
            break
        parameters = torch.full((len(losses), 1), float(epoch))  # the weights tell the epoch they are from
        tracker.update(epoch, [float(curve[epoch - 1]) for curve in losses], parameters, last=epoch == 7)
    for index, curve in enumerate(losses):
        assert tracker.stop_and_kept_epoch(index, 7) == expected(curve, keep, patience)
        assert tracker.kept[index].item() == expected(curve, keep, patience)[1]
