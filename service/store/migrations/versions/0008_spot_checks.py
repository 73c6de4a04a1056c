"""The share of mail that people label whatever the model said, and what they said.

A new table only, so that the code before this one works on; what it decides is not chosen.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

_TABLES = """
CREATE TABLE spot_checks (
    email_id uuid PRIMARY KEY,
    chosen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    share double precision NOT NULL,           -- the probability with which it was chosen
    mailbox text NOT NULL,
    category text NOT NULL,                    -- as the model said
    reason text NOT NULL,                      -- of the decision: whether the model's word counted
    model_name text NOT NULL,
    model_version text NOT NULL,
    text_version text NOT NULL,
    label text,                                -- what a person says, who does not see the model's
    labelled_at timestamptz,
    by_key text,
    by_client text,
    by_agent text,
    CHECK ((label IS NULL) = (labelled_at IS NULL))
);
CREATE INDEX spot_checks_open ON spot_checks (email_id) WHERE label IS NULL;
CREATE INDEX spot_checks_age ON spot_checks (chosen_at);
"""


def upgrade() -> None:
    op.execute(_TABLES)
