"""`routing.yaml` -> `Routing`, or an error that names the line."""

import hashlib
import re
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, validate

from service.domain.mailboxes import Mailboxes
from service.domain.routing import AgentQueue, Category, Routing, Rule
from service.domain.types import Priority
from service.errors import StartupError

_MACHINE = ["auto_reply", "out_of_office", "bounce", "newsletter", "calendar", "loop"]
_PRIORITIES = [p.name.lower() for p in Priority]
_MAILBOX = validate.Regexp(r"[^\x00-\x20\x7f]{1,100}\Z")
_SLA = re.compile(r"(\d{1,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_NAME = validate.Regexp(r"[a-z][a-z0-9_-]{0,49}\Z")
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}\Z"
_PROBABILITY = validate.Range(0, 1)


class _CategorySchema(Schema):
    title = fields.Str(required=True)
    queue = fields.Str(required=True)
    threshold = fields.Float(validate=_PROBABILITY)
    priority = fields.Str(validate=validate.OneOf(_PRIORITIES))


class _QueueSchema(Schema):
    title = fields.Str(required=True)
    sla = fields.Str(
        required=True, validate=validate.Regexp(_SLA, error="must look like 30m, 4h or 2d")
    )
    reinject = fields.Str(
        validate=validate.Regexp(_ADDRESS, error="must be a plain address such as a@b.example")
    )


class _RuleSchema(Schema):
    name = fields.Str(required=True, validate=_NAME)
    queue = fields.Str(required=True)
    category = fields.Str(validate=_NAME)
    priority = fields.Str(validate=validate.OneOf(_PRIORITIES))
    machine = fields.List(fields.Str(validate=validate.OneOf(_MACHINE)))
    mailbox = fields.List(fields.Str())
    sender_domain = fields.List(fields.Str())


class _RoutingSchema(Schema):
    version = fields.Str(required=True, validate=validate.Length(1, 40))
    triage = fields.Str(required=True)
    default_threshold = fields.Float(required=True, validate=_PROBABILITY)
    categories = fields.Dict(
        keys=fields.Str(validate=_NAME),
        values=fields.Nested(_CategorySchema),
        required=True,
        validate=validate.Length(min=1),
    )
    queues = fields.Dict(
        keys=fields.Str(validate=_NAME),
        values=fields.Nested(_QueueSchema),
        required=True,
        validate=validate.Length(min=1),
    )
    rules = fields.List(fields.Nested(_RuleSchema), load_default=list)
    mailboxes = fields.Dict(
        keys=fields.Str(validate=_MAILBOX), values=fields.List(fields.Str()), load_default=dict
    )
    default_mailbox = fields.Str(validate=_MAILBOX)


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
        loaded = _RoutingSchema().load(data)
        _check_references(loaded)
    except ValidationError as error:
        raise StartupError(_sentence(path, error, node)) from error
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return _build(loaded, f"{loaded['version']}+{digest}")


def _check_references(data: dict[str, Any]) -> None:
    """Every queue that is named must exist."""
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
    _check_recipients(data["mailboxes"], errors)
    if errors:
        raise ValidationError(errors)


def _check_recipients(mailboxes: dict[str, list[str]], errors: dict[str, Any]) -> None:
    """No address and no domain may lead to two mailboxes."""
    owner: dict[str, str] = {}
    for mailbox, names in mailboxes.items():
        for name in names:
            first = owner.setdefault(name.casefold(), mailbox)
            if first != mailbox:
                fault = f"{name} leads to the mailbox {first} already"
                errors.setdefault("mailboxes", {})[mailbox] = [fault]


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


def _build(data: dict[str, Any], version: str) -> Routing:
    default = data["default_threshold"]
    return Routing(
        version=version,
        triage=data["triage"],
        categories={
            name: Category(name, c["title"], c["queue"], c.get("threshold", default), _priority(c))
            for name, c in data["categories"].items()
        },
        queues={
            name: AgentQueue(name, q["title"], _seconds(q["sla"]), q.get("reinject"))
            for name, q in data["queues"].items()
        },
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


def _seconds(sla: str) -> float:
    match = _SLA.fullmatch(sla)
    if match is None:
        raise ValidationError({"sla": ["must look like 30m, 4h or 2d"]})
    return float(match[1]) * _SECONDS[match[2]]
