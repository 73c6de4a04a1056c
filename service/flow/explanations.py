"""Explanations pass between API and workers through Redis: requests one way, weights the other.

A request is a mail's id. An answer holds places in the text and weights, never text, and is
forgotten after ten minutes; losing either costs nothing but asking again.
"""

import json
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import redis

from service import log
from service.jobs import Waker, connect

WAIT_SECONDS = 5.0  # of a client at most
MOST_WAITING = 4  # of a process's threads; beyond them, what is not ready is asked for again later
KEPT_SECONDS = 600  # a new model's worker explains anew soon
MOST_REQUESTS = 200  # waiting; older ones are dropped, their clients have gone
_REQUESTS = "aiguilleur:explain"
_PAUSE_SECONDS = 0.05
_TIMEOUT_SECONDS = 0.5

_log = log.get(__name__)


class Requests:
    """The API's side: ask, and wait a bounded time."""

    def __init__(self, url: str, waker: Waker) -> None:
        self._redis = connect(url, timeout=_TIMEOUT_SECONDS)
        self._waker = waker
        self._places = threading.BoundedSemaphore(MOST_WAITING)

    def ask(self, email_id: UUID, seconds: float) -> dict[str, Any] | None:
        """The explanation; None where no worker gave it in time, or Redis is away."""
        try:
            found = self._redis.get(_answer(email_id))
            if found is None:
                self._request(email_id)
                found = self._wait(email_id, seconds)
        except redis.RedisError as error:
            _log.warning("redis_down", error=type(error).__name__)
            return None
        if found is None:
            return None
        answer: dict[str, Any] = json.loads(found)
        return answer

    def _wait(self, email_id: UUID, seconds: float) -> Any:
        if not self._places.acquire(blocking=False):
            return None
        try:
            found, ends = None, time.monotonic() + seconds
            while found is None and time.monotonic() < ends:
                time.sleep(_PAUSE_SECONDS)
                found = self._redis.get(_answer(email_id))
            return found
        finally:
            self._places.release()

    def _request(self, email_id: UUID) -> None:
        with self._redis.pipeline(transaction=True) as asked:
            asked.lrem(_REQUESTS, 0, str(email_id))
            asked.lpush(_REQUESTS, str(email_id))
            asked.ltrim(_REQUESTS, 0, MOST_REQUESTS - 1)
            asked.expire(_REQUESTS, 60)
            asked.execute()
        self._waker.wake(1)


class Answers:
    """A worker's side: what is asked, and what it answers; never raises."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url, timeout=_TIMEOUT_SECONDS)

    def give(self, explain: Callable[[UUID], dict[str, Any] | None]) -> bool:
        """Answer the oldest request, if there is one; whether there was."""
        try:
            asked = self._redis.rpop(_REQUESTS)
            if asked is None:
                return False
            email_id = UUID(asked.decode() if isinstance(asked, bytes) else str(asked))
            answer = explain(email_id)
            if answer is not None:
                key = _answer(email_id)
                self._redis.set(key, json.dumps(answer), ex=KEPT_SECONDS)
        except redis.RedisError as error:
            _log.warning("redis_down", error=type(error).__name__)
            return False
        except ValueError:
            _log.warning("explanation_request_unreadable")
        return True


def _answer(email_id: UUID) -> str:
    return f"aiguilleur:explained:{email_id}"
