"""API keys and an account for this machine's own use, made at the first start, kept in files."""

import hashlib
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

import urllib3

from service.errors import StartupError
from service.local.plan import ROOT, Plan, service_command
from service.local.process import leashed
from service.local.secret_file import kept, replaced

LOGIN = "demo"


@dataclass(frozen=True, slots=True)
class Keys:
    """`gateway` posts mail; `supervisor` sees what waits in the agents' queues.

    `password` opens the console to `LOGIN`.
    """

    gateway: str
    supervisor: str
    password: str


def own_keys(plan: Plan, data_dir: Path) -> Keys:
    """The keys of this machine, new ones where there are none yet for this database."""
    gateway, supervisor = (_own_key(plan, data_dir, role) for role in ("gateway", "supervisor"))
    return Keys(gateway, supervisor, _own_password(plan, data_dir))


def _own_password(plan: Plan, data_dir: Path) -> str:
    """The password of this machine's own account, which is made where there is none."""
    path = data_dir / f"key-console{_mark()}"
    password = kept(path, lambda: secrets.token_urlsafe(12))
    rights = ["--role=agent", "--role=supervisor", "--mailbox=*"]
    made = _run(plan, "account", "create", f"--login={LOGIN}", *rights, given=password)
    if made.returncode != 0 and "already" not in made.stderr:
        raise StartupError(f"No account could be made: {made.stderr.strip()}")
    return password


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
    done = _run(plan, "key", "create", f"--client=local-{role}", f"--role={role}", "--mailbox=*")
    if done.returncode != 0:
        raise StartupError(f"No API key could be made: {done.stderr.strip()}")
    return done.stdout.strip()


def _run(plan: Plan, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # a command of our own
        leashed(service_command(*arguments)),
        env=dict(plan.environment),
        cwd=ROOT,
        input=given + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
