"""Ways of running one network on one CPU thread, compared by answers and by mails per CPU-second.

Network -> torch fp32, torch bf16, ONNX Runtime fp32, ONNX Runtime int8 -> table
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from model.artifact import MODEL
from model.examples import Labelled
from model.inference import load_classifier
from model.metrics import Floats, macro_f1
from model.packing import pack
from model.training.answering import FP32, INT8, PLAIN
from model.training.corpus import sample_texts
from model.training.export import write_fp32, write_int8
from model.training.network import Network
from model.training.served import describe
from model.training.smoothing import smoothed
from model.training.truth import truth

WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One engine: mails per CPU-second with tokenising, macro-F1, agreement with torch fp32."""

    engine: str
    speed: float
    macro_f1: float
    agreement: float
    megabytes: float


def compare(network: Network, examples: Sequence[Labelled], work: Path) -> list[Row]:
    """Every engine on the same mails, one at a time, which is fastest on a CPU thread."""
    torch.set_num_threads(1)
    texts = [x.text for x in examples]
    expected = truth(network.labels, examples)
    rows: list[Row] = []
    reference: Floats | None = None
    for engine, run, size in _engines(network, work):
        logits, speed = _timed(run, texts)
        reference = logits if reference is None else reference
        same = float((logits.argmax(axis=1) == reference.argmax(axis=1)).mean())
        score = macro_f1(expected, logits.argmax(axis=1), len(network.labels))
        rows.append(Row(engine, speed, score, same, size / 1e6))
    return rows


def as_markdown(rows: Sequence[Row]) -> str:
    """The table of an architecture decision."""
    lines = [
        "| engine | mails per CPU-second | times torch fp32 | macro-F1 | same answer | MB |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        times = row.speed / rows[0].speed
        lines.append(
            f"| {row.engine} | {row.speed:.1f} | {times:.2f} | {row.macro_f1:.4f} | "
            f"{row.agreement:.1%} | {row.megabytes:.1f} |"
        )
    return "\n".join(lines)


def _engines(
    network: Network, work: Path
) -> Iterator[tuple[str, Callable[[list[str]], Floats], int]]:
    weights = sum(x.numel() * x.element_size() for x in network.module.parameters())
    yield "torch fp32", _torch(network, bfloat16=False), weights
    yield "torch bf16 (autocast)", _torch(network, bfloat16=True), weights
    write_fp32(network, work / FP32)
    write_fp32(smoothed(network, sample_texts()), work / "smoothed")
    write_int8(work / "smoothed", work / INT8)
    for precision in (FP32, INT8):
        folder = work / precision
        pack(folder, describe(network, "compared", precision), PLAIN, "# Compared\n")
        size = (folder / MODEL).stat().st_size
        yield f"ONNX Runtime {precision}", load_classifier(folder).logits, size


def _torch(network: Network, bfloat16: bool) -> Callable[[list[str]], Floats]:
    module, reader = network.module.eval(), network.reader

    def run(texts: list[str]) -> Floats:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            windows = (module(torch.tensor(reader.read(text)), None) for text in texts)
            return np.stack([reader.pool(rows.double().numpy()) for rows in windows])

    return run


def _timed(run: Callable[[list[str]], Floats], texts: list[str]) -> tuple[Floats, float]:
    run(texts[:WARM_UP])
    start = time.process_time()
    logits = run(texts)
    return logits, len(texts) / (time.process_time() - start)
