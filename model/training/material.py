"""What is learned from: read, checked and split before torch is loaded, so that faults show soon.

data -> labelled texts -> duplicates -> checks -> parts
"""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mail.text import MODEL_CHARS
from model.artifact import MAX_TEXT, is_line
from model.data import DataError, read_labelled, read_texts
from model.examples import Labelled, deduplicate
from model.place import checked_place
from model.snapshot import MANIFEST, PARTS, read
from model.split import Parts, split_text, split_time, ties
from model.training.checks import checked

VALIDATION, TEST = 0.15, 0.15

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class Material:
    """`outside` are mails of no category, `unlabelled` texts that nobody sorted."""

    parts: Parts
    outside: list[Labelled]
    unlabelled: list[str]


def gather(options: argparse.Namespace) -> Material:
    """All that the command needs; `DataError` says what to do where that is not enough."""
    checked_place(options.out)
    _check_name(options.name or options.out.resolve().name)
    if options.new_words and options.unlabelled is None:
        raise DataError("--new-words takes words of mail that --unlabelled FILE gives: name it.")
    if (options.data / MANIFEST).is_file():
        parts = _snapshot_parts(options.data, drop_rare=options.drop_rare)
        return Material(parts, [], _unsorted_mail(options.unlabelled, parts))
    inside, outside = _sorted_mail(options)
    if options.split == "time":
        parts = split_time(inside, VALIDATION, TEST)
    else:
        parts = split_text(inside, VALIDATION, TEST, options.seed)
    if not parts.validation:
        raise DataError(
            "No part of the mails can be kept to choose by: each category has fewer than three, or "
            "all hang together (one thread, or one text with other numbers). Give more different "
            "mails."
        )
    log.info("split: %s, %d of no category", parts.sizes(), len(outside))
    return Material(parts, outside, _unsorted_mail(options.unlabelled, parts))


def _check_name(name: str) -> None:
    if not is_line(name):
        raise DataError(
            f"No model can be called {name[:MAX_TEXT]!r}: give --name one line, of {MAX_TEXT} "
            "characters at most."
        )


def _snapshot_parts(folder: Path, *, drop_rare: bool) -> Parts:
    """The parts of a snapshot as they are; each text once, and of categories that can be learned.

    `DataError` where it was changed, or holds too little.
    """
    read(folder)
    files = (folder / f"{name}.jsonl" for name in PARTS)
    learn, choose, test = (
        deduplicate(read_labelled(file)) if file.stat().st_size else [] for file in files
    )
    learn = checked(learn, drop_rare=drop_rare)
    labels = {x.label for x in learn}
    parts = Parts(
        learn, [x for x in choose if x.label in labels], [x for x in test if x.label in labels]
    )
    if not parts.validation:
        raise DataError(f"{folder} has no mail to choose by in its validation part: label more.")
    log.info("snapshot: %s", parts.sizes())
    return parts


def _sorted_mail(options: argparse.Namespace) -> tuple[list[Labelled], list[Labelled]]:
    read = read_labelled(options.data)
    examples = deduplicate(read)
    log.info("%d different mails in %s", len(examples), options.data)
    _tell(read, examples)
    outside = [x for x in examples if x.label == options.outside]
    rest = [x for x in examples if x.label != options.outside]
    return checked(rest, drop_rare=options.drop_rare), outside


def _unsorted_mail(path: Path | None, parts: Parts) -> list[str]:
    """Without what chooses or measures: a mailbox may well hold the labelled mail too."""
    if path is None:
        return []
    apart = {ties(x)[0] for x in (*parts.validation, *parts.test)}
    read = read_texts(path)
    kept = [text for text in read if ties(Labelled(text, ""))[0] not in apart]
    if not kept:
        raise DataError(
            f"{path} holds no mail but such as is kept apart to choose by and to measure with: "
            "give other mail, or none."
        )
    if len(kept) < len(read):
        log.info("%d unlabelled mails are kept apart, and not read on in", len(read) - len(kept))
    return kept


def _tell(read: Sequence[Labelled], kept: Sequence[Labelled]) -> None:
    """What the user would like to know of the mails before hours of training."""
    label = {x.text: x.label for x in kept}
    torn = sum(label.get(x.text, x.label) != x.label for x in read)
    if torn:
        log.warning(
            "%d mails are there again in another category; the first one counts. If that is many, "
            "look at how they were sorted.",
            torn,
        )
    long = sum(len(x.text) >= MODEL_CHARS for x in kept)
    if long:
        log.info(
            "%d mails are longer than %d characters; what follows is not read, here as in serving",
            long,
            MODEL_CHARS,
        )
