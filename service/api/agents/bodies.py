"""What agents' requests look like: bodies that hold nothing else, and queries."""

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from service.api.request_schemas import MAILBOX
from service.domain.items import ItemState
from service.domain.sla import SlaState

MAX_BULK = 500
LEASE_SECONDS = 300
_OPEN = [state.value for state in ItemState if state is not ItemState.DONE]
_SLA = [state.value for state in SlaState]
_NAME = validate.Regexp(r"^[a-z][a-z0-9_-]{0,49}$")
_CATEGORY = validate.Regexp(r"^[A-Za-z][A-Za-z0-9_-]{0,49}$")
_REASON = validate.Regexp(
    r"^[^\x00]{1,500}$", error="must be 1 to 500 characters, none of them NUL"
)
_WORDS = validate.Regexp(r"^[^\x00]{1,5000}$", error="must be 1 to 5,000 characters, without NUL")


class Strict(Schema):
    """A body that holds nothing else."""

    class Meta:
        unknown = RAISE


class ForSeconds(Strict):
    """How long a lease lasts."""

    lease_seconds = fields.Int(
        strict=True, load_default=LEASE_SECONDS, validate=validate.Range(1, 3600)
    )


class ClaimNext(ForSeconds):
    """Which queues to take mail from; all, where none is named."""

    queues = fields.List(
        fields.Str(validate=_NAME), load_default=None, validate=validate.Length(1, 100)
    )


class ClaimOne(ForSeconds):
    """A claim on a certain mail."""

    take = fields.Bool(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Take it from its holder; supervisors only"},
    )


class Token(Strict):
    """The lease to act under."""

    lease_token = fields.UUID(required=True)


class Renewal(ForSeconds):
    """A lease, and how much longer."""

    lease_token = fields.UUID(required=True)


class RerouteBody(Strict):
    """Where a mail goes, and why."""

    queue = fields.Str(required=True, validate=_NAME)
    reason = fields.Str(required=True, validate=_REASON)


class SnoozeBody(Strict):
    """Until when a mail is put aside: ahead, within a year."""

    until = fields.AwareDateTime(required=True, format="iso")
    reason = fields.Str(load_default=None, validate=_REASON)


class CategoryBody(Strict):
    """What a mail is about."""

    category = fields.Str(required=True, validate=_CATEGORY)
    reason = fields.Str(load_default=None, validate=_REASON)
    move = fields.Bool(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Send it to that category's queue, which ends its lease"},
    )


class SpotCheckBody(Strict):
    """What a mail of a spot check is about."""

    category = fields.Str(required=True, validate=_CATEGORY)


class HeldReroute(RerouteBody, Token):
    """Re-route under a lease."""


class HeldSnooze(SnoozeBody, Token):
    """Snooze under a lease."""


class Ids(Strict):
    """Which mails; one that is named twice counts once."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MAX_BULK))


class BulkRelease(Ids):
    """Give back what this agent holds."""

    action = fields.Str(required=True, validate=validate.OneOf(["release"]))


class BulkComplete(Ids):
    """Complete mails."""

    action = fields.Str(required=True, validate=validate.OneOf(["complete"]))


class BulkReroute(RerouteBody, Ids):
    """Re-route mails."""

    action = fields.Str(required=True, validate=validate.OneOf(["reroute"]))


class BulkSnooze(SnoozeBody, Ids):
    """Snooze mails."""

    action = fields.Str(required=True, validate=validate.OneOf(["snooze"]))


class BulkCorrect(CategoryBody, Ids):
    """Set the category of mails."""

    action = fields.Str(required=True, validate=validate.OneOf(["correct"]))


class NoteBody(Strict):
    """What to note."""

    text = fields.Str(required=True, validate=_WORDS)


class QueueQuery(Schema):
    """Which mails of a queue, and which page."""

    class Meta:
        unknown = EXCLUDE

    state = fields.Str(load_default=None, validate=validate.OneOf(_OPEN))
    sla = fields.Str(load_default=None, validate=validate.OneOf(_SLA))
    category = fields.Str(load_default=None, validate=_CATEGORY)
    mailbox = fields.Str(load_default=None, validate=MAILBOX)
    mine = fields.Bool(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "Only what this agent holds"},
    )
    limit = fields.Int(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.Str(
        load_default=None,
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{1,400}$"),
        metadata={"description": "`next_cursor` of the page before"},
    )


class SearchQuery(Schema):
    """What to look for."""

    class Meta:
        unknown = EXCLUDE

    q = fields.Str(
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "Words of sender, subject and text, numbers; all must be there"},
    )
    queue = fields.Str(load_default=None, validate=_NAME)
    limit = fields.Int(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.UUID(
        load_default=None, metadata={"description": "`next_cursor` of the page before"}
    )


class SpotCheckQuery(Schema):
    """Which page of the spot checks."""

    class Meta:
        unknown = EXCLUDE

    limit = fields.Int(load_default=50, validate=validate.Range(1, 200))
    cursor = fields.UUID(
        load_default=None, metadata={"description": "`next_cursor` of the page before"}
    )


class TrailQuery(Schema):
    """Which page of a trail."""

    class Meta:
        unknown = EXCLUDE

    limit = fields.Int(load_default=200, validate=validate.Range(1, 1000))
    cursor = fields.Str(load_default="0", validate=validate.Regexp(r"^[0-9]{1,18}$"))
