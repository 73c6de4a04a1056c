"""Which mailbox a recipient belongs to, and what `routing.yaml` may say of it."""

from pathlib import Path

import pytest

from service.domain.mailboxes import Mailboxes
from service.errors import StartupError
from service.routing_file import load

NAMES = Mailboxes({"info@x.test": "info", "x.test": "all", "y.test": "other"})
ROUTING = """\
version: "1"
triage: people
default_threshold: 0.5
categories: {claim: {title: C, queue: people}}
queues: {people: {title: P, sla: 2d}}
"""


@pytest.mark.parametrize(
    ("recipient", "mailbox"),
    [
        ("info@x.test", "info"),
        ("INFO@X.Test", "info"),
        ("info+case-12@x.test", "info"),  # the detail is the sender's own
        ("someone@x.test", "all"),
        ("a@y.test", "other"),
        ("a@sub.y.test", None),  # a domain stands for itself alone
        ("info", None),
    ],
)
def test_a_recipient_has_one_mailbox(recipient: str, mailbox: str | None) -> None:
    """The exact address comes before its domain."""
    assert NAMES.mailbox(recipient) == mailbox


def test_the_default_takes_the_rest() -> None:
    """Only where there is one."""
    assert Mailboxes({"x.test": "x"}, "rest").mailbox("a@z.test") == "rest"
    assert not Mailboxes()
    assert Mailboxes({}, "rest")


def test_the_file_names_mailboxes_and_where_mail_is_handed_on(tmp_path: Path) -> None:
    """Addresses and domains in any case."""
    path = tmp_path / "routing.yaml"
    more = "mailboxes: {one: [A@X.test, Y.test]}\ndefault_mailbox: rest\n"
    path.write_text(ROUTING.replace("2d}", "2d, reinject: team@help.test}") + more)
    routing = load(path)
    assert routing.mailboxes.mailbox("a@x.test") == routing.mailboxes.mailbox("b@y.test") == "one"
    assert routing.mailboxes.mailbox("b@z.test") == "rest"
    assert routing.queues["people"].reinject == "team@help.test"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("", "mailboxes: {one: [x.test], two: [X.test]}\n", "line 6: mailboxes.two: X.test leads"),
        ("", "mailboxes: {'a b': [x.test]}\n", "line 6: mailboxes.a b"),
        ("2d}", "2d, reinject: 'a@b.test\\nBcc: c@d.test'}", "line 5: queues.people.reinject"),
        ("2d}", "2d, reinject: Team <a@b.test>}", "line 5: queues.people.reinject"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Two owners of one domain; a name or an address that is none."""
    path = tmp_path / "routing.yaml"
    path.write_text(ROUTING.replace(old, new) if old else ROUTING + new)
    with pytest.raises(StartupError, match=words):
        load(path)
