"""`run.py test`: lint, types, all tests."""

import os
import subprocess
import time
from pathlib import Path

from launch.places import ROOT
from launch.saying import Failure, say

# The whole suite, file by file, on all cores: half the time, for it waits for servers much of it.
_ON_ALL_CORES = ["-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder"]
_CACHES = ("RUFF_CACHE_DIR", "MYPY_CACHE_DIR", "HYPOTHESIS_STORAGE_DIRECTORY")


def run_checks(python, environment, words):
    """Each step named, with its time; raises Failure at the first that fails, saying which.

    `words` go to pytest, which then runs what they name in one process.
    """
    if not os.access(str(ROOT), os.W_OK):
        caches = Path(python).parent.parent / "caches"
        environment.update({name: str(caches / name.lower()) for name in _CACHES})
    steps = (
        ("lint", ["ruff", "check", "."]),
        ("format", ["ruff", "format", "--check", "."]),
        ("types", ["mypy"]),
        ("tests", ["pytest", *(words or _ON_ALL_CORES)]),
    )
    for name, command in steps:
        say(f"== {name}: {' '.join(command)}")
        started = time.time()
        status = subprocess.call([python, "-m", *command], env=environment)  # noqa: S603
        took = f"{time.time() - started:.0f} s"
        if status:
            raise Failure(f"{name} failed after {took}.")
        say(f"== {name}: passed in {took}")
    return 0
