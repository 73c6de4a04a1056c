"""Plain arrays from a stranger's .npz: nothing unpickled, and no more than a model can need."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 512 << 20  # unpacked; the largest linear model that is trained here has a fifth of it


def read_arrays(
    path: Path, names: Iterable[str], most: int = MOST_BYTES
) -> dict[str, NDArray[Any]]:
    """The arrays of these names; ValueError, whatever is wrong with the file.

    Nothing is unpacked where all of it would be more than `most` bytes.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > most:
            raise ValueError(f"it unpacks to {size} bytes, and {most} are the most")
        with np.load(path, allow_pickle=False) as found:
            return {name: found[name] for name in names}
    except Exception as error:  # zipfile, zlib and numpy raise nothing in common
        raise ValueError(str(error) or type(error).__name__) from error
