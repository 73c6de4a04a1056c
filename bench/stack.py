"""The service as it runs in earnest, for measurements: own servers, own processes, real model."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import orjson

from service.local import ports
from service.local.cores import usable_cores
from service.local.places import remove
from service.local.process import Command, Process
from service.local.servers import EmbeddedServers
from service.store.migrate import upgrade

ROOT = Path(__file__).parents[1]
T = TypeVar("T")
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  # of a throw-away service


def until(ask: Callable[[], T], what: str, seconds: float = 60.0, pause: float = 0.05) -> T:
    """Ask until the answer is truthy, and return it.

    Raises:
        TimeoutError: it never was.

    """
    ends = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > ends:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)
    return answer


class Member:
    """One process of the service, with its log; may be started again and again."""

    def __init__(self, name: str, process: Process) -> None:
        self.name = name
        self.process = process
        self._offset = 0
        self.started_at = 0.0

    def start(self) -> Self:
        """Start it without waiting; its log is read from here on."""
        log = self.process.command.log
        self._offset = log.stat().st_size if log.exists() else 0
        self.started_at = time.monotonic()
        self.process.start()
        return self

    def ready(self) -> float:
        """Wait until it says that it is; returns how many seconds that took."""
        until(self._is_ready, f"{self.name}: {self.process.command.log}", 60, 0.02)
        return time.monotonic() - self.started_at

    def _is_ready(self) -> bool:
        if not self.process.running:
            raise RuntimeError(f"{self.name} ended: {self.process.command.log}")
        return any(line.get("event") in {"ready", "listening"} for line in self.events())

    def events(self) -> list[dict[str, object]]:
        """What it logged since its start."""
        with self.process.command.log.open("rb") as log:
            log.seek(self._offset)
            return [orjson.loads(x) for x in log if x.startswith(b"{") and x.endswith(b"}\n")]


class Stack:
    """Everything of one service within a `with` block; start it from the main thread."""

    def __init__(self, workers: int | None = None, **settings: str) -> None:
        self._workers = usable_cores() if workers is None else workers
        self._settings = settings
        self._open = ExitStack()
        self.members: dict[str, Member] = {}
        self.servers: EmbeddedServers
        self.folder: Path
        self.port = 0
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            # not below a directory of root's alone: PostgreSQL runs as another account
            self.folder = Path(tempfile.mkdtemp(prefix="aiguilleur-bench-"))
            stack.callback(remove, self.folder)
            self.folder.chmod(0o711)
            self.servers = stack.enter_context(EmbeddedServers(self.folder))
            upgrade(self.servers.database_url)
            self.port = ports.choose("127.0.0.1", 18080)
            self.environment = self._environment()
            stack.callback(self._stop)
            for name in self._names():
                self.add(name).start()
            for member in self.members.values():
                member.ready()
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, name: str, arguments: list[str] | None = None, **settings: str) -> Member:
        """A further process, not started: `worker-3` runs `aiguilleur worker`."""
        taken = len(self.members)
        port = ports.choose("127.0.0.1", 19100 + taken)
        environment = {**self.environment, "AIGUILLEUR_METRICS_PORT": str(port), **settings}
        command = [sys.executable, "-m", *(arguments or ["service", name.partition("-")[0]])]
        process = Process(
            Command(
                name,
                command,
                environment,
                self.folder / "logs" / f"{name}.log",
                cwd=ROOT,
                death_signal=signal.SIGQUIT if name == "api" else signal.SIGKILL,
            )
        )
        self.members[name] = Member(name, process)
        return self.members[name]

    def key(self, client: str = "gateway", role: str = "gateway", *more: str) -> str:
        """A new API key."""
        asked = ["key", "create", f"--client={client}", f"--role={role}", "--mailbox=*", *more]
        done = subprocess.run(  # noqa: S603  # a command of our own
            [sys.executable, "-m", "service", *asked],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def roots(self) -> Mapping[str, list[int]]:
        """The process ids that lead each part, for `bench.cpu`."""
        parts = {"postgres": [self.servers.postgres.process.pid]}
        parts["redis"] = [self.servers.redis.process.pid]
        for name, member in self.members.items():
            parts.setdefault(name.partition("-")[0], []).append(member.process.pid)
        return parts

    def _names(self) -> list[str]:
        workers = [f"worker-{n}" for n in range(1, self._workers + 1)]
        return ["api", *workers, "sweep", "webhooks"]

    def _environment(self) -> dict[str, str]:
        others = {k: v for k, v in os.environ.items() if not k.startswith("AIGUILLEUR_")}
        return {
            **others,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "AIGUILLEUR_HTTP_PORT": str(self.port),
            "AIGUILLEUR_METRICS_PORT": "0",
            "AIGUILLEUR_WEBHOOK_SECRET": _SECRET,
            "AIGUILLEUR_WEBHOOK_ALLOW_HTTP": "true",
            "AIGUILLEUR_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
            **self._settings,
        }

    def _stop(self) -> None:
        for member in self.members.values():
            member.process.resume()
            if member.process.running:
                member.process.ask_to_stop()
        for member in self.members.values():
            member.process.wait(10)
