"""One model batch from claim to decision: claim -> read -> predict -> conclude -> decide."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Engine

from service import log
from service.domain.models import plain_version
from service.domain.routing import Routing
from service.domain.spot_checks import is_chosen
from service.domain.types import Claimed, Decided, Kind
from service.errors import ServiceError
from service.flow.conclude import NOBODY, conclude, needs_model
from service.flow.lease import Lease
from service.flow.predict import Answer, predict
from service.flow.read import Reading, read
from service.flow.serving import Held, Serving
from service.flow.switchboard import Switchboard
from service.flow.trace import trace
from service.metrics import deciding as metrics
from service.metrics.common import FAILURES
from service.store import decide as decide_store
from service.store import engine as database
from service.store import leases, reinjections

_log = log.get(__name__)

# Before a mail that a fault kept from being decided is tried again.
_FAULT_PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one claim takes and for how long, in mails, bytes and seconds.

    `max_hops`: mail that passed more servers is not handed on. `check_share` of what the model
    answers is chosen for spot checks.
    """

    emails: int
    size: int
    lease_seconds: float
    max_hops: int = 25
    check_share: float = 0.0


class Pipeline:
    """Decides waiting mail, each by the classifier that is held for it; a process has one."""

    def __init__(self, engine: Engine, serving: Serving, routing: Routing, limits: Limits) -> None:
        self._engine = engine
        self._serving = serving
        self._routing = routing
        self._switchboard = Switchboard(engine)
        self._limits = limits
        # leases to give back as soon as PostgreSQL answers
        self._owed: list[tuple[UUID, list[UUID]]] = []

    def step(self, stopping: Callable[[], bool]) -> int:
        """Claim one model batch and decide it; returns how many mails were claimed.

        What is claimed but not started when `stopping` turns true is given back, uncounted. So is
        what a fault kept us from deciding: only a lease that ran out counts against a mail.
        """
        self._give_back_owed()
        self._routing = replace(self._routing, switches=self._switchboard.now())
        token, claimed = self._claim()
        if not claimed:
            return 0
        ids = [mail.email_id for mail in claimed]
        with Lease(self._engine, token, ids, self._limits.lease_seconds):
            if stopping():
                self._give_back(token, ids)
                return len(claimed)
            try:
                held = self._serving.held()
                self._decide(token, self._work(claimed, held), held)
            except Exception:
                self._owed.append((token, ids))
                with suppress(ServiceError):  # then it is given back when PostgreSQL answers
                    self._give_back_owed()
                raise
        return len(claimed)

    def waits(self) -> bool:
        """Whether mail waits that nobody holds."""
        return database.run(self._engine, lambda c: leases.claimable(c, 1)) > 0

    def _claim(self) -> tuple[UUID, list[Claimed]]:
        take = self._limits
        return database.run(
            self._engine,
            lambda c: leases.claim(
                c, emails=take.emails, size=take.size, seconds=take.lease_seconds
            ),
        )

    def _work(self, claimed: Sequence[Claimed], held: Held) -> list[Decided]:
        metrics.MODEL_BATCH.observe(len(claimed))
        metrics.LEASES_EXPIRED.inc(sum(mail.taken_over for mail in claimed))
        readings = [_read(mail) for mail in claimed]
        answers = self._ask(claimed, readings, held)
        looping = self._looping(claimed)
        return [
            self._conclude(mail, reading, answer, held, loops=mail.email_id in looping)
            for mail, reading, answer in zip(claimed, readings, answers, strict=True)
        ]

    def _conclude(
        self,
        mail: Claimed,
        reading: Reading | None,
        answer: Answer,
        held: Held,
        *,
        loops: bool,
    ) -> Decided:
        """The decision on a mail; a fault of ours sends it to a person, and spoils no other."""
        try:
            model = held.of(mail.stamp)
            made = conclude(mail, reading, answer, model, self._routing, loops=loops)
            return self._chosen(made)
        except Exception:  # noqa: BLE001  # whatever a mail makes our own rules raise
            FAILURES.labels("conclude").inc()
            _log.exception("conclude_failed", email_id=str(mail.email_id))
            return self._unread(mail, held)

    def _chosen(self, made: Decided) -> Decided:
        """The decision, with the share where people are to check what the model said."""
        share = self._limits.check_share
        answered = made.decision.confidence is not None
        if answered and is_chosen(made.claimed.email_id, share):
            return replace(made, check_share=share)
        return made

    def _ask(
        self, claimed: Sequence[Claimed], readings: Sequence[Reading | None], held: Held
    ) -> list[Answer]:
        """Its model's answer for each mail that needs one, nobody's for the others."""
        given: dict[int, Answer] = {}
        for model in held.every:
            texts = {
                place: reading.text
                for place, (mail, reading) in enumerate(zip(claimed, readings, strict=True))
                if reading and held.of(mail.stamp) is model and needs_model(self._routing, reading)
            }
            given |= zip(texts, predict(model, list(texts.values())), strict=True)
        return [given.get(place, NOBODY) for place in range(len(readings))]

    def _looping(self, claimed: Sequence[Claimed]) -> set[UUID]:
        """Those that must not be handed on again."""
        if not self._routing.reinjects:
            return set()
        traces = {m.email_id: trace(m.content) for m in claimed if m.kind is Kind.RAW}
        named = [own for found in traces.values() for own in found.ids]
        ours = database.run(self._engine, lambda c: reinjections.known(c, named)) if named else ()
        return {
            email_id
            for email_id, found in traces.items()
            if found.hops > self._limits.max_hops or not found.ids.isdisjoint(ours)
        }

    def _decide(self, token: UUID, results: Sequence[Decided], held: Held) -> None:
        started = time.perf_counter()
        ours = self._write(token, results, held)
        metrics.DECIDE_SECONDS.observe(time.perf_counter() - started)
        for result in results:
            if result.claimed.email_id in ours:
                _observe(result, time.perf_counter() - started)
            else:
                metrics.LEASES_LOST.inc()
                _log.warning("lease_lost", email_id=str(result.claimed.email_id))

    def _write(self, token: UUID, results: Sequence[Decided], held: Held) -> set[UUID]:
        """Store decisions: all at once, or, when one cannot be stored, each by itself."""
        try:
            return database.run(self._engine, lambda c: decide_store.decide(c, token, results))
        except ServiceError:
            raise
        except Exception as error:  # noqa: BLE001  # a value that JSON or PostgreSQL refuses
            FAILURES.labels("decide").inc()
            _log.error("decide_failed", emails=len(results), error=type(error).__name__)
        if len(results) == 1:
            bare = [self._unread(results[0].claimed, held)]
            return database.run(self._engine, lambda c: decide_store.decide(c, token, bare))
        return set().union(*(self._write(token, [result], held) for result in results))

    def _unread(self, claimed: Claimed, held: Held) -> Decided:
        """The decision on a mail of which nothing can be kept but that a person must look."""
        return conclude(claimed, None, NOBODY, held.of(claimed.stamp), self._routing)

    def _give_back_owed(self) -> None:
        while self._owed:
            self._give_back(*self._owed[-1], pause=_FAULT_PAUSE_SECONDS)
            self._owed.pop()

    def _give_back(self, token: UUID, ids: list[UUID], pause: float = 0.0) -> None:
        database.run(self._engine, lambda c: leases.release(c, token, ids, pause))
        _log.info("released", emails=len(ids))


