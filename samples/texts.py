"""Reads the hand-written sample mails of `samples/source/*.txt`.

A line `=== CATEGORY LANGUAGE NAME` opens a mail; `key: value` lines follow until a blank line; the
rest is its body, in which a long line runs on in the next one. The keys: from, to, cc, subject,
form (how it is encoded: see `samples.forms`), attach (names of files), enclose (the name of a mail
to attach), copy (the name of a mail to repeat), note, header (a further header field, may be
repeated), and those of machine mail (see `samples.machine`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parent / "source"
MARK = "=== "
RUNS_ON = 85  # characters: a line at least as long was broken for the source file alone


@dataclass(frozen=True, slots=True)
class Text:
    """One mail as it was written, before it is encoded."""

    name: str
    category: str
    language: str
    keys: dict[str, str]
    headers: tuple[str, ...]
    body: str

    @property
    def file(self) -> str:
        """The name of the built file."""
        return f"{self.category}-{self.language}-{self.name}.eml"


def _body(lines: list[str]) -> str:
    parts: list[str] = []
    runs_on = False
    for line in lines:
        if runs_on and line:
            parts[-1] += f" {line}"
        else:
            parts.append(line)
        runs_on = len(line) >= RUNS_ON and not line.startswith(">")
    return "\n".join(parts).strip("\n")


def _block(lines: list[str]) -> Text:
    category, language, name = lines[0].removeprefix(MARK).split()
    end = lines.index("") if "" in lines else len(lines)
    pairs = [line.split(":", 1) for line in lines[1:end]]
    return Text(
        name=name,
        category=category,
        language=language,
        keys={key: value.strip() for key, value in pairs if key != "header"},
        headers=tuple(value.strip() for key, value in pairs if key == "header"),
        body=_body(lines[end + 1 :]),
    )


def _blocks(path: Path) -> Iterator[list[str]]:
    block: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(MARK):
            if block:
                yield block
            block = [line]
        elif block:
            block.append(line.rstrip())
    if block:
        yield block


def texts(folder: Path = SOURCE) -> list[Text]:
    """All sample mails, file by file in the order of their names."""
    return [_block(block) for path in sorted(folder.glob("*.txt")) for block in _blocks(path)]
