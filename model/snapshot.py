"""A snapshot of labelled mail: a folder that says what it holds and never changes.

rows, in order -> split by time or lot -> train, validation, test as JSON lines -> manifest

The same rows, split in the same shares, give the same bytes, hash and name. Rows are written twice
instead of being held in memory; what the split looks at is held.
"""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from model.data import DataError
from model.examples import Labelled
from model.lots import split_lot
from model.split import Parts, split_time

PARTS = ("train", "validation", "test")
MANIFEST = "manifest.json"
TIME, LOT = "time", "lot"
SPLITS: Mapping[str, Callable[[Sequence[Labelled], float, float], Parts]] = {
    TIME: split_time,
    LOT: split_lot,
}
_FORMAT = 1
_OPENING_CHARS = 400  # of each text; a split tells letters that are alike by it
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One file: how many rows it has, their hash, when the first and the last mail came."""

    rows: int
    sha256: str
    first: str
    last: str
    categories: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `hash` covers every row and where it lies; times are ISO 8601 in UTC.

    `text_version` is that of the reading, `mask_version` that of the masking, None where personal
    data was left in; `split` is how the parts were made, `time` or `lot`; `left_out` counts mails
    that are tied to two parts, and lie in none.
    """

    format: int
    version: str
    hash: str
    rows: int
    first: str
    last: str
    text_version: str | None
    mask_version: str | None
    validation: float
    test: float
    parts: Mapping[str, Part]
    split: str = TIME
    left_out: int = 0


def take(
    rows: Iterable[Mapping[str, Any]],
    folder: Path,
    *,
    validation: float,
    test: float,
    split: str = TIME,
) -> tuple[Path, Manifest]:
    """Write a snapshot of the rows into a new folder below `folder`; returns where it lies.

    A snapshot that is there already stays as it is. The files are for their owner alone.

    Raises:
        DataError: there are no rows, one has no date, or they cannot be written.

    """
    with _workplace(folder) as work:
        seen = list(_spool(rows, work / "rows"))
        if not seen:
            raise DataError(
                "There is no labelled mail yet: correct or confirm some in the console first."
            )
        place = _places(SPLITS[split](_in_order(seen, split), validation, test))
        parts = _write_parts(work, seen, place)
        kept = [seen[number] for number in sorted(place)]
        manifest = replace(
            _manifest(kept, parts, validation, test), split=split, left_out=len(seen) - len(kept)
        )
        (work / "rows").unlink()
        with _new(work / MANIFEST) as file:
            file.write(orjson.dumps(_plain(manifest), option=orjson.OPT_INDENT_2))
        final = folder / manifest.version
        if not final.exists():
            work.rename(final)
    return final, manifest


def read(folder: Path) -> Manifest:
    """A snapshot's manifest, once its files are what it says.

    Raises:
        DataError: this is no snapshot, or it was changed.

    """
    try:
        plain = orjson.loads((folder / MANIFEST).read_bytes())
        parts = {name: Part(**part) for name, part in plain.pop("parts").items()}
        manifest = Manifest(**plain, parts=parts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{folder} is no snapshot: it has no {MANIFEST} that fits.") from error
    for name in PARTS:
        if _hash_of(folder / f"{name}.jsonl") != manifest.parts[name].sha256:
            raise DataError(f"{folder}/{name}.jsonl is not what its manifest says: take it anew.")
    return manifest


def _hash_of(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it was given its name."""
    work = folder / f".part-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work.mkdir(mode=0o700)
        yield work
    except OSError as error:
        raise DataError(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _new(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _spool(rows: Iterable[Mapping[str, Any]], file: Path) -> Iterator["_Seen"]:
    with _new(file) as out:
        for number, row in enumerate(rows):
            out.write(orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
            yield _Seen(
                Labelled(
                    text=str(row.get("text", ""))[:_OPENING_CHARS],
                    label=str(row["category"]),
                    group=str(row.get("group") or ""),
                    thread=str(row.get("thread") or ""),
                    date=str(row.get("date") or ""),
                    source=str(number),
                ),
                row.get("as_read"),
                row.get("mask_version"),
                str(row.get("labelled_at") or row.get("date") or ""),
            )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept in memory of a row."""

    example: Labelled
    text_version: str | None
    mask_version: str | None
    labelled_at: str


def _in_order(seen: Sequence["_Seen"], split: str) -> list[Labelled]:
    """Lots are drawn in the order of labelling: what is labelled late moves nothing."""
    ordered = sorted(seen, key=lambda one: one.labelled_at) if split == LOT else seen
    return [one.example for one in ordered]


def _plain(manifest: Manifest) -> dict[str, Any]:
    """As releases before `split` read it, where they know all that it says."""
    usual = {"split": TIME, "left_out": 0}
    return {k: v for k, v in asdict(manifest).items() if k not in usual or v != usual[k]}


def _places(parts: Parts) -> dict[int, str]:
    """The part of each row, by its number."""
    return {int(x.source): name for name in PARTS for x in getattr(parts, name)}


def _write_parts(work: Path, seen: list[_Seen], place: Mapping[int, str]) -> dict[str, Part]:
    files = {name: _new(work / f"{name}.jsonl") for name in PARTS}
    digests = {name: hashlib.sha256() for name in PARTS}
    with (work / "rows").open("rb") as rows:
        for number, line in enumerate(rows):
            if part := place.get(number):
                files[part].write(line)
                digests[part].update(line)
    for file in files.values():
        file.close()
    return {
        name: _part([seen[n].example for n, part in place.items() if part == name], digest)
        for name, digest in ((name, digests[name].hexdigest()) for name in PARTS)
    }


def _part(examples: list[Labelled], digest: str) -> Part:
    dates = sorted(x.date for x in examples) or [""]
    counts = Counter(x.label for x in examples)
    return Part(len(examples), digest, dates[0], dates[-1], dict(sorted(counts.items())))


def _manifest(
    seen: list[_Seen], parts: Mapping[str, Part], validation: float, test: float
) -> Manifest:
    dates = sorted(one.example.date for one in seen)
    first = seen[0]
    whole = hashlib.sha256(
        orjson.dumps(
            [_FORMAT, first.text_version, first.mask_version, *(parts[n].sha256 for n in PARTS)]
        )
    ).hexdigest()
    return Manifest(
        format=_FORMAT,
        version=f"{dates[-1][:10].replace('-', '')}-{whole[:12]}",
        hash=whole,
        rows=len(seen),
        first=dates[0],
        last=dates[-1],
        text_version=first.text_version,
        mask_version=first.mask_version,
        validation=validation,
        test=test,
        parts=parts,
    )
