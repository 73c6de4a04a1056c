"""What a worker's memory does while models follow each other in it: beside, and after each swap.

A process with the service's code loads the model of MODEL_PATH and then, in one thread beside as a
worker has it, the same model again and again.
"""

import argparse
import queue
import sys
import threading
from pathlib import Path

from model.inference import load_classifier
from model.types import Classifier
from service import compose, config

_BOUND = 2.0  # times what the process held with one model
_WARM_UP = ["réchauffement " * 100]
_MAILS = ["bonjour, my car was hit this morning. " * 10] * 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """How often."""
    parser.add_argument("--changes", type=int, default=30)


def run(options: argparse.Namespace) -> int:
    """Measure; 0 if the process never held more than twice what it held with one model."""
    folder = config.ROOT / "model" / "default"
    asked: queue.Queue[None] = queue.Queue()
    loaded: queue.Queue[Classifier] = queue.Queue()
    threading.Thread(target=_load, args=(folder, asked, loaded), daemon=True).start()
    _say(f"code alone ({compose.__name__})", _held("VmRSS"))
    serving: Classifier = _ready(folder)
    alone = _held("VmRSS")
    _say("one model", alone)
    for number in range(1, options.changes + 1):
        asked.put(None)
        other = loaded.get()
        beside = _held("VmRSS")
        serving = other
        del other
        serving.predict(_MAILS)
        _say(f"change {number}: both models {beside:.0f} MB, then", _held("VmRSS"))
    _say("most at any time", _held("VmHWM"))
    return 0 if _held("VmHWM") <= _BOUND * alone else 1


def _load(folder: Path, asked: "queue.Queue[None]", loaded: "queue.Queue[Classifier]") -> None:
    while True:
        asked.get()
        loaded.put(_ready(folder))


def _ready(folder: Path) -> Classifier:
    classifier = load_classifier(folder)
    classifier.predict(_WARM_UP)
    return classifier


def _held(what: str) -> float:
    """Resident memory of this process in MB (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = [line for line in lines if line.startswith(f"{what}:")]
    return int(line.split()[1]) / 1000


def _say(what: str, megabytes: float) -> None:
    sys.stdout.write(f"{what}: {megabytes:.0f} MB\n")
