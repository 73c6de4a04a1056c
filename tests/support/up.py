"""`aiguilleur up` as a process, with what it prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psutil

from tests.support.processes import ROOT
from tests.support.waiting import until


class Up:
    """`aiguilleur up` on a data directory, in a session of its own."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.log = data_dir.parent / "said"
        with self.log.open("wb") as said:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "service", "up"],
                cwd=ROOT,
                env=surroundings(data_dir, **environment),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ready(self) -> "Up":
        """Wait until it says that it is up."""
        until(lambda: "is up" in self.said() or self.popen.poll() is not None, "up", 90)
        assert self.popen.poll() is None, self.said()
        return self

    def said(self) -> str:
        """All it printed."""
        return self.log.read_text()

    def value(self, label: str) -> str:
        """What it printed beside a label."""
        found = re.search(rf"^  {label} +(\S+)$", self.said(), re.MULTILINE)
        assert found, self.said()
        return found[1]

    def family(self) -> list[psutil.Process]:
        """It and everything below it."""
        head = psutil.Process(self.popen.pid)
        return [head, *head.children(recursive=True)]

    def end(self, number: int) -> int:
        """Send one signal to it alone, and return its exit status."""
        self.popen.send_signal(number)
        return self.popen.wait(60)


def surroundings(data_dir: Path, **environment: str) -> dict[str, str]:
    """An environment without settings but for the data directory and these."""
    ours = ("AIGUILLEUR_", "DATABASE_URL", "REDIS_URL", "MODEL_PATH", "ROUTING_PATH")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "AIGUILLEUR_DATA_DIR": str(data_dir), **environment}
