"""The model that decides a mail, stamped when it is accepted.

A column without a default on what waits, so that the code before this one works on; what it
accepts has no stamp, and what it decides is decided by the champion.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

_COLUMN = "ALTER TABLE waiting ADD COLUMN model_version text;  -- NULL: whoever is champion then"


def upgrade() -> None:
    op.execute(_COLUMN)
