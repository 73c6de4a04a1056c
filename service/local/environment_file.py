"""The settings of what runs here, for commands typed in another terminal."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from service.local.secret_file import replaced

_NAMES = (
    *("DATABASE_URL", "REDIS_URL", "AIGUILLEUR_WEBHOOK_SECRET", "PYTHONPATH"),
    *("ROUTING_PATH", "MODEL_PATH", "AIGUILLEUR_MODEL_STORE", "AIGUILLEUR_MODEL_CACHE"),
    *("AIGUILLEUR_URL", "AIGUILLEUR_KEY", "AIGUILLEUR_GOLDEN_SET", "AIGUILLEUR_ALERT_ADDRESSES"),
    *("AIGUILLEUR_SMTP_URL", "AIGUILLEUR_SMTP_SENDER"),
)
# `retrain` by hand is as `retrain` by the schedule.
_BEGINNING = "AIGUILLEUR_RETRAIN_"
COMMAND = "aiguilleur"


def write(data_dir: Path, environment: Mapping[str, str]) -> Path:
    """Write a file for a shell to read, with secrets, for its owner alone; returns its path.

    `COMMAND` beside it is the operator's command with these settings, from any directory.
    """
    names = [*_NAMES, *sorted(n for n in environment if n.startswith(_BEGINNING))]
    lines = [f"export {n}={shlex.quote(environment[n])}" for n in names if n in environment]
    path = data_dir / "environment"
    replaced(path, "\n".join(lines))
    command = data_dir / COMMAND
    replaced(command, _script(path))
    command.chmod(0o700)
    return path


def _script(environment: Path) -> str:
    python, file = shlex.quote(sys.executable), shlex.quote(str(environment))
    return f'#!/bin/sh\n. {file}\nexec {python} -P -m service "$@"'
