"""A server that answers what it is told to, as if it were MLflow's."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson

from model.artifact import MANIFEST, sha256
from model.mlflow.types import ADDRESS_TAG

API, FILES = "/api/2.0/mlflow/", "/api/2.0/mlflow-artifacts/artifacts/"


@contextmanager
def answering(answers: Mapping[str, bytes], otherwise: bytes = b"{}") -> Iterator[str]:
    """By path; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answers.get(self.path.partition("?")[0], otherwise)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def model_there(folder: Path) -> dict[str, bytes]:
    """The answers of a server that has this folder as version 1 of `courrier`."""
    tags = [{"key": ADDRESS_TAG, "value": sha256(folder / MANIFEST)}]
    version = {"name": "courrier", "version": "1", "tags": tags}
    told = {
        "model-versions/get": {"model_version": version},
        "registered-models/get": {"registered_model": {"name": "courrier"}},
        "model-versions/get-download-uri": {"artifact_uri": "mlflow-artifacts:/1/model"},
    }
    files = {f"{FILES}1/model/{path.name}": path.read_bytes() for path in folder.iterdir()}
    return files | {API + what: orjson.dumps(answer) for what, answer in told.items()}
