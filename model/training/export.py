"""From a torch network to the served files: ONNX, then int8.

    Network -> model.onnx (fp32) -> model.onnx (int8), tokenizer.json

The graph takes `input_ids` alone: texts share a run only when they are equally long, so there is
nothing to mask, and a graph without masks is smaller, faster and exports from any architecture.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from model.artifact import MODEL, TOKENIZER
from model.training.network import Network

OPSET = 17
SAMPLE_TOKENS = 16


class _IdsOnly(nn.Module):
    def __init__(self, module: nn.Module):
        super().__init__()
        self.module = module

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        return self.module(input_ids, None)


def write_fp32(network: Network, folder: Path) -> None:
    """`model.onnx` and `tokenizer.json` in full precision."""
    folder.mkdir(parents=True, exist_ok=True)
    module = _IdsOnly(network.module).eval()
    # Ids other than the padding's: RoBERTa counts positions over them.
    sample = torch.full((2, SAMPLE_TOKENS), network.pad_id + 2, dtype=torch.long)
    with warnings.catch_warnings(), torch.no_grad():
        # The tracer warns of every shape it fixes; the gate measures what came out.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (sample,),
            str(folder / MODEL),
            input_names=["input_ids"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {0: "batch", 1: "tokens"}, "logits": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,  # the other exporter's graphs cannot be quantised as they are
        )
    network.tokenizer.save(str(folder / TOKENIZER), pretty=False)


def write_int8(source: Path, folder: Path) -> None:
    """The same files with int8 weights, embeddings included, and dynamic int8 activations."""
    folder.mkdir(parents=True, exist_ok=True)
    model = onnx.load(str(source / MODEL))
    del model.graph.value_info[:]  # stale shapes make the quantiser fail
    with _root_logger_at(logging.ERROR):  # its advice is for graphs with shapes left in
        quantize_dynamic(model, str(folder / MODEL), weight_type=QuantType.QInt8, per_channel=True)
    (folder / TOKENIZER).write_bytes((source / TOKENIZER).read_bytes())


@contextmanager
def _root_logger_at(level: int) -> Iterator[None]:
    root = logging.getLogger()
    before = root.level
    root.setLevel(level)
    try:
        yield
    finally:
        root.setLevel(before)
