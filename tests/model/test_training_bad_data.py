"""Data that cannot be learned from: the command ends with a sentence that says what to do."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from commands import ROOT, data, letters, rows, said

Maker = Callable[[Path], Path]


def written(name: str, content: bytes) -> Maker:
    def make(folder: Path) -> Path:
        file = folder / name
        file.write_bytes(content)
        return file

    return make


def lines(found: list[dict[str, object]]) -> Maker:
    return written("mails.jsonl", b"\n".join(map(orjson.dumps, found)))


def folder_of(*names: str) -> Maker:
    def make(folder: Path) -> Path:
        for name in names:
            (folder / "mails" / name).mkdir(parents=True)
        return folder / "mails"

    return make


LATIN = "text;category\nJe souhaite résilier;cancellation\n".encode("latin-1")
UTF16 = "text\tcategory\nJe souhaite résilier\tcancellation\n".encode("utf-16")
MANY = [
    {"text": f"mail {word} {letters(n)}", "category": f"c{n}"}
    for n in range(1_001)
    for word in ("one", "two", "three")
]
CASES = {
    "no file": (lambda folder: folder / "none.csv", "There is no data at"),
    "an empty file": (written("mails.csv", b""), "give a .csv or .jsonl file with a row"),
    "a header alone": (written("mails.csv", b"text,category\n"), "holds no labelled mail: give"),
    "a folder without mail": (folder_of("claim", "other"), "one sub-folder of .eml files"),
    "one category": (
        lines([{"text": f"mail {letters(n)}", "category": "claim"} for n in range(30)]),
        "has 1 categories with at least 3 different mails, and two are needed",
    ),
    "unknown columns": (
        written("mails.csv", b"body_of_mail,kind\nhello,claim\n"),
        "give the category as 'category' or 'label'; the row has body_of_mail, kind",
    ),
    "no column of mail": (
        written("mails.csv", b"content,label\nhello,claim\n"),
        "give the mail as 'text', 'body', 'message', 'html' or 'subject'; the row has content",
    ),
    "mail that is no text": (
        lines([{"text": ["hello", "you"], "label": "claim"}]),
        "give the mail as 'text', 'body', 'message', 'html' or 'subject'; the row has text",
    ),
    "Latin-1": (written("mails.csv", LATIN), "save it as UTF-8"),
    "UTF-16": (written("mails.csv", UTF16), "save it as UTF-8"),
    "JSON in Latin-1": (
        written("mails.jsonl", '{"text": "résilié", "category": "a"}'.encode("latin-1")),
        "row 1 is not JSON in UTF-8",
    ),
    "a spreadsheet": (written("mails.xlsx", b"PK\x03\x04"), "save it as CSV in UTF-8"),
    "categories with one mail": (
        lines([*rows(30), {"text": "one", "category": "rare"}]),
        "('rare'): add mails, merge them into others, or leave them out with --drop-rare",
    ),
    "a category with a no-break space": (
        lines([{**x, "category": f"{x['category']}\u00a0!"} for x in rows(60)]),
        "without tabs or no-break spaces",
    ),
    "over a thousand categories": (lines(MANY), "is the column of the category the right one?"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_data_gets_a_sentence(tmp_path: Path, case: str):
    """As a user sees it: one line, no traceback, exit status 2, and nothing is left behind."""
    make, sentence = CASES[case]
    out, work = tmp_path / "out", tmp_path / "work"
    status, words = said(
        "train", "--data", str(make(tmp_path)), "--out", str(out), "--work", str(work)
    )
    assert status == 2
    assert sentence in words
    assert words.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in words
    assert not out.exists()
    assert not work.exists()


def test_a_mail_of_five_megabytes_is_told_and_learned(tmp_path: Path):
    """Its opening is read, as in serving; in JSON, in CSV, and as a message."""
    found = rows(60)
    found[0]["text"] = f"{found[0]['text']} " + "word " * 1_000_000
    out, work = str(tmp_path / "out"), str(tmp_path / "work")
    options = ("--out", out, "--work", work, "--strategy", "linear")
    status, words = said("train", "--data", str(data(tmp_path, found)), *options)
    assert status == 0
    assert "1 mails are longer than 8000 characters; what follows is not read" in words


def test_mail_under_two_categories_is_told(tmp_path: Path):
    """Whoever sorted the same mail twice should know."""
    found = [*rows(60), {**rows(1)[0], "category": "other"}]
    out, work = str(tmp_path / "out"), str(tmp_path / "work")
    options = ("--out", out, "--work", work, "--strategy", "linear")
    status, words = said("train", "--data", str(data(tmp_path, found)), *options)
    assert status == 0
    assert "1 mails are there again in another category" in words


@pytest.mark.parametrize("name", ["mine\nand yours", "x" * 201])
def test_a_name_that_no_model_can_have_is_told_first(tmp_path: Path, name: str):
    """Not after hours of training."""
    out, file = str(tmp_path / "out"), str(data(tmp_path, rows(60)))
    words = ("--work", str(tmp_path / "work"), "--strategy", "linear", "--name", name)
    status, told = said("train", "--data", file, "--out", out, *words)
    assert (status, "No model can be called" in told) == (2, True)
    assert not (tmp_path / "work").exists()


def test_new_words_without_mail_to_take_them_from_are_told(tmp_path: Path):
    """Rather than nothing being done."""
    file, out = str(data(tmp_path, rows(60))), str(tmp_path / "out")
    status, told = said("train", "--data", file, "--out", out, "--new-words", "50")
    assert (status, "that --unlabelled FILE gives" in told) == (2, True)


def test_a_folder_of_ones_own_is_no_folder_of_checkpoints(tmp_path: Path):
    """`--work .` where one keeps an export of mail: it is told, and nothing is lost."""
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "one.eml").write_text("Subject: kept")
    file, out = str(data(tmp_path, rows(60))), str(tmp_path / "out")
    words = ("--work", str(tmp_path), "--strategy", "linear")
    status, told = said("train", "--data", file, "--out", out, *words)
    assert (status, "give --work a folder that does not exist yet" in told) == (2, True)
    assert (tmp_path / "export" / "one.eml").exists()


def test_a_manifest_alone_makes_no_model(tmp_path: Path):
    """Snapshots and programs have one as well."""
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "manifest.json").write_text("{}")
    status, told = said(
        "train", "--data", str(data(tmp_path, rows(60))), "--out", str(tmp_path / "page")
    )
    assert (status, "holds other things than a model" in told) == (2, True)


@pytest.mark.parametrize("place", ["notes", "notes/mine.txt"])
def test_nothing_but_a_model_is_replaced(tmp_path: Path, place: str):
    """`--out` may name the wrong folder, even one's own; it is told before any work."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("years of work")
    file = data(tmp_path, rows(60))
    status, words = said("train", "--data", str(file), "--out", str(tmp_path / place))
    assert status == 2
    assert "give --out a folder that does not exist yet" in words
    assert (tmp_path / "notes" / "mine.txt").read_text() == "years of work"


WITHOUT_TORCH = """
import sys
class NoTorch:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name, name="torch")
sys.meta_path.insert(0, NoTorch())
from model.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("strategy", "status", "sentence"),
    [
        (
            "full",
            2,
            "A transformer needs torch: pip install -r requirements/training.txt, or train",
        ),
        ("linear", 0, "linear is in"),
    ],
)
def test_without_torch_a_linear_model_is_trained(
    tmp_path: Path, strategy: str, status: int, sentence: str
):
    """As where only serving is installed; what needs torch says so, and what does not."""
    words = ["--out", str(tmp_path / "out"), "--work", str(tmp_path / "work")]
    words += ["--strategy", strategy, "--data", str(data(tmp_path, rows(60)))]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, "train", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert sentence in done.stderr
    assert (tmp_path / "out").exists() is (strategy == "linear")
