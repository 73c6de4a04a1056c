"""RQ's default worker, which forks for each job; the pipeline is imported before."""

import os

import naive_tasks  # noqa: F401  # loaded once, here
from redis import Redis
from rq import Worker

connection = Redis.from_url(os.environ["REDIS"])
Worker(["naive"], connection=connection).work(logging_level="WARNING")
