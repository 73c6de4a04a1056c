"""LitServe: one process a core, a text at a time."""

import os
import sys
from pathlib import Path

import litserve

from model.inference import load_classifier


class Classify(litserve.LitAPI):
    def setup(self, device):
        self.classifier = load_classifier(Path(os.environ["MODEL"]))

    def decode_request(self, request):
        return request["text"]

    def predict(self, x):
        return self.classifier.predict([x])[0]

    def encode_response(self, output):
        return {"label": output.label, "confidence": output.confidence}


if __name__ == "__main__":
    api = Classify(api_path="/classify")
    server = litserve.LitServer(
        api, accelerator="cpu", workers_per_device=int(os.environ["CORES"]), timeout=120
    )
    server.run(port=int(sys.argv[1]), generate_client_file=False, log_level="warning")
