"""Finding the newest message: this project beside three libraries, in one run.

pip install mail-parser-reply quotequail email-reply-parser
python -m bench.segmentation [--write docs/segmentation.md]
"""

import argparse
import importlib
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.fixtures import ROOT, Expected, discourse, talon, words, written
from mail.parse import parse
from mail.segment import segment
from tests.unit.mail.separator_cases import KEPT, MUST_NOT_CUT, SEPARATORS

Newest = Callable[[str], str]
_REPLY = "Bonjour,\n\nJe confirme ma demande.\n\n"
_OLD = "\n\nVotre dossier est clos depuis hier.\nLe service clients\n"
_SIZE = 50_000  # characters of each adversarial text
_PATIENCE = 10  # seconds before a text counts as hanging
_ADVERSARIAL = (
    "On\n", "\n", "Le ", "Date : 12/03/2024\n", "Objet : devis\n\n", "> ", ">\n", "-- \n", "-",
    "x:\n", "On 5 Mar 2024, a@b.fr wrote:\n", "Am schrieb ", "Envoyé de mon iPhone\n",
    "Cordialement\n",
)  # fmt: skip


@dataclass(frozen=True)
class Tool:
    """A way to get the newest message of a text, and whether signatures are part of it."""

    name: str
    package: str
    newest: Newest
    whole: Newest


def _ours(text: str) -> str:
    found = segment(text)
    return found.said(found.main)


def _ours_whole(text: str) -> str:
    found = segment(text)
    return found.whole(found.main)


def _quotequail(text: str) -> str:
    library = importlib.import_module("quotequail")
    parts = library.quote(text, limit=1_000_000, quote_intro_line=True)
    return "\n".join(part for shown, part in parts if shown)


def _email_reply_parser(text: str) -> str:
    library = importlib.import_module("email_reply_parser")
    return str(library.EmailReplyParser.parse_reply(text))


def _mail_parser_reply(text: str) -> str:
    library = importlib.import_module("mailparser_reply")
    parser = library.EmailReplyParser(languages=["en", "fr"])
    return parser.parse_reply(text=text) or ""


TOOLS = (
    Tool("this project", "", _ours, _ours_whole),
    Tool("mail-parser-reply", "mail-parser-reply", _mail_parser_reply, _mail_parser_reply),
    Tool("quotequail", "quotequail", _quotequail, _quotequail),
    Tool("email-reply-parser", "email-reply-parser", _email_reply_parser, _email_reply_parser),
)


def separators(tool: Tool) -> int:
    """Of the thirty, how many leave exactly what stands above them."""
    texts = (_REPLY + separator + _OLD for separator in SEPARATORS.values())
    return sum(words(tool.whole(text)) == words(_REPLY) for text in texts)


def false_cuts(tool: Tool) -> int:
    """How many of the texts that must not be cut lose a word of what the sender wrote."""
    return sum(
        not set(words(KEPT.get(name, text))) <= set(words(tool.newest(text)))
        for name, text in MUST_NOT_CUT.items()
    )


def agreement(newest: Newest, cases: list[Expected], reading: Callable[[str], list[str]]) -> str:
    """How many fixtures a tool reads as their authors do."""
    agreed = sum(
        words(newest(parse(case.raw).text)) in (reading(case.text), words(case.text))
        for case in cases
    )
    return f"{agreed}/{len(cases)}"


def worst(tool: Tool) -> str:
    """The longest any adversarial text takes, each in a process that is ended when it hangs."""
    seconds = max(_timed(tool, (line * _SIZE)[:_SIZE]) for line in _ADVERSARIAL)
    return f"> {_PATIENCE} s" if seconds > _PATIENCE else f"{seconds:.2f} s"


def _timed(tool: Tool, text: str) -> float:
    started = time.monotonic()
    process = multiprocessing.get_context("fork").Process(target=tool.newest, args=(text,))
    process.start()
    process.join(_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
        return _PATIENCE + 1
    return time.monotonic() - started


def row(tool: Tool) -> str:
    """One line of the table."""
    name = f"{tool.name} {version(tool.package)}" if tool.package else f"**{tool.name}**"
    fixtures = ["-", "-"]
    if ROOT.is_dir():
        fixtures = [
            agreement(tool.whole, talon(), words),
            agreement(tool.newest, discourse(), written),
        ]
    cells = [
        name,
        f"{separators(tool)}/30",
        f"{false_cuts(tool)}/{len(MUST_NOT_CUT)}",
        *fixtures,
        worst(tool),
    ]
    return "| " + " | ".join(cells) + " |"


def table() -> str:
    """The whole table in Markdown; libraries that are not installed are left out."""
    head = "| tool | separators | false cuts | talon | discourse | slowest 50 KB |"
    return "\n".join([head, "|---|---|---|---|---|---|", *map(row, filter(_installed, TOOLS))])


def _installed(tool: Tool) -> bool:
    try:
        return not tool.package or bool(version(tool.package))
    except PackageNotFoundError:
        return False


def main() -> None:
    """Print the table, and put it between the marks of a document where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    target = parser.parse_args().write
    result = table()
    print(result)  # noqa: T201
    if target is not None:
        before, rest = target.read_text("utf-8").split("<!-- table -->\n", 1)
        after = rest.split("<!-- end -->", 1)[1]
        target.write_text(f"{before}<!-- table -->\n{result}\n<!-- end -->{after}", "utf-8")


if __name__ == "__main__":
    main()
