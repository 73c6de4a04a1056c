"""When to look past the events of hosts that have no room: that reads all of those, each time."""

from collections.abc import Collection, Mapping

# A look is followed by another after so many times as long as it took.
_PUT_OFF = 9.0


class Detours:
    """Puts looks off, unless a host that the last ones found has room again and may have more.

    Hosts that have room at the head of the box are served from there meanwhile. Not safe across
    threads: the sender's own thread alone uses it. All times are monotonic seconds.
    """

    def __init__(self) -> None:
        self._next = float("-inf")
        self._found: set[str] = set()

    @staticmethod
    def needed(room: Mapping[str, int]) -> bool:
        """Whether a claim with this room passes events over."""
        return min(room.values(), default=1) <= 0

    def allowed(self, now: float) -> bool:
        """Whether it is time for one."""
        return now >= self._next

    def made(
        self, room: Mapping[str, int], hosts: Collection[str], began: float, ended: float
    ) -> None:
        """One was made with this room, and found events for these hosts."""
        if not hosts:  # who had room has no more
            self._found = {host for host in self._found if room.get(host, 1) <= 0}
        self._found.update(hosts)
        self._next = ended + _PUT_OFF * (ended - began)

    def back(self, host: str) -> None:
        """An event to this host is done."""
        if host in self._found:
            self._next = float("-inf")
