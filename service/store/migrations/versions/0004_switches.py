"""What an operator switched off, and who did it when: the newest entry of each counts."""

from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = """
CREATE TABLE switch_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what text NOT NULL,                        -- everything, model, or category:NAME
    is_off boolean NOT NULL,
    reason text NOT NULL,
    by_client text NOT NULL,
    by_agent text
);
CREATE INDEX switch_changes_what ON switch_changes (what, id DESC);
CREATE TRIGGER switch_changes_are_appended BEFORE UPDATE OR DELETE ON switch_changes
    FOR EACH ROW EXECUTE FUNCTION audit_is_appended();
"""


def upgrade() -> None:
    op.execute(_TABLES)
