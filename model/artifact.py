"""A model is a folder that says what it is: weights, tokenizer, labels, calibration and more.

    folder -> manifest.json -> hashes verified -> labels, calibration -> Artifact

Only the standard library and orjson are needed here, so that the API can tell which model is served
without loading an engine.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FORMAT = 1
MODEL, TOKENIZER, LABELS = "model.onnx", "tokenizer.json", "labels.json"
CALIBRATION, CARD, MANIFEST = "calibration.json", "README.md", "manifest.json"
FILES = (MODEL, TOKENIZER, LABELS, CALIBRATION, CARD)
MAX_LABELS = 1_000
MAX_JSON_BYTES = 1 << 20
MAX_TOKENS = 8_192


class ArtifactError(ValueError):
    """The model folder cannot be served; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` and `labels.json` say; `files` maps file names to SHA-256 (hex)."""

    name: str
    version: str
    labels: tuple[str, ...]
    max_tokens: int
    precision: str
    text_version: str
    data_hash: str
    files: Mapping[str, str]
    metrics: Mapping[str, Any]
    training: Mapping[str, Any]
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become scores, and from which score on a category reached the target precision."""

    temperature: float
    target_precision: float | None
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified model folder."""

    path: Path
    manifest: Manifest
    calibration: Calibration


def load(path: Path) -> Artifact:
    """The artifact in the folder, every file's hash verified; `ArtifactError` otherwise."""
    manifest = read_manifest(path)
    for name in FILES:
        _verify(path / name, manifest.files[name])
    return Artifact(path, manifest, _calibration(path, manifest.labels))


def read_manifest(path: Path) -> Manifest:
    """What the folder says it is: cheap, the weights are neither read nor verified."""
    if not path.is_dir():
        raise ArtifactError(f"There is no model folder at {path}.")
    raw = _read_json(path / MANIFEST)
    if raw.get("format") != FORMAT:
        raise ArtifactError(
            f"{path / MANIFEST} has format {raw.get('format')!r}; this version reads {FORMAT}."
        )
    files = _files(path, raw.get("files"))
    _verify(path / LABELS, files[LABELS])
    return Manifest(
        name=_text(path, raw, "name"),
        version=_text(path, raw, "version"),
        labels=_labels(path),
        max_tokens=_max_tokens(path, raw.get("max_tokens")),
        precision=_text(path, raw, "precision"),
        text_version=_text(path, raw, "text_version"),
        data_hash=_text(path, raw, "data_hash"),
        files=files,
        metrics=_mapping(path, raw, "metrics"),
        training=_mapping(path, raw, "training"),
        libraries=_mapping(path, raw, "libraries"),
    )


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ArtifactError(f"The model folder lacks {path.name} ({path}).")
    if sha256(path) != expected:
        raise ArtifactError(f"{path} is not the file its manifest describes: the SHA-256 differs.")


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ArtifactError(f"The model folder lacks {path.name} ({path}).")
    if path.stat().st_size > MAX_JSON_BYTES:
        raise ArtifactError(f"{path} is larger than {MAX_JSON_BYTES} bytes.")
    try:
        value = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ArtifactError(f"{path} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ArtifactError(f"{path} must hold a JSON object.")
    return value


def _files(path: Path, value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != set(FILES):
        raise ArtifactError(
            f"{path / MANIFEST} must give a SHA-256 for each of {', '.join(FILES)}."
        )
    if not all(isinstance(digest, str) for digest in value.values()):
        raise ArtifactError(f"{path / MANIFEST} has a SHA-256 that is not text.")
    return value


def _text(path: Path, raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise ArtifactError(f"{path / MANIFEST} must give {key!r} as a text that is not empty.")
    return value


def _mapping(path: Path, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise ArtifactError(f"{path / MANIFEST} must give {key!r} as an object.")
    return value


def _max_tokens(path: Path, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 8 <= value <= MAX_TOKENS:
        raise ArtifactError(f"{path / MANIFEST} must give 'max_tokens' between 8 and {MAX_TOKENS}.")
    return value


def _labels(path: Path) -> tuple[str, ...]:
    labels = _read_json(path / LABELS).get("labels")
    if not isinstance(labels, list) or not all(isinstance(x, str) and x for x in labels):
        raise ArtifactError(f"{path / LABELS} must list the labels as texts that are not empty.")
    if not 2 <= len(labels) <= MAX_LABELS or len(set(labels)) != len(labels):
        raise ArtifactError(f"{path / LABELS} must list 2 to {MAX_LABELS} labels, each once.")
    return tuple(labels)


def _calibration(path: Path, labels: tuple[str, ...]) -> Calibration:
    raw = _read_json(path / CALIBRATION)
    temperature = _number(path, raw.get("temperature"))
    if temperature <= 0:
        raise ArtifactError(f"{path / CALIBRATION} must give a temperature above 0.")
    target, thresholds = raw.get("target_precision"), raw.get("thresholds", {})
    if not isinstance(thresholds, dict) or not set(thresholds) <= set(labels):
        raise ArtifactError(f"{path / CALIBRATION} has a threshold for a label the model lacks.")
    return Calibration(
        temperature=temperature,
        target_precision=None if target is None else _number(path, target),
        thresholds={label: _number(path, value) for label, value in thresholds.items()},
    )


def _number(path: Path, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ArtifactError(f"{path / CALIBRATION} holds {value!r} where a number belongs.")
    return float(value)
