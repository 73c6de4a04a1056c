"""Following the README of a service that `aiguilleur new` made: its commands, word for word."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.up import surroundings
from tests.support.waiting import until

_BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


class Guide:
    """Somebody with the README before them, typing in the folder of the service.

    `checkout` is what the README's first line shall name, where that is another than it says.
    """

    def __init__(self, folder: Path, checkout: Path | None = None, **environment: str) -> None:
        self.folder = folder
        text = (folder / "README.md").read_text(encoding="utf-8")
        self._blocks: list[str] = _BLOCK.findall(text)
        self._environment = {**surroundings(folder / "unused", **environment)}
        del self._environment["AIGUILLEUR_DATA_DIR"]
        self.log = folder.parent / "said"
        first, self._start = self.block("run.py").split("\n", 1)
        assert first.startswith("export AIGUILLEUR=")
        self._where = f"export AIGUILLEUR='{checkout}'" if checkout else first
        self.popen: subprocess.Popen[bytes] | None = None

    def block(self, holding: str) -> str:
        """The first block of commands with these words."""
        return next(block for block in self._blocks if holding in block)

    def start(self, seconds: float) -> str:
        """Type the first block, and wait until it says that it is up; what it said."""
        with self.log.open("wb") as said:
            self.popen = subprocess.Popen(
                ["/bin/sh", "-ec", f"{self._where}\nexec {self._start}"],
                cwd=self.folder,
                env=self._environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: "is up" in self._said() or self._ended(), "up", seconds)
        assert not self._ended(), self._said()
        until(lambda: "key to see queues" in self._said(), "the keys")
        return self._said()

    def type(self, holding: str, put: Mapping[str, str] | None = None) -> str:
        """Type a block in a second terminal, with words put in place of others; what it printed."""
        text = self.block(holding)
        for word, other in (put or {}).items():
            text = text.replace(word, other)
        done = subprocess.run(
            ["/bin/sh", "-ec", f"{self._where}\n{text}"],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stop(self) -> int:
        """Ctrl-C in the first terminal."""
        assert self.popen is not None
        os.killpg(self.popen.pid, signal.SIGINT)
        return self.popen.wait(60)

    def leave(self) -> None:
        """End what still runs."""
        if self.popen is not None and self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait(10)

    def value(self, label: str) -> str:
        """What `up` printed beside a label."""
        found = re.search(rf"^  {label} +(\S+)$", self._said(), re.MULTILINE)
        assert found, self._said()
        return found[1]

    def _said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def _ended(self) -> bool:
        return self.popen is not None and self.popen.poll() is not None
