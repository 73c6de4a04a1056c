"""Every error the service answers with: HTTP status, machine-readable code, safe text, retryable.

One handler (`service.api.problems`) turns them into RFC 9457 problem details. Text given here is
shown to clients, so it never holds mail content, secrets or internals.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of a request: the path of the field, a code and a sentence."""

    field: str
    code: str
    detail: str


class ServiceError(Exception):
    """Base of all errors with an answer of their own."""

    status = 500
    code = "internal_error"
    title = "Internal error"
    retry_after: int | None = None

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        if retry_after is not None:
            self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later: our own fault, or too much load."""
        return self.status in {429, 503}


class InvalidJSON(ServiceError):
    """The body is not JSON."""

    status, code, title = 400, "invalid_json", "The body is not valid JSON"


class BadRequest(ServiceError):
    """The request is malformed outside its body."""

    status, code, title = 400, "bad_request", "The request is malformed"


class Unauthorized(ServiceError):
    """No key, or one that is not (or no longer) known."""

    status, code, title = 401, "unauthorized", "A valid API key is required"


class Forbidden(ServiceError):
    """The key is known, its role, mailboxes or queues do not allow this."""

    status, code, title = 403, "forbidden", "This key may not do that"


class NoQueues(Forbidden):
    """Somebody at the console is limited to queues of which `routing.yaml` names none any more."""

    code, title = "no_queues", "None of your queues is in use any more: ask for others"


class NotFound(ServiceError):
    """Unknown, or another client's: the two are never told apart."""

    status, code, title = 404, "not_found", "Not found"


class Conflict(ServiceError):
    """The same client id was used for other content."""

    status, code, title = 409, "id_conflict", "This id was already used for other content"


class InProgress(ServiceError):
    """A request with the same Idempotency-Key is still running."""

    status, code, title = 409, "request_in_progress", "The first request with this key still runs"
    retry_after = 1


class Held(ServiceError):
    """Another agent holds the mail."""

    status, code, title = 409, "held", "Somebody else holds this mail"


class LeaseLost(ServiceError):
    """The lease ended, or passed on."""

    status, code, title = 409, "lease_lost", "The lease was lost"


class NotInQueue(ServiceError):
    """Nobody can work on the mail: not decided yet, or completed."""

    status, code, title = 409, "not_in_queue", "This mail is in no queue"


class NotExplained(ServiceError):
    """The model did not decide on the mail: it waits still, a rule fitted, or it has no text."""

    status, code, title = 409, "not_explained", "The model did not decide on this mail"


class TooLate(ServiceError):
    """What was done can no longer be undone."""

    status, code, title = 409, "too_late", "This can no longer be undone"


class TooLarge(ServiceError):
    """Over a size limit; the text names it."""

    status, code, title = 413, "too_large", "Too large"


class UnsupportedMediaType(ServiceError):
    """Another content type was expected."""

    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


class InvalidRequest(ServiceError):
    """The request does not fit its schema: one entry per field."""

    status, code, title = 422, "invalid_request", "The request is invalid"


class KeyReused(ServiceError):
    """The Idempotency-Key came back with another body."""

    status, code, title = 422, "idempotency_key_reused", "This Idempotency-Key had another body"


class TooBusy(ServiceError):
    """The backlog is too old to take more."""

    status, code, title = 429, "too_busy", "Too much mail is waiting"
    retry_after = 5


class TooFast(ServiceError):
    """The key posts more mail than it may."""

    status, code, title = 429, "too_fast", "This key posts too much mail"
    retry_after = 1


class Unavailable(ServiceError):
    """PostgreSQL cannot be used: nothing was stored, try again."""

    status, code, title = 503, "unavailable", "The service cannot store mail right now"
    retry_after = 2


class Unexplained(ServiceError):
    """No worker explained the mail in time."""

    status, code, title = 503, "unexplained", "No worker explained this mail in time"
    retry_after = 5


class StartupError(Exception):
    """A process refuses to start; the text is a sentence for the operator."""
