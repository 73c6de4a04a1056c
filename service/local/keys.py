"""API keys for this machine's own use, made at the first start and kept in files."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import urllib3

from service.errors import StartupError
from service.local.plan import ROOT, Plan, service_command
from service.local.process import leashed
from service.local.secret_file import kept, replaced


@dataclass(frozen=True, slots=True)
class Keys:
    """`gateway` posts mail; `supervisor` sees what waits in the agents' queues."""

    gateway: str
    supervisor: str


def own_keys(plan: Plan, data_dir: Path) -> Keys:
    """The keys of this machine, new ones where there are none yet for this database."""
    return Keys(*(_own_key(plan, data_dir, role) for role in ("gateway", "supervisor")))


def _own_key(plan: Plan, data_dir: Path, role: str) -> str:
    path = data_dir / f"key-{role}{_mark()}"
    key = kept(path, lambda: _create(plan, role))
    # the database may have been emptied since
    return key if _is_known(plan.url, key) else replaced(path, _create(plan, role))


def _mark() -> str:
    """Tells the keys of one given database from those of another; empty for the embedded one."""
    url = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    return "-" + hashlib.sha256(url.encode()).hexdigest()[:8] if url else ""


def _is_known(url: str, key: str) -> bool:
    headers = {"Authorization": f"Bearer {key}"}
    answer = urllib3.request("GET", f"{url}/v1/model", headers=headers, timeout=10, retries=False)
    return answer.status != 401


def _create(plan: Plan, role: str) -> str:
    arguments = ["key", "create", f"--client=local-{role}", f"--role={role}", "--mailbox=*"]
    done = subprocess.run(  # noqa: S603  # a command of our own
        leashed(service_command(*arguments)),
        env=dict(plan.environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StartupError(f"No API key could be made: {done.stderr.strip()}")
    return done.stdout.strip()
