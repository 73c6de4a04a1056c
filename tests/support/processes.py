"""The service's own processes, started as in production, to be stopped, killed and paused."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]
# `model-worker` is a worker as it is, with the engine and the model's folder.
MODULES = {"worker": ["tests.support.fake_worker"], "model-worker": ["service", "worker"]}
READY = {"api": "listening"}


class Process:
    """One process; its log is a file of JSON lines."""

    def __init__(
        self, name: str, environment: Mapping[str, str], log: Path, tree: Path = ROOT
    ) -> None:
        self.name = name
        self.log = log
        module = MODULES.get(name, ["service", name])
        with log.open("wb") as stderr:
            self._child = subprocess.Popen(
                [sys.executable, "-m", *module],
                cwd=tree,
                env=dict(environment),
                stderr=stderr,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process's id; it leads a session, so that its children can be found."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._child.poll() is None

    @property
    def killed(self) -> bool:
        """Whether a signal that it could not answer ended it."""
        return self._child.poll() == -signal.SIGKILL

    def ready(self) -> Self:
        """Wait until it says that it is."""
        event = READY.get(self.name, "ready")
        until(lambda: self._has(event) or self._died(), f"{self.name} ready: {self.log}", 60)
        assert self._child.poll() is None, self.log.read_text()
        return self

    def events(self) -> list[dict[str, object]]:
        """What it logged so far."""
        lines = self.log.read_bytes().splitlines()
        return [orjson.loads(line) for line in lines if line.startswith(b"{")]

    def signal(self, number: int, *, whole_group: bool = False) -> None:
        """Send a signal to it, or to it and its children."""
        if self._child.poll() is None:
            (os.killpg if whole_group else os.kill)(self.pid, number)

    def stop(self) -> int:
        """SIGTERM, and wait for it to end; returns its exit status."""
        self.signal(signal.SIGCONT, whole_group=True)
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        """Wait for it to end by itself; returns its exit status."""
        return self._child.wait(40)

    def kill(self) -> None:
        """SIGKILL it and its children."""
        self.signal(signal.SIGKILL, whole_group=True)
        self._child.wait(10)

    def _has(self, event: str) -> bool:
        return any(line.get("event") == event for line in self.events())

    def _died(self) -> bool:
        return self._child.poll() is not None


class Cluster:
    """The service over given servers, one process or more of each kind, on free ports.

    `tree` is the checkout whose code runs.
    """

    def __init__(
        self, folder: Path, database_url: str, redis_url: str, tree: Path = ROOT, **settings: str
    ) -> None:
        self.folder = folder
        self.tree = tree
        self.port = free_port()
        self.gate = folder / "gate"
        self._processes: list[Process] = []
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AIGUILLEUR_")},
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "FAKE_GATE": str(self.gate),
            "AIGUILLEUR_HTTP_PORT": str(self.port),
            "AIGUILLEUR_METRICS_PORT": "0",
            "AIGUILLEUR_SWEEP_SECONDS": "0.3",
            "AIGUILLEUR_LEASE_SECONDS": "2",
            "AIGUILLEUR_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "AIGUILLEUR_WEBHOOK_ALLOW_HTTP": "true",
            "AIGUILLEUR_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8",
            **settings,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.kill()

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str, **settings: str) -> Process:
        """Start one more process and wait until it is ready."""
        return self.launch(name, **settings).ready()

    def launch(self, name: str, **settings: str) -> Process:
        """Start one more process without waiting."""
        log = self.folder / f"{name}-{len(self._processes)}.log"
        process = Process(name, self._environment | settings, log, self.tree)
        self._processes.append(process)
        return process

    def running(self, name: str) -> list[Process]:
        """Its processes of this name that have not ended."""
        return [p for p in self._processes if p.name == name and p.running]

    def events(self, name: str) -> list[dict[str, object]]:
        """What all processes of this name logged so far."""
        return [e for p in self._processes if p.name == name for e in p.events()]

    @property
    def killed(self) -> int:
        """How many of its processes did not end by themselves."""
        return sum(p.killed for p in self._processes)

    def key(self, *arguments: str) -> str:
        """A new API key, made by the command line."""
        return self.command("key", "create", *arguments)

    def account(
        self,
        login: str,
        role: str,
        password: str,
        *,
        mailbox: str = "*",
        queues: Sequence[str] = (),
    ) -> None:
        """A new account, made by the command line."""
        limits = [f"--queue={queue}" for queue in queues]
        rights = [f"--role={role}", f"--mailbox={mailbox}", *limits]
        self.command("account", "create", f"--login={login}", *rights, given=password)

    def command(self, *arguments: str, given: str = "") -> str:
        """What a command that must succeed prints."""
        done = self._command(arguments, given)
        done.check_returncode()
        return done.stdout.strip()

    def refused(self, *arguments: str) -> str:
        """What a command says that must fail."""
        done = self._command(arguments, "")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        return done.stderr

    def _command(
        self, arguments: tuple[str, ...], given: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=self.tree,
            env=self._environment,
            input=given + "\n",
            capture_output=True,
            text=True,
            check=False,
        )


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
