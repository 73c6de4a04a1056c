"""Mail to hand on by SMTP: an outbox of its own, since its events hold no body.

What is sent is made from `emails` and `decisions` when it is sent.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_TABLES = """
CREATE TABLE reinjections (
    id uuid PRIMARY KEY,
    email_id uuid NOT NULL,
    address text NOT NULL,                     -- whom the mail is handed on to
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts smallint NOT NULL DEFAULT 0,
    run_after timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_token uuid,
    finished_at timestamptz,
    last_error text
) WITH (fillfactor = 70);
CREATE INDEX reinjections_pending ON reinjections (run_after) WHERE state = 'pending';
CREATE INDEX reinjections_dead ON reinjections (finished_at) WHERE state = 'dead';
CREATE INDEX reinjections_email ON reinjections (email_id);
"""


def upgrade() -> None:
    op.execute(_TABLES)
