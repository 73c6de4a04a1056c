"""Writing an artifact: labels, calibration, card and manifest beside weights already there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from model.artifact import (
    CALIBRATION,
    CARD,
    FILES,
    FORMAT,
    LABELS,
    MANIFEST,
    Artifact,
    Calibration,
    load,
    sha256,
)


@dataclass(frozen=True, slots=True)
class Description:
    """What the manifest of a new artifact shall say beside hashes and version."""

    name: str
    labels: Sequence[str]
    max_tokens: int
    precision: str
    text_version: str
    data_hash: str = "unknown"
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)


def pack(path: Path, description: Description, calibration: Calibration, card: str) -> Artifact:
    """Complete the folder, which holds model.onnx and tokenizer.json, and load it back.

    The version derives from the files, so equal files give an equal version; the card is left out,
    since no score depends on it.
    """
    _write(path / LABELS, {"labels": list(description.labels)})
    _write(path / CALIBRATION, _calibration(calibration))
    hashes = {name: sha256(path / name) for name in FILES if name != CARD}
    version = _version(hashes)
    (path / CARD).write_text(card.replace("{version}", version), encoding="utf-8")
    _write(path / MANIFEST, _manifest(description, version, {**hashes, CARD: sha256(path / CARD)}))
    return load(path)


def _version(hashes: Mapping[str, str]) -> str:
    joined = "\n".join(f"{name} {digest}" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def _calibration(calibration: Calibration) -> dict[str, Any]:
    return {
        "temperature": calibration.temperature,
        "target_precision": calibration.target_precision,
        "thresholds": dict(calibration.thresholds),
    }


def _manifest(description: Description, version: str, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": description.name,
        "version": version,
        "max_tokens": description.max_tokens,
        "precision": description.precision,
        "text_version": description.text_version,
        "data_hash": description.data_hash,
        "files": dict(files),
        "metrics": description.metrics,
        "training": description.training,
        "libraries": dict(description.libraries),
    }


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
