"""What is exported for training reads as the mail itself did."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from mail.parse import parse
from mail.text import model_input
from model.data import text_of_fields
from service.flow.dataset import row_of

SAMPLES = sorted(Path(__file__).resolve().parents[2].glob("samples/mail/**/*.eml"))


def example(content: bytes) -> SimpleNamespace:
    """A labelled mail as the store gives it."""
    return SimpleNamespace(
        email_id=UUID(int=1),
        category="claim",
        previous_category="other",
        model_name="m",
        model_version="1",
        text_version="1",
        at=datetime(2026, 11, 20, tzinfo=UTC),
        kind="raw",
        content=content,
    )


def test_an_exported_mail_gives_the_model_the_same_text() -> None:
    """So that training learns from what serving will see; all samples."""
    assert len(SAMPLES) > 100
    for path in SAMPLES:
        raw = path.read_bytes()
        row = row_of(example(raw))
        assert row is not None
        assert text_of_fields(row) == model_input(parse(raw)), path.name


def test_one_sender_is_one_group() -> None:
    """However the address is written; without a sender, none."""
    mails = [b"From: A <a@b.fr>\n\nx", b"From: a@B.fr\n\ny", b"Subject: s\n\nz"]
    rows = [row_of(example(raw)) for raw in mails]
    groups = [row and row["group"] for row in rows]
    assert groups[0] == groups[1] != groups[2] == ""


@pytest.mark.parametrize("content", [b"", b"From: a@b.fr\n\n", b"\n\n \n"])
def test_a_mail_without_words_is_no_example(content: bytes) -> None:
    """There is nothing to learn from it."""
    assert row_of(example(content)) is None
