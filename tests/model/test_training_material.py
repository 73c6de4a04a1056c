"""What is learned from: nothing that chooses or measures, and nothing given is passed over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from commands import data, letters, rows

from model import snapshot
from model.command_line import parser
from model.data import DataError
from model.training.material import Material, gather

OLD = [{"text": f"une autre lettre {letters(n)}"} for n in range(20)]


def gathered(tmp_path: Path, file: Path, unlabelled: list[dict[str, object]]) -> Material:
    more = tmp_path / "old.jsonl"
    more.write_bytes(b"\n".join(map(orjson.dumps, unlabelled)))
    words = ["--data", str(file), "--out", str(tmp_path / "out"), "--unlabelled", str(more)]
    return gather(parser().parse_args(["train", *words]))


def test_what_is_kept_apart_is_not_read_on_in(tmp_path: Path):
    """A mailbox holds the labelled mail too, perhaps with another number in it."""
    found = rows(60)
    again = [{"text": f"{str(x['text']).strip()} 12"} for x in found]
    material = gathered(tmp_path, data(tmp_path, found), [*again, *OLD])
    apart = {x.text for x in (*material.parts.validation, *material.parts.test)}
    read = {text.removesuffix(" 12") for text in material.unlabelled}
    assert read == {x.text for x in material.parts.train} | {str(x["text"]) for x in OLD}
    assert apart
    assert not apart & read


def test_mail_of_which_all_is_kept_apart_is_told(tmp_path: Path):
    """There is nothing left to read on in."""
    found = rows(60)
    (tmp_path / "one").mkdir()
    parts = gathered(tmp_path / "one", data(tmp_path, found), OLD).parts
    with pytest.raises(DataError, match="no mail but such as is kept apart"):
        gathered(tmp_path, data(tmp_path, found), [{"text": x.text} for x in parts.test])


def test_unlabelled_mail_is_read_beside_a_snapshot_too(tmp_path: Path):
    """Only its own parts stay as they are."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found = [
        {**x, "date": (start + timedelta(days=n)).isoformat(), "email_id": str(n)}
        | {"subject": "", "thread": "", "as_read": "3", "mask_version": "1"}
        for n, x in enumerate(rows(90))
    ]
    folder, _ = snapshot.take(found, tmp_path / "snapshots", validation=0.15, test=0.15)
    assert len(gathered(tmp_path, folder, OLD).unlabelled) == len(OLD)
