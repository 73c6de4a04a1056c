"""From what is known of a mail to its category, queue and priority: pure, and the same every time.

facts -> first rule that fits -> else the model's label, if sure enough -> else triage

What an operator switched off goes to triage instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.mailboxes import Mailboxes
from service.domain.sla import Calendar, Targets
from service.domain.types import Priority


@dataclass(frozen=True, slots=True)
class Category:
    """One label of the taxonomy and where its mail goes; `threshold` is a probability."""

    name: str
    title: str
    queue: str
    threshold: float
    priority: Priority | None


@dataclass(frozen=True, slots=True)
class AgentQueue:
    """A queue where people work; `sla_seconds` is the time to a first answer.

    `reinject` is an address that its mail is handed on to as well. Without a `resolution_seconds`,
    the first answer is expected to be the last; without `warn_seconds`, a quarter of `sla_seconds`
    is warning enough.
    """

    name: str
    title: str
    sla_seconds: float
    reinject: str | None = None
    resolution_seconds: float | None = None
    warn_seconds: float | None = None
    calendar: Calendar | None = None

    @property
    def targets(self) -> Targets:
        """What its mail is promised."""
        resolution, warn = self.resolution_seconds, self.warn_seconds
        return Targets(
            self.sla_seconds,
            self.sla_seconds if resolution is None else resolution,
            self.sla_seconds / 4 if warn is None else warn,
            self.calendar,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """Routes without the model. Every condition given must fit; an empty one fits all."""

    name: str
    queue: str
    category: str | None = None
    priority: Priority | None = None
    machine: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    sender_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Switches:
    """What an operator switched off: all of the routing, the model, what the model calls so."""

    everything: bool = False
    model: bool = False
    categories: frozenset[str] = frozenset()


_NO_MAILBOXES = Mailboxes()
_ALL_ON = Switches()


@dataclass(frozen=True, slots=True)
class Routing:
    """All of `routing.yaml`; `version` is stored with each decision.

    `contracts` are patterns of contract numbers, which `mail.masking` masks.
    """

    version: str
    categories: Mapping[str, Category]
    queues: Mapping[str, AgentQueue]
    rules: tuple[Rule, ...]
    triage: str
    mailboxes: Mailboxes = _NO_MAILBOXES
    switches: Switches = _ALL_ON
    contracts: tuple[str, ...] = ()

    @property
    def reinjects(self) -> bool:
        """Whether any queue hands its mail on."""
        return any(queue.reinject for queue in self.queues.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing may look at besides the model's answer."""

    mailbox: str
    priority: Priority
    machine: str | None = None
    sender_domain: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a mail goes. `reason`: `model`, `below_threshold`, `rule:<name>` or why nobody knew."""

    category: str
    queue: str
    priority: Priority
    reason: str
    threshold: float | None = None


UNKNOWN = "unknown"
SWITCHED_OFF = "switched_off"


def by_rule(routing: Routing, facts: Facts) -> Route | None:
    """The route of the first rule that fits, or None where the model must be asked."""
    if routing.switches.everything:
        return to_triage(routing, facts, SWITCHED_OFF)
    for rule in routing.rules:
        if _fits(rule, facts):
            priority = facts.priority if rule.priority is None else rule.priority
            category = rule.category or facts.machine or UNKNOWN
            return Route(category, rule.queue, priority, f"rule:{rule.name}")
    return to_triage(routing, facts, SWITCHED_OFF) if routing.switches.model else None


def by_model(routing: Routing, facts: Facts, label: str, confidence: float) -> Route:
    """The route of the model's label, or triage where it is not sure or the label is unknown."""
    category = routing.categories.get(label)
    if category is None:
        return to_triage(routing, facts, "unknown_label", label)
    if label in routing.switches.categories:
        return to_triage(routing, facts, SWITCHED_OFF, label)
    if confidence < category.threshold:
        return Route(
            label, routing.triage, facts.priority, "below_threshold", threshold=category.threshold
        )
    priority = facts.priority
    if category.priority is not None:
        priority = max(priority, category.priority)
    return Route(label, category.queue, priority, "model", threshold=category.threshold)


def to_triage(routing: Routing, facts: Facts, reason: str, category: str = UNKNOWN) -> Route:
    """The route of a mail that a person must look at, with the reason."""
    return Route(category, routing.triage, facts.priority, reason)


def _fits(rule: Rule, facts: Facts) -> bool:
    if rule.machine and facts.machine not in rule.machine:
        return False
    if rule.mailboxes and facts.mailbox not in rule.mailboxes:
        return False
    return not rule.sender_domains or facts.sender_domain in rule.sender_domains
