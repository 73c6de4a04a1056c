"""The shipped `routing.yaml` with changes, made as data: its layout may change."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support.processes import ROOT


def changed(folder: Path, queues: Mapping[str, Mapping[str, Any]], **top: object) -> Path:
    """A copy in this folder; `queues` gives some of them further settings, "*" all of them.

    Raises:
        KeyError: there is no such queue.

    """
    routing = yaml.safe_load((ROOT / "routing.yaml").read_text(encoding="utf-8"))
    for name, settings in queues.items():
        for queue in routing["queues"] if name == "*" else [name]:
            routing["queues"][queue] |= settings
    path = folder / "routing.yaml"
    path.write_text(yaml.safe_dump(routing | top, allow_unicode=True), encoding="utf-8")
    return path
