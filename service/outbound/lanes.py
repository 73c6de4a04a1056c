"""How many events may be in flight: in all, and to each host, so that no host takes all places."""

from collections import Counter
from collections.abc import Mapping

_MOST_HOSTS_REMEMBERED = 1000


class Lanes:
    """Places in flight. A host that let us wait has one place until it answers in time again.

    Not safe across threads: the sender's own thread alone uses it.
    """

    def __init__(self, *, total: int, per_host: int) -> None:
        self._total = total
        self.per_host = per_host
        self._flying: Counter[str] = Counter()
        self._slow: dict[str, None] = {}

    @property
    def flying(self) -> int:
        """Events in flight."""
        return self._flying.total()

    @property
    def free(self) -> int:
        """Places left in all."""
        return self._total - self.flying

    def room(self) -> Mapping[str, int]:
        """Places left for each host that has fewer than `per_host`; never below 0."""
        hosts = self._flying.keys() | self._slow.keys()
        return {host: max(0, self._limit(host) - self._flying[host]) for host in hosts}

    def enter(self, host: str) -> None:
        """An event to this host sets off."""
        self._flying[host] += 1

    def leave(self, host: str, *, slow: bool) -> None:
        """An event to this host is done; `slow` where it ran into the deadline."""
        self._flying[host] -= 1
        if not self._flying[host]:
            del self._flying[host]
        if not slow:
            self._slow.pop(host, None)
        elif len(self._slow) < _MOST_HOSTS_REMEMBERED:
            self._slow[host] = None

    def _limit(self, host: str) -> int:
        return 1 if host in self._slow else self.per_host
