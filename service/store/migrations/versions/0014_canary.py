"""The model that decides a mail, stamped when it is accepted.

A column with a default on what waits, so that the code before this one works on; what it accepts
has no stamp, and what it decides is decided by the champion. It is never NULL: a row under lease
has no other NULL, and the bitmap for one would make it too large for the page that it lies on.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

_COLUMN = """
ALTER TABLE waiting ADD COLUMN model_version text NOT NULL DEFAULT ''; -- '': the champion of then
"""


def upgrade() -> None:
    op.execute(_COLUMN)
