"""Engines at the lengths of real mail: torch, ONNX Runtime and OpenVINO on one CPU thread.

    a learned row (`bench accuracy`) -> its network -> each engine -> 20 Newsgroups: e-mails per
    CPU-second, and how often it answers as torch does; the row's validation: macro-F1

OpenVINO is no dependency of the project: `pip install openvino nncf` where it is to be compared.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.accuracy.data import FOLDER, newsgroups
from bench.accuracy.rows import ROWS

WARM_UP = 5
Floats = Any
Run = Callable[[Sequence[list[int]]], Floats]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--row", default="banking77", help="a row that was learned")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=Path("build/accuracy"), help="checkpoints")
    parser.add_argument("--mails", type=int, default=300, help="posts to time")
    parser.add_argument("--tokens", type=int, default=256, help="read of each")


def run(options: argparse.Namespace) -> int:
    """Print the table; 0."""
    import torch  # noqa: PLC0415  # here, because no other benchmark needs the training libraries

    from model.metrics import macro_f1  # noqa: PLC0415
    from model.reading import Reader  # noqa: PLC0415
    from model.training.truth import truth  # noqa: PLC0415

    torch.set_num_threads(1)
    network, validation, train = _learned(options)
    short, sample = (
        [ids for (ids,) in network.reader.read_all([x.text for x in texts])]
        for texts in (validation, train[:200])
    )
    reader = Reader(network.tokenizer, options.tokens)
    posts = [x.text for x in newsgroups(options.data, 0).test[: options.mails]]
    long = [ids for (ids,) in reader.read_all(posts)]
    expected = truth(network.labels, validation)
    mean = np.mean([len(x) for x in long])
    sys.stdout.write(f"{len(long)} posts of {mean:.0f} tokens in the mean\n\n{_HEAD}")
    reference, first = None, None
    for name, engine in _engines(network, options.work / "engines", sample):
        logits, speed = _timed(engine, long)
        answers = logits.argmax(axis=1)
        reference, first = (answers, speed) if reference is None else (reference, first)
        score = macro_f1(expected, engine(short).argmax(axis=1), len(network.labels))
        same = (answers == reference).mean()
        row = f"| {name} | {speed:.1f} | {speed / first:.2f} | {score:.4f} | {same:.1%} |\n"
        sys.stdout.write(row)
        sys.stdout.flush()
    return 0


_HEAD = """\
| engine | e-mails per CPU-second | times torch fp32 | macro-F1 | answers as torch |
|---|---|---|---|---|
"""


def _learned(options: argparse.Namespace) -> tuple[Any, list[Any], list[Any]]:
    """The row's network with its best weights, its validation and training data."""
    from safetensors.torch import load_file  # noqa: PLC0415

    from bench.accuracy.measure import lesson  # noqa: PLC0415
    from model.training.taught import base_network  # noqa: PLC0415

    row = next(x for x in ROWS if x.name == options.row)
    task = row.load(options.data, row.seeds[0])
    folder = options.work / row.name / str(row.seeds[0])
    labels = tuple(sorted({x.label for x in task.train}))
    network = base_network(lesson(row, row.seeds[0], folder), labels)
    network.module.load_state_dict(load_file(folder / "checkpoint" / "best.safetensors"))
    network.module.eval()
    return network, task.validation, task.train


def _engines(network: Any, work: Path, sample: list[list[int]]) -> Iterator[tuple[str, Run]]:
    from model.artifact import MODEL  # noqa: PLC0415
    from model.training.export import write_fp32, write_int8  # noqa: PLC0415
    from model.training.smoothing import smoothed  # noqa: PLC0415

    yield "torch fp32", _torch(network, bfloat16=False)
    yield "torch bf16", _torch(network, bfloat16=True)
    texts = [network.tokenizer.decode(x) for x in sample]
    write_fp32(network, work / "fp32")
    write_fp32(smoothed(network, texts), work / "smoothed")
    write_int8(work / "smoothed", work / "int8")
    for precision in ("fp32", "int8"):
        yield f"ONNX Runtime {precision}", _onnx(work / precision / MODEL)
    yield from _openvino(work / "fp32" / MODEL, sample)


def _torch(network: Any, *, bfloat16: bool) -> Run:
    import torch  # noqa: PLC0415

    def run_all(ids: Sequence[list[int]]) -> Floats:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            rows = [network.module(torch.tensor([x]), None)[0].float().numpy() for x in ids]
        return np.stack(rows)

    return run_all


def _onnx(path: Path) -> Run:
    import onnxruntime as ort  # noqa: PLC0415

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run_all(ids: Sequence[list[int]]) -> Floats:
        rows = [session.run(None, {"input_ids": np.asarray([x])})[0][0] for x in ids]
        return np.stack(rows)

    return run_all


def _openvino(path: Path, sample: list[list[int]]) -> Iterator[tuple[str, Run]]:
    try:
        import openvino as ov  # noqa: PLC0415
    except ImportError:
        sys.stdout.write("| OpenVINO | not installed | | | |\n")
        return
    core = ov.Core()
    model = core.read_model(path)
    for hint in ("f32", "bf16"):
        yield f"OpenVINO {hint}", _compiled(core, model, hint)
    try:
        import nncf  # noqa: PLC0415
    except ImportError:
        sys.stdout.write("| OpenVINO int8 | nncf is not installed | | | |\n")
        return
    shown = nncf.Dataset([{"input_ids": np.asarray([x])} for x in sample])
    quantised = nncf.quantize(model, shown, model_type=nncf.ModelType.TRANSFORMER)
    yield "OpenVINO int8", _compiled(core, quantised, "f32")


def _compiled(core: Any, model: Any, hint: str) -> Run:
    settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": hint}
    request = core.compile_model(model, "CPU", settings).create_infer_request()

    def run_all(ids: Sequence[list[int]]) -> Floats:
        return np.stack([next(iter(request.infer([np.asarray([x])]).values()))[0] for x in ids])

    return run_all


def _timed(engine: Run, ids: Sequence[list[int]]) -> tuple[Floats, float]:
    engine(ids[:WARM_UP])
    start = time.process_time()
    logits = engine(ids)
    return logits, len(ids) / (time.process_time() - start)
