"""The steps of a retraining, each a function of a run: what is there already is not made again.

snapshot -> train -> evaluate -> gate -> challenge
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mail.text import joined
from model import evaluation_set, snapshot
from model.artifact import ArtifactError, load, read_manifest
from model.data import DataError, read_labelled
from model.evaluation_set import EvaluationSet
from service.domain import retraining as rules
from service.domain.evaluation import Evaluation
from service.domain.gate import Verdict, judge
from service.domain.items import Actor
from service.domain.models import CHALLENGER, CHAMPION, standing
from service.domain.trials import CANARY
from service.flow import dataset
from service.flow.drift.retake import retake
from service.flow.evaluations import Entrant, entrants, evaluate
from service.flow.registry import Registry
from service.flow.retraining.learned import learned
from service.flow.retraining.place import folder_of
from service.flow.retraining.plan import Plan, TooSlow, World
from service.store import drift, evaluations, registry, trials
from service.store import engine as database
from service.store.evaluations import SetKey

_PROFILE_DAYS, _PROFILED = 28, 2_000  # mails
_OPENING_CHARS = 4_000  # by which golden mail is known: masking moves where a text is cut


@dataclass(frozen=True, slots=True)
class Run:
    """One retraining at work; `facts` is what earlier steps found, `ends` when this one must."""

    number: int
    plan: Plan
    world: World
    by: Actor
    facts: Mapping[str, Any]
    ends: float

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return folder_of(self.plan.work, self.number)

    @property
    def snapshot(self) -> Path:
        """What it learns from."""
        return self.folder / "snapshots" / str(self.facts[rules.SNAPSHOT]["version"])

    @property
    def model(self) -> Path:
        """The candidate."""
        return self.folder / "models" / str(self.facts[rules.SNAPSHOT]["version"])

    def check(self) -> None:
        """Go on only in time.

        Raises:
            TooSlow: the step's time is over.

        """
        if time.monotonic() > self.ends:
            raise TooSlow("It took longer than it may, and was stopped.")


def take_snapshot(run: Run) -> dict[str, Any]:
    """All labelled mail, masked, split so that the same mail never teaches any model."""
    known = run.facts.get(rules.SNAPSHOT)
    if known is not None and _is_whole(run.snapshot):
        return dict(known)
    left_out = Counter[str]()
    folder = run.folder / "snapshots"
    _, manifest = snapshot.take(
        _rows(run, left_out),
        folder,
        validation=run.plan.validation,
        test=run.plan.held_out,
        split=snapshot.LOT,
    )
    sizes = {name: part.rows for name, part in manifest.parts.items()}
    more = {"tied": manifest.left_out, "left_out": left_out}
    return {"version": manifest.version, "hash": manifest.hash, **sizes, **more}


def _is_whole(folder: Path) -> bool:
    try:
        snapshot.read(folder)
    except DataError:
        return False
    return True


def _rows(run: Run, left_out: Counter[str]) -> Iterator[dict[str, Any]]:
    """Labelled mail that is not golden, of the categories that there still are.

    A model that knew another one could not be promoted; that mail is counted.
    """
    place, golden = str(run.folder), _texts(run.plan)
    for row in dataset.rows(run.world.engine, run.by, place, run.plan.mask, run.number):
        run.check()
        if row["category"] not in run.plan.categories:
            left_out[row["category"]] += 1
        elif _opening(joined(row["subject"], row["text"])) not in golden:
            yield row


def _texts(plan: Plan) -> frozenset[str]:
    """What golden mail reads like among rows, which are masked: golden mail may not be."""
    golden = read_labelled(plan.golden) if plan.golden else ()
    return frozenset(_opening(plan.mask(x.text)) for x in golden)


def _opening(text: str) -> str:
    """Without case and spacing; of a very long text what is there however it was cut."""
    return " ".join(text.casefold().split())[:_OPENING_CHARS]


def train(run: Run) -> dict[str, Any]:
    """A candidate, exported, calibrated and packed."""
    if not _is_loadable(run.model):
        run.world.train(run.snapshot, run.model, run.ends - time.monotonic())
    _take_profile(run)
    manifest = load(run.model).manifest
    return {"version": manifest.version, "name": manifest.name, "metrics": manifest.metrics}


def _take_profile(run: Run) -> None:
    """On mail drawn by chance, as it was lately: labelled mail would look like drift from it.

    What it learned from is left to stand-ins: its own mail, too, would look like drift from it.
    """
    engine = run.world.engine
    between = database.run(engine, lambda c: drift.last_days(c, _PROFILE_DAYS))
    if between:
        run.check()
        known = learned(run.snapshot)
        retake(engine, run.world.load(run.model), run.model, between, _PROFILED, known)


def _is_loadable(folder: Path) -> bool:
    try:
        load(folder)
    except ArtifactError:
        return False
    return True


def judge_all(run: Run) -> dict[str, Any]:
    """The candidate, the champion and every model of the past on the same mail.

    There are more of the past with each retraining: those for which no time is left are named.
    """
    world, late = run.world, list[str]()
    sets, thresholds, now = _sets(run), run.plan.thresholds, world.now()
    judged = evaluate(world.engine, _in_time(run, late), sets, thresholds, world.load, now=now)
    return {
        "sets": {on.name: on.hash for on in sets},
        "emails": {on.name: len(on.mails) for on in sets},
        "failed": judged.failed | dict.fromkeys(late, "No time was left for it."),
    }


def _in_time(run: Run, late: list[str]) -> Iterator[Entrant]:
    """The two that the gate is about first, then the past, the newest first."""
    needed = _needed(run)
    for model in _entrants(run, *needed):
        if model.version in needed:
            run.check()
        elif time.monotonic() > run.ends:
            late.append(model.version)
            continue
        yield model


def _entrants(run: Run, candidate: str, champion: str) -> list[Entrant]:
    stored = entrants(run.world.engine, run.world.store, run.plan.own)
    past = [one for one in reversed(stored) if one.version != candidate]
    past.sort(key=lambda one: one.version != champion)
    return [Entrant(candidate, lambda: run.model), *past]


def _needed(run: Run) -> tuple[str, str]:
    """Candidate and champion."""
    return run.facts[rules.TRAIN]["version"], champion_of(run)


def _sets(run: Run) -> list[EvaluationSet]:
    plan = run.plan
    found = [evaluation_set.newest(run.snapshot, plan.categories, plan.most)]
    if plan.golden is not None:
        found.append(evaluation_set.golden(plan.golden, plan.categories, plan.most))
    return found


def gate(run: Run) -> dict[str, Any]:
    """The candidate against the champion on every set, and against who could be promoted."""
    candidate, champion = run.facts[rules.TRAIN]["version"], champion_of(run)
    keys = [SetKey(*pair) for pair in run.facts[rules.EVALUATE]["sets"].items()]
    found = database.run(
        run.world.engine, lambda c: {key.name: evaluations.on(c, key) for key in keys}
    )
    in_use = database.run(run.world.engine, registry.artifacts)
    past = {v: _of(found, v) for v in in_use if v not in (candidate, champion)}
    verdict = judge(
        _of(found, candidate),
        _of(found, champion),
        past,
        run.plan.categories,
        run.plan.bounds,
    )
    return {"champion": champion, **_plain_verdict(verdict)}


def _of(found: Mapping[str, Mapping[str, Evaluation]], version: str) -> dict[str, Evaluation]:
    return {name: rows[version] for name, rows in found.items() if version in rows}


def _plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """As it is kept: the sentences, and every test with its numbers."""
    return {
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "notes": list(verdict.notes),
        "tests": [asdict(test) for test in verdict.tests],
    }


def challenge(run: Run) -> dict[str, Any]:
    """Into the store, and an alias: challenger, or champion where the policy promotes.

    No alias while a canary runs that began meanwhile.
    """
    found, plan = run.facts[rules.GATE], run.plan
    alias = CHAMPION if plan.promotes else CHALLENGER
    keeper = Registry(run.world.engine, run.world.store, plan.categories)
    reason = f"retraining {run.number}: {found['reasons'][0]}"
    version, _ = keeper.add(run.model, run.by, f"retraining {run.number}")
    # who became champion meanwhile was not judged beside this one
    stands = found["champion"] if plan.promotes and _champion(run) is not None else None
    if not plan.promotes and _canary(run) not in {None, version}:
        return {"alias": None, "version": version}  # which it would end, and nobody asked for that
    keeper.promote(version, alias, run.by, reason, stands)
    return {"alias": alias, "version": version}


def _canary(run: Run) -> str | None:
    """The version that decides a share of mail just now."""
    trial = database.run(run.world.engine, lambda c: trials.running(c, CANARY))
    return trial.version if trial else None


def champion_of(run: Run) -> str:
    """The version that decides now."""
    return _champion(run) or read_manifest(run.plan.own).version


def _champion(run: Run) -> str | None:
    return standing(database.run(run.world.engine, registry.changes)).champion
