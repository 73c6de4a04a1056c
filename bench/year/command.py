"""`python -m bench year`: a year of one service in minutes, and whether it went as it must."""

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import results
from bench.year.house import Place
from bench.year.plot import picture
from bench.year.record import Event, Record
from bench.year.story import Plan, Story
from bench.year.verdict import claims
from service import log
from service.local.servers import EmbeddedServers


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--volume", type=float, default=Plan().volume, help="mails on a weekday")
    parser.add_argument("--plot", type=Path, default=Path("docs/images/year.svg"))
    parser.add_argument("--label", default="year", help="names the file of results")


def _live(plan: Plan, record: Record) -> Mapping[str, int]:
    """How much mail there was, on servers of its own."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as an account of its own
        data = Path(folder) / "data"
        data.mkdir(mode=0o711)
        with EmbeddedServers(data, durable=False) as servers:
            story = Story(
                Place(servers.database_url, servers.redis_url, Path(folder)), plan, record
            )
            try:
                story.run()
                return story.house.counts()
            finally:
                story.house.engine.dispose()


def _tell(event: Event) -> None:
    sys.stdout.write(f"week {event.day // 7:3}  {event.kind:22} {event.what[:120]}\n")
    sys.stdout.flush()


def run(options: argparse.Namespace) -> int:
    """Live through it; 0 if all that must hold holds."""
    log.configure("error", "bench")
    plan = Plan(seed=options.seed, volume=options.volume)
    started = time.monotonic()
    record = Record(_tell)
    counts = _live(plan, record)
    found = claims(plan, record, counts, time.monotonic() - started)
    options.plot.write_text(picture(record, f"A simulated year, seed {plan.seed}"), "utf-8")
    results.keep(
        options.label,
        {
            "plan": asdict(plan),
            "claims": [asdict(claim) for claim in found],
            "weeks": [asdict(week) for week in record.weeks],
            "events": [asdict(event) for event in record.events],
        },
    )
    for claim in found:
        sys.stdout.write(f"{'held  ' if claim.held else 'MISSED'} {claim.what}: {claim.figure}\n")
    return 0 if all(claim.held for claim in found) else 1
