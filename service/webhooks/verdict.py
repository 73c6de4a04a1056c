"""What follows from one attempt: delivered, again later, or never again. Pure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from service.outbound.verdict import Policy, Verdict, back_off
from service.webhooks.types import Answer, Trouble, Undelivered


def verdict(
    result: Answer | Undelivered, attempts: int, policy: Policy, *, now: datetime, jitter: float
) -> Verdict:
    """Judge one attempt.

    Args:
        result: what came of it.
        attempts: made so far, this one included; from 1.
        policy: of the deployment.
        now: aware, for a Retry-After that is a date.
        jitter: from 0 to 1, as for `back_off`.

    """
    if isinstance(result, Answer) and 200 <= result.status < 300:
        return Verdict("delivered")
    outcome, error, final = _failure(result)
    wait = back_off(attempts, policy, jitter)
    if isinstance(result, Answer):
        wait = max(wait, _retry_after(result.retry_after, now))
    dead = final or attempts >= policy.max_attempts
    return Verdict(outcome, error, min(wait, policy.most_seconds), dead)


def _failure(result: Answer | Undelivered) -> tuple[str, str, bool]:
    """Outcome, text, and whether trying again is pointless."""
    if isinstance(result, Undelivered):
        return result.trouble, str(result), result.trouble is Trouble.REFUSED
    if result.status == HTTPStatus.GONE:
        return "gone", "the receiver answered 410: it wants no more", True
    if 300 <= result.status < 400:
        return (
            "redirect",
            f"the receiver answered {result.status}; redirects are not followed",
            False,
        )
    return "http_error", f"the receiver answered {result.status}", False


def _retry_after(value: str | None, now: datetime) -> float:
    """Seconds that the receiver asks for (RFC 9110, 10.2.3: a number or a date); 0 for nonsense."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
        date = date.replace(tzinfo=date.tzinfo or UTC)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (date - now).total_seconds())
