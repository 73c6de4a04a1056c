"""What answers look like; OpenAPI is generated from these. See `request_schemas` for requests."""

from marshmallow import EXCLUDE, Schema, fields, validate

from service.api.request_schemas import PRIORITIES


class ItemError(Schema):
    """Why one e-mail of a batch was not stored."""

    code = fields.Str(required=True)
    detail = fields.Str(required=True)
    field = fields.Str(required=True)


class BatchItem(Schema):
    """What became of one posted e-mail: an id, or an error."""

    index = fields.Int(required=True)
    id = fields.UUID()
    external_id = fields.Str(allow_none=True)
    duplicate = fields.Bool()
    error = fields.Nested(ItemError)


class PostedCounts(Schema):
    """How many e-mails of a batch were new, known, refused."""

    total = fields.Int(required=True)
    accepted = fields.Int(required=True)
    duplicates = fields.Int(required=True)
    rejected = fields.Int(required=True)


class BatchReceipt(Schema):
    """The answer to a posted batch."""

    id = fields.UUID(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(["processing", "done"]))
    counts = fields.Nested(PostedCounts, required=True)
    items = fields.List(fields.Nested(BatchItem), required=True)


class BatchCounts(PostedCounts):
    """How far a batch is."""

    decided = fields.Int(required=True)
    waiting = fields.Int(required=True)


class BatchResult(BatchItem):
    """One e-mail of a batch and, once decided, where it went."""

    status = fields.Str(validate=validate.OneOf(["waiting", "decided"]))
    category = fields.Str(allow_none=True)
    confidence = fields.Float(allow_none=True)
    queue = fields.Str(allow_none=True)
    reason = fields.Str(allow_none=True)


