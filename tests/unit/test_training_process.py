"""Training in a process of its own: what it says, and that it ends in time with all it started."""

import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from service.flow.retraining.plan import TooSlow, TrainingFailed
from service.training_process import arguments, run
from tests.support.waiting import until

TALKS = "import sys; print('half done', file=sys.stderr); "


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_what_it_says_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Where it ends well, nothing else happens."""
    run(python(TALKS), 60)
    assert capsys.readouterr().err == "half done\n"


def test_why_it_failed_is_the_sentence_that_it_says() -> None:
    """As `python -m model` says it; else its status."""
    with pytest.raises(TrainingFailed, match=r"^Give more mails\.$"):
        run(python(TALKS + "sys.stderr.write('error: Give more mails.\\n'); sys.exit(2)"), 60)
    with pytest.raises(TrainingFailed, match="ended with status 3; the log has more"):
        run(python("import sys; sys.exit(3)"), 60)


def test_what_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    """The sentence says how long it might have taken."""
    child = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    out = f"open({str(tmp_path / 'p')!r}, 'w')"
    code = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], stdout={out})"
    )
    with pytest.raises(TooSlow, match="longer than 6 s"):
        run(python(code), 6)
    grandchild = int((tmp_path / "p").read_text())
    until(lambda: ended(grandchild), "the end of what it started")


def ended(pid: int) -> bool:
    """A zombie has: nobody has asked yet how."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_linear_model_is_asked_for_by_name() -> None:
    """`auto` leaves the choice to the training where torch is installed."""
    asked = arguments(Path("/s"), Path("/w/m"), "linear")
    assert asked[:5] == ["train", "--data", "/s", "--out", "/w/m"]
    assert asked[-2:] == ["--strategy", "linear"]
    automatic = arguments(Path("/s"), Path("/w/m"), "auto")
    try:
        import torch  # noqa: F401, PLC0415
    except ImportError:
        assert automatic == asked
    else:
        assert "--strategy" not in automatic
