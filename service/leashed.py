"""Commands that die with the process that started them, however that ends."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

# Images that start no such command do not have it.
_LEASH = Path(__file__).parent / "local" / "leash.py"


def leashed(command: Sequence[str]) -> list[str]:
    """The same command, killed when the thread ends that starts it; as it is without a leash."""
    if not _LEASH.is_file():
        return list(command)
    kill = str(int(signal.SIGKILL))
    return [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), kill, "-", *command]
