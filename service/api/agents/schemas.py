"""What agents' answers look like."""

from marshmallow import Schema, fields, validate

from service.api.answer_schemas import Address, Model
from service.api.request_schemas import PRIORITIES
from service.domain.items import ItemState
from service.domain.sla import SlaState

_STATES = [state.value for state in ItemState]
_SLA = [state.value for state in SlaState]


class Item(Schema):
    """A mail in a queue: who holds it, and how its clocks stand."""

    id = fields.UUID(required=True)
    queue = fields.Str(required=True)
    mailbox = fields.Str(required=True)
    category = fields.Str(required=True)
    priority = fields.Str(required=True, validate=validate.OneOf(PRIORITIES))
    state = fields.Str(required=True, validate=validate.OneOf(_STATES))
    sla = fields.Str(required=True, validate=validate.OneOf(_SLA))
    received_at = fields.DateTime(required=True)
    entered_at = fields.DateTime(required=True)
    due_at = fields.DateTime(
        required=True, metadata={"description": "First answer; once given, the resolution"}
    )
    resolution_due_at = fields.DateTime(required=True)
    responded_at = fields.DateTime(required=True, allow_none=True)
    snoozed_until = fields.DateTime(required=True, allow_none=True)
    holder = fields.Str(required=True, allow_none=True)
    lease_until = fields.DateTime(required=True, allow_none=True)


class Held(Schema):
    """A mail under a lease; only its holder knows the token."""

    lease_token = fields.UUID(required=True)
    lease_until = fields.DateTime(required=True)
    item = fields.Nested(Item, required=True)


class ListedItem(Item):
    """A mail as a list shows it."""

    subject = fields.Str(required=True, allow_none=True)
    sender = fields.Nested(Address, required=True, allow_none=True, data_key="from")
    confidence = fields.Float(required=True, allow_none=True)
    reason = fields.Str(required=True)


class QueuePage(Schema):
    """A page of a queue, most urgent first."""

    items = fields.List(fields.Nested(ListedItem), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class Completion(Schema):
    """How a mail was completed."""

    completed_at = fields.DateTime(required=True)
    queue = fields.Str(required=True)
    category = fields.Str(required=True)
    responded_at = fields.DateTime(required=True)
    response_late = fields.Bool(required=True)
    resolution_late = fields.Bool(required=True)
    by = fields.Str(required=True)


class Work(Schema):
    """How the work on a mail stands: its item while it is open, then its completion."""

    id = fields.UUID(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(_STATES))
    item = fields.Nested(ListedItem, required=True, allow_none=True)
    completion = fields.Nested(Completion, required=True, allow_none=True)


class Done(Schema):
    """A mail that left its queue."""

    id = fields.UUID(required=True)
    state = fields.Str(required=True, validate=validate.OneOf(_STATES))


class Judged(Schema):
    """What a correction came to."""

    id = fields.UUID(required=True)
    category = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf(["corrected", "confirmed"]))


class BulkFault(Schema):
    """Why a mail was left as it was."""

    code = fields.Str(required=True)
    detail = fields.Str(required=True)


class BulkItem(Schema):
    """What became of one mail."""

    id = fields.UUID(required=True)
    done = fields.Bool(required=True)
    error = fields.Nested(BulkFault)


class BulkReport(Schema):
    """What became of each mail, in the order given.

    `undo_until` is null where there is nothing for this key to take back.
    """

    id = fields.UUID(required=True)
    done = fields.Int(required=True)
    refused = fields.Int(required=True)
    undo_until = fields.DateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(BulkItem), required=True)


class Segment(Schema):
    """`text[start:end]`, in Unicode code points; message 0 is the newest."""

    kind = fields.Str(required=True)
    start = fields.Int(required=True)
    end = fields.Int(required=True)
    message = fields.Int(required=True)


class Text(Schema):
    """What a mail says; `main` is the number of the message to act on."""

    subject = fields.Str(required=True)
    text = fields.Str(required=True)
    from_html = fields.Bool(required=True)
    unread = fields.Bool(
        required=True,
        metadata={"description": "It took workers down: only the original is there"},
    )
    main = fields.Int(required=True)
    segments = fields.List(fields.Nested(Segment), required=True)


class Found(Schema):
    """A mail that was found."""

    id = fields.UUID(required=True)
    received_at = fields.DateTime(required=True)
    mailbox = fields.Str(required=True)
    subject = fields.Str(required=True, allow_none=True)
    sender = fields.Nested(Address, required=True, allow_none=True, data_key="from")
    category = fields.Str(required=True)
    queue = fields.Str(required=True)
    open = fields.Bool(required=True)


class FoundPage(Schema):
    """A page of what was found, newest first."""

    items = fields.List(fields.Nested(Found), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class Note(Schema):
    """A note on a mail."""

    id = fields.UUID(required=True)
    at = fields.DateTime(required=True)
    by = fields.Str(required=True)
    text = fields.Str(required=True)


class Notes(Schema):
    """A mail's notes, oldest first."""

    notes = fields.List(fields.Nested(Note), required=True)


class TrailEntry(Schema):
    """Who did what, when; `key` is the public part of the API key."""

    at = fields.DateTime(required=True)
    action = fields.Str(required=True)
    by = fields.Str(required=True)
    key = fields.Str(required=True)
    detail = fields.Dict(required=True)


class Trail(Schema):
    """A page of a mail's trail, oldest first."""

    entries = fields.List(fields.Nested(TrailEntry), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class Weighed(Schema):
    """A part of what the model read. Above 0 it speaks for the category, below 0 against it."""

    text = fields.Str(required=True)
    start = fields.Int(required=True)
    end = fields.Int(required=True)
    weight = fields.Float(required=True)


class Explanation(Schema):
    """Why a mail was given its category, by the model that workers run now."""

    id = fields.UUID(required=True)
    text = fields.Str(required=True, metadata={"description": "What the model read"})
    category = fields.Str(required=True)
    score = fields.Float(required=True)
    model = fields.Nested(Model, required=True)
    sentences = fields.List(fields.Nested(Weighed), required=True)
    words = fields.List(fields.Nested(Weighed), required=True)
    complete = fields.Bool(
        required=True, metadata={"description": "False where time ran out before every part"}
    )


class SpotCheck(Schema):
    """A mail that was chosen by chance; what the model said of it is not shown."""

    id = fields.UUID(required=True)
    received_at = fields.DateTime(required=True)
    mailbox = fields.Str(required=True)
    subject = fields.Str(required=True, allow_none=True)
    sender = fields.Nested(Address, required=True, allow_none=True, data_key="from")


class SpotCheckPage(Schema):
    """A page of mails that nobody has labelled yet, oldest first."""

    items = fields.List(fields.Nested(SpotCheck), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class Labelled(Schema):
    """A mail and what somebody says that it is about."""

    id = fields.UUID(required=True)
    category = fields.Str(required=True)
