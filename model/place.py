"""Where a model's folder goes: never in the place of something else, and whole or not at all."""

import shutil
from pathlib import Path

from model.artifact import MANIFEST, ArtifactError


def checked_place(out: Path) -> Path:
    """The folder, absolute; `ArtifactError` where something lies there that is no model.

    To be asked before any work: what takes hours shall not end with this.
    """
    place = out.resolve()
    if place.exists() and not place.is_dir():
        raise ArtifactError(f"{out} is a file: give --out a folder that does not exist yet.")
    if place.is_dir() and any(place.iterdir()) and not (place / MANIFEST).is_file():
        raise ArtifactError(
            f"{out} holds other things than a model, and would be replaced: give --out a folder "
            "that does not exist yet, or that of an older model."
        )
    return place


def replace_folder(staging: Path, out: Path) -> None:
    """Put the finished folder in the place of an older model, or of nothing."""
    place = checked_place(out)
    fresh, old = (place.with_name(place.name + end) for end in (".new", ".old"))
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in (fresh, old):
        shutil.rmtree(left, ignore_errors=True)
    shutil.move(staging, fresh)  # a copy, where --out lies on another disk
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
