"""A client as a mail gateway is one: retries what may be retried, remembers every 2xx."""

import threading
from dataclasses import dataclass, field
from typing import Any

import orjson
import urllib3

from tests.support.waiting import until


@dataclass
class Reply:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: Any
    seconds: float = 0.0


@dataclass
class Client:
    """Talks to one API with one key; `accepted` is its own log of what was promised to it."""

    url: str
    key: str
    accepted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._pool = urllib3.PoolManager(maxsize=250, retries=False, timeout=40)
        self._lock = threading.Lock()

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """One request. `body`: bytes as they are, anything else as JSON."""
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        answer = self._pool.request(method, self.url + path, body=body, headers=sent)
        is_json = "json" in answer.headers.get("Content-Type", "")
        parsed = orjson.loads(answer.data) if is_json and answer.data else answer.data
        return Reply(answer.status, dict(answer.headers), parsed)

    def post(self, *emails: dict[str, Any], query: str = "", **headers: str) -> Reply:
        """Post a batch once and note what it promises."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = self.ask("POST", f"/v1/batches{query}", {"emails": list(emails)}, named)
        if reply.status in {200, 202}:
            with self._lock:
                self.accepted |= {i["id"] for i in reply.body["items"] if "id" in i}
        return reply

    def post_texts(self, *texts: str) -> list[str]:
        """Post mails in field form, which must be accepted; returns their ids."""
        reply = self.post(*[{"subject": "test", "text": text} for text in texts])
        assert reply.status == 202, reply
        return [item["id"] for item in reply.body["items"]]

    def email(self, email_id: str) -> dict[str, Any]:
        """One mail."""
        reply = self.ask("GET", f"/v1/emails/{email_id}")
        assert reply.status == 200, reply
        return dict(reply.body)

    def decision(self, email_id: str, seconds: float = 30.0) -> dict[str, Any]:
        """Wait for the mail's decision."""
        return dict(until(lambda: self.email(email_id)["decision"], f"{email_id}", seconds))

    def wait_for_all(self, seconds: float = 60.0) -> None:
        """Wait until every mail ever accepted is decided."""
        for email_id in sorted(self.accepted):
            self.decision(email_id, seconds)
