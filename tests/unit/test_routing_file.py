"""`routing.yaml` is checked at start, and a fault is named with its line."""

from pathlib import Path

import pytest

from service.errors import StartupError
from service.routing_file import load

GOOD = """\
version: "7"
triage: people
default_threshold: 0.5
categories:
  claim: {title: C, queue: claims, priority: high, threshold: 0.9}
queues:
  claims: {title: Q, sla: 90m}
  people:
    title: P
    sla: 2d
rules:
  - name: partners
    sender_domain: [Partner.example]
    queue: claims
"""


def write(folder: Path, content: str) -> Path:
    path = folder / "routing.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    """Durations become seconds, domains lower case."""
    routing = load(write(tmp_path, GOOD))
    assert routing.queues["claims"].sla_seconds == 5400
    assert routing.categories["claim"].threshold == 0.9
    assert routing.rules[0].sender_domains == {"partner.example"}


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    """Two files with the same number are told apart."""
    one = load(write(tmp_path, GOOD)).version
    two = load(write(tmp_path, GOOD.replace("0.9", "0.8"))).version
    assert one.startswith("7+")
    assert one != two


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("queue: claims, priority", "queue: nowhere, priority", 5, "no queue of this name"),
        ("triage: people", "triage: nobody", 2, "no queue of this name"),
        ("threshold: 0.9", "threshold: 9", 5, "categories.claim.threshold"),
        ("sla: 2d", "sla: soon", 10, "queues.people.sla: must look like"),
        ("priority: high", "priority: now", 5, "categories.claim.priority"),
        ("sender_domain", "sender", 13, "rules.0.sender: Unknown field"),
        ("title: Q", "name: Q", 7, "queues.claims"),
        ("default_threshold: 0.5\n", "", 1, "default_threshold: Missing data"),
    ],
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """And with the path of the key."""
    with pytest.raises(StartupError) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert f"line {line}: " in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("content", ["", "[1, 2]", "a: [", "\tx: 1", "a: &a [*a]"])
def test_what_is_no_routing_at_all_is_a_sentence(tmp_path: Path, content: str) -> None:
    """Empty, another shape, broken YAML, an alias to itself."""
    with pytest.raises(StartupError, match=r"routing\.yaml"):
        load(write(tmp_path, content))


def test_a_missing_file_names_the_variable(tmp_path: Path) -> None:
    """The operator sees what to set."""
    with pytest.raises(StartupError, match="ROUTING_PATH"):
        load(tmp_path / "absent.yaml")
