"""The commands of `python -m model`, their options, and for each what to type.

`run` names the function of a command as `module:function`, and `first` what gathers its material:
both are loaded only when needed, since predicting must work where torch is not installed, and a
fault in the data shall show before torch is loaded.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from model.artifact import HEAD, READINGS, SCOPE_METHODS

DEFAULT_MODEL = Path(__file__).parent / "default"
EXAMPLES_TITLE = "examples:"


def parser() -> argparse.ArgumentParser:
    """Of all commands; a command's help ends with examples that can be typed."""
    whole = argparse.ArgumentParser(
        prog="python -m model",
        description="Train, export, try and measure e-mail classifiers.",
        epilog=_lines(example for x in COMMANDS for example in x.examples[:1]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = commands.add_parser(
            command.name,
            help=command.about,
            description=f"{command.about[0].upper()}{command.about[1:]}. {command.more}".strip(),
            epilog=_lines(command.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.set_defaults(run=command.run, first=command.first)
        command.options(one)
    return whole


def _lines(examples: Iterable[str]) -> str:
    return "\n".join([EXAMPLES_TITLE, *(f"  {x}" for x in examples)])


def _train(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--data", type=Path, required=True, help=".jsonl, .csv, folder, or a snapshot's folder"
    )
    one.add_argument("--out", type=Path, required=True, help="folder of the artifact")
    one.add_argument("--base", help="folder or name of an encoder (default: English MiniLM)")
    one.add_argument(
        "--unlabelled", type=Path, help="mail to read on in: .jsonl, .csv, .mbox or folder"
    )
    one.add_argument(
        "--new-words",
        type=_number,
        default=0,
        metavar="N",
        help="words of that mail that get a token each, at most (default: none)",
    )
    one.add_argument("--outside", default="out_of_scope", help="the label of no category")
    one.add_argument(
        "--scope",
        choices=SCOPE_METHODS,
        default="",
        help="how mail of none is recognised (default: as finds most of it)",
    )
    one.add_argument("--split", choices=["text", "time"], default="text", help="see docs")
    one.add_argument(
        "--strategy",
        choices=["full", "few", "linear"],
        default="",
        help="default: `few` below some 30 mails a category, else `full`",
    )
    one.add_argument("--drop-rare", action="store_true", help="leave out rare categories")
    one.add_argument("--target-precision", type=_share, default=0.95, help="of the thresholds")
    one.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    _reading(one)
    one.add_argument("--epochs", type=_positive, help="at most so many")
    one.add_argument("--seed", type=_number, default=20, help="of split, weights and batches")
    one.add_argument("--threads", type=_positive, help="of the processor (default: 2)")
    one.add_argument("--name", help="name of the model (default: the folder's)")
    one.add_argument("--work", type=Path, help="checkpoints (default: build/own/NAME)")


def _reading(one: argparse.ArgumentParser) -> None:
    one.add_argument("--max-tokens", type=_positive, help="what the model reads at once of a mail")
    one.add_argument(
        "--long",
        choices=READINGS,
        default=HEAD,
        help="what is read of mail that is longer: its opening, opening and end, or windows over "
        "all of it whose mean or surest answer counts (default: %(default)s)",
    )


def _train_default(one: argparse.ArgumentParser) -> None:
    one.add_argument("--out", type=Path, required=True, help="folder of the artifact")
    _training(one)


def _measure_default(one: argparse.ArgumentParser) -> None:
    one.add_argument("--out", type=Path, default=DEFAULT_MODEL, help="folder of the artifact")


def _compare(one: argparse.ArgumentParser) -> None:
    one.set_defaults(out=DEFAULT_MODEL)
    _training(one)


def _training(one: argparse.ArgumentParser) -> None:
    one.add_argument("--work", type=Path, default=Path("build/model"), help="checkpoints")
    one.add_argument("--epochs", type=_positive, help="at most so many")
    one.add_argument("--per-category", type=_positive, help="generated mails a category")
    one.add_argument("--seed", type=_number, help="of weights and batches")


def _export(one: argparse.ArgumentParser) -> None:
    one.add_argument("--from", dest="source", type=Path, required=True, help="model folder")
    one.add_argument("--out", type=Path, required=True, help="folder of the artifact")
    one.add_argument("--name", help="name of the model (default: the folder's)")
    one.add_argument("--data", type=Path, help="labelled mail for the gate and calibration")
    one.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    _reading(one)


def _messages(one: argparse.ArgumentParser) -> None:
    one.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="artifact folder")
    one.add_argument("files", nargs="*", type=Path, help="messages, .mbox (default: stdin)")


def _profile(one: argparse.ArgumentParser) -> None:
    one.add_argument("model", type=Path, help="artifact folder; its manifest is rewritten")
    one.add_argument("--data", type=Path, required=True, help="mail it did not learn from")


def _evaluate(one: argparse.ArgumentParser) -> None:
    one.add_argument("model", type=Path, help="artifact folder")
    one.add_argument(
        "--data", type=Path, nargs="+", required=True, help=".jsonl, .csv or folder, or several"
    )
    one.add_argument("--json", action="store_true", help="JSON instead of a table")
    one.add_argument("--html", type=Path, help="write one self-contained page with plots here")
    one.add_argument("--outside", default="out_of_scope", help="the label of no category")
    one.add_argument("--catch-all", default="other", help="the category of what fits no other")
    one.add_argument(
        "--threshold",
        action="append",
        default=[],
        metavar="[CATEGORY=]SHARE",
        help="from which score on mail is decided; may be repeated (default: the model's own)",
    )


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)


def _positive(text: str) -> int:
    if _number(text) == 0:
        raise argparse.ArgumentTypeError("must be 1 at least")
    return int(text)


def _share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give 0.95 for 95 %")
    return found


@dataclass(frozen=True, slots=True)
class Command:
    """What a command is called, what it is for, and how it is typed."""

    name: str
    about: str
    run: str
    options: Callable[[argparse.ArgumentParser], None]
    examples: tuple[str, ...]
    more: str = ""
    first: str = ""


COMMANDS = (
    Command(
        "train",
        "train on your own labelled mail",
        "model.training.own:train",
        _train,
        (
            "python -m model train --data mails.csv --out build/mine",
            "python -m model train --data folder --base ./camembert --out build/mine",
            "python -m model train --data mails.csv --unlabelled old.mbox --out build/mine",
            "python -m model train --data mails.csv --strategy linear --out build/quick",
        ),
        "Columns: category, text, perhaps subject, from, date, thread. What happens is in "
        "docs/training.md. Stopped or killed, the same command goes on.",
        "model.training.material:gather",
    ),
    Command(
        "train-default",
        "train the shipped model",
        "model.training.commands:train",
        _train_default,
        ("python -m model train-default --out model/default",),
        "From the project's own corpus: some 6 minutes on 2 quiet cores.",
    ),
    Command(
        "measure-default",
        "write the shipped model's figures and card anew",
        "model.training.commands:measure_default",
        _measure_default,
        ("python -m model measure-default",),
        "For when the test mails have changed; no answer of the model does.",
    ),
    Command(
        "compare-engines",
        "time the ways of running a model",
        "model.training.commands:compare_engines",
        _compare,
        ("python -m model compare-engines", "python -m model compare-engines --epochs 1"),
        "torch and ONNX Runtime on the shipped model, as in docs/adr/0003.",
    ),
    Command(
        "export",
        "make a Hugging Face model servable",
        "model.training.commands:export_folder",
        _export,
        (
            "python -m model export --from ./my-camembert --data labelled.jsonl --out ./artifact",
            "python -m model export --from ./my-camembert --precision fp32 --out ./artifact",
        ),
        "With --data, half of the mail gates and calibrates, the other half measures.",
    ),
    Command(
        "predict",
        "classify messages",
        "model.commands:predict",
        _messages,
        (
            "python -m model predict mail.eml other.eml",
            "python -m model predict --model build/mine archive.mbox",
            "python -m model predict < mail.eml",
        ),
        "One JSON line a message.",
    ),
    Command(
        "explain",
        "which words made the decision",
        "model.commands:why",
        _messages,
        (
            "python -m model explain mail.eml",
            "python -m model explain --model build/mine archive.mbox",
        ),
        "One JSON line a message; each takes a second at most.",
    ),
    Command(
        "evaluate",
        "measure a model on labelled mail",
        "model.commands:evaluate",
        _evaluate,
        (
            "python -m model evaluate build/mine --data labelled.jsonl --html report.html",
            "python -m model evaluate model/default --data labelled.csv --json",
            "python -m model evaluate model/default --data one.csv two.csv --threshold 0.5",
        ),
        "The mail should be none that the model learned from.",
    ),
    Command(
        "profile",
        "what drift shall be measured against",
        "model.commands:take_profile",
        _profile,
        ("python -m model profile build/mine --data newer.jsonl",),
        "Written into the model's manifest; no score changes.",
    ),
)
