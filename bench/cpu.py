"""Processor time of whole families of processes, those that have ended included."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(root: int) -> float:
    """User and system time of a process, its living descendants, and all they have waited for."""
    try:
        head = psutil.Process(root)
        family = [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(_own_and_ended(member.pid) for member in family)


def by_part(roots: Mapping[str, Iterable[int]]) -> dict[str, float]:
    """`seconds` of each part of a contender."""
    return {part: sum(map(seconds, pids)) for part, pids in roots.items()}


def memory(root: int) -> int:
    """Peak resident bytes of the largest process of a family, as the kernel noted it."""
    try:
        head = psutil.Process(root)
        family = [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return max(_peak(member.pid) for member in family)


def _own_and_ended(pid: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        # the name, in parentheses, may hold blanks; utime is the 12th field after it
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS
    return 0.0


def _peak(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
