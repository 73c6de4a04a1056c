"""Reads helm/values.yaml with what its comments say: a `# --` line for every value.

# -- what the value is
# @schema {"minimum": 1}        what its default alone cannot say, as JSON
key: default
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).resolve().parent.parent / "helm"
_KEY = re.compile(r"( *)([A-Za-z]\w*):")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the chart: its path, default, description and schema notes."""

    path: tuple[str, ...]
    default: Any
    description: str
    schema: dict[str, Any]


class UndescribedError(ValueError):
    """A value has no `# --` line."""


def read(text: str | None = None) -> list[Value]:
    """Every value in the file's order, groups before what they hold.

    Raises:
        UndescribedError: naming the value.

    """
    text = text if text is not None else (CHART / "values.yaml").read_text(encoding="utf-8")
    return list(_described(text, yaml.safe_load(text)))


def _described(text: str, values: Any) -> Iterator[Value]:
    path: tuple[str, ...] = ()
    free: tuple[str, ...] | None = None  # below it nothing is described: a definition covers it
    notes: list[str] = []
    for line in text.splitlines():
        key = _KEY.match(line)
        if line.lstrip().startswith("#"):
            notes.append(line.strip())
        elif key:
            path = (*path[: len(key[1]) // 2], key[2])
            if free is None or path[: len(free)] != free:
                value = _value(path, values, notes)
                free = path if {"$ref", "type"} & value.schema.keys() else None
                yield value
            notes = []


def _value(path: tuple[str, ...], values: Any, notes: list[str]) -> Value:
    told = [note.removeprefix("# -- ") for note in notes if note.startswith("# -- ")]
    if not told:
        raise UndescribedError(f"values.yaml: {'.'.join(path)} has no `# --` line")
    schema = [json.loads(n.removeprefix("# @schema ")) for n in notes if n.startswith("# @schema ")]
    default = values
    for key in path:
        default = default[key]
    return Value(path, default, " ".join(told), schema[0] if schema else {})
