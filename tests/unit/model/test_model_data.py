"""Labelled mail from files, made ready for training as it is for serving."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_onnx import tiny_artifact

from mail.parse import from_fields, parse
from mail.text import model_input
from model.__main__ import main
from model.data import DataError, read_labelled, read_texts, text_of_raw
from model.examples import Labelled, data_hash, deduplicate, split_by_group

RAW = b"Subject: Sinistre\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour, claim.\r\n"


def jsonl(path: Path, *rows: dict[str, object]) -> Path:
    file = path / "mails.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return file


def test_training_reads_a_mail_as_serving_does(tmp_path: Path):
    """Fields and raw messages both go through mail.text: one text for one mail."""
    row = {"subject": "Sinistre", "text": "Bonjour, claim.", "category": "claim"}
    (example,) = read_labelled(jsonl(tmp_path, row))
    assert example.text == model_input(from_fields(row)) == text_of_raw(RAW)
    assert text_of_raw(RAW) == model_input(parse(RAW))


def test_rows_keep_language_group_and_place(tmp_path: Path):
    """What a split and an error message need travels with the text."""
    row = {"body": "Bonjour", "label": "other", "language": "fr", "group": "t1"}
    (example,) = read_labelled(jsonl(tmp_path, row))
    assert (example.language, example.group, example.source) == ("fr", "t1", "mails.jsonl:1")


def test_csv_is_read_with_or_without_a_byte_order_mark(tmp_path: Path):
    """Spreadsheets write one."""
    for number, encoding in enumerate(("utf-8", "utf-8-sig")):
        file = tmp_path / f"{number}.csv"
        file.write_text("text,category\n« Résiliation »,cancellation\n", encoding=encoding)
        assert [x.label for x in read_labelled(file)] == ["cancellation"]


def test_a_folder_of_messages_is_read(tmp_path: Path):
    """One sub-folder a category."""
    (tmp_path / "claim").mkdir()
    (tmp_path / "claim" / "one.eml").write_bytes(RAW)
    (example,) = read_labelled(tmp_path)
    assert (example.label, example.text) == ("claim", text_of_raw(RAW))


def test_what_programs_hide_in_a_folder_is_no_mail(tmp_path: Path):
    """A Mac's .DS_Store is no message, and .git no category."""
    for hidden in ("claim/.DS_Store", ".git/HEAD", "claim/one.eml"):
        (tmp_path / hidden).parent.mkdir(exist_ok=True)
        (tmp_path / hidden).write_bytes(RAW if hidden.endswith("eml") else b"\0\0\0\1Bud1")
    assert [x.label for x in read_labelled(tmp_path)] == ["claim"]
    assert read_texts(tmp_path) == [text_of_raw(RAW)]


def test_mail_without_categories_may_be_rows_a_folder_or_a_mailbox(tmp_path: Path):
    """Each mail once, by the same way to its text."""
    line = b"From a@b Sat Nov 21 09:30:00 2026\n"
    (tmp_path / "old.mbox").write_bytes(line + RAW + b"\n" + line + RAW)
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "one.eml").write_bytes(RAW)
    rows = jsonl(tmp_path, {"subject": "Sinistre", "text": "Bonjour, claim."})
    for place in (tmp_path / "old.mbox", tmp_path / "mails", rows):
        assert read_texts(place) == [text_of_raw(RAW)]


