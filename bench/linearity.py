"""Cost per byte of the worst inputs, from 10 KB to 5 MB, by processor time.

    python -m bench.linearity

For each input the cost per byte of 100 KB, 1 MB and 5 MB is compared with the one of 10 KB: more
than twice it is not linear, and the exit status is 1. What costs less than 0.2 ms counts
as 0.2 ms, since less cannot be measured.
"""

import sys
import time

from tests.unit.mail.reading_all import Run, inputs

_SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
_BOUND = 2.0
_ROUNDS = 3
_MEASURABLE = 0.0002  # seconds


def seconds(run: Run) -> float:
    """The best of a few rounds: the least disturbed."""
    return min(_timed(run) for _ in range(_ROUNDS))


def _timed(run: Run) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def main() -> int:
    """Print one line an input; 1 if one of them grows faster than its size."""
    measured = {size: {name: seconds(run) for name, run in inputs(size)} for size in _SIZES}
    worst = 0.0
    for name in measured[_SIZES[0]]:
        each = [measured[size][name] for size in _SIZES]
        base = max(each[0], _MEASURABLE) / _SIZES[0]
        ratio = max(spent / size / base for spent, size in zip(each, _SIZES, strict=True))
        worst = max(worst, ratio)
        figures = "  ".join(f"{spent * 1000:8.1f} ms" for spent in each)
        print(f"{name:32} {figures}  x{ratio:.2f}")  # noqa: T201
    return int(worst > _BOUND)


if __name__ == "__main__":
    sys.exit(main())
