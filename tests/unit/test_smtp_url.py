"""AIGUILLEUR_SMTP_URL: what it may say, and that a wrong one shows no password."""

import pytest

from service.errors import StartupError
from service.reinject.smtp import Server, server


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("smtp://mx", Server("smtp", "mx", 25, None, "")),
        ("smtp://[::1]:10026", Server("smtp", "::1", 10026, None, "")),
        ("smtps://a%40b:p%3Aw@mx/", Server("smtps", "mx", 465, "a@b", "p:w")),
        ("smtp+starttls://u:p@mx", Server("smtp+starttls", "mx", 587, "u", "p")),
    ],
)
def test_a_url_names_a_server(url: str, meant: Server) -> None:
    """Each scheme has its port; user and password may be percent-encoded."""
    assert server(url) == meant


@pytest.mark.parametrize(
    "url", ["mx:25", "http://u:secret@mx", "smtp://", "smtp://u:secret@mx:x", "smtp://mx/a?b"]
)
def test_a_wrong_url_gets_a_sentence(url: str) -> None:
    """Without the password."""
    with pytest.raises(StartupError, match="AIGUILLEUR_SMTP_URL must look like") as caught:
        server(url)
    assert "secret" not in str(caught.value)
