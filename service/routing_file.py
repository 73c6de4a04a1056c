"""`routing.yaml` -> `Routing`, or an error that names the line."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from service.domain.mailboxes import Mailboxes
from service.domain.routing import AgentQueue, Category, Routing, Rule
from service.domain.sla import Calendar
from service.domain.types import Priority
from service.errors import StartupError
from service.routing_calendar import calendar
from service.routing_schema import RoutingSchema, seconds
from service.routing_yaml import read


def load(path: Path) -> Routing:
    """Read and check the file.

    Raises:
        StartupError: naming the file, and the line and the path of every fault.

    """
    source = read(path)
    try:
        loaded = RoutingSchema().load(source.data)
        _check_references(loaded)
        calendars = _calendars(loaded["calendars"])
    except ValidationError as error:
        raise source.refusal(error) from error
    digest = hashlib.sha256(source.text.encode()).hexdigest()[:12]
    return _build(loaded, calendars, f"{loaded['version']}+{digest}")


def require_categories(routing: Routing, path: Path, labels: Sequence[str], model: Path) -> None:
    """Refuse a model whose answers could only go to triage, as a label nobody knows.

    Raises:
        StartupError: naming the labels, the file and the model's folder.

    """
    missing = [label for label in labels if label not in routing.categories]
    if missing:
        raise StartupError(
            f"{path} has no category for {', '.join(missing)}, which the model in {model} answers: "
            "add them under `categories`, or let another model serve."
        )


def require_queues(routing: Routing, path: Path, names: Iterable[str], asked: str) -> None:
    """Refuse queues that nobody knows; `*` stands for all. `asked` says who named them.

    Raises:
        StartupError: naming them and those that there are.

    """
    missing = sorted({name for name in names if name != "*" and name not in routing.queues})
    if missing:
        raise StartupError(
            f"{asked}: {path} has no queue {', '.join(missing)}. "
            f"It has {', '.join(routing.queues)}; '*' stands for all."
        )


def _check_references(data: dict[str, Any]) -> None:
    """Every queue and every calendar that is named must exist."""
    errors: dict[str, Any] = {}
    missing = "no queue of this name under `queues`"
    if data["triage"] not in data["queues"]:
        errors["triage"] = [missing]
    for name, category in data["categories"].items():
        if category["queue"] not in data["queues"]:
            errors.setdefault("categories", {})[name] = {"value": {"queue": [missing]}}
    names: set[str] = set()
    for index, rule in enumerate(data["rules"]):
        if rule["queue"] not in data["queues"]:
            errors.setdefault("rules", {})[index] = {"queue": [missing]}
        elif rule["name"] in names:
            errors.setdefault("rules", {})[index] = {"name": ["another rule has this name"]}
        names.add(rule["name"])
    _check_calendars(data, errors)
    _check_recipients(data["mailboxes"], errors)
    if errors:
        raise ValidationError(errors)


def _check_calendars(data: dict[str, Any], errors: dict[str, Any]) -> None:
    fault = "no calendar of this name under `calendars`"
    for name, queue in data["queues"].items():
        if queue.get("calendar", "") not in {"", *data["calendars"]}:
            errors.setdefault("queues", {})[name] = {"value": {"calendar": [fault]}}


def _check_recipients(mailboxes: dict[str, list[str]], errors: dict[str, Any]) -> None:
    """No address and no domain may lead to two mailboxes."""
    owner: dict[str, str] = {}
    for mailbox, names in mailboxes.items():
        for name in names:
            first = owner.setdefault(name.casefold(), mailbox)
            if first != mailbox:
                fault = f"{name} leads to the mailbox {first} already"
                errors.setdefault("mailboxes", {})[mailbox] = [fault]


def _calendars(data: dict[str, Any]) -> dict[str, Calendar]:
    made: dict[str, Calendar] = {}
    errors: dict[str, Any] = {}
    for name, one in data.items():
        try:
            made[name] = calendar(one)
        except ValidationError as error:
            errors[name] = {"value": error.messages}
    if errors:
        raise ValidationError({"calendars": errors})
    return made


def _build(data: dict[str, Any], calendars: dict[str, Calendar], version: str) -> Routing:
    default = data["default_threshold"]
    return Routing(
        version=version,
        triage=data["triage"],
        categories={
            name: Category(name, c["title"], c["queue"], c.get("threshold", default), _priority(c))
            for name, c in data["categories"].items()
        },
        queues={name: _queue(name, q, calendars) for name, q in data["queues"].items()},
        rules=tuple(_rule(rule) for rule in data["rules"]),
        mailboxes=Mailboxes(
            {
                name.casefold(): mailbox
                for mailbox, names in data["mailboxes"].items()
                for name in names
            },
            data.get("default_mailbox"),
        ),
        contracts=tuple(data["masking"]["contracts"]) if "masking" in data else (),
    )


def _queue(name: str, data: dict[str, Any], calendars: dict[str, Calendar]) -> AgentQueue:
    return AgentQueue(
        name,
        data["title"],
        seconds(data["sla"]),
        data.get("reinject"),
        seconds(data["resolution"]) if "resolution" in data else None,
        seconds(data["warn"]) if "warn" in data else None,
        calendars[data["calendar"]] if "calendar" in data else None,
    )


def _rule(data: dict[str, Any]) -> Rule:
    return Rule(
        name=data["name"],
        queue=data["queue"],
        category=data.get("category"),
        priority=_priority(data),
        machine=frozenset(data.get("machine", ())),
        mailboxes=frozenset(data.get("mailbox", ())),
        sender_domains=frozenset(domain.lower() for domain in data.get("sender_domain", ())),
    )


def _priority(data: dict[str, Any]) -> Priority | None:
    return Priority[data["priority"].upper()] if "priority" in data else None
