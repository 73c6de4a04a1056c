"""Flask in front of RQ: a job a mail."""

import os
import sys

from flask import Flask, request
from redis import Redis
from rq import Queue
from rq.registry import StartedJobRegistry

queue = Queue("naive", connection=Redis.from_url(os.environ["REDIS"]))
app = Flask(__name__)


@app.post("/classify")
def classify():
    job = queue.enqueue("naive_tasks.classify", request.get_json()["text"])
    return {"id": job.id}, 202


@app.post("/waiting")
def waiting():
    running = StartedJobRegistry(queue=queue).get_job_ids(cleanup=False)
    return str(len(queue) + len(running))


if __name__ == "__main__":
    gunicorn = [sys.executable, "-m", "gunicorn", "--workers", os.environ["CORES"], "--threads"]
    gunicorn += ["16", "--keep-alive", "75", "--bind", f"127.0.0.1:{sys.argv[1]}"]
    os.execvp(sys.executable, [*gunicorn, "naive_api:app"])
