"""`python -m bench chaos --seconds N --seed S`: faults under load, then the verdict."""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

import psycopg

from bench import results
from bench.chaos import diary, faults, verdict
from bench.chaos.client import Gateway
from bench.chaos.faults import Fault
from bench.chaos.house import House
from bench.chaos.receiver import Receiver
from bench.load import percentile
from bench.stack import Stack

_SETTLE_SECONDS = 120.0
# A fault and the quiet after it; what is left over is spread between the kills.
_SECONDS_A_FAULT = 5.0
_KILLS = 25


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--seconds", type=float, default=480.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=_KILLS, help="of each kind, lease in hand")
    parser.add_argument("--lease", type=float, default=12.0, help="seconds")
    parser.add_argument("--label", default="chaos", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """0 if every line of the verdict holds and every fault was done as often as wanted."""
    lines, house, gateway, facts = attack(
        options.seconds, options.seed, options.kills, options.lease
    )
    text = verdict.report(lines, house.done, facts)
    sys.stdout.write(f"seed {options.seed}\n\n{text}\n")
    results.keep(
        options.label,
        {
            "seed": options.seed,
            "seconds": options.seconds,
            "lease_seconds": options.lease,
            "faults": dict(house.done),
            "verdict": [{**asdict(line), "held": line.held} for line in lines],
            "facts": facts,
            "refusals": gateway.refusals,
        },
    )
    return 0 if all(line.held for line in lines) else 1


def attack(
    seconds: float, seed: int, kills: int, lease: float
) -> tuple[list[verdict.Line], House, Gateway, dict[str, object]]:
    """The whole attack; returns the verdict and what was done."""
    settings = {"AIGUILLEUR_LEASE_SECONDS": str(lease)}
    with Receiver() as receiver, Stack(workers=0, **settings) as stack:
        _record(stack)
        key = stack.key("gateway", "gateway", f"--callback-host={receiver.host}")
        gateway = Gateway(stack.port, key, receiver.url, seed)
        house = House(stack, receiver, gateway.poison, lease)
        gateway.start()
        try:
            _attack(house, seconds, plan(seed, kills))
        finally:
            gateway.stop()
        settled = _settle(house)
        lines, again = _judge(house, gateway, receiver, kills)
    return lines, house, gateway, _facts(gateway, receiver, again, settled)


def _judge(
    house: House, gateway: Gateway, receiver: Receiver, kills: int
) -> tuple[list[verdict.Line], list[float]]:
    """The verdict, and the seconds that each mail took which was taken from a worker."""
    promises, hits = gateway.promises, house.hits
    evidence = verdict.read(house.stack.servers.database_url)
    found = diary.read(house.stack.folder / "logs", time.time())
    again = verdict.recoveries(promises, hits, evidence)
    lines = [
        *verdict.judge(promises, hits, evidence, receiver.told, found),
        *verdict.substance(promises, evidence, receiver.told, found, kills),
        *verdict.thoroughness(hits, house.left, house.done, len(again), kills),
    ]
    return lines, again


def plan(seed: int, kills: int) -> list[Fault]:
    """The faults in the order of this seed: each special one once, kills between them."""
    chance = random.Random(seed)  # noqa: S311  # repeatable
    order = [*faults.ONCE, *[faults.kill_worker, faults.terminate_worker] * kills]
    chance.shuffle(order)
    return order


def _attack(house: House, seconds: float, order: Sequence[Fault]) -> None:
    started = time.monotonic()
    house.wait(3)
    for number, fault in enumerate(order):
        sys.stdout.write(f"{time.monotonic() - started:6.1f} s  {fault.__name__}\n")
        sys.stdout.flush()
        fault(house)
        due = seconds * (number + 1) / len(order)
        house.wait(max(0.2, min(_SECONDS_A_FAULT, due - (time.monotonic() - started))))


def _settle(house: House) -> float:
    """Wait until all is decided and told, or too long; returns how long."""
    started = time.monotonic()
    house.wait(_SETTLE_SECONDS, lambda: _quiet(house))
    return time.monotonic() - started


def _quiet(house: House) -> bool:
    house.wait(0.5)
    if house.leaving:
        return False
    with psycopg.connect(house.stack.servers.database_url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM waiting) + "
            "(SELECT count(*) FROM outbox WHERE state = 'pending')"
        ).fetchone()
    return row is not None and row[0] == 0


def _record(stack: Stack) -> None:
    with psycopg.connect(stack.servers.database_url, autocommit=True) as connection:
        connection.execute(verdict.RECORD)


def _facts(
    gateway: Gateway, receiver: Receiver, again: Sequence[float], settled: float
) -> dict[str, object]:
    return {
        "answers that were no promise": dict(sorted(gateway.refusals.items())),
        "webhooks delivered more than once": sum(n > 1 for n in receiver.told.deliveries.values()),
        "recovery p50 / p99 / most, seconds": [
            round(percentile(again, share), 1) for share in (0.5, 0.99, 1.0)
        ],
        "seconds until all was settled": round(settled, 1),
    }
