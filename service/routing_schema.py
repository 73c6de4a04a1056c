"""The form of `routing.yaml`: what may stand where."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mail.masking import contracts
from service.domain.types import Priority

DURATION = re.compile(r"(\d{1,5})([smhd])")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MACHINE = ["auto_reply", "out_of_office", "bounce", "newsletter", "calendar"]
_PRIORITIES = [p.name.lower() for p in Priority]
_MAILBOX = validate.Regexp(r"[^\x00-\x20\x7f]{1,100}\Z")
_NAME = validate.Regexp(r"[a-z][a-z0-9_-]{0,49}\Z")
_LABEL = validate.Regexp(r"[A-Za-z][A-Za-z0-9_-]{0,49}\Z")  # as models name their categories
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}\Z"
_CONDITIONS = ("machine", "mailbox", "sender_domain")
_SOME = validate.Length(min=1, error="must name at least one")
_PROBABILITY = validate.Range(0, 1)
_DURATION = validate.Regexp(rf"{DURATION.pattern}\Z", error="must look like 30m, 4h or 2d")
_DAY = "|".join(DAYS)
_DAYS = validate.Regexp(rf"({_DAY})(-({_DAY}))?\Z", error="must look like mon or mon-fri")
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_HOURS = validate.Regexp(
    rf"{_CLOCK}-({_CLOCK}|24:00)\Z", error="must look like 09:00-12:30; 24:00 ends a day"
)


def _contract_pattern(pattern: str) -> None:
    try:
        contracts.finder([pattern])
    except contracts.PatternError as error:
        raise ValidationError(str(error)) from error


class CategorySchema(Schema):
    """One label of the taxonomy."""

    title = fields.Str(required=True)
    queue = fields.Str(required=True)
    threshold = fields.Float(validate=_PROBABILITY)
    priority = fields.Str(validate=validate.OneOf(_PRIORITIES))


class QueueSchema(Schema):
    """One queue of agents, with what it promises."""

    title = fields.Str(required=True)
    sla = fields.Str(required=True, validate=_DURATION)
    resolution = fields.Str(validate=_DURATION)
    warn = fields.Str(validate=_DURATION)
    calendar = fields.Str()
    reinject = fields.Str(
        validate=validate.Regexp(_ADDRESS, error="must be a plain address such as a@b.example")
    )

    @validates_schema
    def _resolution_comes_last(self, data: Mapping[str, Any], **_: object) -> None:
        if "resolution" in data and seconds(data["resolution"]) < seconds(data["sla"]):
            raise ValidationError("must not be shorter than `sla`", "resolution")


class Day(fields.Field[date]):
    """A day as YAML reads it, or as text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("must look like 2026-12-25") from error


class Zone(fields.Field[ZoneInfo]):
    """A time zone by its IANA name."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> ZoneInfo:
        try:
            return ZoneInfo(value)
        except (TypeError, ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise ValidationError("must be a time zone such as Europe/Paris") from error


class CalendarSchema(Schema):
    """Opening hours and holidays."""

    zone = Zone(required=True)
    hours = fields.Dict(
        keys=fields.Str(validate=_DAYS),
        values=fields.List(fields.Str(validate=_HOURS)),
        required=True,
    )
    holidays = fields.List(Day(), load_default=list)


class RuleSchema(Schema):
    """What routes mail without the model."""

    name = fields.Str(required=True, validate=_NAME)
    queue = fields.Str(required=True)
    category = fields.Str(validate=_LABEL)
    priority = fields.Str(validate=validate.OneOf(_PRIORITIES))
    all = fields.Bool(truthy={True}, falsy={False})
    machine = fields.List(fields.Str(validate=validate.OneOf(_MACHINE)), validate=_SOME)
    mailbox = fields.List(fields.Str(), validate=_SOME)
    sender_domain = fields.List(fields.Str(), validate=_SOME)

    @validates_schema
    def _all_is_said(self, data: Mapping[str, Any], **_: object) -> None:
        some = any(name in data for name in _CONDITIONS)
        if not some and not data.get("all"):
            raise ValidationError(
                f"has no condition ({', '.join(_CONDITIONS)}): "
                "say `all: true` if it is for all mail"
            )
        if some and data.get("all"):
            raise ValidationError("must not be true beside a condition", "all")


class MaskingSchema(Schema):
    """What is masked in training data besides numbers that everybody has."""

    contracts = fields.List(
        fields.Str(validate=_contract_pattern),
        load_default=list,
        validate=validate.Length(max=contracts.MOST_PATTERNS),
    )


class RoutingSchema(Schema):
    """The whole file."""

    version = fields.Str(required=True, validate=validate.Length(1, 40))
    triage = fields.Str(required=True)
    default_threshold = fields.Float(required=True, validate=_PROBABILITY)
    categories = fields.Dict(
        keys=fields.Str(validate=_LABEL),
        values=fields.Nested(CategorySchema),
        required=True,
        validate=validate.Length(min=1),
    )
    queues = fields.Dict(
        keys=fields.Str(validate=_NAME),
        values=fields.Nested(QueueSchema),
        required=True,
        validate=validate.Length(min=1),
    )
    calendars = fields.Dict(
        keys=fields.Str(validate=_NAME), values=fields.Nested(CalendarSchema), load_default=dict
    )
    rules = fields.List(fields.Nested(RuleSchema), load_default=list)
    mailboxes = fields.Dict(
        keys=fields.Str(validate=_MAILBOX), values=fields.List(fields.Str()), load_default=dict
    )
    default_mailbox = fields.Str(validate=_MAILBOX)
    masking = fields.Nested(MaskingSchema)


def seconds(duration: str) -> float:
    """A duration such as 30m, 4h or 2d in seconds; 0 for what is none (and refused elsewhere)."""
    match = DURATION.fullmatch(duration)
    return float(match[1]) * UNITS[match[2]] if match else 0.0
