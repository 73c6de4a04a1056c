"""An evaluation tells where a model fails and how far to trust it, as JSON and as a page."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import orjson
import pytest
from tiny_onnx import tiny_artifact

from model.__main__ import main
from model.curves import confused, coverage, groups, mistakes, reliability
from model.data import read_mbox
from model.evaluate import as_text, report
from model.evaluation_page import page
from model.examples import Labelled
from model.metrics import auroc

TRUTH = np.asarray([0, 0, 1, 1])
SCORES = np.asarray([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8], [0.4, 0.6]])
MAILS = [
    Labelled("x" * 50, "a", "fr", sender="one.example"),
    Labelled("y" * 500, "a", "en", sender="two.example", source="mails.csv:3"),
    Labelled("z" * 50, "b", "fr", sender="one.example"),
    Labelled("w" * 9_000, "b", "fr"),
]


def evaluated(tmp_path: Path, *options: str) -> int:
    tiny_artifact(tmp_path / "model")
    words = (("claim", "claim"), ("sinistre", "claim"), ("facture", "payment"), ("hello", "claim"))
    rows = [{"text": w, "label": c, "from": f"{w}@ex.example"} for w, c in words]
    rows.append({"text": "<script>weather</script>", "label": "out_of_scope"})
    file = tmp_path / "mails.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return main(["evaluate", str(tmp_path / "model"), "--data", str(file), *options])


def test_a_language_of_any_name_is_not_taken_for_all_mail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """A column may say that a mail is in all of them."""
    tiny_artifact(tmp_path / "model")
    rows = [{"text": "claim", "label": "claim", "language": x} for x in ("all", "all", "fr")]
    (tmp_path / "mails.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    data = str(tmp_path / "mails.jsonl")
    assert main(["evaluate", str(tmp_path / "model"), "--data", data, "--json"]) == 0
    assert orjson.loads(capsys.readouterr().out)["all"]["examples"] == 3


def test_bins_hold_every_mail_once():
    """Confidence rises from bin to bin."""
    bins = reliability(TRUTH, SCORES, bins=3)
    assert sum(x["mails"] for x in bins) == 4
    assert [x["confidence"] for x in bins] == sorted(x["confidence"] for x in bins)


def test_coverage_ends_at_the_accuracy_of_all():
    """The surest mail comes first."""
    curve = coverage(TRUTH, SCORES)
    assert curve[0] == {"coverage": 0.25, "accuracy": 1.0}
    assert curve[-1] == {"coverage": 1.0, "accuracy": 0.75}


def test_errors_are_told_by_length_language_and_sender():
    """The largest group first; mail without a sender is in none."""
    found = groups(MAILS, TRUTH, SCORES)
    assert found["language"][0] == {"name": "fr", "mails": 3, "accuracy": 1.0}
    assert found["sender"][1] == {"name": "two.example", "mails": 1, "accuracy": 0.0}
    assert len(found["length"]) == 3


def test_the_surest_mistake_is_named():
    """With its place in the data and its opening."""
    (found,) = mistakes(("a", "b"), MAILS, TRUTH, SCORES)
    assert (found["source"], found["category"], found["answer"]) == ("mails.csv:3", "a", "b")
    assert len(found["opening"]) <= 160


def test_the_most_frequent_confusions_are_named():
    """Rows are the truth; what was right is none."""
    found = confused(("a", "b", "c"), ((5, 1, 0), (0, 9, 3), (0, 0, 0)))
    assert [(x["category"], x["answer"], x["mails"]) for x in found] == [
        ("b", "c", 3),
        ("a", "b", 1),
    ]


def test_a_thousand_categories_are_told_in_a_page_that_opens():
    """A table of a million cells would not; pairs are shown instead, in the terminal too."""
    labels = [f"c{n}" for n in range(1_000)]
    truth = np.arange(1_000)
    result = report(labels, truth, np.roll(np.eye(1_000), 1, axis=1), draws=2)
    found = {"all": result.as_json(), "confused": confused(labels, result.confusion)}
    empty = {"reliability": [], "coverage": [], "groups": {}, "mistakes": []}
    assert len(page("many", {**found, **empty})) < 1_000_000
    assert "taken for" in page("many", {**found, **empty})
    assert "confusion" not in as_text("many", result)


def test_auroc_counts_pairs():
    """All above gives 1, none 0, equals a half."""
    high, low = np.asarray([0.8, 0.9]), np.asarray([0.1, 0.2])
    assert (auroc(high, low), auroc(low, high), auroc(low, low)) == (1.0, 0.0, 0.5)


def test_json_holds_curves_and_mail_of_no_category(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Such mail is measured apart, not as a wrong answer."""
    assert evaluated(tmp_path, "--json") == 0
    found = orjson.loads(capsys.readouterr().out)
    assert found["all"]["examples"] == 4
    assert found["out_of_scope"]["mails"] == 1
    assert found["out_of_scope"]["wrongly"] == 0.0
    assert found["mistakes"][0]["answer"] == "other"
    assert {"reliability", "coverage", "groups"} <= found.keys()


def test_the_table_tells_of_mail_of_no_category(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """How much of it was recognised, and what that cost."""
    assert evaluated(tmp_path) == 0
    assert "of no category: 1 mails, 0.0% recognised (and 0.0% of the" in capsys.readouterr().out


def test_the_page_stands_alone(tmp_path: Path):
    """It loads nothing, its tags are closed, and what a mail says is text."""
    file = tmp_path / "report.html"
    assert evaluated(tmp_path, "--html", str(file)) == 0
    html = file.read_text(encoding="utf-8")
    assert "http" not in html
    assert "<script" not in html
    assert html.count("<svg") == 2
    HTMLParser().feed(html)
    assert all(html.count(f"<{x}") == html.count(f"</{x}>") for x in ("table", "figure", "svg"))


def test_a_mailbox_is_read_message_by_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """`From ` after a blank line begins one; `>From ` is a line that was quoted."""
    box = tmp_path / "old.mbox"
    one = b"From a@b Sat Nov 21 09:30:00 2026\nSubject: claim\n\n>From here on\nFrom there\n\n"
    box.write_bytes(one + b"From c@d Sat Nov 21 09:30:00 2026\nSubject: facture\n\nhello\n")
    assert next(read_mbox(box)) == b"Subject: claim\n\nFrom here on\nFrom there\n\n"
    tiny_artifact(tmp_path / "model")
    assert main(["predict", "--model", str(tmp_path / "model"), str(box)]) == 0
    files = [orjson.loads(line)["file"] for line in capsys.readouterr().out.splitlines()]
    assert files == [f"{box}:1", f"{box}:2"]
