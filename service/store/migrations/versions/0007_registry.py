"""The registry: which models lie in the store, and who made which of them decide when.

Columns are added without a default, the table is new, so that the code before this one works on.
"""

from alembic import op

revision = "0007"
down_revision = "0006"

_TABLES = """
ALTER TABLE models
    ADD COLUMN artifact text,                  -- its address in the store; NULL: MODEL_PATH alone
    ADD COLUMN files jsonb,                    -- SHA-256 of each, by name
    ADD COLUMN text_version text,
    ADD COLUMN data_hash text,                 -- of what it learned from
    ADD COLUMN metrics jsonb,
    ADD COLUMN training jsonb,
    ADD COLUMN card text,
    ADD COLUMN added_at timestamptz,
    ADD COLUMN retired_at timestamptz;

CREATE TABLE model_changes (                   -- the newest entry of an alias says who holds it
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    action text NOT NULL,                      -- added, promoted, rolled_back, retired, not_loaded
    version text,                              -- NULL: what MODEL_PATH names
    alias text,                                -- champion, challenger; NULL: no alias changed
    reason text NOT NULL,
    by_client text NOT NULL,
    by_agent text
);
CREATE INDEX model_changes_alias ON model_changes (alias, id DESC) WHERE alias IS NOT NULL;
CREATE INDEX model_changes_version ON model_changes (version, id DESC);
CREATE TRIGGER model_changes_are_appended BEFORE UPDATE OR DELETE ON model_changes
    FOR EACH ROW EXECUTE FUNCTION audit_is_appended();
"""


def upgrade() -> None:
    op.execute(_TABLES)
