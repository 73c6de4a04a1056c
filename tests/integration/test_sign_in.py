"""Signing in at the console: who gets in, for how long, and what other sites cannot do."""

import psycopg
import pytest

from tests.support.client import Client
from tests.support.person import PASSWORD, Person, words
from tests.support.processes import Cluster


@pytest.fixture
def anna(cluster: Cluster) -> Person:
    """Somebody with an account, not signed in."""
    listed = cluster.command("account", "list")
    if "\tanna\t" not in listed:
        cluster.account("anna", "agent", PASSWORD)
    return Person(cluster.url)


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_who_has_an_account_gets_in(anna: Person) -> None:
    """Whatever the case of the login, and sees the queues."""
    assert anna.get("/console").place == "/console/sign-in"
    assert anna.sign_in("Anna").place == "/console"
    assert anna.get("/console").place.startswith("/console/queues/")
    assert "Sinistres" in words(anna.get("/console/queues/claims"))


def test_cookies_are_out_of_reach(anna: Person) -> None:
    """Of scripts and of other sites; the session's token is not stored."""
    answer = anna.sign_in("anna")
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if "session=" in c]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize(("login", "password"), [("anna", "wrong"), ("nobody", PASSWORD)])
def test_who_is_wrong_learns_nothing(anna: Person, login: str, password: str) -> None:
    """The same answer, whatever was wrong."""
    answer = anna.sign_in(login, password)
    assert answer.status == 401
    assert "Login or password is wrong." in words(answer)
    assert anna.get("/console").place == "/console/sign-in"


def test_guessing_is_slowed_down(cluster: Cluster, anna: Person) -> None:
    """After ten wrong passwords the right one does not open either, for this login alone."""
    cluster.account("guessed", "agent", PASSWORD)
    assert [anna.sign_in("guessed", f"guess {n}").status for n in range(10)] == [401] * 10
    assert anna.sign_in("guessed").status == 429
    assert anna.sign_in("anna").status == 303


def test_a_sign_in_form_must_be_ours(anna: Person) -> None:
    """Without the token that came with the page, or from another site, nothing happens."""
    form = {"login": "anna", "password": PASSWORD}
    assert anna.ask("POST", "/console/sign-in", form).status == 403
    anna.get("/console/sign-in")
    form["form_token"] = anna.form_token
    for foreign in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert anna.ask("POST", "/console/sign-in", form, foreign).status == 403
    assert anna.ask("POST", "/console/sign-in", form).status == 303


def test_a_form_needs_its_session_s_token(anna: Person) -> None:
    """Another session's is not good enough."""
    other = Person(anna.url)
    other.sign_in("anna")
    anna.sign_in("anna")
    anna.form_token = other.form_token
    assert anna.post("/console/claims", queue="claims").status == 403


def test_sign_out_ends_the_session(anna: Person) -> None:
    """For whoever kept the cookie too."""
    anna.sign_in("anna")
    kept = Person(anna.url, dict(anna.cookies))
    assert anna.post("/console/sign-out").place == "/console/sign-in"
    assert kept.get("/console/queues/claims").place == "/console/sign-in"


@pytest.mark.parametrize(
    "ends",
    [
        "UPDATE sessions SET seen_at = clock_timestamp() - interval '2 hours'",
        "UPDATE sessions SET ends_at = clock_timestamp()",
    ],
)
def test_a_session_ends_by_itself(anna: Person, postgres_url: str, ends: str) -> None:
    """An hour after its last use, and half a day after its beginning."""
    anna.sign_in("anna")
    assert anna.get("/console/queues/claims").status == 200
    execute(postgres_url, ends)
    assert anna.get("/console/queues/claims").place == "/console/sign-in"


def test_a_page_that_refreshes_itself_keeps_no_session(anna: Person, postgres_url: str) -> None:
    """Only people do: else a forgotten screen would stay open."""
    anna.sign_in("anna")
    earlier = "UPDATE sessions SET seen_at = clock_timestamp() - interval '50 minutes'"
    used = "SELECT bool_or(seen_at > clock_timestamp() - interval '1 minute') FROM sessions"
    for path, kept in (("/console/live/queues?live=1", False), ("/console/queues/claims", True)):
        execute(postgres_url, earlier)
        assert anna.get(path).status == 200
        with psycopg.connect(postgres_url) as connection:
            assert connection.execute(used).fetchone() == (kept,)


def test_a_disabled_account_is_out_at_once(cluster: Cluster) -> None:
    """Its sessions too; a new password lets it in again."""
    cluster.account("gone", "agent", PASSWORD)
    gone = Person(cluster.url)
    gone.sign_in("gone")
    cluster.command("account", "disable", "gone")
    assert gone.get("/console/queues/claims").place == "/console/sign-in"
    assert gone.sign_in("gone").status == 401
    cluster.command("account", "password", "gone", given="another long password")
    assert gone.sign_in("gone", "another long password").status == 303


def test_the_trail_of_sign_ins_is_kept_for_a_year(anna: Person, postgres_url: str) -> None:
    """Who came in, who tried, who made the account; what is older goes with a later sign-in."""
    anna.sign_in("anna", "wrong")
    anna.sign_in("anna")
    anna.post("/console/sign-out")
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SELECT outcome FROM sign_ins WHERE login = 'anna' ORDER BY id")
        outcomes = [row[0] for row in rows]
    assert outcomes[0].startswith("created by operator")
    assert outcomes[-3:] == ["wrong", "signed_in", "signed_out"]
    execute(postgres_url, "UPDATE sign_ins SET at = at - interval '400 days'")
    anna.sign_in("anna")
    with psycopg.connect(postgres_url) as connection:
        old = "SELECT count(*) FROM sign_ins WHERE at < clock_timestamp() - interval '1 day'"
        assert connection.execute(old).fetchone() == (0,)


def test_passwords_and_tokens_are_not_stored(
    cluster: Cluster, anna: Person, postgres_url: str
) -> None:
    """Nor is what somebody typed in place of a login."""
    anna.sign_in("my-secret-in-the-wrong-field", "x")
    anna.sign_in("anna")
    with psycopg.connect(postgres_url) as connection:
        stored = "".join(
            str(row)
            for table in ("accounts", "sessions", "sign_ins")
            for row in connection.execute(f"SELECT * FROM {table}")  # type: ignore[arg-type]
        )
    secrets = (PASSWORD, anna.cookies["aiguilleur-session"], "my-secret-in-the-wrong-field")
    assert [secret for secret in secrets if secret in stored] == []
    assert "argon2id" in stored


def test_every_page_has_a_strict_policy(anna: Person) -> None:
    """No script or style but the console's own files, in no frame, with no referrer."""
    anna.sign_in("anna")
    for path in ("/console/sign-in", "/console/queues/claims", "/console/nowhere"):
        policy = anna.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    page = anna.get("/console/queues/claims")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"


def test_a_session_is_no_key(anna: Person, cluster: Cluster) -> None:
    """The API knows keys alone, the console sessions alone."""
    anna.sign_in("anna")
    assert anna.get("/v1/queues").status == 401
    key = cluster.key("--client=x", "--role=supervisor", "--mailbox=*")
    assert Client(cluster.url, key).ask("GET", "/console/queues/claims").status == 303
