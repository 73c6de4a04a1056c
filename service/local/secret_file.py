"""Secrets that this machine makes for itself: one a file, readable by their owner alone."""

import os
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file; made and written where there is none."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return replaced(path, make())


def replaced(path: Path, secret: str) -> str:
    """Write the secret, whole or not at all, and return it."""
    work = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")
    work.replace(path)
    return secret
