"""`python -m model COMMAND`: train, export, predict and evaluate from the command line."""

import argparse
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from model.artifact import ArtifactError
from model.data import DataError

EXAMPLES = """\
examples:
  python -m model train --data mails.csv --out build/mine
      a model from your own labelled mail: columns `category`, `text`, perhaps `subject`, `date`
  python -m model train --data folder --base ./camembert --unlabelled old.jsonl --out build/mine
      from another encoder, which first reads on in mail without categories
  python -m model train-default --out model/default
      train the shipped model from the project's corpus (some 6 minutes on 2 quiet cores)
  python -m model compare-engines
      time torch and ONNX Runtime on that model, as in docs/adr/0003
  python -m model export --from ./my-camembert --out ./artifact --data labelled.jsonl
      turn a fine-tuned Hugging Face sequence classifier into a folder that can be served
  python -m model predict --model model/default mail.eml other.eml
  cat mail.eml | python -m model predict
  python -m model explain mail.eml
  python -m model evaluate model/default --data labelled.jsonl --html report.html
  python -m model profile build/mine --data newer.jsonl
      drift of the served model's answers is measured against those on this mail
"""
DEFAULT_MODEL = Path(__file__).parent / "default"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 2 after a sentence on stderr."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        _command(options.run)(options)
    except (ArtifactError, DataError, OSError, RuntimeError, ValueError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


def _command(name: str) -> Callable[[argparse.Namespace], None]:
    """Loaded by name, since predicting must work where torch is not installed."""
    module, function = name.split(":")
    try:
        command: Callable[[argparse.Namespace], None] = getattr(
            importlib.import_module(module), function
        )
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"This command needs {error.name}: pip install -r requirements/training.txt."
        ) from error
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m model",
        description="Train, export, try and measure e-mail classifiers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _train(commands.add_parser("train", help="train on your own labelled mail"))
    _train_default(commands.add_parser("train-default", help="train the shipped model"))
    _compare(commands.add_parser("compare-engines", help="time the ways of running a model"))
    _export(commands.add_parser("export", help="make a Hugging Face model servable"))
    _predict(commands.add_parser("predict", help="classify messages"))
    _explain(commands.add_parser("explain", help="which words made the decision"))
    _evaluate(commands.add_parser("evaluate", help="measure a model on labelled mail"))
    _profile(commands.add_parser("profile", help="what drift shall be measured against"))
    return parser


def _train(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.training.own:train")
    parser.add_argument("--data", type=Path, required=True, help=".jsonl, .csv or folder")
    parser.add_argument("--out", type=Path, required=True, help="folder of the artifact")
    parser.add_argument("--base", help="folder or name of an encoder (default: English MiniLM)")
    parser.add_argument("--unlabelled", type=Path, help="mail to read on before training")
    parser.add_argument("--outside", default="out_of_scope", help="the label of no category")
    parser.add_argument("--split", choices=["text", "time"], default="text", help="see docs")
    parser.add_argument(
        "--strategy",
        choices=["full", "few", "linear"],
        default="",
        help="default: `few` below some 30 mails a category, else `full`",
    )
    parser.add_argument("--drop-rare", action="store_true", help="leave out rare categories")
    parser.add_argument("--target-precision", type=float, default=0.95, help="of the thresholds")
    parser.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    parser.add_argument("--max-tokens", type=int, help="what the model reads of a mail")
    parser.add_argument("--epochs", type=int, help="at most so many")
    parser.add_argument("--seed", type=int, default=20, help="of split, weights and batches")
    parser.add_argument("--threads", type=int, help="of the processor (default: 2)")
    parser.add_argument("--name", help="name of the model (default: the folder's)")
    parser.add_argument("--work", type=Path, default=Path("build/own"), help="checkpoints")


def _train_default(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.training.commands:train")
    parser.add_argument("--out", type=Path, required=True, help="folder of the artifact")
    _training(parser)


def _compare(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.training.commands:compare_engines", out=DEFAULT_MODEL)
    _training(parser)


def _training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--work", type=Path, default=Path("build/model"), help="checkpoints")
    parser.add_argument("--epochs", type=int, help="at most so many")
    parser.add_argument("--per-category", type=int, help="generated mails a category")
    parser.add_argument("--seed", type=int, help="of weights and batches")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.training.commands:export_folder")
    parser.add_argument("--from", dest="source", type=Path, required=True, help="model folder")
    parser.add_argument("--out", type=Path, required=True, help="folder of the artifact")
    parser.add_argument("--name", help="name of the model (default: the folder's)")
    parser.add_argument("--data", type=Path, help="labelled mail for the gate and calibration")
    parser.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    parser.add_argument("--max-tokens", type=int, help="what the model reads of a mail")


def _predict(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.commands:predict")
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="artifact folder")
    parser.add_argument("files", nargs="*", type=Path, help="messages, .mbox (default: stdin)")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.commands:why")
    parser.add_argument("--model", type=Path, default=DEFAULT_MODEL, help="artifact folder")
    parser.add_argument("files", nargs="*", type=Path, help="messages, .mbox (default: stdin)")


def _profile(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.commands:take_profile")
    parser.add_argument("model", type=Path, help="artifact folder; its manifest is rewritten")
    parser.add_argument("--data", type=Path, required=True, help="mail it did not learn from")


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run="model.commands:evaluate")
    parser.add_argument("model", type=Path, help="artifact folder")
    parser.add_argument("--data", type=Path, required=True, help=".jsonl, .csv or folder")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.add_argument("--html", type=Path, help="write one self-contained page with plots here")
    parser.add_argument("--outside", default="out_of_scope", help="the label of no category")


if __name__ == "__main__":
    sys.exit(main())
