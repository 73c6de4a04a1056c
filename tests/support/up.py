"""`aiguilleur up` as a process, with what it prints."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import psutil

from tests.support.processes import ROOT
from tests.support.waiting import until

_LAST = "service key list\n"  # of the directions: printed line by line


class Up:
    """`aiguilleur up`, or `demo`, on a data directory, in a session of its own."""

    def __init__(self, data_dir: Path, *, demo: bool = False, **environment: str) -> None:
        self.data_dir = data_dir
        self.log = data_dir.parent / "said"
        with self.log.open("wb") as said:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "service", "demo" if demo else "up"],
                cwd=ROOT,
                env=surroundings(data_dir, **environment),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ready(self) -> "Up":
        """Wait until it has said all that it says when it is up."""
        until(lambda: _LAST in self.said() or self.popen.poll() is not None, "up", 90)
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

    def metrics(self) -> dict[str, list[str]]:
        """Where its processes show their metrics, host and port, by component."""
        lines = re.findall(r"^  metrics of (\S+) +http://(\S+)/metrics$", self.said(), re.MULTILINE)
        found: dict[str, list[str]] = {}
        for name, place in lines:
            found.setdefault(name.partition("-")[0], []).append(place)
        return found

    def settings(self) -> dict[str, str]:
        """What a shell gets that reads the file of its environment."""
        lines = (self.data_dir / "environment").read_text(encoding="utf-8").splitlines()
        words = [shlex.split(line) for line in lines if line.startswith("export ")]
        return dict(word[1].split("=", 1) for word in words)

    def command(self, *arguments: str) -> str:
        """What an operator's command beside it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=ROOT,
            env=surroundings(self.data_dir, **self.settings()),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

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
