"""The long run says what became of each step, and does not outlast its time."""

import sys

import pytest

from scripts.ci_full import ROOT, Step, main, no_builder, run, steps

PYTHON = sys.executable
MARK = "pytest.mark." + "full"


def step(code: str) -> Step:
    return Step("a step", [PYTHON, "-c", code])


@pytest.mark.parametrize(
    ("code", "result", "note"),
    [
        ("print('3 passed'); print()", "passed", "3 passed"),
        ("import sys; sys.exit('it broke')", "failed", "it broke"),
    ],
)
def test_a_step_is_told_by_its_status(code: str, result: str, note: str) -> None:
    """And by the last line that it printed."""
    outcome = run(step(code), 60)
    assert (outcome.result, outcome.note) == (result, note)


def test_a_step_that_hangs_is_ended_with_its_children() -> None:
    """When the time of the whole run is up."""
    child = f"import subprocess; subprocess.run([{PYTHON!r}, '-c', 'while True: input()'])"
    outcome = run(step(f"{child}\nwhile True: pass"), 1)
    assert (outcome.result, outcome.note) == ("failed", "the time was up")
    assert outcome.seconds < 30


def test_what_is_missing_is_a_reason_to_skip() -> None:
    """Said in the table, and no failure."""
    outcome = run(Step("images", [PYTHON, "-c", "1/0"], lambda: no_builder("no-such-builder")), 60)
    assert (outcome.result, outcome.seconds) == ("skipped", 0.0)
    assert "no-such-builder" in outcome.note


def test_every_full_test_is_in_a_place_that_is_run() -> None:
    """Each is a file that a step names, or below such a folder."""
    named = {ROOT / word for one in steps("x") for word in one.command if word.startswith("tests/")}
    marked = [
        path for path in (ROOT / "tests").rglob("test_*.py") if MARK in path.read_text("utf-8")
    ]
    assert [path for path in marked if not named & {path, *path.parents}] == []
    assert all(any(place in {path, *path.parents} for path in marked) for place in named)


def test_a_run_that_skips_says_so_and_does_not_fail(capfd: pytest.CaptureFixture[str]) -> None:
    """One step by its name, on a machine without what it needs."""
    assert main(["--only", "images", "--builder", "no-such-builder"]) == 0
    assert "skipped" in capfd.readouterr().out
    assert [one.name for one in steps("x")] == [
        "Postfix", "Prometheus", "bucket", "MLflow", "starter kit", "browser", "100,000 inputs",
        "fuzzing", "images", "the images run", "chart",
    ]  # fmt: skip
