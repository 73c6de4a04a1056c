"""The schema's revisions: bring a database up to date, or refuse one that the code cannot use.

Migrations add; the code before works on what they leave. One that takes something away says which
code is the oldest that still works (`oldest_code = "0007"` beside its `revision`). Every upgrade
writes down the revisions whose code the schema serves, for code that cannot know its successors:
during a rolling update, and after going back a release.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from service.errors import StartupError, Unavailable
from service.store.engine import make_engine, safe_errors

# One migration at a time, whoever starts it; the number is arbitrary and belongs to this lock.
_LOCK = 7_204_118_001

# Alembic's own table knows where the schema is, this one whom it serves.
_SERVED = text("CREATE TABLE IF NOT EXISTS schema_serves (revision text PRIMARY KEY)")


def upgrade(url: str) -> str:
    """Bring the database to the newest revision; waits for a migration under way.

    A database that a newer release brought further stays as it is, if it serves this one too.

    Returns:
        The revision at which the database is.

    Raises:
        StartupError: the database does not answer, or serves this release no longer.

    """
    engine = make_engine(url, application="aiguilleur-migrate")
    try:
        with startup_errors(), engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            revision = _revision(connection)
            if revision is None or _is_known(revision):
                _upgrade(connection)
            else:
                _refuse_unserved(connection)
            return _revision(connection) or "none"
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    _write_served(connection)
    connection.commit()


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
