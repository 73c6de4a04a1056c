"""A real worker whose classifier is a hook: `python -m bench.chaos.worker`.

While it has a model batch, the file CHAOS_HELD holds the process id and names the mails in it, so
that whoever kills the process knows that it holds a lease, and on what. What it predicted goes to
the log, which is only ever appended to. A text with the word `poison` kills it.
"""

import os
import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from model.types import Prediction
from service import compose, config, log

_LABELS = ("claim", "cancellation", "new_contract", "contract_change", "certificate", "payment")
_LABELS += ("account", "complaint", "other")
_SECONDS_A_MAIL = 0.01
_TAG = re.compile(r"mail-\d+")
HOOK_EVENT = "predicted"

_log = log.get("chaos")


class HookClassifier:
    """Predicts `claim` with certainty; see the module for what else it does."""

    name = "chaos"
    labels = _LABELS
    profile: Mapping[str, object] = MappingProxyType({})

    def __init__(self) -> None:
        self.version = os.environ.get("CHAOS_VERSION", "1")
        self._held = Path(os.environ["CHAOS_HELD"])
        self._held.unlink(missing_ok=True)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text."""
        named = [match[0] for text in texts if (match := _TAG.search(text))]
        if named:
            self._held.write_text(" ".join([str(os.getpid()), *named]))
        time.sleep(_SECONDS_A_MAIL * len(texts))
        if any("poison" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        _log.info(HOOK_EVENT, tags=named)
        self._held.unlink(missing_ok=True)
        scores = (0.92, *[0.01] * (len(_LABELS) - 1))
        return [Prediction(scores, "claim", 0.92, 10) for _ in texts]


def main() -> int:
    """As `aiguilleur worker`, less the model."""
    settings = config.from_environment()
    log.configure(settings.log_level, "worker")
    worker = compose.worker(settings, lambda path: HookClassifier())
    worker.run(lambda: _log.info("ready"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
