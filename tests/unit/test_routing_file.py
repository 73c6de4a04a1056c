"""`routing.yaml` is checked at start, and a fault is named with its line."""

from pathlib import Path

import pytest

from service.domain.routing import Facts, by_rule
from service.domain.types import Priority
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


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("triage: people\n", "triage: people\ntriage: claims\n", 3, "triage: stands there twice"),
        ("    sla: 2d", "    sla: 2d\n    'sla': 3d", 11, "sla: stands there twice"),
        ("  people:", "  claims: {title: R, sla: 1h}\n  people:", 8, "claims: stands there twice"),
        ("    queue: claims", "    queue: claims\n    queue: people", 15, "queue: stands"),
    ],
)
def test_a_key_that_stands_twice_is_refused(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """YAML would silently take the last, at whatever depth."""
    with pytest.raises(StartupError) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert f"line {line}: {words}" in str(caught.value)


CONDITION = "sender_domain: [Partner.example]"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (f"    {CONDITION}\n", "", 12, "rules.0: has no condition"),
        (CONDITION, "all: false", 12, "rules.0: has no condition"),
        (CONDITION, f"all: true\n    {CONDITION}", 13, "rules.0.all: must not be true beside"),
        (CONDITION, "machine: []", 13, "rules.0.machine: must name at least one"),
        (CONDITION, "all: perhaps", 13, "rules.0.all: Not a valid boolean"),
    ],
)
def test_a_rule_for_all_mail_must_say_so(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """A forgotten condition would keep all mail from the model."""
    with pytest.raises(StartupError) as caught:
        load(write(tmp_path, GOOD.replace(old, new)))
    assert f"line {line}: {words}" in str(caught.value)


def test_a_rule_may_be_for_all_mail(tmp_path: Path) -> None:
    """Where it says so."""
    routing = load(write(tmp_path, GOOD.replace(CONDITION, "all: true")))
    found = by_rule(routing, Facts("anybody", Priority.NORMAL))
    assert found is not None
    assert found.reason == "rule:partners"


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    """A decision names its rule; the second one is named with its line."""
    twin = "  - {name: partners, machine: [bounce], queue: people}\n"
    with pytest.raises(StartupError, match=r"line 15: rules\.1\.name: another rule has this name"):
        load(write(tmp_path, GOOD + twin))


def test_a_category_may_be_named_as_models_name_it(tmp_path: Path) -> None:
    """Many published models shout their labels."""
    assert "LABEL_0" in load(write(tmp_path, GOOD.replace("  claim:", "  LABEL_0:"))).categories


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a: 1\nb: [", 2),
        (b"a: 1\n\tx: 1", 2),
        (b"a: 1\nb: \xff", 2),
        (b"a: 1\nb: \x00", 2),
        (b"a: 1\nb: 2026-02-30", 2),
        (b"a: 1\nb: *unknown", 2),
        (b"a: " + b"[" * 5_000, 1),
    ],
    ids=["open", "tab", "encoding", "zero", "date", "alias", "deep"],
)
def test_what_is_not_yaml_is_named_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    """Whichever part of the reader finds it."""
    path = tmp_path / "routing.yaml"
    path.write_bytes(content)
    with pytest.raises(StartupError, match=rf"is not YAML: line {line}: "):
        load(path)


@pytest.mark.parametrize("content", ["", "[1, 2]", "a: [", "\tx: 1", "a: &a [*a]"])
def test_what_is_no_routing_at_all_is_a_sentence(tmp_path: Path, content: str) -> None:
    """Empty, another shape, broken YAML, an alias to itself."""
    with pytest.raises(StartupError, match=r"routing\.yaml"):
        load(write(tmp_path, content))


def test_a_missing_file_names_the_variable(tmp_path: Path) -> None:
    """The operator sees what to set."""
    with pytest.raises(StartupError, match="ROUTING_PATH"):
        load(tmp_path / "absent.yaml")


CALENDAR = """\
calendars:
  office:
    zone: Europe/Paris
    hours:
      mon-thu: ["09:00-12:00", "14:00-18:00"]
      fri: ["09:00-17:00"]
    holidays: [2026-12-25, "2027-01-01"]
"""
QUEUE = "{title: Q, sla: 4h, resolution: 2d, warn: 30m, calendar: office}"


def with_calendar(old: str = "", new: str = "") -> str:
    return CALENDAR.replace(old, new) + GOOD.replace("{title: Q, sla: 90m}", QUEUE)


def test_a_queue_may_have_opening_hours(tmp_path: Path) -> None:
    """Days are spread, hours become minutes, holidays days; a queue without any is always open."""
    queues = load(write(tmp_path, with_calendar())).queues
    calendar = queues["claims"].calendar
    assert calendar is not None
    assert [(h.opens, h.closes) for h in calendar.week[3]] == [(540, 720), (840, 1080)]
    assert [len(hours) for hours in calendar.week] == [2, 2, 2, 2, 1, 0, 0]
    assert {day.isoformat() for day in calendar.holidays} == {"2026-12-25", "2027-01-01"}
    assert queues["people"].calendar is None


def test_targets_have_their_defaults(tmp_path: Path) -> None:
    """The first answer is the last, a quarter of it is warning enough."""
    queues = load(write(tmp_path, with_calendar())).queues
    given, default = queues["claims"].targets, queues["people"].targets
    assert (given.first_response, given.resolution, given.warn) == (14_400, 172_800, 1_800)
    assert (default.first_response, default.resolution, default.warn) == (172_800, 172_800, 43_200)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("Europe/Paris", "Mars/Base", 3, "calendars.office.zone: must be a time zone"),
        ("Europe/Paris", "../../etc", 3, "calendars.office.zone: must be a time zone"),
        ("mon-thu", "mon-xyz", 5, "hours.mon-xyz: must look like mon"),
        ("09:00-17:00", "9-17", 6, "fri.0: must look like 09:00-12:30"),
        ("09:00-17:00", "17:00-09:00", 6, "hours.fri: 17:00-09:00 must end after it begins"),
        ("14:00-18:00", "11:00-18:00", 4, "hours: must not overlap"),
        ("fri: ", "wed-fri: ", 4, "hours: must not overlap"),
        ("2027-01-01", "soon", 7, "holidays.1: must look like"),
        ("  office", "  bureau", 14, "queues.claims.calendar: no calendar of this name"),
    ],
)
def test_a_fault_of_a_calendar_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """As any other fault."""
    with pytest.raises(StartupError) as caught:
        load(write(tmp_path, with_calendar(old, new)))
    assert words in str(caught.value)
    assert f"line {line}: " in str(caught.value)


def test_a_resolution_shorter_than_the_first_answer_is_refused(tmp_path: Path) -> None:
    """It could never be kept."""
    content = GOOD.replace("sla: 2d", "sla: 2d\n    resolution: 1d")
    with pytest.raises(StartupError, match=r"queues\.people\.resolution: must not be shorter"):
        load(write(tmp_path, content))


def test_contract_numbers_are_read_and_checked(tmp_path: Path) -> None:
    """A dangerous pattern is named with its line, as any other fault."""
    assert load(write(tmp_path, GOOD)).contracts == ()
    content = GOOD + "masking:\n  contracts:\n    - 'POL-\\d{6}'\n    - '\\d{8}'\n"
    assert load(write(tmp_path, content)).contracts == (r"POL-\d{6}", r"\d{8}")
    with pytest.raises(StartupError, match=r"line 18: masking\.contracts\.1: .* is not understood"):
        load(write(tmp_path, content.replace(r"'\d{8}'", r"'\d+'")))
