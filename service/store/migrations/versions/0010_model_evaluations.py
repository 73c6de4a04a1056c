"""What each model was worth on the same mail.

A new table only, so that the code before this one works on. It holds no mail, and nothing by which
one could be found.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

_TABLES = """
CREATE TABLE model_evaluations (
    model_version text NOT NULL,
    set_name text NOT NULL,                    -- newest, golden
    set_hash text NOT NULL,                    -- of its mails, labels and their order
    emails integer NOT NULL,
    by_chance boolean NOT NULL,                -- spot checks chose all of them
    evaluated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    metrics jsonb NOT NULL,
    notes text[] NOT NULL,                     -- what to know when comparing: sentences
    labels text[] NOT NULL,                    -- what the next two are indices into, from 0
    truth smallint[] NOT NULL,                 -- one a mail, in the order of the set
    answers smallint[] NOT NULL,
    PRIMARY KEY (model_version, set_name, set_hash)
);
CREATE INDEX model_evaluations_set ON model_evaluations (set_name, evaluated_at DESC);
"""


def upgrade() -> None:
    op.execute(_TABLES)
