"""`aiguilleur schedule`: asks at set times whether to retrain, by RQ's own cron, where no cluster
does.

    cron -> a job in Redis -> done in this process -> `aiguilleur retrain --if-needed`
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import redis
from rq import Queue, SimpleWorker
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer

from service import log
from service.jobs import connect
from service.leashed import leashed

QUEUE = "aiguilleur-retraining"
_REDIS_SECONDS = 15.0
_LEAST_SECONDS, _MOST_SECONDS = 1.0, 60.0

_log = log.get(__name__)


class PlainJob(CronJob):
    """A job of RQ's cron that is written as JSON: nothing of ours is pickled."""

    def enqueue(self, connection: "redis.Redis") -> Job:
        """As in RQ, but for the serializer, and without a history in Redis."""
        queue = Queue(self.queue_name, connection=connection, serializer=JSONSerializer)
        return queue.enqueue(self.func_name, description="retrain", **self.job_options)


class _Worker(SimpleWorker):
    def _install_signal_handlers(self) -> None:
        """None of RQ's: who calls has its own."""


def retrain() -> None:
    """Ask whether a model should be trained anew, in a process whose memory goes with it."""
    command = [sys.executable, "-m", "service", "retrain", "--if-needed"]
    subprocess.run(leashed(command), check=True)  # noqa: S603  # our own command


class Schedule:
    """Does what is due, one after the other; while Redis is away, it is due still."""

    def __init__(self, redis_url: str, cron: str, job: Callable[[], None] = retrain) -> None:
        self._redis = connect(redis_url, timeout=_REDIS_SECONDS)
        self._scheduler = CronScheduler(self._redis, logging_level="WARNING")
        options: dict[str, Any] = {"job_timeout": -1, "result_ttl": 0, "failure_ttl": 86_400}
        self._scheduler.get_jobs().append(PlainJob(QUEUE, job, cron=cron, **options))

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            try:
                self._turn()
            except redis.RedisError as error:
                _log.warning("redis_down", error=type(error).__name__)
            wait = self._scheduler.calculate_sleep_interval()
            stop.wait(min(_MOST_SECONDS, max(_LEAST_SECONDS, wait)))

    def _turn(self) -> None:
        if self._scheduler.enqueue_jobs():
            _log.info("retraining_due")
        # what was enqueued before this process was killed is done too
        queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
        if queue.count:
            worker = _Worker([queue], connection=self._redis, serializer=JSONSerializer)
            worker.work(burst=True, logging_level="WARNING")
