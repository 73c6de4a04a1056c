"""The engine alone, in-process, one process a core with one thread: the floor of cost."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.corpus import Mail
from bench.stack import ROOT
from bench.throughput.metering import measure
from bench.throughput.types import Round
from service.local.cores import usable_cores


class Raw:
    """Texts are handed over before the clock starts; nothing is kept but the predictions."""

    name = "raw"

    def __init__(self, model: Path) -> None:
        self._model = model

    def prepare(self) -> None:
        """Nothing."""

    def round(self, mails: Sequence[Mail], mark: str) -> Round:
        """As many processes as cores, each with its share of the texts."""
        cores = usable_cores()
        with ExitStack() as stack:
            processes = [stack.enter_context(self._start()) for _ in range(cores)]
            for number, process in enumerate(processes):
                _tell(process, json.dumps([mail.text for mail in mails[number::cores]]))
                _hear(process)

            def work() -> None:
                for process in processes:
                    _tell(process, "go")
                for process in processes:
                    _hear(process)

            span = measure({"raw": [process.pid for process in processes]}, work)
        return Round(len(mails), span.wall_seconds, span.cpu, ())

    def _start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603  # a command of our own
            [sys.executable, "-m", "bench.throughput.raw_process", str(self._model)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("an engine's process ended")
    return line
