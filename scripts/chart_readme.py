"""Generates helm/README.md: helm/README.md.in, with the table of values in place of @values@."""

import json
import sys
from typing import Any

from scripts import drift
from scripts.chart_values import CHART, Value, read


def table() -> str:
    """One row a value, groups in bold."""
    rows = ["| value | default | what it is |", "|---|---|---|"]
    return "\n".join(rows + [_row(value) for value in read()])


def _row(value: Value) -> str:
    name = ".".join(value.path)
    if isinstance(value.default, dict) and not value.schema:
        return f"| **`{name}`** | | **{value.description}** |"
    return f"| `{name}` | `{_short(value.default)}` | {value.description} |"


def _short(default: Any) -> str:
    return json.dumps(default, ensure_ascii=False)


def text() -> str:
    """The file, as it is committed."""
    return (CHART / "README.md.in").read_text(encoding="utf-8").replace("@values@", table())


if __name__ == "__main__":
    sys.exit(drift.keep(CHART / "README.md", text(), "scripts.chart_readme"))
