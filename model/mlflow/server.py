"""An MLflow server as its own client sees it: REST, artifacts through the server's proxy.

MLFLOW_TRACKING_URI names it; MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, open it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
import urllib3
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from model.artifact import ArtifactError

URI = "MLFLOW_TRACKING_URI"
_API, _FILES = "/api/2.0/mlflow/", "/api/2.0/mlflow-artifacts/artifacts/"
_PATIENCE = Timeout(connect=5, read=120)
# What is asked twice is done once: a POST may make something, and is not repeated.
_RETRIES = Retry(
    3,
    backoff_factor=0.3,
    status_forcelist={429, 502, 503, 504},
    allowed_methods={"GET", "PUT"},
    redirect=0,
    raise_on_status=False,
)
_MOST_ANSWER_BYTES = 16 << 20
_PIECE = 1 << 20
_LONGEST_REASON = 300
MISSING = "RESOURCE_DOES_NOT_EXIST"


class MlflowError(ArtifactError):
    """The server said no, or nothing; `code` is MLflow's own, empty where it gave none."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class Server:
    """Asks one server; every fault is an `MlflowError` with a sentence, none has a secret in it."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = HTTPHeaderDict(headers)
        self._pool = PoolManager(timeout=_PATIENCE, retries=_RETRIES)

    def ask(self, what: str, **values: str) -> dict[str, Any]:
        """A question that changes nothing."""
        return self._json("GET", what, fields=values)

    def tell(self, what: str, method: str = "POST", **values: object) -> dict[str, Any]:
        """A change."""
        body = orjson.dumps(values)
        return self._json(method, what, body=body, headers=self._typed("application/json"))

    def put(self, place: str, file: Path) -> None:
        """Store a file at a path of the proxied artifact store."""
        with file.open("rb") as body, self._answering():
            answer = self._pool.request(
                "PUT",
                self._url + _FILES + quote(place),
                body=body,
                headers=self._typed("application/octet-stream"),
            )
        self._check(answer)

    def get(self, place: str, file: Path, most_bytes: int) -> None:
        """Fetch what lies there into a new file; more than `most_bytes` are refused."""
        with self._answering(), file.open("xb") as out:
            answer = self._pool.request(
                "GET",
                self._url + _FILES + quote(place),
                headers=self._headers,
                preload_content=False,
            )
            try:
                self._check(answer)
                for piece in answer.stream(_PIECE):
                    out.write(piece)
                    if out.tell() > most_bytes:
                        raise MlflowError(f"{place} is larger than {most_bytes} bytes.")
            finally:
                answer.close()

    def _json(self, method: str, what: str, **options: Any) -> dict[str, Any]:
        with self._answering():
            answer = self._pool.request(
                method,
                self._url + _API + what,
                preload_content=False,
                **{"headers": self._headers, **options},
            )
            try:
                self._check(answer)
                raw = answer.read(_MOST_ANSWER_BYTES, decode_content=True)
            finally:
                answer.close()
        found = _object(raw)
        if found is None:
            raise MlflowError(f"{self._url} gave no JSON: is {URI} the address of MLflow's server?")
        return found

    def _typed(self, kind: str) -> HTTPHeaderDict:
        return self._headers | {"Content-Type": kind}

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (HTTPError, OSError) as error:
            raise MlflowError(
                f"The MLflow server at {self._url} cannot be asked: {_short(str(error))}"
            ) from error

    def _check(self, answer: BaseHTTPResponse) -> None:
        if answer.status == 200:
            return
        said = _object(answer.read(_MOST_ANSWER_BYTES, decode_content=True)) or {}
        code, message = str(said.get("error_code", "")), str(said.get("message", ""))
        message = message or f"is {URI} the address of MLflow's server?"
        if answer.status in {401, 403} and "message" not in said:
            message = "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD"
        raise MlflowError(
            f"The MLflow server at {self._url} answers {answer.status}: {_short(message)}", code
        )


@contextmanager
def understood() -> Iterator[None]:
    """Answers within have MLflow's form; what lacks a part of it was written by something else.

    Raises:
        MlflowError: one has not.

    """
    try:
        yield
    except ArtifactError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MlflowError(
            f"The server answers otherwise than MLflow does: is {URI} the address of one?"
        ) from error


def opened(environment: Mapping[str, str]) -> Server:
    """The server that the environment names.

    Raises:
        MlflowError: it names none, or one that is no server.

    """
    uri = environment.get(URI, "").strip().rstrip("/")
    if not uri:
        raise MlflowError(f"{URI} is not set: give the address of an MLflow server.")
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise MlflowError(
            f"{URI} must be the http:// or https:// address of an MLflow server; a database or a "
            "folder is reached through `mlflow server` alone."
        )
    if parts.username or parts.password:
        raise MlflowError(
            f"{URI} must hold no password: set MLFLOW_TRACKING_USERNAME and _PASSWORD instead."
        )
    return Server(uri, _credentials(environment))


def _credentials(environment: Mapping[str, str]) -> dict[str, str]:
    token = environment.get("MLFLOW_TRACKING_TOKEN")
    user = environment.get("MLFLOW_TRACKING_USERNAME")
    if user:
        password = environment.get("MLFLOW_TRACKING_PASSWORD", "")
        return dict(urllib3.make_headers(basic_auth=f"{user}:{password}"))
    return {"authorization": f"Bearer {token}"} if token else {}


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words[:_LONGEST_REASON] + ("" if words.endswith(".") else ".")
