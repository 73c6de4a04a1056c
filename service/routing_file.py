"""`routing.yaml` -> `Routing`, or an error that names the line."""

import hashlib
from pathlib import Path
from typing import Any

import yaml
from marshmallow import ValidationError

from service.domain.mailboxes import Mailboxes
from service.domain.routing import AgentQueue, Category, Routing, Rule
from service.domain.sla import Calendar
from service.domain.types import Priority
from service.errors import StartupError
from service.routing_calendar import calendar
from service.routing_schema import RoutingSchema, seconds


def load(path: Path) -> Routing:
    """Read and check the file.

    Raises:
        StartupError: naming the file, and the line and the path of every fault.

    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except OSError as error:
        raise StartupError(f"ROUTING_PATH {path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StartupError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    try:
        loaded = RoutingSchema().load(data)
        _check_references(loaded)
        calendars = _calendars(loaded["calendars"])
    except ValidationError as error:
        raise StartupError(_sentence(path, error, node)) from error
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return _build(loaded, calendars, f"{loaded['version']}+{digest}")


def _check_references(data: dict[str, Any]) -> None:
    """Every queue and every calendar that is named must exist."""
    errors: dict[str, Any] = {}
    missing = "no queue of this name under `queues`"
    if data["triage"] not in data["queues"]:
        errors["triage"] = [missing]
    for name, category in data["categories"].items():
        if category["queue"] not in data["queues"]:
            errors.setdefault("categories", {})[name] = {"value": {"queue": [missing]}}
    for index, rule in enumerate(data["rules"]):
        if rule["queue"] not in data["queues"]:
            errors.setdefault("rules", {})[index] = {"queue": [missing]}
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


def _sentence(path: Path, error: ValidationError, node: yaml.Node | None) -> str:
    faults = [
        f"line {_line(node, where)}: {'.'.join(map(str, where)) or 'file'}: {text}"
        for where, text in _leaves(error.messages, ())
    ]
    return f"{path} is wrong: " + "; ".join(faults)


def _leaves(messages: Any, where: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], str]]:
    if isinstance(messages, dict):
        # marshmallow puts the faults of a mapping's entry below "key" or "value"
        return [
            leaf
            for key, below in messages.items()
            for leaf in _leaves(
                below, where if key in ("key", "value", "_schema") else (*where, key)
            )
        ]
    return [(where, " ".join(map(str, messages)).rstrip("."))]


def _line(node: yaml.Node | None, where: tuple[Any, ...]) -> int:
    """The line of the deepest node on the path that exists, counted from 1."""
    line = 1 if node is None else node.start_mark.line + 1
    for step in where:
        child = _child(node, step)
        if child is None:
            break
        line, node = child[0].start_mark.line + 1, child[1]
    return line


def _child(node: yaml.Node | None, step: Any) -> tuple[yaml.Node, yaml.Node] | None:
    """The node that a step leads to, with the one (its key) whose line names it."""
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


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
