"""RQ, and nothing else of Redis: wake-ups that say "mail waits", never which.

A wake-up only saves latency. Losing one, or all of them, delays mail until the next sweep; a
doubled one finds nothing to do. That is why none of RQ's failure modes can lose mail here.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from service import log

QUEUE = "aiguilleur"
TASK = "service.tasks.drain"
# Far above the ten seconds or so that a wake-up works, so that RQ's alarm only ever ends a hang.
JOB_TIMEOUT_SECONDS = 180
_WORKERS_KEY = f"rq:workers:{QUEUE}"

_log = log.get(__name__)


def connect(url: str, *, timeout: float) -> redis.Redis:
    """A client that answers or fails within `timeout` seconds, without trying again."""
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


class Breaker:
    """Stops asking a server that just failed, for `seconds`; then lets one caller try again."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._closed_again_at = 0.0
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether to try; a True after a failure is given to one caller only."""
        with self._lock:
            now = self._clock()
            if now < self._closed_again_at:
                return False
            if self._closed_again_at:
                self._closed_again_at = now + self._seconds
            return True

    def succeeded(self) -> None:
        """The server answers again."""
        self._closed_again_at = 0.0

    def failed(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._closed_again_at = self._clock() + self._seconds

    @property
    def open(self) -> bool:
        """Whether the last try failed."""
        return bool(self._closed_again_at)


class Waker:
    """Pushes wake-ups for workers; never raises and never takes long, Redis up or not."""

    def __init__(self, url: str, *, breaker: Breaker | None = None, timeout: float = 0.2) -> None:
        self._redis = connect(url, timeout=timeout)
        self._queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
        self._breaker = breaker or Breaker(1.0)

    def wake(self, model_batches: int) -> int:
        """Push wake-ups until min(workers, model batches waiting) are there; returns how many."""
        if model_batches < 1 or not self._breaker.allows():
            return 0
        try:
            workers, pushed = self._count()
            missing = min(workers, model_batches) - pushed
            if missing > 0:
                self._queue.enqueue_many([self._wake_up() for _ in range(missing)])
        except redis.RedisError as error:
            self._breaker.failed()
            _log.warning("redis_down", error=type(error).__name__)
            return 0
        self._breaker.succeeded()
        return max(missing, 0)

    def healthy(self) -> bool:
        """Whether Redis answers; asks it unless it just failed."""
        if not self._breaker.allows():
            return False
        try:
            self._redis.ping()
        except redis.RedisError:
            self._breaker.failed()
            return False
        self._breaker.succeeded()
        return True

    def _count(self) -> tuple[int, int]:
        """How many workers there are, and how many wake-ups wait for them: one question."""
        with self._redis.pipeline(transaction=False) as asked:
            asked.scard(_WORKERS_KEY)
            asked.llen(self._queue.key)
            workers, pushed = asked.execute()
        # after a flush the registrations are gone until the workers' next; one is always assumed
        return max(1, int(workers)), int(pushed)

    def _wake_up(self) -> Any:
        # the description is fixed: by default it would hold the arguments in clear
        return Queue.prepare_data(
            TASK,
            timeout=JOB_TIMEOUT_SECONDS,
            result_ttl=0,
            failure_ttl=300,
            ttl=300,
            description="drain",
        )
