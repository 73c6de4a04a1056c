"""The sender's pure parts: which addresses, what follows from an answer, who gets a place."""

import ipaddress
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outbound.lanes import Lanes
from service.outbound.verdict import Policy, Verdict
from service.store.outbox import Event
from service.webhooks.addresses import permitted
from service.webhooks.attempt import Attempt, Clock
from service.webhooks.types import Answer, Trouble, Undelivered
from service.webhooks.verdict import verdict

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
POLICY = Policy(max_attempts=20)
SECRET = "whsec_" + "a" * 32


def judge(result: Answer | Undelivered, attempts: int = 1) -> Verdict:
    """The verdict in the middle of the jitter."""
    return verdict(result, attempts, POLICY, now=NOW, jitter=0.5)


def an_event(body: bytes) -> Event:
    """An event at its first attempt."""
    ids = [UUID(digit * 32) for digit in "1234"]
    return Event(*ids, "https://a.example/", body, 1, "a.example")


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "192.0.1.1", "2606:4700::1111"])
def test_public_addresses_are_permitted(text: str) -> None:
    """Public unicast needs no listing."""
    assert permitted(ipaddress.ip_address(text), [])


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.9.9.9",
        "168.63.129.16",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.19.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_other_address_is_permitted(text: str) -> None:
    """Private, loopback, link-local, metadata, multicast, reserved and disguised IPv4: refused."""
    assert not permitted(ipaddress.ip_address(text), [])


def test_the_operator_may_list_networks() -> None:
    """A listed network is permitted; a listed NAT64 prefix does not open what lies behind it."""
    listed = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("64:ff9b::/96")]
    assert permitted(ipaddress.ip_address("10.1.2.3"), listed)
    assert permitted(ipaddress.ip_address("64:ff9b::8.8.8.8"), listed)
    assert not permitted(ipaddress.ip_address("64:ff9b::127.0.0.1"), listed)
    assert not permitted(ipaddress.ip_address("127.0.0.1"), listed)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_delivered(status: int) -> None:
    """Any 2xx means that the receiver has it."""
    assert judge(Answer(status)) == Verdict("delivered")


@pytest.mark.parametrize("result", [Answer(410), Undelivered(Trouble.REFUSED, "no")])
def test_what_cannot_change_is_dead_at_once(result: Answer | Undelivered) -> None:
    """410 and our own refusals are not tried again."""
    assert judge(result).dead


@pytest.mark.parametrize("result", [Answer(302), Answer(404), Answer(500), Answer(102)])
def test_other_answers_are_tried_again(result: Answer) -> None:
    """A receiver may mend its redirects, paths and faults."""
    assert not judge(result).dead
    assert judge(result).error
    assert judge(result, attempts=20).dead


def test_waits_double_from_5_seconds_to_6_hours() -> None:
    """5 s, 10 s, 20 s ... and never more than 6 h, however many attempts."""
    waits = [judge(Answer(500), attempts).retry_seconds for attempts in (1, 2, 3, 13, 14, 32767)]
    assert waits == [5, 10, 20, 20480, 21600, 21600]


def test_jitter_spreads_the_waits() -> None:
    """The waits of one outage differ by up to a quarter either way."""
    ends = [verdict(Answer(500), 1, POLICY, now=NOW, jitter=j).retry_seconds for j in (0, 1)]
    assert ends == [3.75, 6.25]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("1", 5),  # never sooner than our own wait
        ("999999999999", 21600),
        ("Thu, 01 Jan 2026 12:02:00 GMT", 120),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 5),
        ("soon", 5),
        ("-5", 5),
        ("٣", 5),  # a digit, though not one of HTTP's
        (None, 5),
    ],
)
def test_retry_after_is_honoured(value: str | None, seconds: float) -> None:
    """Seconds or a date, no sooner than our own wait and no later than 6 h."""
    assert judge(Answer(503, value)).retry_seconds == seconds


@given(st.text() | st.from_regex(r"\w{3}, \d+ Jan \d+ \d+:\d+:\d+ [+-]?\w+"))
def test_any_retry_after_gets_a_wait(value: str) -> None:
    """Nothing that a receiver may send makes the verdict raise."""
    assert 0 < judge(Answer(503, value)).retry_seconds <= 21600


def test_a_host_gets_no_more_than_its_places() -> None:
    """The room of a host shrinks with what is in flight to it; others are not concerned."""
    lanes = Lanes(total=8, per_host=2)
    lanes.enter("a")
    assert (dict(lanes.room()), lanes.free) == ({"a": 1}, 7)
    lanes.enter("a")
    assert lanes.room() == {"a": 0}
    lanes.leave("a", slow=False)
    lanes.leave("a", slow=False)
    assert (dict(lanes.room()), lanes.free) == ({}, 8)


def test_a_slow_host_gets_one_place_until_it_answers_in_time() -> None:
    """After a time-out a host has one place; an answer in time gives the others back."""
    lanes = Lanes(total=8, per_host=4)
    lanes.enter("a")
    lanes.leave("a", slow=True)
    assert lanes.room() == {"a": 1}
    lanes.enter("a")
    assert lanes.room() == {"a": 0}
    lanes.leave("a", slow=False)
    assert lanes.room() == {}


def test_an_attempt_that_comes_too_late_is_not_made() -> None:
    """After a pause in which the lease may have passed, somebody else sends."""
    event = an_event(b"{}")
    sent: list[str] = []

    def post(url: str, _body: bytes, _headers: Mapping[str, str]) -> Answer:
        sent.append(url)
        return Answer(204)

    attempt = Attempt(post, lambda _client: SECRET, POLICY, Clock(monotonic=lambda: 100.0))
    assert attempt(event, 99.0).outcome == Trouble.INTERNAL
    assert sent == []
    assert attempt(event, 101.0) == Verdict("delivered")


def test_a_fault_of_our_own_does_not_end_the_sender() -> None:
    """Whatever goes wrong in an attempt is a failure of that event, tried again later."""
    attempt = Attempt(lambda *_: Answer(204), lambda _client: SECRET, POLICY)
    judged = attempt(an_event(b"\xff"), math.inf)  # a body that is not UTF-8 cannot be signed
    assert (judged.outcome, judged.dead) == (Trouble.INTERNAL, False)
