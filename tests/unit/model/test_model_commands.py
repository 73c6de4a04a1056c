"""The command line: help that can be typed, bars for people alone, faults as sentences."""

import os
import pty
import shlex
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from tiny_onnx import tiny_artifact

from model.__main__ import main
from model.command_line import COMMANDS, Command, parser
from model.place import replace_folder
from model.progress import progress

ROOT = Path(__file__).resolve().parents[3]
LINE = b"From a@b Sat Nov 21 09:30:00 2026\n"
MAIL = b"Subject: facture\r\n\r\nhello\r\n"


def predicted(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda x: x.name)
def test_the_help_of_a_command_ends_with_examples_that_can_be_typed(
    command: Command, capsys: pytest.CaptureFixture[str]
):
    """Each is read by the parser that prints it."""
    with pytest.raises(SystemExit) as end:
        main([command.name, "--help"])
    help_text = capsys.readouterr().out
    assert end.value.code == 0
    for example in command.examples:
        assert example in help_text
        words = shlex.split(example.partition(" <")[0])
        assert words[:3] == ["python", "-m", "model"]
        assert parser().parse_args(words[3:]).run == command.run


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--epochs", "0", "must be 1 at least"),
        ("--seed", "-1", "no whole number from 0 on"),
        ("--target-precision", "95", "give 0.95 for 95 %"),
        ("--long", "backwards", "invalid choice: 'backwards'"),
    ],
)
def test_an_option_of_no_use_is_told(
    option: str, value: str, sentence: str, capsys: pytest.CaptureFixture[str]
):
    """Before anything is read."""
    with pytest.raises(SystemExit) as end:
        main(["train", "--data", "x.csv", "--out", "y", option, value])
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def evaluate(folder: Path) -> list[str]:
    tiny_artifact(folder / "model")
    rows = [{"text": f"claim {n}", "category": "claim"} for n in range(200)]
    (folder / "mails.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    data = str(folder / "mails.jsonl")
    return [sys.executable, "-m", "model", "evaluate", str(folder / "model"), "--data", data]


def terminal(end: int) -> Iterator[bytes]:
    """What was written to the other end, which is closed."""
    with os.fdopen(end, "rb", buffering=0) as screen:
        try:
            while written := screen.read(10_000):
                yield written
        except OSError:  # how Linux says that the other end is closed
            return


def test_a_bar_is_shown_on_a_terminal(tmp_path: Path):
    """How much of the mail was classified, on stderr; the answer on stdout stays clean."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    command = evaluate(tmp_path)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(terminal(ours))
        answer, _ = process.communicate()
    assert process.returncode == 0
    assert b"classifying" in shown
    assert b"%|" in shown
    assert b"%|" not in answer


def test_no_bar_is_shown_elsewhere(tmp_path: Path):
    """A log is not filled with them."""
    done = subprocess.run(evaluate(tmp_path), cwd=ROOT, capture_output=True, check=True)
    assert b"classifying" not in done.stderr
    assert list(progress(iter("abc"), "counting", 3)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("raw", "names"),
    [(LINE + MAIL + b"\n" + LINE + MAIL, ["-:1", "-:2"]), (MAIL, ["-"]), (b"\n", [])],
)
def test_standard_input_may_be_a_mailbox(tmp_path: Path, raw: bytes, names: list[str]):
    """Each of its messages is answered; a single message still is one, and none is told."""
    tiny_artifact(tmp_path / "model")
    command = [sys.executable, "-m", "model", "predict", "--model", str(tmp_path / "model")]
    done = subprocess.run(command, cwd=ROOT, input=raw, capture_output=True, check=False)
    assert [orjson.loads(x)["file"] for x in done.stdout.splitlines()] == names
    assert (b"Standard input is empty" in done.stderr) == (not names)


def test_a_folder_of_messages_is_predicted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """With what to think of each answer."""
    tiny_artifact(tmp_path / "model")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").write_bytes(MAIL)
    assert main(["predict", "--model", str(tmp_path / "model"), str(tmp_path / "mails")]) == 0
    (row,) = predicted(capsys)
    assert (row["category"], row["in_scope"], row["sure"]) == ("payment", True, True)


@pytest.mark.parametrize(
    ("name", "files"),
    [("Inbox", ["Inbox:1", "Inbox:2"]), ("two.mbox", ["two.mbox:1", "two.mbox:2"])],
)
def test_a_mailbox_is_known_without_its_suffix(
    tmp_path: Path, name: str, files: list[str], capsys: pytest.CaptureFixture[str]
):
    """Mail programs give it none, and it would be answered as one message."""
    tiny_artifact(tmp_path / "model")
    (tmp_path / name).write_bytes(LINE + MAIL + b"\n" + LINE + MAIL)
    assert main(["predict", "--model", str(tmp_path / "model"), str(tmp_path / name)]) == 0
    assert [Path(str(row["file"])).name for row in predicted(capsys)] == files


def test_what_a_program_hides_in_a_folder_is_no_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """And a folder without any message is told, not passed over."""
    tiny_artifact(tmp_path / "model")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / ".DS_Store").write_bytes(b"Bud1")
    words = ["predict", "--model", str(tmp_path / "model"), str(tmp_path / "mails")]
    assert main(words) == 2
    assert "holds no message" in capsys.readouterr().err
    (tmp_path / "mails" / "one.eml").write_bytes(MAIL)
    assert main(words) == 0
    assert len(predicted(capsys)) == 1


def test_a_file_may_have_a_name_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """As files of older systems have; the mail is answered and measured all the same."""
    tiny_artifact(tmp_path / "model")
    odd = os.fsdecode(b"caf\xe9.eml")
    (tmp_path / "mails" / "claim").mkdir(parents=True)
    (tmp_path / "mails" / "claim" / odd).write_bytes(MAIL)
    mail = str(tmp_path / "mails" / "claim" / odd)
    for command in ("predict", "explain"):
        assert main([command, "--model", str(tmp_path / "model"), mail]) == 0
        assert str(predicted(capsys)[0]["file"]).endswith(r"caf\udce9.eml")
    page = ["--html", str(tmp_path / "page.html")]
    data = ["--data", str(tmp_path / "mails"), "--json"]
    assert main(["evaluate", str(tmp_path / "model"), *data, *page]) == 0
    assert r"claim/caf\udce9.eml" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["predict", "none.eml"], "none.eml: No such file or directory."),
        (["explain", "--model", "nowhere", "x.eml"], "There is no model folder at nowhere"),
        (["evaluate", "nowhere", "--data", "x.csv"], "There is no model folder at nowhere"),
        (["profile", "nowhere", "--data", "x.csv"], "There is no data at x.csv"),
    ],
)
def test_what_is_not_there_is_named(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    """A sentence, not a traceback."""
    assert main(arguments) == 2
    assert f"error: {sentence}" in capsys.readouterr().err


def test_a_finished_folder_takes_the_place_of_an_older_model(tmp_path: Path):
    """Whole, and nothing else is left."""
    for name in ("old", "new"):
        tiny_artifact(tmp_path / name, labels=(name, "b", "c"))
    replace_folder(tmp_path / "new", tmp_path / "old")
    assert b'"new"' in (tmp_path / "old" / "labels.json").read_bytes()
    assert [x.name for x in tmp_path.iterdir()] == ["old"]


def test_replacing_a_model_leaves_the_backups_beside_it(tmp_path: Path):
    """People call them so, and they may be all that is left of a model."""
    for name in ("mine", "fresh", "mine.old", "mine.new"):
        tiny_artifact(tmp_path / name)
    replace_folder(tmp_path / "fresh", tmp_path / "mine")
    assert {x.name for x in tmp_path.iterdir()} == {"mine", "mine.old", "mine.new"}
