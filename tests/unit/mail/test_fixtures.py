"""Agreement with what eleven mail libraries test themselves with."""

from email import message_from_bytes
from email.message import Message

import pytest

from bench.agreement import rows
from bench.fixtures import ROOT, discourse, every_file, talon, words, written
from mail.attachments import leaves
from mail.parse import parse
from mail.segment import segment
from mail.structure import read_structure
from tests.unit.mail.invariants import assert_sound

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the public fixtures are not installed")


def test_every_fixture_is_read() -> None:
    """Not one of over a thousand files raises or yields something unsound."""
    files = list(every_file())
    for path in files:
        assert_sound(parse(path.read_bytes()))
    assert len(files) > 1000


def test_talon_agrees() -> None:
    """At least 90 % of talon's replies are found as talon finds them."""
    agreed = [case.name for case in talon() if words(whole(case.raw)) == words(case.text)]
    assert len(agreed) >= 0.90 * len(talon())


def test_discourse_agrees() -> None:
    """At least 85 % of discourse's trimmed replies are found, quoted lines left in or out."""
    cases = discourse()
    strict = [case.name for case in cases if words(said(case.raw)) == words(case.text)]
    aside = [case.name for case in cases if words(said(case.raw)) == written(case.text)]
    assert len(strict) >= 0.85 * len(cases)
    assert len(aside) >= 0.90 * len(cases)


def test_what_is_cut_off_and_bodies_agree() -> None:
    """At least 80 % of discourse's elided texts, and 7 of MimeKit's 9 bodies."""
    found = {name: (good, of) for name, _, good, of in rows()}
    good, of = found["discourse, elided"]
    assert good >= 0.80 * of > 0
    assert found["MimeKit"][0] >= 7


def test_the_standard_library_sees_the_same_parts() -> None:
    """On 98 % of the files the tree of parts is the one `email` builds; it is the oracle."""
    files = [path.read_bytes() for path in every_file()]
    same = sum(ours(raw) == theirs(message_from_bytes(raw)) for raw in files)
    assert same >= 0.98 * len(files)


def whole(raw: bytes) -> str:
    """The newest message with its signature."""
    email = parse(raw)
    found = segment(email.text, email.subject)
    return found.whole(found.main)


def said(raw: bytes) -> str:
    """The newest message without its signature."""
    email = parse(raw)
    found = segment(email.text, email.subject)
    return found.said(found.main)


def ours(raw: bytes) -> list[str]:
    """The media types of the parts of a message, attached messages closed."""
    return [part.media.value for part in leaves(read_structure(raw).root) if part.level == 0]


def theirs(message: Message) -> list[str]:
    """The same as the standard library sees it."""
    parts = message.get_payload() if message.get_content_maintype() == "multipart" else []
    inner = [kind for part in parts if isinstance(part, Message) for kind in theirs(part)]
    return [message.get_content_type(), *inner]
