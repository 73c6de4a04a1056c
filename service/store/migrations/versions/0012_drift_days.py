"""What mail was like, day by day: counts by model version, and how far a week had moved.

A new table only, so that the code before this one works on.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

_TABLES = """
CREATE TABLE drift_days (
    model_version text NOT NULL,
    day date NOT NULL,                         -- in UTC
    since timestamptz NOT NULL,                -- when the day's mail was accepted
    until timestamptz NOT NULL,
    emails integer NOT NULL,                   -- that the model answered, of which some were read
    counts jsonb NOT NULL,                     -- a profile, as manifests have it
    bags text,                                 -- of mails as sets of hashed words; NULL when old
    figures jsonb NOT NULL,                    -- of the week that ends with the day
    counted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (model_version, day)
);
CREATE INDEX drift_days_day ON drift_days (day);
"""


def upgrade() -> None:
    op.execute(_TABLES)
