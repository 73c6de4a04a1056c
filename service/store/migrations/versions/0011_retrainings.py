"""Retrainings: why each was begun, how far it came, and what came of it.

A new table only, so that the code before this one works on. It holds no mail.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_TABLES = """
CREATE TABLE retrainings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    begun_at timestamptz NOT NULL,
    reasons text[] NOT NULL,                   -- sentences
    by_client text NOT NULL,
    by_agent text,
    starts integer NOT NULL DEFAULT 1,         -- more than 1 where it was killed and went on
    step text NOT NULL,                        -- the newest one
    step_at timestamptz NOT NULL,
    step_seconds double precision NOT NULL,    -- how long it may take
    facts jsonb NOT NULL DEFAULT '{}',         -- what each step that is done found, and its seconds
    ended_at timestamptz,                      -- NULL: at work, or killed
    outcome text,                              -- challenger, champion, refused, same, failed
    error text,                                -- a sentence, without mail
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE UNIQUE INDEX retrainings_one_at_a_time ON retrainings ((true)) WHERE ended_at IS NULL;
"""


def upgrade() -> None:
    op.execute(_TABLES)
