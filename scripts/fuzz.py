"""Coverage-guided fuzzing of the whole way from bytes to the model's input, with atheris.

    python -m scripts.fuzz [--runs 200000] [--seconds 600]

Begins with the table of hard inputs. Ends with 1 at the first input that raises, hangs for 10 s or
breaks a promise; libFuzzer leaves that input in a file and says so. Ends with 0 and a sentence
where atheris is not installed (requirements/fuzzing.txt).
"""

import argparse
import importlib.util
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_LARGEST = 8192  # bytes of one input; size is what the linearity test looks at
_HANGS = 10  # seconds


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz; libFuzzer itself ends the process where it was run."""
    parser = argparse.ArgumentParser(prog="python -m scripts.fuzz")
    parser.add_argument("--runs", type=int, default=200_000, help="inputs")
    parser.add_argument("--seconds", type=int, default=600, help="at most")
    arguments = parser.parse_args(argv)
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("skipped: atheris is not installed (requirements/fuzzing.txt)\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        seeds = _seeds(Path(folder))
        _fuzz(arguments.runs, arguments.seconds, seeds)
    return 0


def _seeds(folder: Path) -> Path:
    """The hard inputs that are small enough, one a file."""
    from tests.unit.mail.test_hard_inputs import STORED  # noqa: PLC0415  # only to fuzz

    for number, case in enumerate(STORED):
        (folder / str(number)).write_bytes(case.build()[:_LARGEST])
    return folder


def _fuzz(runs: int, seconds: int, seeds: Path) -> None:
    import atheris  # type: ignore[import-not-found]  # noqa: PLC0415  # where it is installed

    for name in [name for name in sys.modules if name.split(".")[0] in {"mail", "tests"}]:
        del sys.modules[name]  # to be imported again, with their branches counted
    with atheris.instrument_imports(include=["mail"]):
        from mail.fingerprint import fingerprint  # noqa: PLC0415
        from mail.parse import parse  # noqa: PLC0415
        from mail.text import model_input  # noqa: PLC0415
    from tests.unit.mail.invariants import assert_sound, assert_storable  # noqa: PLC0415

    def read(raw: bytes) -> None:
        email = parse(raw)
        assert_sound(email)
        assert_storable(model_input(email))
        assert len(fingerprint(raw)) == 32

    given = [f"-runs={runs}", f"-max_total_time={seconds}", f"-timeout={_HANGS}"]
    shape = [f"-max_len={_LARGEST}", "-seed=1"]
    atheris.Setup([sys.argv[0], *given, *shape, str(seeds)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
