"""Several MLPs of one architecture, with all parameters in one tensor and one batched product per layer."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from components.errors import ConfigError


class BatchedMLP:
    """R multilayer perceptrons of one architecture: linear layers with ReLUs between them.

    Autograd is not used: for small MLPs its overhead is as large as the arithmetic.

    Attributes:
        parameters: (R, P) parameters of each network; `parameters.grad` is filled by `backward`.
        layers: Weights (R, out, in) and biases (R, out, 1) of each linear layer, as views of `parameters`.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        """Copy the parameters of the networks.

        Raises:
            ConfigError: The networks have different shapes, or other layers than linear ones and ReLUs.
        """
        shapes = [layer_shapes(network) for network in networks]
        if len(set(shapes)) != 1:
            raise ConfigError("networks of different shapes cannot be trained in one batch; train them separately")
        table = torch.stack(
            [torch.cat([parameter.detach().flatten() for parameter in network.parameters()]) for network in networks]
        )
        self.parameters = nn.Parameter(table)
        self.parameters.grad = torch.zeros_like(table)
        self.layers = _layer_views(table, shapes[0])
        self._gradients = _layer_views(self.parameters.grad, shapes[0])

    def forward(self, batch: Tensor) -> list[Tensor]:
        """Compute the input of each layer and, as last element, the logits.

        Args:
            batch: (R, B, F), or (B, F) for the same batch in all networks.

        Returns:
            One tensor (R, width, B) per layer input, then the logits (R, C, B).
        """
        activations = [batch.transpose(-1, -2).expand(len(self.parameters), -1, -1)]
        for index, (weight, bias) in enumerate(self.layers):
            out = torch.baddbmm(bias, weight, activations[-1])
            activations.append(out.relu_() if index < len(self.layers) - 1 else out)
        return activations

    def backward(self, activations: Sequence[Tensor], gradient: Tensor) -> None:
        """Compute the gradient of the loss with respect to the parameters, into `parameters.grad`.

        Args:
            activations: Result of `forward`.
            gradient: (R, C, B) gradient of the loss with respect to the logits.
        """
        for index in reversed(range(len(self.layers))):
            weight, bias = self._gradients[index]
            torch.bmm(gradient, activations[index].transpose(1, 2), out=weight)
            torch.sum(gradient, 2, keepdim=True, out=bias)
            if index:
                gradient = torch.bmm(self.layers[index][0].transpose(1, 2), gradient).mul_(activations[index] > 0)

    @torch.no_grad()
    def write(self, table: Tensor, networks: Sequence[nn.Module]) -> None:
        """Copy each row of a tensor shaped like `parameters` into the parameters of one network."""
        for row, network in zip(table, networks, strict=True):
            parameters = list(network.parameters())
            pieces = torch.split(row, [parameter.numel() for parameter in parameters])
            for parameter, piece in zip(parameters, pieces, strict=True):
                parameter.copy_(piece.view_as(parameter))


def layer_shapes(network: nn.Module) -> tuple[tuple[int, int], ...]:
    """Return (out, in) of each linear layer of an MLP.

    Raises:
        ConfigError: The network is not an MLP of linear layers (with biases) and ReLUs between them.
    """
    modules = list(network.children()) if isinstance(network, nn.Sequential) else [network]
    linear = [module for module in modules[::2] if isinstance(module, nn.Linear) and module.bias is not None]
    relus = [module for module in modules[1::2] if isinstance(module, nn.ReLU)]
    if len(linear) != len(relus) + 1 or len(linear) + len(relus) != len(modules):
        raise ConfigError(
            "only linear layers (with biases) and ReLUs between them can be trained in one batch; "
            f"train this network separately: {network}"
        )
    return tuple((layer.out_features, layer.in_features) for layer in linear)


def _layer_views(table: Tensor, shapes: Sequence[tuple[int, int]]) -> list[tuple[Tensor, Tensor]]:
    """Return weights and biases of each layer, as views of a tensor (R, P)."""
    pieces = torch.split(table, [size for out, into in shapes for size in (out * into, out)], dim=1)
    return [
        (weight.view(len(table), out, into), bias.view(len(table), out, 1))
        for (out, into), weight, bias in zip(shapes, pieces[::2], pieces[1::2], strict=True)
    ]
