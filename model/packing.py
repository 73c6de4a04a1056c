"""Writing an artifact: labels, calibration, card and manifest beside weights already there."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import orjson

from model.artifact import (
    CALIBRATION,
    CARD,
    FORMAT,
    FORMAT_WITH_MORE,
    FORMAT_WITH_PARTS,
    HEAD,
    LABELS,
    LINEAR,
    MANIFEST,
    MODEL,
    NEIGHBOURS,
    TOKENIZER,
    Artifact,
    Calibration,
    Manifest,
    Weights,
    load,
    sha256,
)
from model.profile import Profile, as_json


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
    reading: str = HEAD


def description_of(manifest: Manifest) -> Description:
    """What a packed folder was described with."""
    return Description(**{x.name: getattr(manifest, x.name) for x in fields(Description)})


def pack(path: Path, description: Description, calibration: Calibration, card: str) -> Artifact:
    """Complete the folder, which holds model.onnx and tokenizer.json, linear.npz, or all three, and
    load it back.

    The version derives from the files and from how long texts are read, so equal files give an
    equal version; the card is left out, since no score depends on it.
    """
    _write(path / LABELS, {"labels": list(description.labels)})
    _write(path / CALIBRATION, _calibration(calibration))
    parts = (MODEL, TOKENIZER, LINEAR, NEIGHBOURS)
    names = [name for name in parts if (path / name).is_file()]
    hashes = {name: sha256(path / name) for name in (*names, LABELS, CALIBRATION)}
    reads = description.reading != HEAD and MODEL in hashes
    version = _version({**hashes, "reading": description.reading} if reads else hashes)
    (path / CARD).write_text(card.replace("{version}", version), encoding="utf-8")
    manifest = _manifest(description, version, {**hashes, CARD: sha256(path / CARD)})
    if reads:
        manifest["reading"] = description.reading
    plain = LINEAR not in hashes and calibration.scope is None
    least = FORMAT if plain else FORMAT_WITH_PARTS
    more = reads or NEIGHBOURS in hashes
    _write(path / MANIFEST, {"format": FORMAT_WITH_MORE if more else least, **manifest})
    return load(path)


def is_own_version(manifest: Manifest) -> bool:
    """Whether the version is that of the files, as packing gives it, and of nothing else."""
    hashes = {name: digest for name, digest in manifest.files.items() if name != CARD}
    if manifest.reading != HEAD and MODEL in hashes:
        hashes["reading"] = manifest.reading
    return manifest.version == _version(hashes)


def add_profile(path: Path, found: Profile) -> None:
    """Write into a folder's manifest what its answers look like; no score depends on it."""
    manifest = orjson.loads((path / MANIFEST).read_bytes())
    _write(path / MANIFEST, {**manifest, "profile": as_json(found)})


def _version(hashes: Mapping[str, str]) -> str:
    joined = "\n".join(f"{name} {digest}" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(joined.encode()).hexdigest()[:12]


def _calibration(calibration: Calibration) -> dict[str, Any]:
    """What differs from a transformer alone is written only where it does."""
    plain: dict[str, Any] = {
        "temperature": calibration.temperature,
        "target_precision": calibration.target_precision,
        "thresholds": dict(calibration.thresholds),
    }
    if calibration.weights != Weights():
        plain["weights"] = asdict(calibration.weights)
    if calibration.scope is not None:
        plain["scope"] = asdict(calibration.scope)
    return plain


def _manifest(description: Description, version: str, files: Mapping[str, str]) -> dict[str, Any]:
    return {
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
    part = path.with_name(f"{path.name}.part")  # a model that serves may lie there
    part.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
    part.replace(path)
