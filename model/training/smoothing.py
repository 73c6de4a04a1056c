"""Making a network easy to quantise: large inputs are moved into the weights, the answers stay.

    texts -> largest input of each channel -> x / s, then weights * s -> the same network, flatter

Dynamic int8 has one scale for a whole activation, and a few channels far above the rest leave no
steps for the others. Weights have a scale an output, so they can carry what is taken from the
activations (SmoothQuant, Xiao et al. 2023).
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import nn

from model.training.batches import flat
from model.training.network import Network

STRENGTH = 0.85  # how much moves into the weights: 0.7 and 0.85 were near, 0.5 and less far worse
LEAST = 1e-4  # of a scale, where a channel is never used


class Smoothed(nn.Module):
    """A linear layer whose input is divided, and whose weights are multiplied, by channel."""

    def __init__(self, linear: nn.Linear, scale: torch.Tensor):
        super().__init__()
        self.inverse = nn.Parameter(1 / scale, requires_grad=False)
        self.linear = linear
        linear.weight.data = linear.weight.data * scale

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """What the linear layer would have given."""
        return self.linear(values * self.inverse)


def smoothed(network: Network, texts: Sequence[str], strength: float = STRENGTH) -> Network:
    """A copy that answers the same and loses less in int8; `texts` show usual inputs."""
    largest = largest_inputs(network, texts)
    module = copy.deepcopy(network.module)
    for name, peak in largest.items():
        parent, _, child = name.rpartition(".")
        linear = module.get_submodule(name)
        scale = _scale(linear.weight.data.abs().amax(dim=0), peak, strength)
        setattr(module.get_submodule(parent), child, Smoothed(linear, scale))
    return replace(network, module=module)


def largest_inputs(network: Network, texts: Sequence[str]) -> dict[str, torch.Tensor]:
    """Per linear layer the largest absolute value of each input channel."""
    module = network.module.eval()
    largest: dict[str, torch.Tensor] = {}
    layers = [(name, x) for name, x in module.named_modules() if isinstance(x, nn.Linear)]
    hooks = [layer.register_forward_pre_hook(_keeper(name, largest)) for name, layer in layers]
    with torch.no_grad():
        for ids in flat(network.reader.read_all(texts))[0]:
            module(torch.tensor([ids]), None)
    for hook in hooks:
        hook.remove()
    return largest


def _keeper(
    name: str, largest: dict[str, torch.Tensor]
) -> Callable[[nn.Module, tuple[torch.Tensor, ...]], None]:
    def keep(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        peak = inputs[0].abs().reshape(-1, inputs[0].shape[-1]).amax(dim=0)
        largest[name] = torch.maximum(largest.get(name, peak), peak)

    return keep


def _scale(weights: torch.Tensor, inputs: torch.Tensor, strength: float) -> torch.Tensor:
    tiny = 1e-5
    scale = inputs.clamp(min=tiny) ** strength / weights.clamp(min=tiny) ** (1 - strength)
    return scale.clamp(min=LEAST)
