"""Starts a process again whenever it dies, as Kubernetes or the local supervisor does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.processes import Cluster


@contextmanager
def keep_alive(cluster: Cluster, name: str, **settings: str) -> Iterator[None]:
    """Within the block there is always one running, or starting."""
    done = threading.Event()
    process = cluster.start(name, **settings)

    def keep() -> None:
        nonlocal process
        while not done.wait(0.05):
            if not process.running:
                process = cluster.launch(name, **settings)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
