"""What a schedule of the tests does: it leaves a trace, and fails where it is told to."""

import os
from pathlib import Path


def note() -> None:
    """Add a line to the file that DUE names."""
    place = Path(os.environ["DUE"])
    with place.open("a", encoding="utf-8") as file:
        file.write("due\n")
    if place.with_suffix(".fail").exists():
        raise RuntimeError("told to fail")
