"""Which processes run, with what environment, on which ports."""

import os
import secrets
import signal
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.domain.routing import Routing
from service.local import ports
from service.local.cores import usable_cores
from service.local.process import Command
from service.local.secret_file import kept

ROOT = Path(__file__).resolve().parents[2]
_MOST_WORKERS = 16  # more would need more connections than the embedded PostgreSQL gives


@dataclass(frozen=True, slots=True)
class Planned:
    """One process: where it shows its metrics, and where mail comes in if it takes any."""

    command: Command
    metrics: ports.Address
    door: ports.Address | None = None

    @property
    def name(self) -> str:
        """`api`, `worker-1`, ..."""
        return self.command.name

    def answers(self) -> bool:
        """Whether it is up: each process opens its port when it can work."""
        place = self.door or self.metrics
        return ports.answers(place.host, place.port)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that runs besides the servers, in the order in which it stops.

    `lmtp` is where LMTP listens, None where the routing has no mailbox for anybody.
    """

    http: ports.Address
    lmtp: str | None
    environment: Mapping[str, str]
    processes: tuple[Planned, ...]

    @property
    def url(self) -> str:
        """Where the API answers, for a browser on this machine."""
        return self.http.url


def make_plan(
    http: ports.Address,
    data_dir: Path,
    routing: Routing,
    database_url: str | None,
    redis_url: str | None,
) -> Plan:
    """Choose the other ports and write the environment.

    Args:
        http: as `choose_http` returned it.
        data_dir: for logs and secrets.
        routing: says whether mail comes by LMTP, and whether it is handed on.
        database_url: of the embedded PostgreSQL; None where the environment has its own.
        redis_url: of the embedded Redis, likewise.

    Raises:
        StartupError: LMTP's port is taken.

    """
    lmtp = ports.choose_lmtp({http.port}) if routing.mailboxes else None
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "AIGUILLEUR_DATA_DIR": str(data_dir),
        "AIGUILLEUR_HTTP_PORT": str(http.port),
        **({"AIGUILLEUR_LMTP_LISTEN": lmtp} if lmtp else {}),
        **_urls(database_url, redis_url),
        **_webhook_secret(data_dir),
        **_retraining(data_dir),
    }
    doors = {"api": http, **({"lmtp": ports.listening(lmtp)} if lmtp else {})}
    others = ["sweep", "webhooks", *(["reinject"] if routing.reinjects else [])]
    others += ["schedule"] if given("AIGUILLEUR_RETRAIN_SCHEDULE") else []
    others += ["shadow"] if given("AIGUILLEUR_MODEL_STORE") else []
    processes = _processes(data_dir / "logs", environment, doors, others)
    return Plan(http, lmtp, environment, processes)


def given(name: str) -> bool:
    """Whether the environment has NAME or NAME_FILE."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def service_command(*arguments: str) -> list[str]:
    """The command line of one of the service's own commands, in this Python."""
    return [sys.executable, "-m", "service", *arguments]


def _urls(database_url: str | None, redis_url: str | None) -> dict[str, str]:
    urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    return {name: url for name, url in urls.items() if url is not None}


def _webhook_secret(data_dir: Path) -> dict[str, str]:
    name = "AIGUILLEUR_WEBHOOK_SECRET"
    if given(name):
        return {}
    made = kept(data_dir / "webhook-secret", _new_webhook_secret)
    return {name: made}


def _retraining(data_dir: Path) -> dict[str, str]:
    """Another service of this machine works elsewhere; what one of them learns from is its own."""
    name = "AIGUILLEUR_RETRAIN_WORK"
    return {} if given(name) else {name: str(data_dir / "retraining")}


def _new_webhook_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def _processes(
    logs: Path,
    environment: Mapping[str, str],
    doors: Mapping[str, ports.Address | None],
    others: Sequence[str],
) -> tuple[Planned, ...]:
    host = environment.get("AIGUILLEUR_METRICS_HOST") or "127.0.0.1"
    workers = [f"worker-{n}" for n in range(1, min(usable_cores(), _MOST_WORKERS) + 1)]
    first = ports.choose(host, 9100, "AIGUILLEUR_METRICS_PORT")
    taken = {first, *(door.port for door in doors.values() if door)}
    planned = []
    for number, name in enumerate([*doors, *workers, *others]):
        port = first if name == "api" else ports.another(host, first + number, taken)
        own = {**environment, "AIGUILLEUR_METRICS_PORT": str(port)}
        command = _command(name, own, logs)
        planned.append(Planned(command, ports.Address(host, port), doors.get(name)))
    return tuple(planned)


def _command(name: str, environment: Mapping[str, str], logs: Path) -> Command:
    return Command(
        name,
        service_command(name.partition("-")[0]),
        environment,
        logs / f"{name}.log",
        cwd=ROOT,
        # gunicorn must end its own workers; the others have no children and nothing to lose
        death_signal=signal.SIGQUIT if name == "api" else signal.SIGKILL,
    )
