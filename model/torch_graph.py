"""An artifact's ONNX graph, run by torch: the same file on a GPU. Imported only where it is chosen.

model.onnx -> weights on the device, constants folded -> one torch call a node

Weights that were quantised stay what they are; activations are not quantised: a dynamic scale
would span a whole batch, and a text's scores would depend on the texts beside it. So any texts may
share a run here. Shapes are reckoned on the host, where reading them waits for no device.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from model.torch_operations import OPERATIONS, Attributes, Operation


class GraphError(ValueError):
    """The graph holds something that has no counterpart here; the message names it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One node; `spent` names what no later step needs, so that its memory is free again."""

    operation: Operation
    attributes: Attributes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    spent: frozenset[str]


class TorchGraph:
    """Runs `input_ids` of shape (texts, tokens) to logits of shape (texts, labels).

    Raises:
        GraphError: a node's operation is not known.

    """

    def __init__(self, path: Path, device: str) -> None:
        graph = onnx.load(str(path)).graph
        unknown = sorted({node.op_type for node in graph.node} - OPERATIONS.keys() - {"Constant"})
        if unknown:
            raise GraphError(f"{path} needs {', '.join(unknown)}, which the torch engine lacks.")
        self._device = torch.device(device)
        self._input = graph.input[0].name
        self._output = graph.output[0].name
        self._steps = _steps(graph)
        self._values = {x.name: self._place(numpy_helper.to_array(x)) for x in graph.initializer}
        constants = (node for node in graph.node if node.op_type == "Constant")
        self._values |= {n.output[0]: self._constant(n) for n in constants}
        self._unpack()

    def run(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The logits of texts that are equally long."""
        half = torch.bfloat16 if self._device.type == "cuda" else torch.float32
        enabled = self._device.type == "cuda"
        with torch.inference_mode(), torch.autocast(self._device.type, half, enabled=enabled):
            values = {**self._values, self._input: torch.from_numpy(ids).to(self._device)}
            for step in self._steps:
                given = [values[name] if name else None for name in step.inputs]
                found = _several(step.operation(step.attributes, given))
                values.update(zip(step.outputs, found, strict=False))
                for name in step.spent:
                    values.pop(name, None)
            return np.asarray(values[self._output].float().cpu().numpy())

    def _place(self, array: NDArray[Any]) -> Any:
        """Weights go to the device; integers, which are shapes and indices, stay on the host."""
        tensor = torch.from_numpy(np.array(array))
        whole = tensor.dtype in (torch.int64, torch.bool)
        return tensor if whole else tensor.to(self._device)

    def _constant(self, node: Any) -> Any:
        return self._place(numpy_helper.to_array(_attributes(node)["value"]))

    def _unpack(self) -> None:
        """Quantised weights as numbers, once, where only products take them."""
        for step in self._steps:
            if step.operation is OPERATIONS["MatMulInteger"]:
                weight, zero = step.inputs[1], step.inputs[3] if len(step.inputs) > 3 else ""
                if not self._values[weight].is_floating_point():
                    shift = self._values[zero].float() if zero else 0.0
                    self._values[weight] = self._values[weight].float() - shift


def _steps(graph: Any) -> Sequence[Step]:
    nodes = [node for node in graph.node if node.op_type != "Constant"]
    needed = {graph.output[0].name}
    steps = []
    for node in reversed(nodes):
        named = {name for name in (*node.input, *node.output) if name}
        steps.append(_step(node, frozenset(named - needed)))
        needed |= named
    return steps[::-1]


def _step(node: Any, spent: frozenset[str]) -> Step:
    operation, inputs = OPERATIONS[node.op_type], tuple(node.input)
    return Step(operation, _attributes(node), inputs, tuple(node.output), spent)


def _attributes(node: Any) -> dict[str, Any]:
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _several(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
