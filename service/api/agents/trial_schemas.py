"""What requests about trials and their answers look like."""

from marshmallow import EXCLUDE, Schema, fields, validate


class DisagreementsQuery(Schema):
    """How many mails to name."""

    class Meta:
        unknown = EXCLUDE

    limit = fields.Int(load_default=20, validate=validate.Range(0, 100))


class Trial(Schema):
    """A challenger tried on a share of the mail that came since then."""

    id = fields.Int(required=True)
    version = fields.Str(required=True)
    share = fields.Float(required=True)
    since = fields.DateTime(required=True)
    running = fields.Bool(required=True)


class Cell(Schema):
    """Mails that the champion called one thing and the challenger another, or the same."""

    champion = fields.Str(required=True)
    challenger = fields.Str(required=True)
    emails = fields.Int(required=True)
    judged = fields.Int(required=True)
    champion_right = fields.Int(required=True)
    challenger_right = fields.Int(required=True)


class Disagreement(Schema):
    """A mail that the two call otherwise; the larger `worth` is, the sooner to be looked at."""

    email_id = fields.UUID(required=True)
    champion = fields.Str(required=True)
    champion_confidence = fields.Float(required=True)
    champion_queue = fields.Str(required=True)
    challenger = fields.Str(required=True)
    challenger_confidence = fields.Float(required=True)
    challenger_queue = fields.Str(required=True)
    open = fields.Bool(required=True)
    worth = fields.Float(required=True)


class Comparison(Schema):
    """The newest shadow trial."""

    trial = fields.Nested(Trial, required=True)
    predicted = fields.Int(required=True)
    unpredicted = fields.Int(required=True)
    compared = fields.Int(required=True)
    agreed = fields.Int(required=True)
    matrix = fields.List(fields.Nested(Cell), required=True)
    first = fields.List(fields.Nested(Disagreement), required=True)