def _read(claimed: Claimed) -> Reading | None:
    """The mail read, or None where it crashed us too often or makes the parser fail."""
    if claimed.gave_up:
        return None
    started = time.perf_counter()
    try:
        return read(claimed)
    except Exception:  # noqa: BLE001  # one mail's fault must not stop the others
        FAILURES.labels("read").inc()
        _log.exception("read_failed", email_id=str(claimed.email_id))
        return None
    finally:
        metrics.READ_SECONDS.observe(time.perf_counter() - started)


def _observe(result: Decided, decide_seconds: float) -> None:
    claimed, decision = result.claimed, result.decision
    metrics.DECIDED.labels(
        decision.category, decision.queue, decision.reason, decision.model_version
    ).inc()
    if decision.confidence is not None:
        metrics.CONFIDENCE.labels(decision.category).observe(decision.confidence)
        metrics.MODEL_SECONDS.labels(decision.model_version).observe(decision.inference_seconds)
    if claimed.stamp not in {None, plain_version(decision.model_version)}:
        metrics.STAMPS_UNMET.inc()
    metrics.WAITED_SECONDS.observe(claimed.waited_seconds)
    metrics.ATTEMPTS.observe(claimed.losses + 1)
    total = claimed.waited_seconds + decision.inference_seconds + decide_seconds
    metrics.TOTAL_SECONDS.labels(claimed.priority.name.lower()).observe(total)
    _log.info(
        "decided",
        email_id=str(claimed.email_id),
        batch_id=str(claimed.batch_id) if claimed.batch_id else None,
        category=decision.category,
        queue=decision.queue,
        reason=decision.reason,
        waited_seconds=round(claimed.waited_seconds, 3),
    )
