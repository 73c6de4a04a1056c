"""Mail that people labelled, written at once: spot checks, or corrections by agents."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import Engine, text

_CLIENT = UUID(int=9)
START = datetime(2026, 1, 1, tzinfo=UTC)

_MAIL = text("""
INSERT INTO emails (id, client_id, mailbox, kind, content, content_hash, priority, received_at)
VALUES (gen_random_uuid(), :client, 'default', 'fields', :content, '', 1, :at) RETURNING id
""")
_SPOT_CHECK = text("""
INSERT INTO spot_checks (email_id, chosen_at, share, mailbox, category, reason, model_name,
    model_version, text_version, label, labelled_at, by_client)
VALUES (:id, :at, 1, 'default', :said, 'model', 'm', :version, '3', :label, :at, 'desk')
""")
_CORRECTION = text("""
INSERT INTO labels (email_id, decision, category, previous_category, model_name, model_version,
    text_version, by_key, by_client, at)
VALUES (:id, 2, :label, :said, 'm', :version, '3', 'key', 'desk', :at)
""")


def clear(database: Engine) -> None:
    """No labels, no models, no retrainings."""
    with database.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE emails, spot_checks, labels, decisions, models, model_changes, "
                "model_evaluations, retrainings, drift_days CASCADE"
            )
        )


def said(
    database: Engine,
    mails: Sequence[tuple[str, str]],
    *,
    first: datetime = START,
    corrections: bool = False,
    version: str = "v",
) -> None:
    """Mails of a text and the label that a person gave, an hour apart, each from its own sender."""
    with database.begin() as connection:
        for number, (words, label) in enumerate(mails):
            at = first + timedelta(hours=number)
            fields = {"subject": "s", "from": f"{number}@{at:%Y%m%d}.example", "text": words}
            values = {"client": _CLIENT, "content": orjson.dumps(fields), "at": at}
            email_id = connection.execute(_MAIL, values).scalar_one()
            row = {"id": email_id, "at": at, "label": label, "said": label, "version": version}
            connection.execute(_CORRECTION if corrections else _SPOT_CHECK, row)
