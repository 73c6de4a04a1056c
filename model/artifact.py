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
from typing import Any, TypeGuard

import orjson

FORMAT = 1  # a transformer alone, as every release reads it
FORMAT_WITH_PARTS = 2  # a linear model, both, or a scope
FORMAT_WITH_MORE = 3  # reads more than the opening of a text, or knows its neighbours
MODEL, TOKENIZER, LINEAR, LABELS = "model.onnx", "tokenizer.json", "linear.npz", "labels.json"
NEIGHBOURS = "neighbours.npz"
CALIBRATION, CARD, MANIFEST = "calibration.json", "README.md", "manifest.json"
_COMMON = frozenset({LABELS, CALIBRATION, CARD})
_TRANSFORMER = _COMMON | {MODEL, TOKENIZER}
_PARTS = (_TRANSFORMER, _COMMON | {LINEAR}, _TRANSFORMER | {LINEAR})
FILES = {
    FORMAT: (_TRANSFORMER,),
    FORMAT_WITH_PARTS: _PARTS,
    FORMAT_WITH_MORE: (*_PARTS, *(part | {NEIGHBOURS} for part in _PARTS)),
}
# What of a text that is longer than `max_tokens` is read: model.reading does it.
HEAD, HEAD_TAIL = "head", "head-tail"
WINDOWS_MEAN, WINDOWS_SUREST = "windows-mean", "windows-surest"
READINGS = (HEAD, HEAD_TAIL, WINDOWS_MEAN, WINDOWS_SUREST)
MAX_LABELS = 1_000
MAX_JSON_BYTES = 1 << 20
MAX_TOKENS = 8_192
MAX_TEXT = 200  # of a name, a version: lists have a line for each model


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
    profile: Mapping[str, Any]
    reading: str = HEAD


NEAREST = "nearest"
SCOPE_METHODS = ("confidence", "energy", "largest_logit", "lead", NEAREST)  # model.scope has them


@dataclass(frozen=True, slots=True)
class Scope:
    """Below `threshold` by this method, a mail belongs to no category."""

    method: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Weights:
    """What the logits of each part count in their sum."""

    transformer: float = 1.0
    linear: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How logits become scores, and from which score on a category reached the target precision."""

    temperature: float
    target_precision: float | None
    thresholds: Mapping[str, float]
    weights: Weights = Weights()
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified model folder."""

    path: Path
    manifest: Manifest
    calibration: Calibration


def load(path: Path) -> Artifact:
    """The artifact in the folder, every file's hash verified; `ArtifactError` otherwise."""
    manifest = read_manifest(path)
    for name, digest in sorted(manifest.files.items()):
        _verify(path / name, digest)
    calibration = _calibration(path, manifest.labels)
    if calibration.scope and calibration.scope.method == NEAREST:
        _must_have(path, manifest, NEIGHBOURS)
    return Artifact(path, manifest, calibration)


def read_manifest(path: Path) -> Manifest:
    """What the folder says it is: cheap, the weights are neither read nor verified."""
    if not path.is_dir():
        raise ArtifactError(f"There is no model folder at {path}.")
    raw = _read_json(path / MANIFEST)
    if raw.get("format") not in tuple(FILES):  # a list has no hash
        known = ", ".join(map(str, FILES))
        raise ArtifactError(
            f"{path / MANIFEST} has format {raw.get('format')!r}; this version reads {known}."
        )
    files = _files(path, raw)
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
        profile=_mapping(path, raw, "profile"),
        reading=_reading(path, raw),
    )


def _must_have(path: Path, manifest: Manifest, name: str) -> None:
    if name not in manifest.files:
        raise ArtifactError(f"{path / CALIBRATION} needs {name}, which the manifest does not name.")


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


def _files(path: Path, raw: Mapping[str, Any]) -> Mapping[str, str]:
    value, allowed = raw.get("files"), FILES[raw["format"]]
    if not isinstance(value, dict) or set(value) not in allowed:
        kinds = "; or ".join(", ".join(sorted(names)) for names in allowed)
        raise ArtifactError(f"{path / MANIFEST} must give a SHA-256 for each of {kinds}.")
    if not all(isinstance(digest, str) for digest in value.values()):
        raise ArtifactError(f"{path / MANIFEST} has a SHA-256 that is not text.")
    return value


def _text(path: Path, raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not is_line(value):
        raise ArtifactError(
            f"{path / MANIFEST} must give {key!r} as a text of one line, of {MAX_TEXT} characters "
            "at most."
        )
    return value


def is_line(value: object) -> TypeGuard[str]:
    """What a model and its labels may be called."""
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable()


def _mapping(path: Path, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise ArtifactError(f"{path / MANIFEST} must give {key!r} as an object.")
    return value


def _max_tokens(path: Path, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 8 <= value <= MAX_TOKENS:
        raise ArtifactError(f"{path / MANIFEST} must give 'max_tokens' between 8 and {MAX_TOKENS}.")
    return value


def _reading(path: Path, raw: Mapping[str, Any]) -> str:
    """Formats before the third know one way, and a release that knows them alone obeys no other."""
    value = raw.get("reading", HEAD)
    known = READINGS if raw["format"] == FORMAT_WITH_MORE else (HEAD,)
    if value not in known:
        raise ArtifactError(
            f"{path / MANIFEST} must give 'reading' as one of {', '.join(known)}, in this format."
        )
    return str(value)


def _labels(path: Path) -> tuple[str, ...]:
    labels = _read_json(path / LABELS).get("labels")
    if not isinstance(labels, list) or not all(is_line(x) for x in labels):
        raise ArtifactError(f"{path / LABELS} must list the labels as texts of one line.")
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
        weights=_weights(path, raw.get("weights", {})),
        scope=_scope(path, raw.get("scope")),
    )


def _weights(path: Path, raw: object) -> Weights:
    if not isinstance(raw, dict) or not set(raw) <= {"transformer", "linear"}:
        raise ArtifactError(f"{path / CALIBRATION} must weigh 'transformer' and 'linear' alone.")
    return Weights(**{part: _number(path, value) for part, value in raw.items()})


def _scope(path: Path, raw: object) -> Scope | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or raw.get("method") not in SCOPE_METHODS:
        known = ", ".join(SCOPE_METHODS)
        raise ArtifactError(f"{path / CALIBRATION} must give a scope by one of {known}.")
    return Scope(raw["method"], _number(path, raw.get("threshold")))


def _number(path: Path, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ArtifactError(f"{path / CALIBRATION} holds {value!r} where a number belongs.")
    return float(value)
