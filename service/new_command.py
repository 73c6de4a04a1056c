"""`aiguilleur new`: the folder of a service of one's own, from labelled mail."""

import argparse
import shlex
import sys
from pathlib import Path

_EXAMPLES = """\
examples:
  aiguilleur new courrier --data mails.csv
  aiguilleur new courrier --data folder-of-eml --drop-rare
  aiguilleur up courrier

The mails: a .csv or .jsonl with the columns category and text, perhaps subject, from, date, thread;
or a folder with one sub-folder of .eml files a category. docs/starter-kit.md says what is made.
"""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `new` to the command line."""
    text = "make a service of your own from labelled mail"
    new = commands.add_parser(
        "new",
        help=text,
        description=text,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    new.add_argument("folder", type=Path, metavar="DIR", help="is made; must not be there yet")
    new.add_argument("--data", type=Path, required=True, metavar="FILE", help="labelled mail")
    new.add_argument(
        "--strategy",
        choices=["auto", "linear", "few", "full"],
        default="auto",
        help="of the first model (auto: linear, and a transformer too where torch is installed and "
        "there are 5,000 mails at most)",
    )
    new.add_argument("--drop-rare", action="store_true", help="leave out rare categories")
    new.add_argument(
        "--target-precision",
        type=_share,
        default=0.95,
        metavar="SHARE",
        help="of a category's mails that shall be right, where the model decides (0.95)",
    )
    new.set_defaults(run=_new, own_settings=True)


def _share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give 0.95 for 95 %")
    return found


def _new(arguments: argparse.Namespace) -> int:
    from service.kit.make import CHECKOUT, Order, make  # noqa: PLC0415  # loads the model's libraries

    order = Order(
        arguments.folder,
        arguments.data,
        arguments.strategy,
        arguments.drop_rare,
        arguments.target_precision,
    )
    try:
        where = make(order, _say)
    except KeyboardInterrupt:
        _say("Stopped; nothing was made.")
        return 130
    run = shlex.join(["python3", str(CHECKOUT / "run.py"), "up", str(where)])
    _say(f"Made {where}; its README.md says what to type. To start it:\n\n  {run}\n")
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
