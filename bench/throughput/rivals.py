"""Others: what one writes in an afternoon, and model servers, each in an environment of its own.

They get the very text that the model reads, so that they need not parse mail; the peers run this
project's own engine and model file, one process a core with one thread, a text at a time.
"""

import http.client
import os
import subprocess
import sys
import time
import venv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from bench.corpus import Mail
from bench.load import Post, Sender
from bench.stack import ROOT, until
from bench.throughput.metering import measure
from bench.throughput.types import CONNECTIONS, Round
from service.local import ports
from service.local.cores import usable_cores
from service.local.process import Command, Process
from service.local.servers import EmbeddedServers

_FOLDER = ROOT / "bench" / "rivals"
_WARM = 8
_PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Rival:
    """A server that answers a text with its category."""

    name: str
    environment: str
    script: str
    environments: Path
    model: Path
    path: str = "/classify"

    def prepare(self) -> None:
        """Make its environment, once."""
        make_environment(self.environments / self.environment, self.environment)

    def round(self, mails: Sequence[Mail], mark: str) -> Round:
        """Start, warm, post every text over 32 connections, stop."""
        port = ports.choose("127.0.0.1", 18200)
        with ExitStack() as stack:
            server = self._start(stack, [str(port)], {})
            until(lambda: ports.answers("127.0.0.1", port), f"{self.name} to listen", 120)
            until(lambda: _answers(port, self._posts(mails[:1])), f"{self.name} to answer", 120)
            Sender(port, self._posts(mails[:_WARM]), 4).send()
            sender = Sender(port, self._posts(mails), CONNECTIONS)
            span = measure({"server": [server.pid]}, sender.send)
        return Round(len(mails), span.wall_seconds, span.cpu, sender.seconds)

    def _start(self, stack: ExitStack, more: list[str], extra: Mapping[str, str]) -> Process:
        python = self.environments / self.environment / "bin" / "python"
        environment = {
            **os.environ,
            **extra,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(_FOLDER)]),
            "PATH": os.pathsep.join([str(python.parent), os.environ.get("PATH", "")]),
            "CORES": str(usable_cores()),
            "MODEL": str(self.model),
            "BENTOML_DO_NOT_TRACK": "true",
        }
        # BentoML keeps its tasks there; a database that a killed server left would be broken
        environment["BENTOML_HOME"] = stack.enter_context(TemporaryDirectory())
        log = self.environments / f"{self.environment}-{self.script}.log"
        command = [str(python), str(_FOLDER / f"{self.script}.py"), *more]
        process = Process(Command(self.name, command, environment, log, cwd=_FOLDER))
        process.start()
        stack.callback(process.kill)
        return process

    def _posts(self, mails: Iterable[Mail]) -> list[Post]:
        return [Post(self.path, orjson.dumps({"text": mail.text})) for mail in mails]


