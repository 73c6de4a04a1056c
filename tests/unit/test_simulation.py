"""Rerouting decided mail: the same rules as deciding, without the model."""

from uuid import UUID

import pytest

from service.domain.routing import AgentQueue, Category, Facts, Routing, Rule
from service.domain.simulation import Past, reroute
from service.domain.types import Priority

QUEUES = {name: AgentQueue(name, name, 60.0) for name in ("claims", "triage", "post")}
ROUTING = Routing(
    version="1",
    categories={"claim": Category("claim", "claim", "claims", 0.7, None)},
    queues=QUEUES,
    rules=(Rule("by-post", "post", mailboxes=frozenset({"post"})),),
    triage="triage",
)


def past(
    label: str | None, confidence: float | None, reason: str = "model", mailbox: str = "main"
) -> Past:
    facts = Facts(mailbox, Priority.NORMAL)
    return Past(UUID(int=1), facts, label, confidence, "claims", reason)


@pytest.mark.parametrize(
    ("mail", "queue"),
    [
        (past("claim", 0.8), "claims"),
        (past("claim", 0.6), "triage"),
        (past("payment", 0.9), "triage"),
        (past("claim", 0.9, mailbox="post"), "post"),
        (past("claim", 0.9, "loop"), "triage"),
        (past(None, None, "unparseable"), "triage"),
        (past(None, None, "rule:newsletters"), None),
    ],
)
def test_a_mail_goes_where_the_new_rules_say(mail: Past, queue: str | None) -> None:
    """Rules first, then label and threshold; a mail that no model saw waits for it."""
    route = reroute(ROUTING, mail)
    assert (route and route.queue) == queue
