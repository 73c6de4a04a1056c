"""What requests look like; OpenAPI is generated from these. See `answer_schemas` for answers."""

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from service.domain.types import Priority

MAX_BATCH = 1000
PRIORITIES = [p.name.lower() for p in Priority]


class Whole(validate.Regexp):
    """A pattern for the whole text: in Python, `$` alone lets a last newline pass."""

    def __call__(self, value: str) -> str:  # type: ignore[override]
        """Check `value`."""
        if value.endswith("\n"):
            raise ValidationError(self._format_error(value))
        return str(super().__call__(value))


MAILBOX = Whole(r"^[A-Za-z0-9._@+-]{1,100}$")
_ID = Whole(r"^[!-~]{1,200}$", error="must be 1 to 200 visible ASCII characters")
_URL = Whole(r"^https?://[!-~]{1,1990}$", error="must be an http or https URL")


class Item(Schema):
    """What both forms of an e-mail share."""

    class Meta:
        unknown = RAISE

    id = fields.Str(validate=_ID, metadata={"description": "The client's own id"})
    mailbox = fields.Str(validate=MAILBOX)
    priority = fields.Str(validate=validate.OneOf(PRIORITIES))
    callback_url = fields.Str(validate=_URL)


class RawEmail(Item):
    """An e-mail as its RFC 5322 bytes."""

    raw = fields.Str(
        required=True,
        validate=validate.Length(min=1),
        metadata={"format": "byte", "description": "The message, base64 (RFC 4648)"},
    )


class FieldsEmail(Item):
    """An e-mail as its fields; at least one of `subject`, `text` and `html`."""

    subject = fields.Str()
    sender = fields.Str(data_key="from")
    to = fields.List(fields.Str())
    cc = fields.List(fields.Str())
    date = fields.Str(metadata={"description": "RFC 5322 or ISO 8601; another is a defect"})
    text = fields.Str()
    html = fields.Str()
    headers = fields.Dict(keys=fields.Str(), values=fields.Str())
    attachments = fields.List(fields.Str(), metadata={"description": "File names"})

    @validates_schema
    def _has_content(self, data: dict[str, Any], **_: object) -> None:
        if not {"subject", "text", "html"} & data.keys():
            raise ValidationError("Missing: one of raw, subject, text, html is required")


class Batch(Schema):
    """What `POST /v1/batches` takes; its e-mails are checked one by one."""

    class Meta:
        unknown = RAISE

    emails = fields.List(
        fields.Dict(), required=True, validate=validate.Length(min=1, max=MAX_BATCH)
    )


class BatchQuery(Schema):
    """How a batch is posted."""

    class Meta:
        unknown = EXCLUDE

    atomic = fields.Bool(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "Store all e-mails or none"},
    )


class PageQuery(Schema):
    """How a batch is read."""

    class Meta:
        unknown = EXCLUDE

    wait = fields.Float(
        load_default=0.0,
        validate=validate.Range(0, 20),
        metadata={"description": "Seconds to wait for the batch to be done"},
    )
    limit = fields.Int(load_default=100, validate=validate.Range(1, MAX_BATCH))
    cursor = fields.Str(
        load_default="0",
        validate=Whole(r"^[0-9]{1,4}$"),
        metadata={"description": "`next_cursor` of the page before"},
    )


class EmailQuery(Schema):
    """The options of one raw message."""

    class Meta:
        unknown = EXCLUDE

    id = fields.Str(validate=_ID)
    mailbox = fields.Str(validate=MAILBOX)
    priority = fields.Str(validate=validate.OneOf(PRIORITIES))
    callback_url = fields.Str(validate=_URL)
