"""`python -m bench.throughput.raw_process MODEL`: texts by stdin, then "go"; says when it is done.

It stays until stdin ends, so that its processor time can be read.
"""

import json
import sys
from pathlib import Path

from model.inference import load_classifier

_MODEL_BATCH = 32  # as many as a worker claims


def main() -> None:
    """Load, take the texts, wait for the word, predict them all."""
    classifier = load_classifier(Path(sys.argv[1]))
    texts = json.loads(sys.stdin.readline())
    classifier.predict(texts[:4])
    _say("ready")
    sys.stdin.readline()
    for start in range(0, len(texts), _MODEL_BATCH):
        classifier.predict(texts[start : start + _MODEL_BATCH])
    _say("done")
    sys.stdin.readline()


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
