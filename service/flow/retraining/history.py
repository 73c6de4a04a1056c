"""The last retrainings, as they are written down."""

from typing import Any

from sqlalchemy import Engine

from service.store import engine as database
from service.store import retrainings

_MOST = 100


def history(engine: Engine) -> list[dict[str, Any]]:
    """The newest first; `seconds` is what its finished steps took."""
    rows = database.run(engine, lambda c: retrainings.newest(c, _MOST))
    return [
        {**row._mapping, "seconds": sum(fact["seconds"] for fact in row.facts.values())}
        for row in rows
    ]
