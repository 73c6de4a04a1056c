"""The settings of what runs here, for commands typed in another terminal."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from service.local.secret_file import replaced

_SERVERS = ("DATABASE_URL", "REDIS_URL", "AIGUILLEUR_WEBHOOK_SECRET")
_NAMES = (*_SERVERS, "AIGUILLEUR_MODEL_STORE", "PYTHONPATH")


def write(data_dir: Path, environment: Mapping[str, str]) -> Path:
    """Write a file for a shell to read, with secrets, for its owner alone; returns its path."""
    lines = [f"export {n}={shlex.quote(environment[n])}" for n in _NAMES if n in environment]
    path = data_dir / "environment"
    replaced(path, "\n".join(lines))
    return path