class Naive:
    """Flask and RQ's default worker, one job a mail, torch's own pipeline loaded once.

    Args:
        workers: how many RQ workers; the first entry of a table has one, as RQ starts by default,
            whose torch takes as many threads as it likes; the other has one a core, each with one.
        mails: how many of the mails it gets, evenly taken; all of them would take it very long.

    """

    def __init__(
        self, name: str, workers: int, threads: int, environments: Path, mails: int
    ) -> None:
        self.name = name
        self._mails = mails
        self._workers = workers
        self._threads = threads
        self._api = Rival(name, "naive", "naive_api", environments, Path())
        self._worker = Rival(name, "naive", "naive_worker", environments, Path())

    def prepare(self) -> None:
        """Make its environment, once."""
        self._api.prepare()

    def round(self, mails: Sequence[Mail], mark: str) -> Round:
        """Its own Redis, one API, its workers; done when every result is stored."""
        mails = mails[:: max(1, len(mails) // self._mails)]
        port = ports.choose("127.0.0.1", 18200)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            folder.chmod(0o711)
            servers = stack.enter_context(EmbeddedServers(folder, postgres=False))
            place = {"REDIS": servers.redis_url, "THREADS": str(self._threads)}
            api = self._api._start(stack, [str(port)], place)
            workers = [self._worker._start(stack, [], place) for _ in range(self._workers)]
            until(lambda: ports.answers("127.0.0.1", port), "the naive API", 120)
            self._work(port, mails[:_WARM], 4)
            seconds: list[float] = []
            roots = {
                "redis": [servers.redis.process.pid],
                "api": [api.pid],
                "worker": [worker.pid for worker in workers],
            }
            span = measure(roots, lambda: seconds.extend(self._work(port, mails, CONNECTIONS)))
        return Round(len(mails), span.wall_seconds, span.cpu, seconds)

    def _work(self, port: int, mails: Sequence[Mail], connections: int) -> list[float]:
        sender = Sender(port, self._api._posts(mails), connections)
        sender.send()
        left = Post("/waiting", b"")
        until(lambda: _ask(port, left) == b"0", "the naive results", 3600, 0.2)
        return sender.seconds


def naive(environments: Path, mails: int) -> list[Naive]:
    """As one would start it, and with a little more care."""
    return [
        Naive("naive", 1, 0, environments, mails),
        Naive("naive, a worker a core", usable_cores(), 1, environments, mails),
    ]


def peers(model: Path, environments: Path) -> list[Rival]:
    """Model servers with the same engine and model file."""
    return [
        Rival("peer mosec", "mosec", "mosec_server", environments, model),
        Rival("peer LitServe", "litserve", "litserve_server", environments, model),
        Rival("peer BentoML", "bentoml", "bentoml_server", environments, model),
        BentoTask("peer BentoML task", "bentoml", "bentoml_server", environments, model),
    ]


class BentoTask(Rival):
    """BentoML's own queue: submit every text, then ask until each has its result.

    Tasks that nothing is heard of for a while are counted, not waited for.
    """

    def round(self, mails: Sequence[Mail], mark: str) -> Round:
        """As its parent, through /later/submit and /later/status."""
        port = ports.choose("127.0.0.1", 18200)
        with ExitStack() as stack:
            server = self._start(stack, [str(port)], {})
            until(lambda: ports.answers("127.0.0.1", port), f"{self.name} to listen", 120)
            until(lambda: _answers(port, self._posts(mails[:1])), f"{self.name} to answer", 120)
            tasks = _Tasks(port, mails)
            span = measure({"server": [server.pid]}, tasks.run)
        wall = tasks.last_done - tasks.began
        extra = {"tasks_never_done": float(len(tasks.open))}
        return Round(len(mails), wall, span.cpu, tasks.sender.seconds, (), extra)


class _Tasks:
    def __init__(self, port: int, mails: Sequence[Mail]) -> None:
        posts = [Post("/later/submit", orjson.dumps({"text": mail.text})) for mail in mails]
        self.sender = Sender(port, posts, CONNECTIONS)
        self.open: list[str] = []
        self.began = self.last_done = 0.0
        self._port = port

    def run(self) -> None:
        """Submit, then ask for those still open until there are none or nothing moves."""
        self.began = self.last_done = time.perf_counter()
        self.sender.send()
        self.open = [orjson.loads(body)["task_id"] for body in self.sender.bodies]
        while self.open and time.perf_counter() - self.last_done < _PATIENCE_SECONDS:
            left = [task for task in self.open if not self._is_done(task)]
            if len(left) < len(self.open):
                self.last_done = time.perf_counter()
            self.open = left
            time.sleep(0.2)

    def _is_done(self, task: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection.request("GET", f"/later/status?task_id={task}")
        status = orjson.loads(connection.getresponse().read())["status"]
        connection.close()
        return bool(status == "completed")


def _answers(port: int, posts: list[Post]) -> bool:
    try:
        Sender(port, posts, 1).send()
    except RuntimeError:
        return False
    return True


def _ask(port: int, post: Post) -> bytes:
    sender = Sender(port, [post], 1)
    sender.send()
    return sender.bodies[0]


def make_environment(place: Path, name: str) -> None:
    """A virtual environment with the pinned packages of `bench/rivals/NAME.txt`, unless there."""
    if (place / "bin" / "python").exists():
        return
    sys.stdout.write(f"making {place}\n")
    venv.create(place, with_pip=True)
    subprocess.run(  # noqa: S603  # a command of our own
        [str(place / "bin" / "pip"), "install", "-q", "-r", str(_FOLDER / f"{name}.txt")],
        check=True,
    )
