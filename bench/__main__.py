"""`python -m bench COMMAND`: measurements of the whole service; `--help` lists them."""

import argparse
import sys

from bench import (
    accelerator,
    agents,
    backlog,
    canary,
    cascade,
    engines,
    long_mail,
    new_words,
    scaling,
    soak,
    succession,
)
from bench.accuracy import command as accuracy
from bench.chaos import command as chaos
from bench.drift import command as drift
from bench.throughput import command as throughput
from bench.year import command as year

_COMMANDS = {
    "accuracy": (accuracy, "how good the classifier is on public data"),
    "accelerator": (accelerator, "the torch engine on a GPU, beside what the GPU can do"),
    "agents": (agents, "many agents at once, and claims while very much mail waits"),
    "backlog": (backlog, "what a mail costs PostgreSQL when very much waits and was decided"),
    "canary": (canary, "what the test that judges canaries is worth, and what one takes in memory"),
    "cascade": (cascade, "a linear model before the transformer: what it saves, and costs"),
    "chaos": (chaos, "everything is killed under load; no mail may be lost or decided twice"),
    "drift": (drift, "false alarms of quiet months, and how soon a shift is seen"),
    "engines": (engines, "torch, ONNX Runtime and OpenVINO at the lengths of real mail"),
    "long-mail": (long_mail, "what is best read of mail that is longer than the window"),
    "new-words": (new_words, "what reading on in mail without categories is worth"),
    "scaling": (scaling, "how many workers a load needs, and whether the formula holds"),
    "soak": (soak, "very many mails; no process may grow"),
    "succession": (succession, "a worker's memory while models follow each other in it"),
    "throughput": (throughput, "what a mail costs, beside the engine alone and others"),
    "year": (year, "a simulated year: mail changes, models follow each other; nothing is lost"),
}


def main() -> int:
    """Run the command; 0 if what it checks holds."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, about) in _COMMANDS.items():
        one = commands.add_parser(name, help=about)
        module.add_options(one)
        one.set_defaults(run=module.run)
    options = parser.parse_args()
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
