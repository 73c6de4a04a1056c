"""The console's pure parts: words, roles from claims, line ends."""

import re
from pathlib import Path

import pytest
from flask import Flask

from mail.original import has_html, original_html
from mail.unwrap import unwrapped
from service.console.language import LANGUAGES, words
from service.console.present import size
from service.domain.accounts import Grants, identity, is_login
from service.domain.types import Role
from service.errors import ServiceError
from service.flow import passwords

CONSOLE = Path(__file__).resolve().parents[2] / "service" / "console"
GRANTS = Grants(
    "groups",
    {"mail-agents": frozenset({"agent"}), "mail-leads": frozenset({"agent", "supervisor"})},
    {"claims-team": frozenset({"claims"}), "mail-leads": frozenset({"*"})},
)


def test_both_languages_say_the_same_things() -> None:
    """The same keys, the same values filled in, nothing empty."""
    english, french = (words(language) for language in LANGUAGES)
    assert english.keys() == french.keys()
    holes = re.compile(r"{(\w+)}")
    differing = [
        k for k in english if set(holes.findall(english[k])) != set(holes.findall(french[k]))
    ]
    assert differing == []
    assert all(text.strip() for language in (english, french) for text in language.values())


def test_whatever_a_page_says_has_words() -> None:
    """Every key in templates and code; keys that are put together end with a dot."""
    files = [*CONSOLE.rglob("*.html"), *CONSOLE.glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    used = set(re.findall(r"""say\(['"]([a-z_.]+)['"]""", text))
    missing = {
        key
        for key in used
        if key not in words("en") and not (key.endswith(".") and _any_under(key))
    }
    assert missing == set()
    assert len(used) > 50


def _any_under(prefix: str) -> bool:
    return any(key.startswith(prefix) for key in words("en"))


def test_templates_hold_no_inline_script_or_style() -> None:
    """The policy would refuse them, and so does this test."""
    wrong = [
        path.name
        for path in CONSOLE.rglob("*.html")
        if re.search(r"\sstyle=|\son[a-z]+=|<script>", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("claims", "roles", "mailboxes"),
    [
        ({"groups": ["mail-agents", "claims-team"]}, {Role.AGENT}, {"claims"}),
        ({"groups": ["mail-leads"]}, {Role.AGENT, Role.SUPERVISOR}, {"*"}),
        ({"groups": "mail-leads"}, {Role.AGENT, Role.SUPERVISOR}, {"*"}),
        ({"groups": ["others"]}, set(), set()),
        ({"groups": {"mail-leads": True}}, set(), set()),
        ({"groups": 7}, set(), set()),
        ({}, set(), set()),
    ],
)
def test_groups_give_roles_and_mailboxes(
    claims: dict[str, object], roles: set[Role], mailboxes: set[str]
) -> None:
    """Those that the settings name, no others; a claim of another form gives nothing."""
    who = identity("https://idp.example", {"sub": "1", **claims}, GRANTS)
    assert (who.roles, who.mailboxes) == (roles, mailboxes)


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 bytes", "0 octets"),
        (1, "1 byte", "1 octet"),
        (593, "593 bytes", "593 octets"),
        (1_000, "1 kB", "1 ko"),
        (12_345, "12 kB", "12 ko"),
        (999_499, "999 kB", "999 ko"),
        (999_500, "1.0 MB", "1,0 Mo"),
        (25_160_000, "25.2 MB", "25,2 Mo"),
    ],
)
def test_sizes_are_told_in_the_reader_s_language(count: int, english: str, french: str) -> None:
    """With its units and its decimal mark."""
    for language, said in (("en", english), ("fr", french)):
        headers = {"Accept-Language": language}
        with Flask("sizes").test_request_context(headers=headers):
            assert size(count) == said


