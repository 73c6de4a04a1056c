"""Keys and accounts of certain queues.

Columns with a default, so that the code before this one works on; it knows no such limit, and
whoever has one sees all queues there.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

_COLUMNS = """
ALTER TABLE api_keys ADD COLUMN queues text[] NOT NULL DEFAULT '{*}';  -- '*' stands for all
ALTER TABLE accounts ADD COLUMN queues text[] NOT NULL DEFAULT '{*}';
"""


def upgrade() -> None:
    op.execute(_COLUMNS)
