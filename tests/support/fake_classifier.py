"""The one fake: a classifier that answers by the words it finds, and fails on command.

Everything else in the tests is real. A text tells it what to do:

    label:claim        predict `claim` with confidence 0.9
    outside            predict `other` with confidence 0.9, and that it is in no category
    unsure             predict `other` with confidence 0.2
    fail               raise
    poison             SIGKILL this process, as a fault in native code would
    spin               never come back, with the GIL held
    block              wait for the file that FAKE_GATE names to appear (first write FAKE_GATE.held)
"""

import os
import re
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from model.types import Prediction

LABELS = (
    "claim",
    "cancellation",
    "new_contract",
    "contract_change",
    "certificate",
    "payment",
    "account",
    "complaint",
    "other",
)


def categories(default: str, **queues: str) -> str:
    """The `categories` of a routing.yaml for every label: `default` is the queue of the others."""
    rows = (f"  {name}: {{title: {name}, queue: {queues.get(name, default)}}}" for name in LABELS)
    return "\n".join(("categories:", *rows, ""))


class FakeClassifier:
    """Follows the model port; see the module's docstring for what a text makes it do."""

    name = "fake"
    version = "1"
    labels = LABELS
    profile: Mapping[str, object] = MappingProxyType({})

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order."""
        return [self._predict(text) for text in texts]

    def _predict(self, text: str) -> Prediction:
        if "poison" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "spin" in text:
            re.match(r"(?:a+)+$", "a" * 64 + "b")
        if "block" in text:
            _wait_at_the_gate()
        if "fail" in text:
            raise RuntimeError("told to fail")
        found = re.search(r"label:(\w+)", text)
        label, confidence = (found[1], 0.9) if found else ("other", 0.9)
        if "unsure" in text:
            label, confidence = "other", 0.2
        found_in_scope = "outside" not in text
        return replace(_prediction(label, confidence, len(text.split())), in_scope=found_in_scope)


def _prediction(label: str, confidence: float, tokens: int) -> Prediction:
    rest = (1 - confidence) / (len(LABELS) - 1)
    scores = tuple(confidence if name == label else rest for name in LABELS)
    return Prediction(scores, label, confidence, tokens)


def _wait_at_the_gate() -> None:
    gate = Path(os.environ["FAKE_GATE"])
    gate.with_suffix(".held").write_text(str(os.getpid()))
    while not gate.exists():
        time.sleep(0.01)
