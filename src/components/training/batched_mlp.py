"""Networks of one shape as one: the parameters of all in one table, each product one batched product for all."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from components.errors import ConfigError


class BatchedMLP:
    """R multilayer perceptrons of one shape: linear layers, ReLUs between them.

    Autograd is not used: its bookkeeping costs as much as the arithmetic of a small head.

    Attributes:
        parameters: (R, P), a row a network; the layers are views of it, and its `grad` is what `backward` fills.
        layers: Weights (R, out, in) and biases (R, out, 1) of each linear layer.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        """Copy the parameters of the networks; raises ConfigError when one is no such perceptron."""
        shapes = [shapes_of(network) for network in networks]
        if len(set(shapes)) != 1:
            raise ConfigError("networks of different shapes cannot be trained at once; train them one after the other")
        table = torch.stack(
            [torch.cat([one.detach().flatten() for one in network.parameters()]) for network in networks]
        )
        self.parameters = nn.Parameter(table)
        self.parameters.grad = torch.zeros_like(table)
        self.layers = _views(table, shapes[0])
        self._gradients = _views(self.parameters.grad, shapes[0])

    def forward(self, batch: Tensor) -> list[Tensor]:
        """What goes into each layer, and last the logits: each (R, width, B).

        Args:
            batch: (R, B, F), or (B, F) for all networks.
        """
        flow = [batch.transpose(-1, -2).expand(len(self.parameters), -1, -1)]
        for index, (weight, bias) in enumerate(self.layers):
            out = torch.baddbmm(bias, weight, flow[-1])
            flow.append(out.relu_() if index < len(self.layers) - 1 else out)
        return flow

    def backward(self, flow: Sequence[Tensor], slope: Tensor) -> None:
        """Fill the gradient of the parameters.

        Args:
            flow: What `forward` gave.
            slope: (R, C, B) derivative of the loss in the logits.
        """
        for index in reversed(range(len(self.layers))):
            weight, bias = self._gradients[index]
            torch.bmm(slope, flow[index].transpose(1, 2), out=weight)
            torch.sum(slope, 2, keepdim=True, out=bias)
            if index:
                slope = torch.bmm(self.layers[index][0].transpose(1, 2), slope).mul_(flow[index] > 0)

    @torch.no_grad()
    def write(self, table: Tensor, networks: Sequence[nn.Module]) -> None:
        """Give each network its row of a table like `parameters`."""
        for row, network in zip(table, networks, strict=True):
            own = list(network.parameters())
            for one, piece in zip(own, torch.split(row, [one.numel() for one in own]), strict=True):
                one.copy_(piece.view_as(one))


def shapes_of(network: nn.Module) -> tuple[tuple[int, int], ...]:
    """(out, in) of each linear layer of a perceptron; raises ConfigError for any other network."""
    modules = list(network.children()) if isinstance(network, nn.Sequential) else [network]
    linear, between = modules[::2], modules[1::2]
    plain = all(isinstance(one, nn.Linear) and one.bias is not None for one in linear)
    if not plain or len(modules) % 2 == 0 or not all(isinstance(one, nn.ReLU) for one in between):
        raise ConfigError(
            "only linear layers (with biases) and ReLUs between them can be trained at once; "
            f"train this network by itself: {network}"
        )
    return tuple((one.out_features, one.in_features) for one in linear if isinstance(one, nn.Linear))


def _views(table: Tensor, shapes: Sequence[tuple[int, int]]) -> list[tuple[Tensor, Tensor]]:
    """Weights and biases of each layer, as views of the table."""
    pieces = torch.split(table, [size for out, into in shapes for size in (out * into, out)], dim=1)
    return [
        (weight.view(len(table), out, into), bias.view(len(table), out, 1))
        for (out, into), weight, bias in zip(shapes, pieces[::2], pieces[1::2], strict=True)
    ]
