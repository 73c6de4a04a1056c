"""Somebody who works on mail over HTTP."""

from dataclasses import dataclass
from typing import Any

from tests.support.client import Client, Reply


@dataclass
class Agent:
    """One person at an agents' key."""

    client: Client
    name: str | None = None

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """One request as this person."""
        return self.client.ask(method, path, body, {"X-Agent": self.name} if self.name else {})

    def next(self, *queues: str, seconds: int = 60) -> dict[str, Any] | None:
        """Claim the most urgent mail; None where nothing waits."""
        body = {"lease_seconds": seconds, **({"queues": list(queues)} if queues else {})}
        reply = self.ask("POST", "/v1/claims", body)
        assert reply.status in {200, 204}, reply
        return dict(reply.body) if reply.status == 200 else None

    def claim(self, email_id: str, *, take: bool = False, seconds: int = 60) -> Reply:
        """Claim a certain mail."""
        body = {"take": take, "lease_seconds": seconds}
        return self.ask("POST", f"/v1/emails/{email_id}/claim", body)

    def act(self, held: dict[str, Any], verb: str, **body: Any) -> Reply:
        """Do something with a mail under its lease."""
        path = f"/v1/emails/{held['item']['id']}/{verb}"
        return self.ask("POST", path, {"lease_token": held["lease_token"], **body})

    def bulk(self, action: str, ids: list[str], **body: Any) -> dict[str, Any]:
        """Do something with many mails."""
        reply = self.ask("POST", "/v1/bulk", {"action": action, "ids": ids, **body})
        assert reply.status == 200, reply
        return dict(reply.body)

    def work(self, email_id: str) -> dict[str, Any]:
        """How the work on a mail stands."""
        reply = self.ask("GET", f"/v1/emails/{email_id}/work")
        assert reply.status == 200, reply
        return dict(reply.body)

    def listed(self, queue: str, query: str = "") -> list[str]:
        """The ids of a queue's first page."""
        reply = self.ask("GET", f"/v1/queues/{queue}/emails?{query}")
        assert reply.status == 200, reply
        return [item["id"] for item in reply.body["items"]]


def mail(client: Client, label: str = "claim", **fields: Any) -> str:
    """A mail in the queue of its label."""
    reply = client.post({"subject": "s", "text": f"label:{label}", **fields})
    email_id = str(reply.body["items"][0]["id"])
    client.decision(email_id)
    return email_id


def held(agent: Agent, email_id: str, **options: Any) -> dict[str, Any]:
    """A lease on a certain mail."""
    reply = agent.claim(email_id, **options)
    assert reply.status == 200, reply
    return dict(reply.body)


def code(reply: Reply) -> tuple[int, str]:
    """Status and code of an error."""
    return reply.status, reply.body["code"]


def trail(boss: Agent, email_id: str) -> list[tuple[str, str]]:
    """What was done to a mail, and by whom."""
    entries = boss.ask("GET", f"/v1/emails/{email_id}/audit").body["entries"]
    return [(entry["action"], entry["by"]) for entry in entries]
