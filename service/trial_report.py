"""How the trials of `aiguilleur model` tell: lines for people, or one JSON value for programs."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson

from service.domain.disagreements import Disagreement
from service.domain.evidence import Counts
from service.domain.trials import Trial
from service.flow.disagreements import Cell, Comparison
from service.flow.judging import Judged


def disagreements(as_json: bool, found: Comparison) -> None:
    """The matrix of a shadow trial, and the mails to look at, by id alone."""
    if as_json:
        _write(asdict(found))
        return
    _lines(
        _headline(found.trial),
        f"{found.predicted} mails predicted, {found.unpredicted} could not be; "
        f"{_share(found.agreed, found.compared)} of those that both were asked for agree.",
        "",
        "champion -> challenger\tmails\tpeople judged\tchampion right\tchallenger right",
        *_cells(found.matrix),
    )
    if found.first:
        _lines("", "To look at first:", *(_line(one) for one in found.first))


def standing(as_json: bool, shadow: Trial | None, judged: Judged | None) -> None:
    """The newest trial of each kind, and the measures by which the canary is judged."""
    if as_json:
        _write({"shadow": asdict(shadow) if shadow else None, "canary": _judged(judged)})
        return
    _lines(_headline(shadow) if shadow else "There was no shadow yet.")
    if judged is None:
        _lines("There was no canary yet.")
        return
    verdict = judged.verdict
    _lines(
        _headline(judged.trial),
        f"It decided {judged.decided[0]} mails, the champion {judged.decided[1]}. "
        f"It is rolled back at odds of {verdict.enough:g} to 1.",
        "measure\tcanary\tchampion\todds that it is worse",
        *(
            f"{m.name}\t{_rate(m.canary)}\t{_rate(m.champion)}\t{m.odds(verdict.share):.3g}"
            for m in verdict.measures
        ),
    )


def _judged(judged: Judged | None) -> Any:
    if judged is None:
        return None
    verdict = judged.verdict
    measures = [{**asdict(m), "odds": m.odds(verdict.share)} for m in verdict.measures]
    return {
        "trial": asdict(judged.trial),
        "decided": {"canary": judged.decided[0], "champion": judged.decided[1]},
        "enough": verdict.enough,
        "measures": measures,
    }


def _rate(counts: Counts) -> str:
    return f"{counts.rate:.1%} ({counts.events} of {counts.emails})"


def _headline(trial: Trial) -> str:
    state = "runs" if trial.running else "is over"
    return (
        f"The {trial.kind} of {trial.version} {state}: "
        f"{trial.share:g} of the mail since {trial.since:%Y-%m-%d %H:%M}Z."
    )


def _cells(matrix: Sequence[Cell]) -> list[str]:
    return [
        f"{c.champion} -> {c.challenger}\t{c.emails}\t{c.judged}\t{c.champion_right}"
        f"\t{c.challenger_right}"
        for c in matrix
    ]


def _line(one: Disagreement) -> str:
    return (
        f"{one.email_id}\t{one.champion} ({one.champion_confidence:.0%}, {one.champion_queue}) -> "
        f"{one.challenger} ({one.challenger_confidence:.0%}, {one.challenger_queue})"
        f"\t{'open' if one.open else 'done'}\tworth {one.worth:.2f}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part} of {whole})" if whole else "none (0)"


def _lines(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _write(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_UTC_Z).decode() + "\n")
