"""BentoML: one process a core with one thread, both its ways: an answer, and a task."""

import os
import sys
from pathlib import Path

import bentoml


@bentoml.service(
    workers=int(os.environ["CORES"]), threads=1, traffic={"timeout": 120, "max_concurrency": 100000}
)
class Classify:
    def __init__(self) -> None:
        from model.inference import load_classifier

        self.classifier = load_classifier(Path(os.environ["MODEL"]))

    @bentoml.api
    def classify(self, text: str) -> dict:
        prediction = self.classifier.predict([text])[0]
        return {"label": prediction.label, "confidence": prediction.confidence}

    @bentoml.task
    def later(self, text: str) -> dict:
        prediction = self.classifier.predict([text])[0]
        return {"label": prediction.label, "confidence": prediction.confidence}


if __name__ == "__main__":
    os.execvp(
        sys.executable,
        [sys.executable, "-m", "bentoml", "serve", "bentoml_server:Classify", "-p", sys.argv[1]],
    )
