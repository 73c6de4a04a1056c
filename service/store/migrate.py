"""The schema's revisions: bring a database up to date, or refuse one the code does not know."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from service.errors import StartupError, Unavailable
from service.store.engine import make_engine, safe_errors

# One migration at a time, whoever starts it; the number is arbitrary and belongs to this lock.
_LOCK = 7_204_118_001


def upgrade(url: str) -> str:
    """Bring the database to the newest revision and return it; waits for a migration under way.

    Raises:
        StartupError: the database does not answer.

    """
    engine = make_engine(url, application="aiguilleur-migrate")
    try:
        with startup_errors(), engine.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    finally:
        engine.dispose()
    return newest()


def newest() -> str:
    """The newest revision that this code knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def require_current(engine: Engine) -> None:
    """Refuse to start on another schema.

    Raises:
        StartupError: naming both revisions.

    """
    with startup_errors(), engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != newest():
        raise StartupError(
            f"The database's schema is at revision {found or 'none'}, this code needs {newest()}: "
            "run `aiguilleur migrate`, or the release that fits the database."
        )


@contextmanager
def startup_errors() -> Iterator[None]:
    """A database that does not answer ends a start with a sentence."""
    try:
        with safe_errors():
            yield
    except Unavailable as error:
        raise StartupError(f"DATABASE_URL: {error.detail}: {_reason(error)}") from error


def _reason(error: Unavailable) -> str:
    """What the driver said, which names host and port but no password."""
    driver = getattr(error.__cause__, "orig", None)
    return " ".join(str(driver or "no reason given").split())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
