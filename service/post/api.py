"""The HTTP API as a gateway uses it: tries again what may succeed later, and says what may not."""

import base64
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import urllib3

from service.post.packing import Message

_FIRST_SECONDS, _MOST_SECONDS = 0.5, 30.0
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_POLL_SECONDS = 20
_JSON = "application/json"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Options:
    """What is said of every message."""

    mailbox: str | None = None
    priority: str | None = None

    def named(self) -> dict[str, str]:
        """Those that were given."""
        given = {"mailbox": self.mailbox, "priority": self.priority}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of posting one message: an id, or an error's code and text."""

    id: str | None = None
    batch: str | None = None
    duplicate: bool = False
    error: tuple[str, str] | None = None


class Refused(Exception):
    """The service will not take this, now or later; the text is a sentence."""


class GaveUp(Exception):
    """The service did not answer as it should for too long; the text is a sentence."""


class Api:
    """One service with one key.

    Args:
        url: where it answers, without `/v1`.
        key: of a client with the role `gateway`.
        patience: how long one request may go on being tried, in seconds.
        sleep: for tests.

    Raises:
        Refused: the address is none.

    """

    def __init__(
        self, url: str, key: str, patience: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        _check_address(url)
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"}
        self._patience = patience
        self._sleep = sleep
        timeout = urllib3.Timeout(connect=5, read=60)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def post(self, batch: Sequence[Message], options: Options) -> list[Outcome]:
        """Post messages; what has an id in its outcome is stored.

        Raises:
            Refused, GaveUp: nothing of the batch is known to be stored.

        """
        if len(batch) == 1:
            return [self._post_one(batch[0], options)]
        emails = [{"raw": base64.b64encode(m.raw).decode(), **options.named()} for m in batch]
        body = json.dumps({"emails": emails}).encode()
        status, answer = self._ask("POST", "/v1/batches", body, {"Content-Type": _JSON})
        if status == 413:  # this service takes less at once
            half = len(batch) // 2
            return self.post(batch[:half], options) + self.post(batch[half:], options)
        if status == 422:
            return self._understood(lambda: _refused_items(answer, len(batch)))
        return self._understood(lambda: [_outcome(x, answer["id"]) for x in answer["items"]])

    def batch(self, batch_id: str, *, wait: bool = True) -> dict[str, Any]:
        """How far a batch is; waits a while for its end."""
        query = f"?wait={_POLL_SECONDS}&limit=1" if wait else "?limit=1"
        return self._get(f"/v1/batches/{batch_id}{query}")

    def results(self, batch_id: str) -> list[dict[str, Any]]:
        """All results of a batch, in order."""
        results: list[dict[str, Any]] = []
        cursor: str | None = "0"
        while cursor is not None:
            page = self._get(f"/v1/batches/{batch_id}?limit=1000&cursor={cursor}")
            results += page["results"]
            cursor = page["next_cursor"]
        return results

    def email(self, email_id: str) -> dict[str, Any]:
        """One mail with its decision."""
        return self._get(f"/v1/emails/{email_id}")

    def _post_one(self, message: Message, options: Options) -> Outcome:
        """As its bytes: base64 would make a large one too large for the API."""
        status, answer = self._ask(
            "POST",
            "/v1/emails",
            message.raw,
            {"Content-Type": "message/rfc822"},
            options.named(),
        )
        if status in {413, 422}:
            return self._understood(lambda: _refused(answer))
        return self._understood(lambda: Outcome(answer["id"], duplicate=answer["duplicate"]))

    def _understood(self, read: Callable[[], _Read]) -> _Read:
        try:
            return read()
        except (LookupError, AttributeError, TypeError) as error:
            raise Refused(f"{self._url} answers as no such service: the right address?") from error

    def _get(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask("GET", path)[1]
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """An answer that is no temporary failure: 2xx, 413 or 422, and its JSON."""
        url = self._url + path + (f"?{urlencode(fields)}" if fields else "")
        ends, wait = time.monotonic() + self._patience, _FIRST_SECONDS
        while True:
            fault, asked = "", 0.0
            try:
                answer = self._pool.request(
                    method, url, body=body, headers={**self._headers, **(headers or {})}
                )
                if answer.status not in _RETRIED:
                    return answer.status, _checked(answer, url)
                fault, asked = f"it answered {answer.status}", _retry_after(answer)
            except urllib3.exceptions.HTTPError as error:
                fault = type(error).__name__
            pause = max(asked, wait * random.uniform(0.75, 1.25))  # noqa: S311
            if time.monotonic() + pause > ends:
                raise GaveUp(f"{self._url} cannot be used ({fault}); tried {self._patience:g} s")
            self._sleep(pause)
            wait = min(wait * 2, _MOST_SECONDS)


def _check_address(url: str) -> None:
    try:
        parts = urllib3.util.parse_url(url)
    except urllib3.exceptions.LocationParseError as error:
        raise Refused(f"{url} is no address: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise Refused(f"The service's address must look like http://127.0.0.1:8080, not {url}")


def _checked(answer: urllib3.BaseHTTPResponse, url: str) -> Any:
    if answer.status in {401, 403}:
        raise Refused(f"The key is not accepted by {url}: {_detail(answer)}")
    if answer.status >= 300 and answer.status not in {413, 422}:
        raise Refused(f"{url} answered {answer.status}: is this the right address?")
    try:
        return json.loads(answer.data)
    except ValueError as error:
        if answer.status == 413:  # a proxy before the service says so in words of its own
            return {"code": "too_large", "detail": "It is larger than the service takes"}
        raise Refused(f"{url} did not answer with JSON: is this the right address?") from error


def _detail(answer: urllib3.BaseHTTPResponse) -> str:
    try:
        return str(json.loads(answer.data)["detail"])
    except (ValueError, LookupError, TypeError):
        return str(answer.status)


def _retry_after(answer: urllib3.BaseHTTPResponse) -> float:
    value = answer.headers.get("Retry-After", "")
    return float(value[:6]) if value.isascii() and value.isdigit() else 0.0


def _outcome(item: Mapping[str, Any], batch_id: str) -> Outcome:
    if "error" in item:
        return Outcome(error=(item["error"]["code"], item["error"]["detail"]))
    return Outcome(item["id"], batch_id, item["duplicate"])


def _refused(problem: Mapping[str, Any]) -> Outcome:
    fault = (problem.get("errors") or [problem])[0]
    return Outcome(error=(fault.get("code", "refused"), fault.get("detail", "")))


def _refused_items(problem: Mapping[str, Any], total: int) -> list[Outcome]:
    """No message of a batch was right: each has its reason under `emails.<index>`."""
    reasons = {
        int(fault["field"].split(".")[1]): (fault["code"], fault["detail"])
        for fault in problem.get("errors", ())
        if fault["field"].split(".")[1:2] and fault["field"].split(".")[1].isdigit()
    }
    whole = (problem.get("code", "refused"), problem.get("detail", ""))
    return [Outcome(error=reasons.get(index, whole)) for index in range(total)]
