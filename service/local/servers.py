"""Redis and PostgreSQL as children of this process, for one machine and for tests."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from service.local.account import unprivileged
from service.local.binaries import find_postgres, find_redis
from service.local.lock import DataLock
from service.local.places import make_socket_dir, remove, servers_home
from service.local.postgres import PostgresServer
from service.local.redis_server import RedisServer


class EmbeddedServers:
    """Both servers from `with` to its end; each can be stopped, killed, paused and restarted.

    Start them from a thread that lives as long as they shall.

    Args:
        data_dir: an existing directory; one holder at a time.
        postgres, redis: False leaves that server out.
        durable: see `PostgresServer`.

    """

    postgres: PostgresServer
    redis: RedisServer

    def __init__(
        self, data_dir: Path, *, postgres: bool = True, redis: bool = True, durable: bool = True
    ) -> None:
        self._data_dir = data_dir
        self._wants_postgres = postgres
        self._wants_redis = redis
        self._durable = durable
        self._open = ExitStack()

    @property
    def database_url(self) -> str:
        """`postgresql://...`, with the password."""
        return self.postgres.url()

    @property
    def redis_url(self) -> str:
        """`unix://...`."""
        return self.redis.url()

    @property
    def own_database_url(self) -> str | None:
        """`database_url`, None where PostgreSQL was left out."""
        return self.postgres.url() if self._wants_postgres else None

    @property
    def own_redis_url(self) -> str | None:
        """`redis_url`, None where Redis was left out."""
        return self.redis.url() if self._wants_redis else None

    def __enter__(self) -> Self:
        """Take the data directory's lock, then start the servers and wait until they answer.

        Raises:
            StartupError: a sentence saying what is in the way.

        """
        with ExitStack() as stack:
            stack.enter_context(DataLock(self._data_dir))
            (self._data_dir / "logs").mkdir(exist_ok=True)
            self._start(stack)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop them, Redis first."""
        self._open.close()

    def _start(self, stack: ExitStack) -> None:
        if not self._wants_postgres and not self._wants_redis:
            return
        account = unprivileged()
        home = servers_home(self._data_dir, account)
        sockets = make_socket_dir(self._data_dir, account)
        stack.callback(remove, sockets)
        logs = self._data_dir / "logs"
        if self._wants_postgres:
            binaries = find_postgres(account, home / "postgres")
            self.postgres = PostgresServer(
                binaries,
                home,
                sockets,
                account,
                logs / "postgres.log",
                durable=self._durable,
            )
            stack.callback(self.postgres.stop)
            self.postgres.start()
        if self._wants_redis:
            program = find_redis(account)
            self.redis = RedisServer(program, sockets, account, logs / "redis.log")
            stack.callback(self.redis.stop)
            self.redis.start()
