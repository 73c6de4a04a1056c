"""A worker: loads and warms the model once, then decides mail at every wake-up.

One process, one thread for the model, no fork (a forked child of a process that ran a model on
threads can hang). Redis may come and go: while it is away, the worker looks for mail by itself.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from service import jobs, log, progress, tasks
from service.errors import ServiceError
from service.flow.classify import Pipeline
from service.jobs import Waker
from service.metrics.common import FAILURES, WAKE_UPS
from service.metrics.deciding import show_state
from service.watchdog import watched

_log = log.get(__name__)

# RQ blocks on its queue for the TTL less 15 s; the socket's timeout lies above that.
_WORKER_TTL_SECONDS = 25
_REDIS_SECONDS = 15.0
# How long an end waits for a model that is being loaded.
_WATCH_SECONDS = 10.0
# Below those who accept mail, where both share cores: decisions may be later, answers should not.
_NICENESS = 5


class WakeUpWorker(SimpleWorker):
    """RQ's worker in this process, which leaves its loop as soon as Redis is lost.

    RQ itself would wait for Redis for ever; `Worker` has mail to decide meanwhile.
    """

    leave: Callable[[], bool] = staticmethod(lambda: False)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """As in RQ, but a stop and a lost connection end `work()`; called between jobs."""
        progress.mark()
        if self.leave():
            raise StopRequested
        try:
            super().heartbeat(timeout, pipeline)
        except redis.ConnectionError as error:
            raise redis.TimeoutError(str(error)) from error

    def _install_signal_handlers(self) -> None:
        """None of RQ's: `Worker` has its own from start to end, without a gap between two."""


class Worker:
    """Runs until stopped; `patience` is how long it goes without looking for mail, in seconds;
    a model batch that takes longer than `stuck_seconds` ends the process. `explain_one` answers a
    request for an explanation, if there is one, and says whether there was. `watch`, if given, runs
    in a thread beside until the event that it is given is set.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        redis_url: str,
        explain_one: Callable[[], bool],
        watch: Callable[[threading.Event], object] | None = None,
        *,
        drain_seconds: float,
        patience: float,
        stuck_seconds: float,
    ) -> None:
        self._pipeline = pipeline
        self._redis_url = redis_url
        self._explain_one = explain_one
        self._watch = watch
        self._drain_seconds = drain_seconds
        self._patience = patience
        self._stuck_seconds = stuck_seconds
        self._stop = threading.Event()
        self._waker = Waker(redis_url)
        self._in_redis = False
        self._draining = False

    def run(self, ready: Callable[[], object]) -> None:
        """Work wake-ups until SIGTERM or SIGINT; whatever is claimed by then is finished.

        `ready` is called once a signal would be heeded.
        """
        os.nice(_NICENESS)
        tasks.install(self.drain)
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        with suppress(StopRequested), self._watching():
            ready()
            while not self._stop.is_set():
                self._work_wake_ups()
                if not self._stop.is_set():
                    self.drain()
                    self._stop.wait(self._patience)

    def drain(self) -> None:
        """Decide mail until none waits, `drain_seconds` have passed or a stop is requested."""
        ends = time.monotonic() + self._drain_seconds
        self._draining = True
        self._show_state()
        try:
            while time.monotonic() < ends and not self._stop.is_set():
                progress.mark()
                with watched(self._stuck_seconds):
                    # a person waits for an explanation, so one goes before each model batch
                    explained = self._explain_one()
                    worked = self._pipeline.step(self._stop.is_set)
                if not (worked or explained):
                    break
            if not self._stop.is_set() and self._pipeline.waits():
                WAKE_UPS.labels("worker").inc(self._waker.wake(1))
        except ServiceError as error:  # PostgreSQL is away: the lease or the sweep brings it back
            FAILURES.labels(error.code).inc()
            _log.warning("drain_ended", error=error.code)
        except Exception:  # noqa: BLE001  # RQ would keep its text, which may be mail, in Redis
            FAILURES.labels("drain").inc()
            _log.exception("drain_failed")
        finally:
            self._draining = False
            self._show_state()

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """`watch` runs beside the block, and ends with it: not cut off in native code."""
        if self._watch is None:
            yield
            return
        thread = threading.Thread(target=self._watch, args=(self._stop,), name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(_WATCH_SECONDS)

    def _work_wake_ups(self) -> None:
        """RQ's loop, until a stop, a lost Redis, or a minute of idleness (to register again)."""
        connection = jobs.connect(self._redis_url, timeout=_REDIS_SECONDS)
        try:
            self._in_redis = True  # from here on, a signal leaves by an exception
            self._show_state()
            if self._stop.is_set():
                return
            worker = WakeUpWorker(
                [Queue(jobs.QUEUE, connection=connection, serializer=JSONSerializer)],
                name=f"{socket.gethostname()}.{os.getpid()}.{time.monotonic_ns()}",
                connection=connection,
                serializer=JSONSerializer,
                log_job_description=False,
                worker_ttl=_WORKER_TTL_SECONDS,
            )
            worker.leave = self._stop.is_set
            worker.work(logging_level="WARNING", max_idle_time=60)
        except redis.RedisError as error:
            _log.warning("redis_down", error=type(error).__name__)
        finally:
            self._in_redis = False
            self._show_state()
            connection.close()

    def _show_state(self) -> None:
        # never from a signal's handler: it may have interrupted the one who holds the metric's lock
        if self._stop.is_set():
            show_state("stopping")
        elif self._draining:
            show_state("working")
        else:
            show_state("idle" if self._in_redis else "without_redis")

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """Stop after the model batch at work; while none is, leave whatever waits for Redis."""
        first = not self._stop.is_set()
        self._stop.set()
        if first and self._in_redis and not self._draining:
            raise StopRequested
