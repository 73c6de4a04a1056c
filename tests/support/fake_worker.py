"""A real worker process with the fake classifier: `python -m tests.support.fake_worker`."""

import sys

from service import compose, config, log, metrics_port, progress
from tests.support.fake_classifier import FakeClassifier


def main() -> int:
    """As `aiguilleur worker`, less the model."""
    settings = config.from_environment()
    log.configure(settings.log_level, "worker")
    worker = compose.worker(settings, lambda path: FakeClassifier())
    progress.expose()
    with metrics_port.serving(settings):
        worker.run(lambda: log.get("tests").info("ready"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
