"""Keys and accounts of certain queues.

Columns with a default, so that the code before this one works on; it knows no such limit, and
whoever has one sees all queues there.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

_CHANGES = """
ALTER TABLE api_keys ADD COLUMN queues text[] NOT NULL DEFAULT '{*}';  -- '*' stands for all
ALTER TABLE accounts ADD COLUMN queues text[] NOT NULL DEFAULT '{*}';
-- of all that was ever completed, only this person's is looked through
CREATE INDEX done_items_by ON done_items (by_key, queue);
"""


def upgrade() -> None:
    op.execute(_CHANGES)
