"""The models that decided, and what others would have said of mail that was decided already.

New tables only, so that the code before this one works on.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

_TABLES = """
CREATE TABLE models (
    version text PRIMARY KEY,                  -- as decisions carry it
    name text NOT NULL,
    labels text[] NOT NULL,
    profile jsonb NOT NULL,                    -- of its answers on mail it did not learn from
    first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE predictions (
    email_id uuid NOT NULL,
    model_version text NOT NULL,
    label text NOT NULL,
    confidence real NOT NULL,
    in_scope boolean NOT NULL,
    scores jsonb NOT NULL,
    predicted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (email_id, model_version)
);
CREATE INDEX predictions_version ON predictions (model_version);
"""


def upgrade() -> None:
    op.execute(_TABLES)
