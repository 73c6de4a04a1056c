"""A snapshot: the same rows give the same folder, and whatever changes them shows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from model import snapshot
from model.data import DataError, read_labelled

START = datetime(2026, 1, 1, tzinfo=UTC)
SHARES = {"validation": 0.15, "test": 0.15}


def made(count: int = 60, **changed: object) -> list[dict[str, Any]]:
    """Rows of three categories, a day apart, two of each thread."""
    return [
        {
            "category": ("claim", "payment", "other")[n % 3],
            "subject": "Objet",
            "text": f"{'abcdefghijklmnopqrstuvwxyz'[n % 26] * (n + 1)} écrit",
            "thread": f"thread {n // 2}",
            "date": (START + timedelta(days=n)).isoformat(),
            "email_id": str(n),
            "as_read": "3",
            "mask_version": "1",
            **changed,
        }
        for n in range(count)
    ]


def rows_of(where: Path, name: str) -> list[Mapping[str, Any]]:
    return [orjson.loads(line) for line in (where / f"{name}.jsonl").read_bytes().splitlines()]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Name, hash and every file; taken again, nothing is written."""
    (first, one), (second, two) = (
        snapshot.take(made(), tmp_path / place, **SHARES) for place in ("a", "b")
    )
    assert one == two == snapshot.read(first)
    assert first.name == second.name == one.version
    for file in (*(f"{name}.jsonl" for name in snapshot.PARTS), snapshot.MANIFEST):
        assert (first / file).read_bytes() == (second / file).read_bytes()
    before = (first / "train.jsonl").stat().st_mtime_ns
    assert snapshot.take(made(), tmp_path / "a", **SHARES)[0] == first
    assert (first / "train.jsonl").stat().st_mtime_ns == before
    assert [path.name for path in (tmp_path / "a").iterdir()] == [one.version]


@pytest.mark.parametrize(
    "other",
    [made(59), made(category="claim"), made(subject="Sujet"), made(mask_version=None)],
    ids=["fewer", "labels", "subjects", "unmasked"],
)
def test_other_rows_give_another_hash(tmp_path: Path, other: list[dict[str, Any]]) -> None:
    """One mail more or less, another label, another text, another masking."""
    hashes = [snapshot.take(rows, tmp_path, **SHARES)[1].hash for rows in (made(), other)]
    assert hashes[0] != hashes[1]


def test_it_is_split_by_time_and_thread(tmp_path: Path) -> None:
    """The newest mails are the test; no thread lies in two parts, no row is lost."""
    where, manifest = snapshot.take(made(), tmp_path, **SHARES)
    parts = {name: rows_of(where, name) for name in snapshot.PARTS}
    dates = [sorted(row["date"] for row in parts[name]) for name in snapshot.PARTS]
    assert dates[0][-1] < dates[1][0] <= dates[1][-1] < dates[2][0]
    threads = [{row["thread"] for row in parts[name]} for name in snapshot.PARTS]
    assert sum(map(len, threads)) == len(set().union(*threads))
    assert sorted(int(r["email_id"]) for rows in parts.values() for r in rows) == list(range(60))
    assert {name: part.rows for name, part in manifest.parts.items()} == {
        name: len(rows) for name, rows in parts.items()
    }


def test_the_manifest_says_what_it_holds(tmp_path: Path) -> None:
    """Counts, range, versions; training reads its files."""
    where, manifest = snapshot.take(made(), tmp_path, **SHARES)
    assert (manifest.rows, manifest.text_version, manifest.mask_version) == (60, "3", "1")
    assert (manifest.first, manifest.last) == (made()[0]["date"], made()[-1]["date"])
    assert sum(sum(part.categories.values()) for part in manifest.parts.values()) == 60
    found = read_labelled(where / "train.jsonl")
    assert len(found) == manifest.parts["train"].rows
    assert found[0].text == "Objet\n\na écrit"


def test_what_was_changed_is_refused(tmp_path: Path) -> None:
    """A byte in a file, a file that is gone, a folder that is none."""
    where, _ = snapshot.take(made(), tmp_path, **SHARES)
    file = where / "test.jsonl"
    file.write_bytes(file.read_bytes().replace(b"claim", b"cl4im", 1))
    with pytest.raises(DataError, match="is not what its manifest says"):
        snapshot.read(where)
    file.unlink()
    with pytest.raises(DataError, match="is not what its manifest says"):
        snapshot.read(where)
    with pytest.raises(DataError, match="is no snapshot"):
        snapshot.read(tmp_path)


@pytest.mark.parametrize(
    ("rows", "sentence"), [([], "no labelled mail yet"), (made(date=None), "has no date")]
)
def test_what_cannot_be_split_leaves_nothing_behind(
    tmp_path: Path, rows: list[dict[str, Any]], sentence: str
) -> None:
    """With a sentence that says why."""
    with pytest.raises(DataError, match=sentence):
        snapshot.take(rows, tmp_path, **SHARES)
    assert list(tmp_path.iterdir()) == []


def test_by_lot_the_same_mail_lies_in_the_same_part_whatever_comes_later(tmp_path: Path) -> None:
    """So that no later model learns what an earlier one was tested on; threads stay whole."""
    parts: list[dict[str, str]] = []
    for count in (200, 300, 600):
        where, manifest = snapshot.take(
            made(count), tmp_path / str(count), **SHARES, split=snapshot.LOT
        )
        assert snapshot.read(where).split == snapshot.LOT
        found = {row["email_id"]: name for name in snapshot.PARTS for row in rows_of(where, name)}
        parts.append(found)
        assert len(found) == count
        assert 0.08 < manifest.parts["test"].rows / count < 0.22
        assert all(found[str(n)] == found[str(n + 1)] for n in range(0, count, 2))
    for before, after in ((parts[0], parts[1]), (parts[1], parts[2])):
        assert {mail: after[mail] for mail in before} == before


def test_a_form_that_writes_for_everybody_lies_in_every_part(tmp_path: Path) -> None:
    """One sender of most mail is no bundle, or no mail is left to test on; threads stay whole."""
    rows = [row | {"group": "form" if n % 4 else f"p{n}"} for n, row in enumerate(made(300))]
    where, manifest = snapshot.take(rows, tmp_path, **SHARES, split=snapshot.LOT)
    assert all(0.08 < manifest.parts[name].rows / 300 < 0.22 for name in ("validation", "test"))
    found = {row["email_id"]: name for name in snapshot.PARTS for row in rows_of(where, name)}
    threads = [{found.get(str(n)), found.get(str(n + 1))} - {None} for n in range(0, 300, 2)]
    assert all(len(parts) <= 1 for parts in threads)
    assert manifest.left_out == 300 - len(found) < 30


def test_snapshots_by_time_are_read_by_releases_that_know_no_other(tmp_path: Path) -> None:
    """Their manifest says nothing of how it was split."""
    where, _ = snapshot.take(made(), tmp_path, **SHARES)
    assert "split" not in orjson.loads((where / snapshot.MANIFEST).read_bytes())
