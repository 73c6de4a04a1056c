"""A working classifier of a few hundred bytes, so that serving is tested without torch or onnx.

    tokens -> row of a table each -> sum over the text = logits

The file is encoded by hand (onnx.proto, IR version 8, opset 13): what the tests need is five nodes.
"""

from pathlib import Path

import numpy as np
import orjson

from model.artifact import HEAD, MANIFEST, MODEL, TOKENIZER, Artifact, Calibration, sha256
from model.packing import Description, pack

WORDS = ("[UNK]", "claim", "invoice", "hello", "bonjour", "sinistre", "facture")
LABELS = ("claim", "payment", "other")
# Logits each word adds: the first two words of each kind decide, the rest are neutral.
TABLE = ((0, 0, 1), (4, 0, 0), (0, 4, 0), (0, 0, 1), (0, 0, 1), (4, 0, 0), (0, 4, 0))


def tiny_artifact(
    path: Path,
    labels: tuple[str, ...] = LABELS,
    table: tuple[tuple[float, ...], ...] = TABLE,
    precision: str = "fp32",
    max_tokens: int = 64,
    reading: str = HEAD,
) -> Artifact:
    """Write and pack the classifier under `path`."""
    path.mkdir(parents=True, exist_ok=True)
    (path / MODEL).write_bytes(tiny_model(np.asarray(table, dtype=np.float32)))
    (path / TOKENIZER).write_bytes(orjson.dumps(_tokenizer()))
    description = Description(
        "tiny", labels, max_tokens, precision, text_version="of-old", reading=reading
    )
    calibration = Calibration(1.0, 0.9, dict.fromkeys(labels, 0.5))
    return pack(path, description, calibration, "# Tiny, version {version}\n")


def edit(path: Path, **changes: object) -> None:
    """Change fields of a JSON file."""
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **changes}))


def reseal(folder: Path, name: str) -> None:
    """Make the manifest agree with a file that was changed."""
    files = orjson.loads((folder / MANIFEST).read_bytes())["files"]
    edit(folder / MANIFEST, files={**files, name: sha256(folder / name)})


def tiny_model(table: np.ndarray) -> bytes:
    """ONNX bytes: Gather, Cast, Unsqueeze, Mul, ReduceSum."""
    nodes = [
        _node("Gather", ("table", "input_ids"), "rows"),
        _node("Cast", ("attention_mask",), "floats", _int_attribute("to", 1)),
        _node("Unsqueeze", ("floats", "last"), "mask"),
        _node("Mul", ("rows", "mask"), "kept"),
        _node("ReduceSum", ("kept", "middle"), "logits", _int_attribute("keepdims", 0)),
    ]
    initializers = [
        _tensor("table", 1, table.shape, table.tobytes()),
        _tensor("last", 7, (1,), np.asarray([2], np.int64).tobytes()),
        _tensor("middle", 7, (1,), np.asarray([1], np.int64).tobytes()),
    ]
    inputs = [_value(name, 7, ("batch", "tokens")) for name in ("input_ids", "attention_mask")]
    graph = (
        b"".join(_field(1, node) for node in nodes)
        + _field(2, b"tiny")
        + b"".join(_field(5, tensor) for tensor in initializers)
        + b"".join(_field(11, value) for value in inputs)
        + _field(12, _value("logits", 1, ("batch", "labels")))
    )
    return _varint_field(1, 8) + _field(7, graph) + _field(8, _varint_field(2, 13))


def _tokenizer() -> dict[str, object]:
    vocabulary = {word: index for index, word in enumerate(WORDS)}
    return {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "truncation": None,
        "padding": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }


def _node(kind: str, inputs: tuple[str, ...], output: str, attribute: bytes = b"") -> bytes:
    names = b"".join(_field(1, name.encode()) for name in inputs)
    tail = _field(5, attribute) if attribute else b""
    return names + _field(2, output.encode()) + _field(4, kind.encode()) + tail


def _int_attribute(name: str, value: int) -> bytes:
    return _field(1, name.encode()) + _varint_field(3, value) + _varint_field(20, 2)


def _tensor(name: str, kind: int, shape: tuple[int, ...], raw: bytes) -> bytes:
    sizes = b"".join(_varint_field(1, size) for size in shape)
    return sizes + _varint_field(2, kind) + _field(8, name.encode()) + _field(9, raw)


def _value(name: str, kind: int, axes: tuple[str, ...]) -> bytes:
    shape = b"".join(_field(1, _field(2, axis.encode())) for axis in axes)
    tensor_type = _varint_field(1, kind) + _field(2, shape)
    return _field(1, name.encode()) + _field(2, _field(1, tensor_type))


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
