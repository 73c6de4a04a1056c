"""Results as JSON in `bench/results/`, with the machine and the date they belong to."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from service.local.cores import usable_cores

FOLDER = Path(__file__).parent / "results"


def keep(label: str, found: Mapping[str, Any]) -> Path:
    """Write `label.json`, replacing the last one of that label; returns its path."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{label}.json"
    body = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **found}
    path.write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n")
    return path


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": _processor(),
        "cores": usable_cores(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_average_at_the_end": os.getloadavg(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