class BatchPage(Schema):
    """A batch and a page of its results."""

    id = fields.UUID(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(["processing", "done"]))
    created_at = fields.DateTime(required=True)
    counts = fields.Nested(BatchCounts, required=True)
    results = fields.List(fields.Nested(BatchResult), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class EmailReceipt(Schema):
    """The answer to one posted e-mail."""

    id = fields.UUID(required=True)
    external_id = fields.Str(required=True, allow_none=True)
    duplicate = fields.Bool(required=True)


class Model(Schema):
    """Which model decides."""

    class Meta:
        unknown = EXCLUDE

    name = fields.Str(required=True)
    version = fields.Str(required=True)


class Decision(Schema):
    """A decision with all that explains it."""

    category = fields.Str(required=True)
    confidence = fields.Float(required=True, allow_none=True)
    threshold = fields.Float(required=True, allow_none=True)
    scores = fields.Dict(keys=fields.Str(), values=fields.Float(), required=True)
    queue = fields.Str(required=True)
    priority = fields.Str(required=True, validate=validate.OneOf(PRIORITIES))
    reason = fields.Str(required=True)
    model = fields.Nested(Model, required=True)
    text_version = fields.Str(required=True)
    routing_version = fields.Str(required=True)
    source = fields.Str(required=True, validate=validate.OneOf(["service", "agent"]))
    by = fields.Str(allow_none=True, metadata={"description": "Who; not shown to gateways"})
    note = fields.Str(allow_none=True, metadata={"description": "Why; not shown to gateways"})
    decided_at = fields.DateTime(required=True)


class Timings(Schema):
    """Seconds from acceptance to the claim, in the model, and to the decision."""

    waited_seconds = fields.Float(required=True)
    inference_seconds = fields.Float(required=True)
    total_seconds = fields.Float(required=True)


class Address(Schema):
    """A mailbox address and the name shown with it."""

    name = fields.Str(required=True)
    address = fields.Str(required=True)


class Attachment(Schema):
    """A file that came with the mail."""

    name = fields.Str(required=True)
    content_type = fields.Str(required=True)
    size = fields.Int(required=True)


class Defect(Schema):
    """Something wrong in the message, which was read all the same."""

    code = fields.Str(required=True)
    detail = fields.Str(required=True)


class Email(Schema):
    """A mail: what it says, and where it went. What the parser found is null until it was read."""

    id = fields.UUID(required=True)
    external_id = fields.Str(required=True, allow_none=True)
    batch_id = fields.UUID(required=True, allow_none=True)
    mailbox = fields.Str(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(["raw", "fields"]))
    size = fields.Int(required=True)
    received_at = fields.DateTime(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(["waiting", "decided"]))
    message_id = fields.Str(required=True, allow_none=True)
    subject = fields.Str(required=True, allow_none=True)
    sender = fields.Nested(Address, required=True, allow_none=True, data_key="from")
    to = fields.List(fields.Nested(Address), required=True)
    cc = fields.List(fields.Nested(Address), required=True)
    date = fields.Str(required=True, allow_none=True)
    machine = fields.Str(required=True, allow_none=True)
    attachments = fields.List(fields.Nested(Attachment), required=True)
    defects = fields.List(fields.Nested(Defect), required=True)
    decision = fields.Nested(Decision, required=True, allow_none=True)
    history = fields.List(
        fields.Nested(Decision),
        required=True,
        metadata={"description": "Earlier decisions, newest first"},
    )
    timings = fields.Nested(Timings, required=True, allow_none=True)
    possible_duplicate_of = fields.UUID(required=True, allow_none=True)


class Queue(Schema):
    """An agents' queue and what waits in it."""

    name = fields.Str(required=True)
    title = fields.Str(required=True)
    sla_seconds = fields.Float(required=True)
    waiting = fields.Int(
        required=True, metadata={"description": "All open mail, held and snoozed too"}
    )
    held = fields.Int(required=True)
    snoozed = fields.Int(required=True)
    breached = fields.Int(required=True)
    breach_soon = fields.Int(required=True)
    oldest_age_seconds = fields.Float(required=True, allow_none=True)


class Queues(Schema):
    """All agents' queues."""

    queues = fields.List(fields.Nested(Queue), required=True)


class ModelInfo(Model):
    """The model that decides."""

    labels = fields.List(fields.Str(), required=True)
    text_version = fields.Str(required=True)


class Live(Schema):
    """Of a model's decisions completed in the last seven days, how many people left standing."""

    completed = fields.Int(required=True)
    stood = fields.Int(required=True)


class ModelEntry(Model):
    """A model that was added to the registry, or that a worker brought along (`seen`)."""

    status = fields.Str(
        required=True,
        validate=validate.OneOf(["champion", "challenger", "added", "retired", "seen"]),
    )
    labels = fields.List(fields.Str(), required=True)
    text_version = fields.Str(required=True, allow_none=True)
    data_hash = fields.Str(required=True, allow_none=True)
    artifact = fields.Str(required=True, allow_none=True)
    first_seen_at = fields.DateTime(required=True)
    added_at = fields.DateTime(required=True, allow_none=True)
    retired_at = fields.DateTime(required=True, allow_none=True)
    live = fields.Nested(Live, required=True, allow_none=True)


class Models(Schema):
    """Every model."""

    models = fields.List(fields.Nested(ModelEntry), required=True)


class DriftFeature(Schema):
    """How far the newest week has moved; `since` where it has drifted."""

    index = fields.Float(required=True)
    bound = fields.Float(required=True)
    since = fields.Date(required=True, allow_none=True)


class ModelDrift(Schema):
    """Of one model version that decides, as of the newest day that was counted."""

    version = fields.Str(required=True)
    day = fields.Date(required=True)
    emails = fields.Int(required=True)
    drifts = fields.Bool(required=True)
    features = fields.Dict(fields.Str(), fields.Nested(DriftFeature), required=True)


class Drift(Schema):
    """Of every model version that decides."""

    models = fields.List(fields.Nested(ModelDrift), required=True)


class FieldFault(Schema):
    """One fault of a request."""

    field = fields.Str(required=True)
    code = fields.Str(required=True)
    detail = fields.Str(required=True)


class Problem(Schema):
    """RFC 9457 problem details."""

    type = fields.Str(required=True)
    title = fields.Str(required=True)
    status = fields.Int(required=True)
    detail = fields.Str(required=True)
    code = fields.Str(required=True)
    errors = fields.List(fields.Nested(FieldFault))


class Health(Schema):
    """Whether the process, or the service, can do its work."""

    status = fields.Str(required=True)
    database = fields.Str()
    redis = fields.Str()
