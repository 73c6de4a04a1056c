"""One run: read, post what was not posted yet, wait if asked, report."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.progress import Progress

from service.post import packing, report
from service.post.api import Api, GaveUp, Options
from service.post.journal import Journal
from service.post.packing import Fault, Message
from service.post.report import Line
from service.post.sources import Item

_SINGLE_POLL_SECONDS = 0.5
_FIELDS = ("status", "category", "confidence", "queue", "reason")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the messages; `patience` is how long to wait without any news, in seconds."""

    options: Options
    wait: bool
    patience: float


class Run:
    """Posts the messages of one command; `journal` says what an earlier run did."""

    def __init__(self, api: Api, journal: Journal, plan: Plan) -> None:
        self._api = api
        self._journal = journal
        self._plan = plan
        self._lines: dict[int, Line] = {}

    def __call__(self, items: Sequence[Item]) -> list[Line]:
        """Post, and wait for decisions if asked; a line for each message, in their order.

        Raises:
            Refused, GaveUp: what was posted by then is in the journal.

        """
        with report.progress() as bar:
            self._post(items, bar)
            lines = [self._lines[place] for place in sorted(self._lines)]
            return self._decided(lines, bar) if self._plan.wait else lines

    def _post(self, items: Sequence[Item], bar: Progress) -> None:
        task = bar.add_task("posting", total=len(items))
        places: dict[str, list[int]] = {}
        for batch in packing.batches(self._new(items, places)):
            outcomes = self._api.post(batch, self._plan.options)
            posted = list(zip(batch, outcomes, strict=True))
            self._journal.add(posted)
            for message, outcome in posted:
                for place in places.pop(message.key):
                    self._lines[place] = Line(items[place].name, outcome)
            bar.update(task, completed=len(self._lines))
        bar.update(task, completed=len(items))

    def _new(self, items: Iterable[Item], places: dict[str, list[int]]) -> Iterator[Message]:
        """The messages that must be posted, each once; the others get their line here."""
        for place, item in enumerate(items):
            message = packing.read(item)
            if isinstance(message, Fault):
                self._lines[place] = report.from_fault(message)
            elif message.key in self._journal.done:
                self._lines[place] = Line(item.name, self._journal.done[message.key])
            elif message.key in places:
                places[message.key].append(place)
            else:
                places[message.key] = [place]
                yield message

    def _decided(self, lines: Sequence[Line], bar: Progress) -> list[Line]:
        posted = [line.outcome for line in lines if line.outcome.id is not None]
        task = bar.add_task("deciding", total=len(posted))
        results: dict[str, dict[str, Any]] = {}
        for batch in dict.fromkeys(outcome.batch for outcome in posted if outcome.batch):
            self._wait_for_batch(batch, bar)
            results |= {r["id"]: _result(r) for r in self._api.results(batch) if "id" in r}
            bar.update(task, completed=len(results))
        for outcome in posted:
            if outcome.id is not None and outcome.id not in results:
                results[outcome.id] = self._wait_for_email(outcome.id)
            bar.update(task, completed=len(results))
        return [replace(line, result=results.get(line.outcome.id or "")) for line in lines]

    def _wait_for_batch(self, batch: str, bar: Progress) -> None:
        waiting, ends = -1, 0.0
        while (page := self._api.batch(batch))["status"] != "done":
            if page["counts"]["waiting"] != waiting:
                waiting, ends = page["counts"]["waiting"], time.monotonic() + self._plan.patience
            self._check(ends)
            bar.refresh()
            time.sleep(_SINGLE_POLL_SECONDS)

    def _wait_for_email(self, email_id: str) -> dict[str, Any]:
        ends = time.monotonic() + self._plan.patience
        while (email := self._api.email(email_id))["decision"] is None:
            self._check(ends)
            time.sleep(_SINGLE_POLL_SECONDS)
        return _result({**email["decision"], "status": email["status"]})

    def _check(self, ends: float) -> None:
        if time.monotonic() > ends:
            raise GaveUp(f"All is posted, but nothing was decided for {self._plan.patience:g} s")


def _result(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in _FIELDS}
