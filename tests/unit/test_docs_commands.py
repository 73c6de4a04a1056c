"""What the docs tell an operator to type is taken by what they type it to."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from service.cli import parser

ROOT = Path(__file__).resolve().parents[2]
DOCS = [
    "docs/operations.md",
    "docs/privacy.md",
    "docs/upgrades.md",
    "docs/starter-kit.md",
    "README.md",
]
PAGES = [ROOT / doc for doc in DOCS] + sorted((ROOT / "docs" / "runbooks").glob("*.md"))
COMMANDED = [*PAGES, ROOT / "docs" / "model-life.md"]
# where a page leaves a word to its reader
PLACES = {"ID": "01a1fc1c-c35f-7103-b23b-7bca3294be55", "...": "a-word"}


def code(page: Path) -> Iterator[str]:
    """Everything in backticks, and every line of a block."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        yield from block.splitlines()
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    yield from (" ".join(found.split()) for found in re.findall(r"`([^`]+)`", prose))


def commands(page: Path) -> list[str]:
    """Of `aiguilleur`, with an option or an argument; those that are but named are left out."""
    found = [re.search(r"(?:^|-- |\w )aiguilleur ([a-z].*)", line) for line in code(page)]
    lines = [re.split(r" [<>|#] ?", match[1])[0].strip() for match in found if match]
    return [line for line in lines if re.search(r"[^a-z -]|^switch o\w+ .", line)]


@pytest.mark.parametrize("page", COMMANDED, ids=lambda page: page.name)
def test_every_command_is_understood(page: Path) -> None:
    """By the parser of the command line: no option that there is not, none forgotten."""
    for line in commands(page):
        words = [PLACES.get(word, word) for word in shlex.split(line)]
        assert parser().parse_args(words).command == words[0], line


def test_commands_are_found() -> None:
    """Those of the page of operations, in prose and in blocks."""
    found = commands(ROOT / "docs" / "operations.md")
    assert "account create --login lea --role agent --mailbox '*'" in found
    assert 'switch off everything --reason "..."' in found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_logs_of_many_pods_are_whole_where_they_are_searched(page: Path) -> None:
    """With a selector, kubectl gives ten lines of each pod unless it is told otherwise."""
    searched = [line for line in code(page) if "kubectl logs -l" in line and "| grep" in line]
    assert [line for line in searched if "--tail=-1" not in line] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_value_of_the_chart_that_is_named_is_there(page: Path) -> None:
    """`worker.keda.enabled` and its like, as in values.yaml."""
    values = yaml.safe_load((ROOT / "helm" / "values.yaml").read_text(encoding="utf-8"))
    for name in filter(re.compile(r"[a-z]+(\.[a-zA-Z]+)+").fullmatch, code(page)):
        first, *rest = name.split(".")
        found = values.get(first)
        if not isinstance(found, dict):
            continue  # a file, a table of PostgreSQL
        for part in rest:
            assert part in found, name
            found = found[part]
