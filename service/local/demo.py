"""Post the sample mails, wait for their decisions, show them.

samples -> batches -> gateway -> results -> report
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import urllib3
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from service.errors import StartupError
from service.local import report
from service.local.gateway import Gateway, Result
from service.local.keys import Keys
from service.local.samples import batches, sample_mails

_BATCH = 20


def demo(url: str, keys: Keys, console: Console, stopping: Callable[[], bool]) -> bool:
    """Run the demo; returns whether every posted mail has a decision.

    Raises:
        StartupError: the API refuses, or nothing happens any more.

    """
    gateway = Gateway(url, keys, stopping)
    run = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    mails = sample_mails(run)
    console.print(
        f"Posting {len(mails)} sample mails in batches of {_BATCH}. Each carries a header with the "
        f"number of this run ({run}), so that it is new; the same mail again is a duplicate."
    )
    started = time.monotonic()
    try:
        results = _post_and_wait(gateway, mails, console)
    except urllib3.exceptions.HTTPError as error:
        raise StartupError(f"The API at {url} does not answer: {error}") from error
    seconds = time.monotonic() - started
    if stopping():
        return False
    report.results(console, results, seconds)
    report.examples(console, [gateway.email(one.id) for one in report.telling(results)])
    undecided = len(mails) - sum(result.decided for result in results)
    if undecided:
        console.print(f"{undecided} of {len(mails)} mails have no decision.", style="red")
    return not undecided


def _post_and_wait(gateway: Gateway, mails: list[bytes], console: Console) -> list[Result]:
    with _bar(console) as bar:
        posted, decided = (bar.add_task(name, total=len(mails)) for name in ("posted", "decided"))
        ids = []
        for batch in batches(mails, _BATCH):
            ids.append(gateway.post(batch))
            bar.advance(posted, len(batch))
        if bar.disable:
            console.print(f"Posted {len(mails)} mails; waiting for their decisions.")
        results: list[Result] = []
        for batch_id in ids:
            show = partial(_show, bar, decided, len(results))
            results += gateway.results(batch_id, show)
    return results


def _show(bar: Progress, task: TaskID, before: int, of_batch: int) -> None:
    bar.update(task, completed=before + of_batch)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        # what is not a terminal gets plain lines
        disable=not console.is_terminal,
    )
