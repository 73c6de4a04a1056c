import signal
import sys
from types import FrameType


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


# The first process of a container is deaf to signals that it has no handler for: a stop that came
# while a model was being loaded would be lost, and the worker killed later with mail in hand.
signal.signal(signal.SIGTERM, _leave)

try:
    from service.cli import main

    status = main()
except KeyboardInterrupt:  # before anything could handle it
    status = 130
sys.exit(status)