def test_no_mail_without_categories_is_told(tmp_path: Path):
    """With what could be given."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"holds no mail: give a \.csv"):
        read_texts(tmp_path / "empty")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no labelled mail"),
        (b"{", "row 1 is not JSON"),
        (b"[1]", "row 1 must be a JSON object"),
        (b'{"text": "x"}', "row 1: give the category"),
        (b'{"category": "claim"}', "row 1: give the mail"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, content: bytes, sentence: str):
    """The sentence gives the row and what it lacks."""
    file = tmp_path / "mails.jsonl"
    file.write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        read_labelled(file)


def test_csv_of_another_encoding_is_refused(tmp_path: Path):
    """A broken encoding is a sentence, not a traceback."""
    file = tmp_path / "mails.csv"
    file.write_bytes("text,category\nrésilié,cancellation\n".encode("latin-1"))
    with pytest.raises(DataError, match="not CSV in UTF-8"):
        read_labelled(file)


def test_duplicates_are_dropped_whatever_their_case_and_spacing():
    """The first of equals stays."""
    texts = ["Bonjour  Madame", "bonjour madame", "Bonjour Monsieur"]
    assert [x.text for x in deduplicate(Labelled(t, "a") for t in texts)] == [texts[0], texts[2]]


def test_the_data_hash_sees_texts_and_labels():
    """Another label or order is other data."""
    one, two = Labelled("a", "x"), Labelled("b", "y")
    assert len({data_hash(x) for x in ([one, two], [two, one], [Labelled("a", "y"), two])}) == 3


@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abc"), st.sampled_from(("fr", "en")))),
    st.integers(),
)
def test_no_group_lies_in_two_parts(rows: list[tuple[int, str, str]], seed: int):
    """Not even one of several labels and languages; no example is lost, and order says nothing."""
    examples = [
        Labelled(f"{i}", label, language, group=f"g{g}" if g else "")
        for i, (g, label, language) in enumerate(rows)
    ]
    parts = split_by_group(examples, (0.5, 0.3, 0.2), seed)
    groups = [{x.group or x.text for x in part} for part in parts]
    assert sum(map(len, parts)) == len(examples)
    assert sum(map(len, groups)) == len(set().union(*groups))
    back = split_by_group(examples[::-1], (0.5, 0.3, 0.2), seed)
    assert [{x.text for x in part} for part in back] == [{x.text for x in part} for part in parts]


def test_a_text_of_two_labels_lies_in_one_part():
    """The same words under two labels are one group, though nothing names it."""
    examples = [Labelled(f"mail {n}", label) for n in range(30) for label in "ab"]
    first, second = split_by_group(examples, (0.5, 0.5), seed=3)
    assert not {x.text for x in first} & {x.text for x in second}


def test_predict_answers_one_line_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """File, category, confidence and scores, as JSON."""
    tiny_artifact(tmp_path / "model")
    (tmp_path / "one.eml").write_bytes(RAW)
    assert main(["predict", "--model", str(tmp_path / "model"), str(tmp_path / "one.eml")]) == 0
    row = orjson.loads(capsys.readouterr().out)
    assert (row["category"], set(row["scores"])) == ("claim", {"claim", "payment", "other"})


def test_evaluate_answers_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Over all mails and by language."""
    tiny_artifact(tmp_path / "model")
    rows = [{"text": w, "label": c, "language": "fr"} for w, c in (("claim", "claim"),) * 3]
    data = jsonl(tmp_path, *rows)
    assert main(["evaluate", str(tmp_path / "model"), "--data", str(data), "--json"]) == 0
    figures = orjson.loads(capsys.readouterr().out)
    assert figures["all"]["accuracy"] == figures["fr"]["accuracy"] == 1.0


def test_an_unknown_category_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The sentence gives the row and the categories there are."""
    tiny_artifact(tmp_path / "model")
    data = jsonl(tmp_path, {"text": "x", "label": "weather"})
    assert main(["evaluate", str(tmp_path / "model"), "--data", str(data)]) == 2
    assert "mails.jsonl:1: the model has no category 'weather'" in capsys.readouterr().err


def test_a_missing_model_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """No traceback reaches the terminal."""
    assert main(["predict", "--model", str(tmp_path / "none"), "x.eml"]) == 2
    assert "There is no model folder" in capsys.readouterr().err


def test_help_shows_examples(capsys: pytest.CaptureFixture[str]):
    """Each command can be copied from the help."""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "python -m model train-default --out" in capsys.readouterr().out
