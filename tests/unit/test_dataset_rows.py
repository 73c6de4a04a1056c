"""What is exported for training reads as the mail itself did."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import orjson
import pytest

from mail.masking.mask import MASK_VERSION, Masker
from mail.parse import parse
from mail.text import joined, model_input, said
from model.data import read_labelled, text_of_fields
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
        source="agent",
        by_chance=False,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        received_at=datetime(2026, 11, 19, tzinfo=UTC),
        kind="raw",
        content=content,
    )


def test_an_exported_mail_gives_the_model_the_same_text() -> None:
    """So that training learns from what serving will see; all samples."""
    assert len(SAMPLES) > 100
    for path in SAMPLES:
        raw = path.read_bytes()
        row = row_of(example(raw), None)
        assert row is not None
        assert text_of_fields(row) == model_input(parse(raw)), path.name


def test_one_sender_is_one_group() -> None:
    """However the address is written; without a sender, none."""
    mails = [b"From: A <a@b.fr>\n\nx", b"From: a@B.fr\n\ny", b"Subject: s\n\nz"]
    rows = [row_of(example(raw), None) for raw in mails]
    groups = [row and row["group"] for row in rows]
    assert groups[0] == groups[1] != groups[2] == ""


@pytest.mark.parametrize("content", [b"", b"From: a@b.fr\n\n", b"\n\n \n"])
def test_a_mail_without_words_is_no_example(content: bytes) -> None:
    """There is nothing to learn from it."""
    assert row_of(example(content), None) is None


def test_a_masked_mail_is_what_the_model_read_less_personal_data(tmp_path: Path) -> None:
    """Masked once it was read, so that no signature or quotation is taken for text; all samples."""
    mask = Masker().mask
    rows = [row_of(example(path.read_bytes()), mask) for path in SAMPLES]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    for path, found in zip(SAMPLES, read_labelled(file), strict=True):
        email = parse(path.read_bytes())
        assert found.text == joined(mask(email.subject), mask(said(email))), path.name


def test_a_masked_row_names_nobody() -> None:
    """No address in it; one sender is one group, one thread is one thread."""
    raw = b"From: L <lea@b.fr>\nMessage-ID: <1@b.fr>\nSubject: lea@b.fr\n\nTel 06 12 34 56 78"
    reply = b"From: L <LEA@b.fr>\nReferences: <1@b.fr> <2@b.fr>\n\nIBAN?"
    first, second = (row_of(example(one), Masker().mask) for one in (raw, reply))
    assert first
    assert second
    assert (first["subject"], first["text"]) == ("[EMAIL]", "Tel [PHONE]")
    assert b"lea@" not in orjson.dumps([first, second]).lower()
    assert first["mask_version"] == MASK_VERSION
    assert (first["group"], first["thread"]) == (second["group"], second["thread"])
