"""Configuration fails at start, with the variable's name."""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from service.config import ROOT, Settings

BASE = {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h"}
SHOW = "from service.config import from_environment as f; print(f())"


def start(code: str = SHOW, **variables: str) -> subprocess.CompletedProcess[str]:
    """A new process that reads its environment."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AIGUILLEUR_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **BASE, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AIGUILLEUR_HTTP_PORT", "http"),
        ("AIGUILLEUR_HTTP_PORT", "70000"),
        ("AIGUILLEUR_HTTP_WORKERS", "0"),
        ("AIGUILLEUR_LEASE_SECONDS", "-1"),
        ("AIGUILLEUR_LOG_LEVEL", "loud"),
        ("AIGUILLEUR_ENGINE", "steam"),
        ("AIGUILLEUR_WEBHOOK_ALLOW_HTTP", "maybe"),
        ("AIGUILLEUR_WEBHOOK_PRIVATE_NETWORKS", "10.0.0.0/8,home"),
        ("AIGUILLEUR_MAX_WAITERS", "100"),
        ("AIGUILLEUR_HTPP_PORT", "80"),
        ("DATABASE_URL", "mysql://h/d"),
        ("REDIS_URL", "localhost"),
        ("DATABASE_URL_FILE", "/does/not/exist"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    """Misspelt names too."""
    done = start(**{name: value})
    assert done.returncode != 0
    assert name.removesuffix("_FILE") in done.stderr.splitlines()[-1]


def test_all_that_is_missing_is_named_at_once() -> None:
    """One start is enough to see it."""
    code = f"import os; os.environ.pop('DATABASE_URL'); os.environ.pop('REDIS_URL'); {SHOW}"
    last = start(code).stderr.splitlines()[-1]
    assert "DATABASE_URL" in last
    assert "REDIS_URL" in last


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    """As Kubernetes mounts it; the line's end is not part of it."""
    secret = tmp_path / "secret"
    secret.write_text("postgresql://u:p@h/d\n")
    code = "from service.config import from_environment as f; print(f().database_url)"
    assert start(code, DATABASE_URL_FILE=str(secret)).stdout == "postgresql://u:p@h/d\n"


def test_blanks_belong_to_no_group() -> None:
    """Around a comma or a sign they would make a group that nobody is in."""
    code = (
        "from service.config import from_environment as f; s = f(); "
        "print([sorted((k, *v) for k, v in g.items()) for g in (s.oidc_roles, s.oidc_queues)])"
    )
    given = {
        "AIGUILLEUR_OIDC_ROLES": "a=agent, b = supervisor",
        "AIGUILLEUR_OIDC_QUEUES": "a=claims , b=*",
    }
    shown = start(code, **given).stdout.strip()
    assert shown == "[[('a', 'agent'), ('b', 'supervisor')], [('a', 'claims'), ('b', '*')]]"


def test_secrets_are_not_shown() -> None:
    """Printing the settings prints no URL and no key."""
    shown = start(AIGUILLEUR_WEBHOOK_SECRET="whsec_c2VjcmV0").stdout
    assert "Settings(" in shown
    assert "postgresql" not in shown
    assert "whsec" not in shown


def test_every_setting_is_documented() -> None:
    """The reference names each variable."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    own = {"database_url", "redis_url", "model_path", "routing_path"}
    for setting in fields(Settings):
        prefix = "" if setting.name in own else "AIGUILLEUR_"
        assert f"`{prefix}{setting.name.upper()}`" in text
