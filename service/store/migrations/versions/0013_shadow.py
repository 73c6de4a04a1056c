"""What a challenger says of a share of decided mail, and that share in the registry's log.

A column without a default and a new table, so that the code before this one works on; to it, the
entries of a trial are those of an alias that it does not know.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

_TABLES = """
ALTER TABLE model_changes ADD COLUMN share double precision; -- of mail that a trial takes

CREATE TABLE shadow_predictions (
    trial bigint NOT NULL,                     -- the entry of model_changes that started it
    email_id uuid NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    label text,                                -- NULL: not predicted (yet, or it was not to be)
    confidence real,
    in_scope boolean,
    seconds real,
    PRIMARY KEY (trial, email_id)
);
CREATE INDEX shadow_predictions_email ON shadow_predictions (email_id);
CREATE INDEX shadow_predictions_age ON shadow_predictions (begun_at);
"""


def upgrade() -> None:
    op.execute(_TABLES)
