"""Accepting: check -> store -> wake. What returns is durable; what raises has stored nothing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine
from uuid_utils.compat import uuid7

from service import log
from service.domain.types import Principal, Receipt, Rejection, Submission
from service.errors import (
    Conflict,
    FieldError,
    Forbidden,
    InvalidRequest,
    ServiceError,
    TooBusy,
    TooFast,
)
from service.flow.admission import Admission
from service.flow.rates import Rates
from service.flow.stamps import Stamps
from service.jobs import Waker
from service.metrics import accepting as metrics
from service.metrics.common import WAKE_UPS
from service.store import accept as store
from service.store import engine as database
from service.store import idempotency
from service.store.accept import Mark
from service.store.idempotency import Answer

_log = log.get(__name__)

# Rejections that say what this key may not do, rather than what is wrong with the mail.
FORBIDDEN_CODES = {"mailbox_forbidden", "callback_refused"}


@dataclass(frozen=True, slots=True)
class Posted:
    """A batch as checked: what may be stored, and what may not, with its reason."""

    submissions: tuple[Submission, ...]
    rejections: tuple[Rejection, ...]
    atomic: bool = False

    @property
    def total(self) -> int:
        """How many mails the client posted."""
        return len(self.submissions) + len(self.rejections)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A batch as stored."""

    batch_id: UUID
    receipts: tuple[Receipt, ...]
    rejections: tuple[Rejection, ...]

    @property
    def new(self) -> int:
        """How many mails had not come before."""
        return sum(not receipt.duplicate for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """An `Idempotency-Key` with the hash of the body it came with."""

    key: str
    body_hash: bytes


class Intake:
    """The entrance that all ways in share."""

    def __init__(
        self,
        engine: Engine,
        waker: Waker,
        admission: Admission,
        rates: Rates,
        model_batch_emails: int,
        new_id: Callable[[], UUID] = uuid7,
    ) -> None:
        self._engine = engine
        self._waker = waker
        self._admission = admission
        self._rates = rates
        self._stamps = Stamps(engine, new_id)
        self._batch = model_batch_emails

    def batch(
        self,
        who: Principal,
        posted: Posted,
        request: RequestKey | None,
        answer: Callable[[Accepted], Answer],
    ) -> Answer:
        """Store a batch and return the answer for it, or the first answer of the same request.

        Args:
            who: the client.
            posted: its mails, checked.
            request: the request's idempotency key, if it has one.
            answer: makes the answer; it is kept with the batch.

        Raises:
            InvalidRequest: no mail is right, or one is wrong and the batch is atomic.
            InProgress, KeyReused, TooBusy, TooFast, Unavailable: nothing was stored.

        """
        started = time.perf_counter()
        first = self._admit(who, posted.total, request)
        if first is not None:
            return first
        try:
            made, accepted = database.run(
                self._engine,
                lambda c: _store_once(c, who, posted, request, answer, self._stamps.mark),
            )
        except (Conflict, Forbidden, InvalidRequest) as error:
            _count_rejections(error.errors)
            raise
        metrics.ACCEPT_SECONDS.observe(time.perf_counter() - started)
        if accepted is not None:
            self._tell(who, posted, accepted)
        return made

    def _admit(self, who: Principal, emails: int, request: RequestKey | None) -> Answer | None:
        """Let pass what there is room for; of the rest, what was accepted before is answered."""
        try:
            self._check(who, emails)
        except (TooBusy, TooFast):
            if request is None:
                raise
            first = database.run(self._engine, lambda c: _first(c, who, request))
            if first is None:
                raise
            return first
        return None

    def _check(self, who: Principal, emails: int) -> None:
        try:
            self._admission.check()
            self._stamps.look()
            # last, since what is refused must not count against the key
            self._rates.take(who.key_id, emails)
        except (TooBusy, TooFast) as error:
            metrics.BACKPRESSURE.labels(error.code).inc()
            raise

    def _tell(self, who: Principal, posted: Posted, batch: Accepted) -> None:
        self._count(posted.submissions, batch)
        _log.info(
            "accepted_batch",
            batch_id=str(batch.batch_id),
            client=who.client_name,
            new=batch.new,
            duplicates=len(batch.receipts) - batch.new,
            rejected=len(batch.rejections),
        )

    def one(self, who: Principal, submission: Submission) -> Receipt:
        """Store one mail by itself.

        Raises:
            Conflict: its id was used for other content.
            TooBusy, TooFast, Unavailable: nothing was stored.

        """
        started = time.perf_counter()
        self._check(who, 1)
        stored = database.run(
            self._engine,
            lambda c: store.store_emails(c, who, None, [submission], self._stamps.mark),
        )
        metrics.ACCEPT_SECONDS.observe(time.perf_counter() - started)
        if stored.rejections:
            raise _refusal(stored.rejections)
        self._count([submission], Accepted(uuid7(), stored.receipts, ()))
        receipt = stored.receipts[0]
        _log.info(
            "accepted",
            email_id=str(receipt.email_id),
            client=who.client_name,
            duplicate=receipt.duplicate,
        )
        return receipt

    def _count(self, submissions: Sequence[Submission], accepted: Accepted) -> None:
        kinds = {s.index: s.kind for s in submissions}
        for receipt in accepted.receipts:
            counter = metrics.DUPLICATES if receipt.duplicate else metrics.ACCEPTED
            counter.labels(kinds[receipt.index].value).inc()
        for rejection in accepted.rejections:
            metrics.REJECTED.labels(rejection.code).inc()
        pushed = self._waker.wake(-(-accepted.new // self._batch))
        WAKE_UPS.labels("accept").inc(pushed)


def _store_once(
    connection: Connection,
    who: Principal,
    posted: Posted,
    request: RequestKey | None,
    answer: Callable[[Accepted], Answer],
    mark: Callable[[], Mark],
) -> tuple[Answer, Accepted | None]:
    """The answer, and what was stored: nothing, where this request was answered before."""
    if request is not None:
        first = _first(connection, who, request)
        if first is not None:
            return first, None
    accepted = _store(connection, who, posted, mark)
    made = answer(accepted)
    if request is not None:
        idempotency.keep(connection, who.client_id, request.key, request.body_hash, made)
    return made, accepted


def _first(connection: Connection, who: Principal, request: RequestKey) -> Answer | None:
    return idempotency.first_answer(connection, who.client_id, request.key, request.body_hash)


def _store(
    connection: Connection, who: Principal, posted: Posted, mark: Callable[[], Mark]
) -> Accepted:
    batch_id = uuid7()
    stored = store.store_emails(connection, who, batch_id, posted.submissions, mark)
    rejections = tuple(sorted((*posted.rejections, *stored.rejections), key=lambda r: r.index))
    if not stored.receipts or (posted.atomic and rejections):
        raise _refusal(rejections)
    store.store_batch(
        connection, who, batch_id, posted.total, store.Stored(stored.receipts, rejections)
    )
    return Accepted(batch_id, stored.receipts, rejections)


def _refusal(rejections: Sequence[Rejection]) -> ServiceError:
    """The error for a batch of which nothing is stored, with every wrong mail's reason."""
    errors = [FieldError(r.field, r.code, r.detail) for r in rejections]
    codes = {error.code for error in errors}
    if codes == {Conflict.code}:
        return Conflict(errors=errors)
    if codes <= FORBIDDEN_CODES | {Conflict.code}:
        return Forbidden(errors=errors)
    return InvalidRequest("No mail of this batch was stored", errors=errors)


def _count_rejections(errors: Sequence[FieldError]) -> None:
    for error in errors:
        metrics.REJECTED.labels(error.code).inc()
