"""Whom the embedded servers run as: PostgreSQL refuses root, so root hands them to `nobody`."""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.errors import StartupError


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user that root may become."""

    name: str
    uid: int
    gid: int


def unprivileged() -> Account | None:
    """None when this process is unprivileged itself.

    Raises:
        StartupError: root may not become anybody else here.

    """
    if os.geteuid() != 0:
        return None
    account = _nobody()
    try:
        run_as(["/bin/sh", "-c", ":"], account)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartupError(
            f"PostgreSQL does not run as root, and root may not become {account.name!r} here: "
            "start as another user, or set DATABASE_URL and REDIS_URL to running servers."
        ) from error
    return account


def _nobody() -> Account:
    # initdb looks its user up, so a number without a name would not do
    for user in sorted(pwd.getpwall(), key=lambda user: user.pw_name != "nobody"):
        if user.pw_uid != 0:
            return Account(user.pw_name, user.pw_uid, user.pw_gid)
    raise StartupError("PostgreSQL does not run as root, and /etc/passwd has no other user.")


def run_as(command: Sequence[str], account: Account | None) -> str:
    """Run a short command as `account` and return its output; raises what `subprocess` raises."""
    return subprocess.run(  # noqa: S603  # commands of our own
        command,
        capture_output=True,
        check=True,
        text=True,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    ).stdout


def can_reach(path: Path, account: Account | None) -> bool:
    """Whether `account` may enter `path` and every directory above it."""
    return account is None or all(_may_enter(p, account) for p in (path, *path.parents))


def _may_enter(directory: Path, account: Account) -> bool:
    found = directory.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def give(path: Path, account: Account | None) -> None:
    """Make `account` the owner of `path`."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
