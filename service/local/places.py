"""Where things lie: the data directory, the servers' own files, their sockets."""

import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

from service.errors import StartupError
from service.local.account import Account, can_reach, give

_ROOT = Path(__file__).resolve().parents[2]
_SOCKET_PATH_BYTES = 100  # the kernel's limit is 107 on Linux, 103 on macOS


def data_dir() -> Path:
    """AIGUILLEUR_DATA_DIR, else `.aiguilleur` in the checkout, else a directory of this user.

    Raises:
        StartupError: none of them can be made or written.

    """
    given = os.environ.get("AIGUILLEUR_DATA_DIR", "").strip()
    if given:
        return _prepared(Path(given).expanduser().absolute())
    try:
        return _prepared(_ROOT / ".aiguilleur")
    except StartupError:
        return _prepared(user_directory() / _short_hash(_ROOT))


def user_directory() -> Path:
    """A directory that only this user writes; made here."""
    state = os.environ.get("XDG_STATE_HOME")
    homes = [Path(state)] if state else []
    homes.append(Path(os.path.expanduser("~")) / ".local" / "state")  # noqa: PTH111  # no KeyError
    for home in homes:
        try:
            return _prepared(home / "aiguilleur")
        except StartupError:
            continue
    return _prepared(Path(tempfile.gettempdir()) / f"aiguilleur-{os.getuid()}")


def _prepared(directory: Path) -> Path:
    try:
        # entered by the servers' account too, listed by its owner alone
        directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise StartupError(f"{directory} cannot be made: {error.strerror}.") from error
    if not os.access(directory, os.W_OK | os.X_OK) or not _is_ours(directory):
        raise StartupError(
            f"{directory} belongs to another user: set AIGUILLEUR_DATA_DIR to another directory."
        )
    return directory


def _is_ours(directory: Path) -> bool:
    return os.geteuid() in {0, directory.stat().st_uid}


def servers_home(data_dir: Path, account: Account | None) -> Path:
    """Where the servers keep their files: in the data directory if their account may go there."""
    if can_reach(data_dir, account):
        return data_dir
    # a random name, noted in the data directory: another directory of that path starts empty
    note = data_dir / "servers-home"
    if not note.exists():
        note.write_text(secrets.token_hex(8))
    home = system_home() / note.read_text()
    home.mkdir(mode=0o711, exist_ok=True)
    return home


def system_home() -> Path:
    """A directory of root's that every user may enter, for a checkout that they may not."""
    for home in (Path("/var/lib/aiguilleur"), Path("/var/tmp/aiguilleur-root")):  # noqa: S108
        try:
            home.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        if _is_roots(home) and os.access(home, os.W_OK):
            return home
    raise StartupError(
        "The data directory is closed to the account that PostgreSQL must run as, and neither "
        "/var/lib nor /var/tmp can be written: set AIGUILLEUR_DATA_DIR to a directory that all "
        "users may enter."
    )


def _is_roots(directory: Path) -> bool:
    found = directory.lstat()
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not writable


def make_socket_dir(data_dir: Path, account: Account | None) -> Path:
    """A new directory with a short path, which only `account` (or this user) may enter.

    The one before it is removed, in case its maker was killed.
    """
    note = data_dir / "sockets"
    if note.exists():
        remove(Path(note.read_text()))
    short = Path("/tmp")  # noqa: S108  # TMPDIR may be too long for a socket's path
    parent = short if os.access(short, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    directory = Path(tempfile.mkdtemp(prefix="aiguilleur-", dir=parent))
    note.write_text(str(directory))
    give(directory, account)
    if len(os.fsencode(directory / ".s.PGSQL.5432.lock")) > _SOCKET_PATH_BYTES:
        directory.rmdir()
        raise StartupError(f"{parent} is too long a path for sockets: set TMPDIR to a shorter one.")
    return directory


def remove(directory: Path) -> None:
    """Remove a directory and all in it, if it is there."""
    shutil.rmtree(directory, ignore_errors=True)


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
