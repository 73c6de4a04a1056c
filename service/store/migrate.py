"""The schema's revisions: bring a database up to date, or refuse one that the code cannot use.

Migrations add; the code before works on what they leave. One that takes something away says which
code is the oldest that still works (`oldest_code = "0007"` beside its `revision`). Every upgrade
writes down the revisions whose code the schema serves, for code that cannot know its successors:
during a rolling update, and after going back a release.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from service.errors import StartupError, Unavailable
from service.store.engine import make_engine, safe_errors

# One migration at a time, whoever starts it; the number is arbitrary and belongs to this lock.
_LOCK = 7_204_118_001

# Whoever asks for a table queues behind a migration that waits for it, so it waits for a moment
# only, and again later: a dump that is being made holds all tables for as long as it takes.
_LOCK_TIMEOUT, _PAUSE_SECONDS, _PATIENCE_SECONDS = "2s", 3.0, 300.0
_NO_LOCK = "55P03"

# Alembic's own table knows where the schema is, this one whom it serves.
_SERVED = text("CREATE TABLE IF NOT EXISTS schema_serves (revision text PRIMARY KEY)")


def upgrade(url: str, patience: float = _PATIENCE_SECONDS) -> str:
    """Bring the database to the newest revision; waits for a migration under way.

    A database that a newer release brought further stays as it is, if it serves this one too.
    Tables that others use for long are waited for `patience` seconds, without standing in the way.

    Returns:
        The revision at which the database is.

    Raises:
        StartupError: the database does not answer, serves this release no longer, or is in use.

    """
    engine = make_engine(url, application="aiguilleur-migrate")
    try:
        with startup_errors(), engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
            connection.commit()
            revision = _revision(connection)
            if revision is None or _is_known(revision):
                _upgrade(connection, time.monotonic() + patience)
            else:
                _refuse_unserved(connection)
            return _revision(connection) or "none"
    finally:
        engine.dispose()


def _upgrade(connection: Connection, ends: float) -> None:
    while not _upgraded(connection):
        if time.monotonic() > ends:
            raise StartupError(
                "Somebody uses tables that the migration changes, for a backup perhaps: run "
                "`aiguilleur migrate` again when that is over. Nothing was changed."
            )
        time.sleep(_PAUSE_SECONDS)


def _upgraded(connection: Connection) -> bool:
    """All migrations in one transaction; False while others use a table that one changes."""
    config = _config()
    config.attributes["connection"] = connection
    connection.rollback()
    try:
        with connection.begin():
            command.upgrade(config, "head")
            _write_served(connection)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _NO_LOCK:
            raise
        return False
    return True


def newest() -> str:
    """The newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def served(revisions: Sequence[tuple[str, str | None]]) -> set[str]:
    """The revisions whose code works on the newest schema.

    Args:
        revisions: each with the oldest code that it serves, if it names one; the newest first.

    """
    order = [revision for revision, _ in revisions][::-1]
    oldest = [order.index(code) for _, code in revisions if code is not None]
    return set(order[max(oldest, default=0) :])


def require_served(engine: Engine) -> None:
    """Refuse to start on a schema that this code does not work with.

    Raises:
        StartupError: naming both revisions.

    """
    with startup_errors(), engine.connect() as connection:
        if _revision(connection) != newest():
            _refuse_unserved(connection)


def _refuse_unserved(connection: Connection) -> None:
    if not _serves(connection, newest()):
        raise StartupError(
            f"The database's schema is at revision {_revision(connection) or 'none'}, this code "
            f"needs {newest()}: run `aiguilleur migrate`, or the release that fits the database."
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_known(revision: str) -> bool:
    scripts = ScriptDirectory.from_config(_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


def _serves(connection: Connection, revision: str) -> bool:
    if not inspect(connection).has_table("schema_serves"):
        return False
    query = text("SELECT EXISTS (SELECT FROM schema_serves WHERE revision = :revision)")
    return bool(connection.execute(query, {"revision": revision}).scalar())


def _write_served(connection: Connection) -> None:
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    revisions = [(s.revision, getattr(s.module, "oldest_code", None)) for s in scripts]
    connection.execute(_SERVED)
    connection.execute(text("DELETE FROM schema_serves"))
    connection.execute(
        text("INSERT INTO schema_serves SELECT unnest(CAST(:revisions AS text[]))"),
        {"revisions": sorted(served(revisions))},
    )


@contextmanager
def startup_errors() -> Iterator[None]:
    """A database that does not answer ends a start with a sentence."""
    try:
        with safe_errors():
            yield
    except Unavailable as error:
        raise StartupError(f"DATABASE_URL: {error.detail}: {_reason(error.__cause__)}") from error
    except ProgrammingError as error:  # the URL asks for what the driver does not know
        raise StartupError(f"DATABASE_URL: {_reason(error)}") from error


def _reason(error: BaseException | None) -> str:
    """What the driver said, which names host and port but no password."""
    driver = getattr(error, "orig", None)
    return " ".join(str(driver or "no reason given").split())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
