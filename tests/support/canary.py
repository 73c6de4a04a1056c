"""A canary in the real store, and mail posted beside it."""

from collections.abc import Callable
from uuid import UUID

from prometheus_client import REGISTRY
from sqlalchemy import Engine, text
from uuid_utils.compat import uuid7

from service.domain.trials import CANARY, Trial
from service.domain.types import Submission
from service.flow import trials
from service.flow.serving import Serving
from service.flow.stamps import Stamps
from service.store import accept
from service.store import engine as run
from tests.support.posting import principal, submission
from tests.support.trial import OPERATOR, Versioned, fill

Post = Callable[..., list[UUID]]
BOTH = Serving(Versioned("a"), Versioned("b"))


def with_challenger(database: Engine) -> Engine:
    """Version a decides, b challenges it, nothing waits or was completed."""
    fill(database, "a", "b", "c")
    with database.begin() as connection:
        connection.execute(text("TRUNCATE done_items"))
    return database


def try_it(house: Engine, share: float = 0.5) -> Trial:
    """Start the challenger's canary."""
    return trials.start(house, CANARY, share, OPERATOR, "test")[0]


def posting(house: Engine) -> Post:
    """Store mails of these words, stamped as a process that has just started stamps them."""
    who = principal(house)

    def posted(*words: str) -> list[UUID]:
        stamps = Stamps(house)
        stamps.look()
        found: list[Submission] = [submission(w, index=n) for n, w in enumerate(words)]
        made = run.run(house, lambda c: accept.store_emails(c, who, uuid7(), found, stamps.mark))
        return [receipt.email_id for receipt in made.receipts]

    return posted


def log(house: Engine) -> list[tuple[str, str | None, str | None]]:
    """What happened to models, newest first."""
    with house.connect() as connection:
        rows = connection.execute(
            text("SELECT action, version, alias FROM model_changes ORDER BY id DESC")
        )
        return [(row.action, row.version, row.alias) for row in rows]


def counted(name: str, **labels: str) -> float:
    """A metric of this process."""
    return REGISTRY.get_sample_value(f"aiguilleur_{name}", labels) or 0.0
