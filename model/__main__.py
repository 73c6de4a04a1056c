"""`python -m model COMMAND`: train, export, predict and evaluate from the command line."""

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from model.artifact import ArtifactError
from model.command_line import DEFAULT_MODEL, parser
from model.data import DataError
from model.progress import above_bars

__all__ = ["DEFAULT_MODEL", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, 2 after a sentence on stderr, 130 after Ctrl-C."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        with above_bars():
            if options.first:
                options.material = _command(options.first)(options)
            _command(options.run)(options)
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ArtifactError, DataError, OSError, RuntimeError, ValueError) as error:
        sys.stderr.write(f"error: {_sentence(error)}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("stopped. The same command starts again, from its checkpoint if any.\n")
        return 130
    return 0


def _command(name: str) -> Callable[[argparse.Namespace], Any]:
    module, function = name.split(":")
    try:
        command: Callable[[argparse.Namespace], Any] = getattr(
            importlib.import_module(module), function
        )
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"This command needs {error.name}: pip install -r requirements/training.txt."
        ) from error
    return command


def _sentence(error: Exception) -> str:
    """What the system says of a file, without its numbers."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}."
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
