"""Heat maps: where in a photo a network found what speaks for one of its outputs."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from components.explanations.feature_maps import NoHeatMapsError, last_feature_maps
from components.heads import Classifier

BATCH = 8


def heat_maps(network: Classifier, photos: NDArray[np.uint8], outputs: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return for each photo where the network found what speaks for one of its outputs (HiResCAM).

    The map is the sum over the channels of the last feature maps times their gradients (Draelos and Carin 2020),
    without its negative part. For a linear classifier it is what each place contributes to the logit. On averaged
    features it equals Grad-CAM (Selvaraju et al. 2017) and CAM (Zhou et al. 2016); on flattened ones, as of the
    thesis's CNN, Grad-CAM would smear it, since it averages the gradients over all places.

    The gradient ends at the feature maps: a frozen backbone needs no gradient, and neither do its photos. Of several
    views of a photo the map is that of the whole photo, of backbones side by side the mean of their maps.

    Args:
        network: The trained network; it is set to evaluation mode.
        photos: (n, S, S, 3) photos.
        outputs: (n,) number of the output of each photo, from 0.

    Returns:
        (n, S, S), each map scaled to 0..1; zeros where nothing speaks for the output.

    Raises:
        NoHeatMapsError: The backbone has no feature maps, or the outputs have no gradient.
    """
    from pytorch_grad_cam import HiResCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    device = next(network.mlp.parameters()).device
    batches = torch.split(torch.from_numpy(np.array(photos)).permute(0, 3, 1, 2), BATCH)
    network.eval()
    _check_gradient(network, device)
    found = []
    for maps in last_feature_maps(network.backbone, batches[0][:1].to(device)):
        targets = iter([ClassifierOutputTarget(int(output)) for output in outputs])
        cut = maps.layer.register_forward_hook(_without_history)  # runs before the library's hooks
        cam = HiResCAM(network, [maps.layer], reshape_transform=maps.channels_first)
        try:
            with torch.enable_grad():
                of_layer = [cam(batch.to(device), [next(targets) for _ in batch]) for batch in batches]
        finally:
            cam.activations_and_grads.release()
            cut.remove()
            network.zero_grad()
        found.append(np.concatenate(of_layer))
    mean = np.mean(found, axis=0, dtype=np.float32)
    scaled: NDArray[np.float32] = mean / np.maximum(mean.max(axis=(1, 2), keepdims=True), np.finfo(np.float32).tiny)
    return scaled


def _check_gradient(network: Classifier, device: torch.device) -> None:
    features = torch.zeros((1, network.backbone.out_features), device=device, requires_grad=True)
    with torch.enable_grad():
        if not network.mlp(features).requires_grad:
            raise NoHeatMapsError(
                "There are no heat maps for this classifier: its outputs have no gradient, as the votes of neighbours"
            )


def _without_history(_: nn.Module, __: object, output: Tensor) -> Tensor:
    """Return the output of a layer as the beginning of the gradient's path."""
    return output.detach().requires_grad_()
