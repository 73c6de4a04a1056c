"""The first model of a service: `python -m model train`, with what is installed here.

rows -> checked, split -> learned -> folder
"""

import importlib.util
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.artifact import Manifest, load
from model.command_line import parser
from model.data import DataError
from model.progress import above_bars
from service.errors import StartupError

LINEAR = "linear"
AUTO = "auto"
STRATEGIES = (AUTO, LINEAR, "few", "full")
# Above it the transformer takes longer than somebody waits who only wants to see a first service.
QUICK_MAILS = 5_000


def strategy_for(asked: str, mails: int) -> str:
    """What to train: as asked, else a transformer too where torch is here and mails are few.

    Empty where training chooses between `few` and `full` by itself.
    """
    if asked != AUTO:
        return asked
    return "" if importlib.util.find_spec("torch") and mails <= QUICK_MAILS else LINEAR


def train(rows: Path, out: Path, work: Path, name: str, options: list[str]) -> Manifest:
    """Train on a file of rows into `out`; `work` may be removed afterwards.

    `options` are those of `python -m model train` beside these. The linear model alone is served
    where nothing else is better on mail that was kept apart.

    Raises:
        StartupError: a sentence that says what the mails lack, or what is not installed.

    """
    words = ["train", "--data", str(rows), "--out", str(out), "--work", str(work), "--name", name]
    asked = parser().parse_args([*words, *options])
    try:
        from model.training import material, own  # noqa: PLC0415  # not in the images

        with _told(), above_bars():
            asked.material = material.gather(asked)
            own.train(asked)
    except ModuleNotFoundError as error:
        raise StartupError(
            f"Training needs {error.name}: pip install -r requirements/serving.txt."
        ) from error
    except (DataError, RuntimeError) as error:
        raise StartupError(str(error)) from error
    return load(out).manifest


@contextmanager
def _told() -> Iterator[None]:
    """What training warns of is shown as it is."""
    log, handler = logging.getLogger("model.training"), logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
