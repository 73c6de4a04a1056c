"""The faults, each a function of the house: what is done to it, and undone."""

import signal
from collections.abc import Callable

import psutil
import redis

from bench.chaos.house import WORKERS, House
from bench.chaos.verdict import KILLED, TERMINATED

Fault = Callable[[House], None]


def kill_worker(house: House) -> None:
    """SIGKILL with a lease in hand."""
    house.strike(KILLED, signal.SIGKILL)


def terminate_worker(house: House) -> None:
    """SIGTERM with a lease in hand."""
    house.strike(TERMINATED, signal.SIGTERM)


def stop_worker(house: House) -> None:
    """SIGSTOP until others have its mail, then SIGCONT: a zombie with a late result."""
    fault = "worker SIGSTOP past its lease, late result refused"
    name = house.strike(fault, signal.SIGSTOP)
    if name is None:
        return
    house.done[fault] -= 1  # it counts once the zombie has been refused
    hit = house.hits[-1]
    house.wait(house.lease_seconds + 15, lambda: house.decided(hit.tags))
    house.stack.members[name].process.resume()
    house.done[fault] += house.wait(10, lambda: house.said(name, "lease_lost"))


def kill_gunicorn_worker(house: House) -> None:
    """SIGKILL of one of the API's processes, while requests are in it."""
    head = psutil.Process(house.stack.members["api"].process.pid)
    for child in head.children()[:1]:
        child.kill()
        house.done["gunicorn worker SIGKILL"] += 1


def kill_sweeper(house: House) -> None:
    """SIGKILL of the holder of the sweep's lock."""
    house.stack.members["sweep"].process.kill()
    house.done["sweeper SIGKILL"] += 1


def kill_webhook_sender(house: House) -> None:
    """SIGKILL of the webhook sender."""
    house.stack.members["webhooks"].process.kill()
    house.done["webhook sender SIGKILL"] += 1


def kill_redis(house: House) -> None:
    """SIGKILL, some seconds without, then an empty one."""
    house.stack.servers.redis.kill()
    house.wait(3)
    house.stack.servers.redis.start()
    house.done["Redis killed, restarted empty"] += 1


def flush_redis(house: House) -> None:
    """Everything in it is gone, workers' registrations too."""
    had = house.redis().dbsize()
    house.redis().flushall()
    house.done["Redis flushed"] += had > 0


def pause_redis(house: House) -> None:
    """It takes connections and answers nothing."""
    house.stack.servers.redis.pause()
    house.wait(4)
    house.stack.servers.redis.resume()
    house.done["Redis paused"] += 1


def fill_redis(house: House) -> None:
    """Every write is answered OOM."""
    client = house.redis()
    client.config_set("maxmemory", "1")
    house.wait(4)
    client.config_set("maxmemory", "0")
    house.done["Redis answering OOM"] += _answered(client, "OOM")


def misconfigure_redis(house: House) -> None:
    """Its snapshots fail, so every write is answered MISCONF."""
    client = house.redis()
    try:
        before = str(client.config_get("dir")["dir"])
        client.config_set("dir", "/proc")
        client.config_set("save", "1 1")
        client.bgsave()
    except redis.ResponseError:
        return  # a server that guards these settings cannot be made to fail this way
    house.wait(6, lambda: client.info("persistence")["rdb_last_bgsave_status"] != "ok")
    house.wait(4)
    client.config_set("save", "")
    client.config_set("dir", before)
    client.config_set("stop-writes-on-bgsave-error", "no")
    house.done["Redis answering MISCONF"] += _answered(client, "MISCONF")


def _answered(client: "redis.Redis", error: str) -> bool:
    """Whether somebody was given this error since the server's start."""
    return f"errorstat_{error}" in client.info("errorstats")


def restart_postgres(house: House) -> None:
    """In good order."""
    house.stack.servers.postgres.stop()
    house.wait(2)
    house.stack.servers.postgres.start()
    house.done["PostgreSQL restarted"] += 1


def kill_postgres(house: House) -> None:
    """SIGKILL of all of it: what was promised must be in its log."""
    house.stack.servers.postgres.kill()
    house.stack.servers.postgres.start()
    house.done["PostgreSQL SIGKILL"] += 1


def pause_postgres(house: House) -> None:
    """Connections hang."""
    house.stack.servers.postgres.pause()
    house.wait(4)
    house.stack.servers.postgres.resume()
    house.done["PostgreSQL paused"] += 1


def shift_a_clock(house: House) -> None:
    """One worker lives an hour ahead from here on."""
    house.done["worker's clock an hour off"] += house.wrong_clock()


def send_poison(house: House) -> None:
    """A mail that kills whoever reads it, among others."""
    house.poison()
    house.done["poison mail"] += 1


def slow_receiver(house: House) -> None:
    """Webhooks are answered after seconds."""
    house.receiver.delay_seconds = 3.0
    house.wait(6)
    house.receiver.delay_seconds = 0.0
    house.done["slow webhook receiver"] += house.receiver.told.delayed > 0


def roll_out(house: House) -> None:
    """Every worker in turn is replaced by one with a new model version."""
    house.version += 1
    for name in WORKERS:
        house.replace(name)
    house.done["rolling restart, new model version"] += 1


ONCE: tuple[Fault, ...] = (
    send_poison,
    stop_worker,
    kill_gunicorn_worker,
    kill_sweeper,
    kill_webhook_sender,
    kill_redis,
    flush_redis,
    pause_redis,
    fill_redis,
    misconfigure_redis,
    restart_postgres,
    kill_postgres,
    pause_postgres,
    slow_receiver,
    roll_out,
    shift_a_clock,
)
