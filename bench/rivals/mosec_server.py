"""mosec: one process a core, a text at a time (the fastest of the batch sizes tried)."""

import os
import sys
from pathlib import Path

from mosec import Server, Worker

from model.inference import load_classifier


class Classify(Worker):
    def __init__(self):
        self.classifier = load_classifier(Path(os.environ["MODEL"]))

    def forward(self, data):
        prediction = self.classifier.predict([data["text"]])[0]
        return {"label": prediction.label, "confidence": prediction.confidence}


if __name__ == "__main__":
    sys.argv = [sys.argv[0], "--port", sys.argv[1], "--timeout", "120000"]
    server = Server()
    server.append_worker(Classify, num=int(os.environ["CORES"]), route="/classify")
    server.run()