@pytest.mark.parametrize(
    ("given", "groups", "queues"),
    [
        ({}, ["mail-agents"], {"*"}),
        ({"mail-agents": frozenset({"claims"})}, ["mail-agents"], {"claims"}),
        ({"mail-agents": frozenset({"claims"})}, ["mail-leads"], set()),
    ],
)
def test_groups_give_queues_where_any_does(
    given: dict[str, frozenset[str]], groups: list[str], queues: set[str]
) -> None:
    """Else everybody has all of them, as before there were any."""
    grants = Grants("groups", GRANTS.roles, GRANTS.mailboxes, given)
    assert identity("i", {"sub": "1", "groups": groups}, grants).queues == queues


def test_a_claim_may_lie_within_an_object() -> None:
    """As Keycloak has its roles; a claim whose name has dots comes first."""
    nested = Grants("realm.roles", GRANTS.roles, GRANTS.mailboxes)
    inside = identity("i", {"sub": "1", "realm": {"roles": ["mail-agents"]}}, nested)
    plain = identity("i", {"sub": "1", "realm.roles": ["mail-leads"], "realm": {}}, nested)
    assert inside.roles == {Role.AGENT}
    assert Role.SUPERVISOR in plain.roles


@pytest.mark.parametrize(
    ("claims", "login"),
    [
        ({"preferred_username": "Anna"}, "anna"),
        ({"email": "anna@x.example"}, "anna@x.example"),
        ({}, "17"),
        ({"preferred_username": "Zoé Ô"}, "zo"),
        ({"preferred_username": "é" * 5}, "unnamed"),
        ({"preferred_username": ["x"]}, "17"),
    ],
)
def test_a_login_is_visible_ascii(claims: dict[str, object], login: str) -> None:
    """Trails and leases show it, whatever the provider says."""
    who = identity("i", {"sub": "17", **claims}, GRANTS)
    assert who.login == login
    assert is_login(who.login)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short\nlines", "short\nlines"),
        ("x" * 40 + " " + "y" * 20 + "\nand on", "x" * 40 + " " + "y" * 20 + " and on"),
        ("x" * 60 + "\n- item\n- item", "x" * 60 + "\n- item\n- item"),
        ("x" * 60 + "\n\ny", "x" * 60 + "\n\ny"),
        ("x" * 60 + "\nyy " + "z" * 10 + "\nend", "x" * 60 + " yy " + "z" * 10 + "\nend"),
        ("", ""),
    ],
)
def test_line_ends_that_a_program_made_go(text: str, shown: str) -> None:
    """Those that a person made stay."""
    assert unwrapped(text) == shown


def test_passwords_are_checked() -> None:
    """By a slow hash with a salt; an unknown account fits no password."""
    stored = passwords.hashed("correct horse")
    assert stored != passwords.hashed("correct horse")
    assert stored.startswith("$argon2id$")
    assert passwords.check(stored, "correct horse").fits
    assert not passwords.check(stored, "wrong horse").fits
    assert not passwords.check(None, "nobody has this password").fits
    assert not passwords.check("not a hash", "x").fits
    assert not passwords.check(stored, "x" * 2000).fits


PLAIN = b"Subject: s\n\ntext"
HTML = b"Content-Type: text/html; charset=latin1\n\n<p>\xe9t\xe9</p>"
FILE = b"Content-Type: text/html\nContent-Disposition: attachment\n\n<p>x</p>"


UTF_16 = "Content-Type: text/html\n\n<p>été</p>".encode("utf-16")
BARE_CR = HTML.replace(b"\n", b"\r")


@pytest.mark.parametrize(
    ("raw", "html"),
    [
        (PLAIN, None),
        (HTML, "<p>été</p>"),
        (FILE, None),
        (UTF_16, "<p>été</p>"),
        (BARE_CR, "<p>été</p>"),
    ],
)
def test_a_mail_s_html_is_found(raw: bytes, html: str | None) -> None:
    """Decoded, of whatever `mail.parse` reads; an attached file is none."""
    assert original_html(raw) == html
    assert has_html(raw) == (html is not None)


def test_errors_that_people_meet_have_words() -> None:
    """In both languages."""
    met = {"held", "lease_lost", "not_in_queue", "too_late", "forbidden", "unavailable"}
    assert met <= {kind.code for kind in ServiceError.__subclasses__()}
    assert {code for code in met if f"error.{code}" not in words("fr")} == set()
