"""Redis and PostgreSQL as children: they start anywhere, survive what happens, leave nothing."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from sqlalchemy import make_url

from service.errors import StartupError
from service.local.account import can_reach, unprivileged
from service.local.binaries import PostgresBinaries, find_postgres, find_redis
from service.local.copies import copy_postgres, copy_redis
from service.local.places import make_socket_dir, remove, servers_home
from service.local.postgres import PostgresServer
from service.local.redis_server import RedisServer
from service.local.servers import EmbeddedServers
from tests.support.waiting import until

# Holds servers, says their URLs and pids, and waits to be killed.
HOLDER = """
import signal, sys
from pathlib import Path
from service.local.postgres import PostgresServer
from service.local.redis_server import RedisServer
from service.local.servers import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1]), durable=False) as servers:
    print(servers.database_url, servers.postgres.process.pid, servers.redis.process.pid, flush=True)
    signal.pause()
"""


@pytest.fixture
def place(open_folder: Path) -> Path:
    """A data directory with a space in its path."""
    made = open_folder / "données d'ici"
    made.mkdir(mode=0o711)
    return made


@pytest.fixture(scope="module")
def pair(open_module_folder: Path) -> Iterator[EmbeddedServers]:
    """Servers for the tests that need nothing special."""
    with quick(open_module_folder) as servers:
        yield servers


# Without waiting for the disk: what is killed here are processes, never the machine.
quick = partial(EmbeddedServers, durable=False)


def write(url: str, value: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def read(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value")]


def connects(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_postgres_compares_by_code_point_and_knows_unicode(pair: EmbeddedServers) -> None:
    """C.UTF-8: the same order on every machine, and upper case beyond ASCII from PostgreSQL 17."""
    with psycopg.connect(pair.database_url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT 'Z' < 'a', 'é' > 'z'").fetchone() == (True, True)


def test_neither_server_listens_on_the_network(pair: EmbeddedServers) -> None:
    """Unix sockets alone, in a directory that other users may not enter."""
    for process in (pair.postgres.process, pair.redis.process):
        found = psutil.Process(process.pid).net_connections(kind="inet")
        assert [c for c in found if c.status == psutil.CONN_LISTEN] == []
    folder = Path(pair.redis_url.removeprefix("unix://").partition("?")[0]).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_postgres_asks_for_the_password(pair: EmbeddedServers) -> None:
    """The socket alone does not let anybody in."""
    wrong = make_url(pair.database_url).set(password="wrong").render_as_string(hide_password=False)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_servers_never_run_as_root(pair: EmbeddedServers) -> None:
    """Root hands them to an unprivileged account; others run them as themselves."""
    account = unprivileged()
    expected = account.uid if account else os.geteuid()
    pids = (pair.postgres.process.pid, pair.redis.process.pid)
    assert {psutil.Process(pid).uids().effective for pid in pids} == {expected}


def test_redis_refuses_writes_rather_than_forget(pair: EmbeddedServers) -> None:
    """A full broker must say so; keys are not evicted behind RQ's back."""
    with redis.Redis.from_url(pair.redis_url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_a_killed_redis_starts_again_at_the_same_address(pair: EmbeddedServers) -> None:
    """Clients need no new URL."""
    with redis.Redis.from_url(pair.redis_url) as client:
        pair.redis.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        pair.redis.start()
        assert client.ping()


def test_a_paused_redis_keeps_its_callers_waiting(pair: EmbeddedServers) -> None:
    """It takes connections and does not answer, until it is resumed."""
    with redis.Redis.from_url(pair.redis_url, socket_timeout=0.1) as client:
        pair.redis.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        pair.redis.resume()
        assert until(client.ping, "an answer")


def test_postgres_can_be_paused_and_resumed(pair: EmbeddedServers) -> None:
    """Connections hang meanwhile."""
    pair.postgres.pause()
    assert not connects(pair.database_url)
    pair.postgres.resume()
    assert connects(pair.database_url)


def test_a_paused_server_can_be_stopped(pair: EmbeddedServers) -> None:
    """Stopping wakes it first, rather than waiting for the time limit."""
    pair.postgres.pause()
    pair.postgres.stop()
    assert pair.postgres.process.exit_status == 0
    pair.postgres.start()


def test_commits_survive_a_killed_postgres(place: Path) -> None:
    """It recovers at its next start, in a directory with a space and an accent in its path."""
    with EmbeddedServers(place) as servers:
        write(servers.database_url, 1)
        servers.postgres.kill()
        servers.postgres.start()
        assert read(servers.database_url) == [1]


def test_a_second_run_finds_what_the_first_wrote(place: Path) -> None:
    """The cluster and its password are kept."""
    with quick(place) as servers:
        write(servers.database_url, 1)
    with quick(place) as servers:
        assert read(servers.database_url) == [1]


def test_a_second_holder_is_told_who_holds_it(place: Path) -> None:
    """Two at once on one directory would ruin it."""
    second = quick(place, postgres=False)
    with quick(place, postgres=False), pytest.raises(StartupError) as refusal:
        second.__enter__()
    assert f"already runs on {place} (process {os.getpid()})" in str(refusal.value)


@contextmanager
def held(place: Path) -> Iterator[tuple[str, psutil.Process, list[psutil.Process]]]:
    """Servers held by another process, SIGKILLed at the end: URL, postmaster, everybody."""
    command = [sys.executable, "-c", HOLDER, str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        url, *pids = holder.stdout.readline().split()
        postgres, broker = (psutil.Process(int(pid)) for pid in pids)
        yield url, postgres, [postgres, broker, *postgres.children()]
        holder.kill()


def test_nothing_survives_a_killed_holder(place: Path) -> None:
    """The kernel ends its servers; the next holder recovers what was committed."""
    with held(place) as (url, _, everybody):
        write(url, 1)
    assert psutil.wait_procs(everybody, timeout=20)[1] == []
    with quick(place) as servers:
        assert read(servers.database_url) == [1]


def test_an_orphaned_server_is_ended_at_the_next_start(place: Path) -> None:
    """One that its holder's end did not reach, because it was stopped, holds nobody up."""
    with held(place) as (_, postgres, _):
        postgres.send_signal(signal.SIGSTOP)
    with quick(place) as servers:
        assert connects(servers.database_url)
        assert not postgres.is_running()


def test_a_stale_pid_file_of_another_process_is_no_obstacle(place: Path) -> None:
    """After a reboot the number may belong to anybody, who must not be touched."""
    with quick(place, redis=False) as servers:
        cluster = servers.postgres.cluster
    bystander = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    (cluster / "postmaster.pid").write_text(f"{bystander.pid}\n{cluster}\n0\n5432\n")
    with quick(place, redis=False) as servers:
        assert connects(servers.database_url)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_half_made_cluster_is_made_again(place: Path) -> None:
    """A start killed in the middle of initdb leaves nothing that looks like a cluster."""
    (place / "postgres-new-killed" / "cluster").mkdir(parents=True)
    with quick(place, redis=False) as servers:
        assert connects(servers.database_url)
    assert not (place / "postgres-new-killed").exists()


def test_a_broken_cluster_is_explained_by_the_server(place: Path) -> None:
    """The error ends with PostgreSQL's own words."""
    with quick(place, redis=False) as servers:
        (servers.postgres.cluster / "global" / "pg_control").write_bytes(b"not a control file")
        servers.postgres.kill()
    with pytest.raises(StartupError, match=r"(?s)postgres ended at its start.*control"):
        quick(place, redis=False).__enter__()


def test_a_cluster_of_another_major_release_is_refused(place: Path) -> None:
    """With the release that made it, so that one knows what to install."""
    cluster = place / "postgres"
    cluster.mkdir(mode=0o711)
    (cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(StartupError, match="was made by PostgreSQL 9"):
        quick(place, redis=False).__enter__()


def test_an_older_release_serves_its_own_clusters(place: Path) -> None:
    """PostgreSQL 16 lacks the newest options, and is found again for what it made."""
    made_by_16 = place / "postgres"
    made_by_16.mkdir()
    (made_by_16 / "PG_VERSION").write_text("16\n")
    account = unprivileged()
    binaries = find_postgres(account, made_by_16)
    remove(made_by_16)
    sockets = make_socket_dir(place, account)
    server = PostgresServer(binaries, place, sockets, account, place / "log", durable=False)
    server.start()
    server.stop()
    remove(sockets)
    assert find_postgres(account, server.cluster).major == binaries.major == 16


def test_copied_programs_work_without_the_originals(place: Path) -> None:
    """What is copied for an account that may not read the environment is all that it needs."""
    account = unprivileged()
    found = find_postgres(account, place / "postgres")
    folder = copy_postgres(found.postgres.parents[1], found.release, place)
    copied = PostgresBinaries(folder / "postgres", folder / "initdb", found.release)
    sockets = make_socket_dir(place, account)
    postgres = PostgresServer(copied, place, sockets, account, place / "log", durable=False)
    broker = RedisServer(copy_redis(find_redis(account), "6", place), sockets, account, place / "r")
    for server in (postgres, broker):
        server.start()
        server.stop()
    remove(sockets)


def test_servers_start_in_a_directory_closed_to_all_others(tmp_path: Path) -> None:
    """As below /root: their files and programs then go where their account may read them."""
    place = tmp_path / "closed"
    place.mkdir(mode=0o700)
    home = servers_home(place, unprivileged())
    try:
        with quick(place) as servers:
            assert connects(servers.database_url)
            assert can_reach(servers.postgres.cluster.parent, unprivileged())
    finally:
        remove(home)
