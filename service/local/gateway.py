"""A mail gateway in small: posts batches, asks until they are decided."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import urllib3

from service.errors import StartupError
from service.local.keys import Keys

# Nothing decided for that long means that something is broken, not slow.
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mail; `category` and what follows are None until it is decided."""

    id: str
    category: str | None
    queue: str | None
    confidence: float | None
    reason: str | None
    duplicate: bool

    @property
    def decided(self) -> bool:
        """Whether it has a queue."""
        return self.queue is not None


class Gateway:
    """Talks to one API.

    Args:
        url: where it answers.
        keys: this machine's own.
        stopping: asked while waiting; True ends the wait.

    """

    def __init__(self, url: str, keys: Keys, stopping: Callable[[], bool]) -> None:
        self._url = url
        self._keys = keys
        self._stopping = stopping
        self._pool = urllib3.PoolManager(timeout=30, retries=urllib3.Retry(3, backoff_factor=0.2))

    def post(self, emails: Sequence[dict[str, str]]) -> str:
        """Post one batch and return its id; what is answered is stored."""
        return str(self._ask("POST", "/v1/batches", {"emails": emails})["id"])

    def results(self, batch_id: str, progress: Callable[[int], None]) -> list[Result]:
        """Wait until the batch is decided, and return a result for each of its mails.

        Args:
            batch_id: as `post` returned it.
            progress: told how many mails of this batch are decided, again and again.

        Raises:
            StartupError: nothing was decided for a minute.

        """
        decided, ends = 0, time.monotonic() + _PATIENCE_SECONDS
        while not self._stopping():
            page = self._ask("GET", f"/v1/batches/{batch_id}?wait={_POLL_SECONDS}&limit=1000")
            if page["counts"]["decided"] != decided:
                decided, ends = page["counts"]["decided"], time.monotonic() + _PATIENCE_SECONDS
            progress(decided)
            if page["status"] == "done":
                return [_result(item) for item in page["results"] if "id" in item]
            if time.monotonic() > ends:
                raise StartupError(f"No mail was decided for {_PATIENCE_SECONDS:.0f} s.")
        return []

    def email(self, email_id: str) -> Any:
        """One mail with its decision."""
        return self._ask("GET", f"/v1/emails/{email_id}")

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        answer = self._pool.request(
            method,
            self._url + path,
            body=None if body is None else orjson.dumps(body),
            headers={
                "Authorization": f"Bearer {self._keys.gateway}",
                "Content-Type": "application/json",
            },
        )
        if answer.status >= 300:
            said = answer.data.decode(errors="replace")[:500]
            raise StartupError(f"{method} {path} was answered with {answer.status}: {said}")
        return orjson.loads(answer.data)


def _result(item: dict[str, Any]) -> Result:
    return Result(
        item["id"],
        item.get("category"),
        item.get("queue"),
        item.get("confidence"),
        item.get("reason"),
        bool(item.get("duplicate")),
    )
