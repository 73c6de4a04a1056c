"""Callback URLs: which are refused when mail is posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.callbacks import Target, fault, parse

HOSTS = frozenset({"hooks.example.com", "*.partner.example", "10.0.0.5:8443", "[2001:db8::7]"})


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com/",
        "https://HOOKS.example.com/path?mail=1&x=%20",
        "https://hooks.example.com:443/path",
        "https://a.partner.example/in",
        "https://a.b.partner.example/in",
        "https://10.0.0.5:8443/in",
        "https://[2001:db8::7]/in",
        "https://[2001:0db8:0::0007]/in",  # the same address, written longer
        "https://hooks.example.com/" + "a" * 1974,  # 2,000 characters
    ],
)
def test_a_listed_https_url_is_accepted(url: str) -> None:
    """A URL whose host and port are on the key's list has no fault."""
    assert fault(url, HOSTS, allow_http=False) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com/in",
        "//hooks.example.com/in",
        "ftp://hooks.example.com/in",
        "http://hooks.example.com/in",
        "https:hooks.example.com",
        "https:///in",
        "https://:443/in",
        "https://hooks.example.com:0/in",
        "https://hooks.example.com:65536/in",
        "https://hooks.example.com:/in",
        "https://hooks.example.com:+443/in",
        "https://hooks.example.com:8443/in",  # another port than listed
        "https://hooks.example.com./in",  # the same host for a resolver, not for a certificate
        "https://hooks.example.com.evil.example/in",
        "https://evil.example/hooks.example.com",
        "https://partner.example/in",  # the wildcard stands for what is below
        "https://xpartner.example/in",
        "https://user@hooks.example.com/in",
        "https://hooks.example.com@evil.example/in",
        "https://evil.example\\@hooks.example.com/in",
        "https://hooks.example.com/in#part",
        "https://hooks.example.com?in",
        "https://hooks.example.com/in\r\nHost: evil",
        "https://hooks.example.com/in put",
        "https://hôoks.example.com/in",
        "https://hooks%2eexample.com/in",
        "https://-hooks.partner.example/in",
        "https://a..partner.example/in",
        "https://" + "a" * 64 + ".partner.example/in",
        "https://10.0.0.5/in",  # listed with its port
        "https://8.8.8.8/in",
        "https://127.1:8443/in",
        "https://0x0a000005:8443/in",
        "https://167772165:8443/in",  # 10.0.0.5 as one number
        "https://012.0.0.5:8443/in",
        "https://[::ffff:10.0.0.5]:8443/in",
        "https://[fe80::1%eth0]/in",
        "https://hooks.example.com/" + "a" * 1975,
    ],
)
def test_anything_else_is_refused_with_a_sentence(url: str) -> None:
    """What is not https to a listed host, written plainly, is refused."""
    reason = fault(url, HOSTS, allow_http=False)
    assert reason is not None
    assert reason.endswith(".")


def test_http_needs_the_deployments_leave() -> None:
    """With allow_http a plain URL passes, and its own port is 80."""
    url = "http://hooks.example.com/in"
    assert fault(url, HOSTS, allow_http=True) is None
    assert fault("http://hooks.example.com:443/in", HOSTS, allow_http=True) is not None
    assert "https" in (fault(url, HOSTS, allow_http=False) or "")


def test_a_key_without_hosts_may_not_have_callbacks() -> None:
    """An empty list permits nothing."""
    assert fault("https://hooks.example.com/", frozenset(), allow_http=True) is not None


def test_a_url_is_read_into_its_parts() -> None:
    """Host in lower case, the scheme's own port, and a path that HTTP can send."""
    assert parse("https://A.example") == Target("https", "a.example", 443, "/")
    assert parse("https://a.example/?x=1") == Target("https", "a.example", 443, "/?x=1")
    assert parse("http://[::1]:8080/y") == Target("http", "::1", 8080, "/y")


@given(st.text(max_size=2100))
def test_any_text_gets_an_answer(text: str) -> None:
    """No text at all makes the check raise."""
    assert fault(text, HOSTS, allow_http=True) is None or parse(text)


@given(st.from_regex(r"https?://[a-z0-9.:@\[\]\\%/?#-]{0,40}", fullmatch=True))
def test_what_passes_is_on_the_list(url: str) -> None:
    """Whatever passes with a list of one host leads to that host and nowhere else."""
    if fault(url, frozenset({"a.b"}), allow_http=True) is None:
        target = parse(url)
        assert isinstance(target, Target)
        assert (target.host, target.port) in {("a.b", 443), ("a.b", 80)}
