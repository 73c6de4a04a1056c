"""A database that lives in another time, which can be put forward.

`clock_timestamp()` and `now()` are found in a schema that is looked through before PostgreSQL's
own, so that every statement and every default of the service follows, unchanged. Ids of mail
begin with the time: `new_id` gives them of that time.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from psycopg import sql

_INSTALL = """
CREATE SCHEMA clock;
CREATE TABLE clock.ahead (by interval NOT NULL);
INSERT INTO clock.ahead VALUES ('0');
CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + by FROM clock.ahead';
CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS
    'SELECT pg_catalog.now() + by FROM clock.ahead';
"""
_VERSION, _VARIANT = 7 << 76, 2 << 62


class Clock:
    """Of one database, which must be empty: defaults of tables are bound when they are made."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ahead = timedelta()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_INSTALL)
            name = sql.Identifier(connection.info.dbname)
            found_first = sql.SQL("ALTER DATABASE {} SET search_path = public, clock, pg_catalog")
            connection.execute(found_first.format(name))

    def put(self, moment: datetime) -> None:
        """Let it be that moment now; time goes on from there."""
        self._ahead = moment - datetime.now(UTC)
        with psycopg.connect(self._url) as connection:
            connection.execute("UPDATE clock.ahead SET by = %s", [self._ahead])

    def now(self) -> datetime:
        """By this clock."""
        return datetime.now(UTC) + self._ahead

    def new_id(self) -> UUID:
        """UUID version 7 (RFC 9562) of this moment."""
        milliseconds = int(self.now().timestamp() * 1000)
        tail = secrets.randbits(74)
        low, high = tail & (2**62 - 1), tail >> 62
        return UUID(int=milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low)
