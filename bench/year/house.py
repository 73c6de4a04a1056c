"""The service in this process, on real servers in another time: accept, decide, work, judge.

Nothing of it is a stand-in but the clock and the people.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import yaml
from sqlalchemy import text

from bench.year.clock import Clock
from bench.year.mail import NEW, Mail
from model.artifact_store import FolderStore
from model.inference import load_classifier
from model.types import Classifier
from service.domain.backlog import Bounds
from service.domain.items import Actor
from service.domain.models import Champion
from service.domain.types import Kind, Priority, Submission
from service.flow import judging
from service.flow.accept import Accepted, Intake, Posted
from service.flow.admission import Admission
from service.flow.agents.team import Team
from service.flow.classify import Limits, Pipeline
from service.flow.drift.count import count
from service.flow.drift.due import due
from service.flow.models import introduce
from service.flow.rates import Rates
from service.flow.registry import Registry
from service.flow.shadow import Limits as ShadowLimits
from service.flow.shadow import Shadow
from service.flow.succession import Succession
from service.jobs import Waker
from service.routing_file import load as load_routing
from service.store import engine as database
from service.store.engine import make_engine
from service.store.idempotency import Answer
from service.store.migrate import upgrade
from tests.support.posting import principal

ROOT = Path(__file__).parents[2]
OPERATOR = Actor("", "operator", "maya")
_BATCH = 50

_LIMITS = Limits(_BATCH, 8_000_000, 60.0)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: the category that counts, the one with the best score, and who said so.

    `sure`: the model's word counted, and no person was asked instead.
    """

    category: str
    best: str
    version: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a house stands: an empty database, a Redis, a folder for models and the routing."""

    database_url: str
    redis_url: str
    folder: Path


class House:
    """One service; `own` is the model of MODEL_PATH. Whoever made it disposes of its engine."""

    def __init__(self, place: Place, own: Path, check_share: float) -> None:
        self.clock = Clock(place.database_url)
        upgrade(place.database_url)
        self.engine = make_engine(place.database_url)
        self.store = FolderStore(place.folder / "store")
        self.own, self._folder, self._redis_url = own, place.folder, place.redis_url
        self._gateway = principal(self.engine)
        self.truth: dict[UUID, str] = {}
        self.open(check_share=check_share)

    def open(self, *, check_share: float, new: bool = False) -> None:
        """Build all parts, as a rolling restart does; `new`: the routing has the new category."""
        self.routing = load_routing(_routing(self._folder, new=new))
        self.notice_trial()
        self.succession = Succession(self.engine, self._load, self._introduce)
        limits = replace(_LIMITS, check_share=check_share)
        self._pipeline = Pipeline(self.engine, self.succession.serving, self.routing, limits)
        self._shadow = Shadow(self.engine, self._load, ShadowLimits(_BATCH, 8_000_000, _BATCH))
        self.team = Team.over(self.engine, self.routing)
        self.registry = Registry(self.engine, self.store, self.routing.categories)

    def notice_trial(self) -> None:
        """The entrance knows of a canary a second after it began; a new one knows at once."""
        waker = Waker(self._redis_url)
        admission = Admission(self.engine, Bounds(10_000_000, 1e9))
        rates = Rates(self._redis_url, 0)
        self._intake = Intake(
            self.engine, waker, admission, rates, _BATCH, new_id=self.clock.new_id
        )

    def known(self, email_id: UUID) -> str:
        """What people would call a mail: the new topic is `other` until there is a name for it."""
        true = self.truth[email_id]
        return true if true in self.routing.categories else "other"

    def day(self, moment: datetime, mails: Sequence[Mail]) -> dict[UUID, Decided]:
        """Count the day before; take up who decides now; accept and decide the mails of a day."""
        self.clock.put(moment)
        for span in due(self.engine, moment):
            count(self.engine, span)
        self.succession.look()
        return self.decide(mails)

    def decide(self, mails: Sequence[Mail]) -> dict[UUID, Decided]:
        """Accept mails and decide all that waits."""
        ids = self._post(mails)
        while self._pipeline.step(lambda: False):
            pass
        return self._decisions(ids)

    def deciding(self, mails: Sequence[Mail]) -> str:
        """The version that decides these mails, which are work for nobody."""
        (one, *_) = self.decide(mails).values()
        return one.version

    def _post(self, mails: Sequence[Mail]) -> list[UUID]:
        """Accept them in batches; their ids, in order."""
        ids: list[UUID] = []
        for start in range(0, len(mails), _BATCH):
            some = mails[start : start + _BATCH]
            given = tuple(_submission(n, mail) for n, mail in enumerate(some))
            found: list[Accepted] = []
            self._intake.batch(self._gateway, Posted(given, ()), None, partial(_answer, found))
            ids += [receipt.email_id for receipt in found[0].receipts]
        self.truth.update(zip(ids, (mail.category for mail in mails), strict=True))
        return ids

    def _decisions(self, ids: Sequence[UUID]) -> dict[UUID, Decided]:
        """The service's first decision on each."""
        rows = database.run(self.engine, lambda c: c.execute(_DECIDED, {"ids": list(ids)}).all())
        return {
            row.email_id: Decided(
                row.category,
                max(row.scores, key=row.scores.__getitem__, default=row.category),  # by a rule
                row.model_version,
                row.reason == "model",
            )
            for row in rows
        }

    def evening(self) -> None:
        """What goes on beside: the challenger predicts, the canary is judged."""
        while self._shadow.step():
            pass
        judging.run(self.engine)

    def counts(self) -> Mapping[str, int]:
        """Mails that were accepted, decided, decided twice by the service, and that wait."""
        return dict(database.run(self.engine, lambda c: c.execute(_COUNTS).one())._mapping)

    def _load(self, wanted: Champion | None) -> Classifier:
        return load_classifier(self.store.fetch(wanted.artifact) if wanted else self.own)

    def _introduce(self, classifier: Classifier) -> None:
        introduce(self.engine, classifier, "onnx")


_DECIDED = text("""
SELECT email_id, category, scores, model_version, reason FROM decisions
WHERE number = 1 AND email_id = ANY(CAST(:ids AS uuid[]))
""")
_COUNTS = text("""
SELECT (SELECT count(*) FROM emails) AS accepted,
       (SELECT count(DISTINCT email_id) FROM decisions WHERE reason <> 'failed') AS decided,
       (SELECT count(*) FROM waiting) AS waiting
""")


def _submission(number: int, mail: Mail) -> Submission:
    digest = hashlib.sha256(mail.content).digest()
    return Submission(
        number, Kind.FIELDS, mail.content, digest, None, "default", Priority.NORMAL, None, None
    )


def _answer(found: list[Accepted], accepted: Accepted) -> Answer:
    found.append(accepted)
    return Answer(202, None, {})


def _routing(folder: Path, *, new: bool) -> Path:
    """The shipped routing, with the new category where somebody has written it in."""
    routing = yaml.safe_load((ROOT / "routing.yaml").read_text(encoding="utf-8"))
    if new:
        routing["categories"][NEW] = {"title": "Mobilité douce", "queue": "sales"}
    path = folder / "routing.yaml"
    path.write_text(yaml.safe_dump(routing, allow_unicode=True), "utf-8")
    return path
