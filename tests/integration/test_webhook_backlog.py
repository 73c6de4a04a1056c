"""A long queue of events for one receiver: it drains as fast as a short one."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from service.outbound.sender import Limits, Sender
from service.outbound.verdict import Verdict
from service.store import outbox
from service.store.engine import make_engine, run
from tests.support.outbox import post
from tests.support.waiting import until


@dataclass
class LongBox:
    """The outbox as if it were very long: looking past hosts without room takes `now` 1000 s on."""

    looks: int = 0
    now: float = 0.0
    delivered = staticmethod(outbox.delivered)
    failed = staticmethod(outbox.failed)
    counts = staticmethod(outbox.counts)

    def claim(
        self,
        connection: Connection,
        *,
        most: int,
        seconds: float,
        per_host: int,
        room: Mapping[str, int],
    ) -> Sequence[outbox.Event]:
        """As the outbox, on this clock."""
        if 0 in room.values():
            self.looks += 1
            self.now += 1000.0
        return outbox.claim(connection, most=most, seconds=seconds, per_host=per_host, room=room)


def test_a_busy_receiver_is_not_looked_past_at_every_turn(postgres_url: str) -> None:
    """One look found nothing beyond it; the others wait, its own events do not."""
    engine = make_engine(postgres_url, pool_size=2)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE outbox"))
    post(engine, *["https://busy.example/hook"] * 60)
    box = LongBox()
    made = Sender(
        engine,
        box,
        lambda counts: None,
        lambda event, start_by: Verdict("delivered"),
        limits=Limits(poll=0.05),
        monotonic=lambda: box.now,
    )
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        until(lambda: run(engine, outbox.counts)["pending"] == 0, "all to be delivered")
    finally:
        made.stop()
        thread.join(30)
        engine.dispose()
    assert box.looks <= 1
