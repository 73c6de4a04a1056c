"""The operations of ONNX (opset 17) that exported encoders use, each by torch.

A function takes a node's attributes and its inputs, None where one is left out, and returns its
output, or a tuple of them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from onnx import helper, numpy_helper

Attributes = Mapping[str, Any]
Operation = Callable[[Attributes, Sequence[Any]], Any]


def _together(*tensors: Any) -> tuple[Any, ...]:
    """All on one device: on the accelerator if any is."""
    devices = {tensor.device for tensor in tensors}
    if len(devices) == 1:
        return tensors
    device = next(d for d in devices if d.type != "cpu")
    return tuple(tensor.to(device) for tensor in tensors)


def _plain(function: Callable[..., Any]) -> Operation:
    return lambda attributes, given: function(*_together(*given))


def _reshape(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, shape = given
    sizes = [data.shape[i] if n == 0 else n for i, n in enumerate(shape.tolist())]
    return data.reshape(sizes)


def _gather(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, index = _together(*given)
    axis = attributes.get("axis", 0) % data.dim()
    index = torch.where(index < 0, index + data.shape[axis], index)
    shape = (*data.shape[:axis], *index.shape, *data.shape[axis + 1 :])
    return data.index_select(axis, index.reshape(-1)).reshape(shape)


def _gather_elements(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, index = _together(*given)
    return data.gather(attributes.get("axis", 0), index)


def _unsqueeze(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, axes = given
    for axis in sorted(axes.tolist()):
        data = data.unsqueeze(axis)
    return data


def _slice(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, starts, ends, axes, *steps = (x.tolist() if i else x for i, x in enumerate(given))
    place = [slice(None)] * data.dim()
    for number, axis in enumerate(axes):
        step = steps[0][number] if steps else 1
        place[axis] = slice(starts[number], ends[number], step)
    return data[tuple(place)]


def _filled(attributes: Attributes, given: Sequence[Any]) -> Any:
    value = torch.from_numpy(numpy_helper.to_array(attributes["value"]).copy())
    return value.expand(given[0].tolist())


def _expand(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, shape = given
    return data.expand(torch.broadcast_shapes(data.shape, tuple(shape.tolist())))


def _cast(attributes: Attributes, given: Sequence[Any]) -> Any:
    name = np.dtype(helper.tensor_dtype_to_np_dtype(attributes["to"])).name
    return given[0].to(getattr(torch, name))


def _mean(attributes: Attributes, given: Sequence[Any]) -> Any:
    return given[0].mean(dim=attributes["axes"], keepdim=bool(attributes.get("keepdims", 1)))


def _normalised(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, weight, bias = given
    shape, eps = weight.shape, attributes.get("epsilon", 1e-5)
    return torch.nn.functional.layer_norm(data.float(), shape, weight, bias, eps)


def _unquantised(attributes: Attributes, given: Sequence[Any]) -> Any:
    one, zero = torch.ones((), device=given[0].device), torch.zeros((), device=given[0].device)
    return given[0], one, zero


def _product(attributes: Attributes, given: Sequence[Any]) -> Any:
    return torch.matmul(given[0], given[1])


def _dequantised(attributes: Attributes, given: Sequence[Any]) -> Any:
    data, scale, *zero = given
    shift = zero[0].float() if zero and zero[0] is not None else torch.zeros_like(scale)
    if scale.numel() > 1:  # one scale a slice along the axis
        sizes = [1] * data.dim()
        sizes[attributes.get("axis", 1)] = -1
        scale, shift = scale.reshape(sizes), shift.reshape(sizes)
    return (data.float() - shift) * scale


OPERATIONS: Mapping[str, Operation] = {
    "Add": _plain(torch.add),
    "Cast": _cast,
    "Concat": lambda attributes, given: torch.cat(_together(*given), attributes["axis"]),
    "ConstantOfShape": _filled,
    "CumSum": lambda attributes, given: given[0].cumsum(int(given[1])),
    "DequantizeLinear": _dequantised,
    "Div": _plain(torch.div),
    "DynamicQuantizeLinear": _unquantised,
    "Equal": _plain(torch.eq),
    "Erf": _plain(torch.erf),
    "Expand": _expand,
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "Gemm": lambda a, given: (
        torch.matmul(given[0], given[1].T if a.get("transB") else given[1]) + given[2]
    ),
    "Identity": lambda attributes, given: given[0],
    "LayerNormalization": _normalised,
    "MatMul": _plain(torch.matmul),
    "MatMulInteger": _product,
    "Mul": _plain(torch.mul),
    "Not": _plain(torch.logical_not),
    "ReduceMean": _mean,
    "Relu": _plain(torch.relu),
    "Reshape": _reshape,
    "Shape": lambda attributes, given: torch.tensor(given[0].shape),
    "Slice": _slice,
    "Softmax": lambda a, given: torch.softmax(given[0].float(), a.get("axis", -1)),
    "Sqrt": _plain(torch.sqrt),
    "Sub": _plain(torch.sub),
    "Tanh": _plain(torch.tanh),
    "Transpose": lambda attributes, given: given[0].permute(attributes["perm"]),
    "Unsqueeze": _unsqueeze,
    "Where": _plain(torch.where),
}
