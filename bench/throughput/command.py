"""`python -m bench throughput`: contenders interleaved, medians and ratios, JSON kept."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import corpus, results
from bench.stack import ROOT
from bench.throughput import table
from bench.throughput.ours import Ours
from bench.throughput.raw import Raw
from bench.throughput.rivals import naive, peers
from bench.throughput.types import Contender, Round


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--mails", type=_positive, default=3000)
    parser.add_argument("--naive-mails", type=_positive, default=300, help="of them, for the naive")
    parser.add_argument("--rounds", type=_positive, default=5)
    parser.add_argument("--only", default="", help="names or parts of names, comma-separated")
    parser.add_argument("--model", type=Path, default=ROOT / "model" / "default")
    parser.add_argument("--environments", type=Path, default=ROOT / ".bench")
    parser.add_argument("--label", default="throughput", help="names the file of results")


def _positive(given: str) -> int:
    number = int(given)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def run(options: argparse.Namespace) -> int:
    """Measure; 0 if every bound that could be checked was held, 2 if none could."""
    chosen = _chosen(options)
    if not chosen:
        _say("--only names no contender: try raw, ours, naive, mosec, LitServe or BentoML")
        return 2
    for contender in chosen:
        contender.prepare()
    mails = corpus.mails(options.mails)
    rounds: dict[str, list[Round]] = {contender.name: [] for contender in chosen}
    for number in range(options.rounds):
        for contender in chosen:
            one = contender.round(mails, f"{number}")
            rounds[contender.name].append(one)
            _say(
                f"round {number + 1} {contender.name}: {one.cpu_per_mail * 1000:.1f} ms CPU a "
                f"mail, {one.mails_per_second:.1f} mails/s"
            )
        _keep(options, len(mails), number + 1, rounds)  # a run that is cut short keeps what it has
    found = {name: table.summary(each) for name, each in rounds.items()}
    checks = table.verdicts(found)
    _say(f"\n{table.table(found)}\n\n{table.parts(found)}\n")
    for what, value, bound, held in checks:
        _say(f"{'held  ' if held else 'MISSED'} {what} {bound:g}: {value:.3g}")
    if not checks:
        _say("no bound could be checked: choose raw, ours or a peer beside ours")
        return 2
    return 0 if all(held for *_, held in checks) else 1


def _keep(
    options: argparse.Namespace, mails: int, done: int, rounds: Mapping[str, Sequence[Round]]
) -> None:
    found = {name: table.summary(each) for name, each in rounds.items()}
    kept = results.keep(
        options.label,
        {
            "mails": mails,
            "rounds": done,
            "corpus": corpus.name(),
            "contenders": found,
            "bounds": [
                {"what": what, "value": value, "bound": bound, "held": held}
                for what, value, bound, held in table.verdicts(found)
            ],
        },
    )
    _say(f"kept in {kept}")


def _chosen(options: argparse.Namespace) -> Sequence[Contender]:
    """In the order of a round: beside ours, on both sides, what it is held against most closely."""
    model = options.model.resolve()
    raw = Raw(model)
    nearest, *others = peers(model, options.environments)
    every: list[Contender] = [
        raw,
        Ours(str(model), 50, 2),
        nearest,
        raw,
        Ours(str(model), 0),
        *others,
        *naive(options.environments, options.naive_mails),
    ]
    wanted = [part for part in options.only.split(",") if part]
    return [c for c in every if not wanted or any(part in c.name for part in wanted)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
