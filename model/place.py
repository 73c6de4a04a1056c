"""Where a model's folder goes: never in the place of something else, and whole or not at all."""

import shutil
from pathlib import Path

from model.artifact import LABELS, MANIFEST, ArtifactError


def checked_place(out: Path) -> Path:
    """The folder, absolute; `ArtifactError` where something lies there that is no model.

    To be asked before any work: what takes hours shall not end with this.
    """
    place = out.resolve()
    if place.exists() and not place.is_dir():
        raise ArtifactError(f"{out} is a file: give --out a folder that does not exist yet.")
    if place.is_dir() and any(place.iterdir()) and not _is_model(place):
        raise ArtifactError(
            f"{out} holds other things than a model, and would be replaced: give --out a folder "
            "that does not exist yet, or that of an older model."
        )
    return place


def _is_model(place: Path) -> bool:
    """Of a snapshot, or of many a program, there is a manifest too."""
    return all((place / name).is_file() for name in (MANIFEST, LABELS))


def beside(place: Path, what: str) -> Path:
    """A folder for a while, on the same disk, of a name that nobody gives to an own one."""
    return place.with_name(f".{place.name}.{what}-model")


def replace_folder(staging: Path, out: Path) -> None:
    """Put the finished folder in the place of an older model, or of nothing."""
    place = checked_place(out)
    fresh, old = beside(place, "new"), beside(place, "old")
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.move(staging, fresh)  # a copy, where --out lies on another disk
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
