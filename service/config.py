"""One frozen `Settings`, parsed once from the environment; a wrong value names its variable.

Every variable may also be given as NAME_FILE, the path of a file that holds the value (secrets).
An unknown AIGUILLEUR_* variable is an error, because it is nearly always a misspelt known one.
"""

import ipaddress
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from environs import EnvError, FileAwareEnv
from marshmallow import ValidationError, validate

from service.config_console import console_values
from service.config_retraining import retraining_values
from service.errors import StartupError

ROOT = Path(__file__).resolve().parent.parent
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Known to `service.local` alone; accepted everywhere, since child processes inherit it.
_OTHER_NAMES = {"AIGUILLEUR_DATA_DIR"}
# Known to `aiguilleur post`, which reads no other settings.
_OTHER_NAMES |= {"AIGUILLEUR_URL", "AIGUILLEUR_KEY"}

# Stand for the servers that somebody is about to start.
_OWN_SERVERS = {"DATABASE_URL": "postgresql:///", "REDIS_URL": "unix:///"}

_LISTEN = r"unix:/.+|(\[[0-9a-fA-F:.]+\]|[^:\[\]/]+):[0-9]{1,5}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Times are in seconds, sizes in bytes."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    model_path: Path
    model_store: str | None
    model_cache: Path
    routing_path: Path
    http_host: str
    http_port: int
    http_workers: int
    http_threads: int
    metrics_host: str
    metrics_port: int
    log_level: str
    lease_seconds: float
    sweep_seconds: float
    wake_up_seconds: float
    stuck_seconds: float
    max_request_bytes: int
    max_message_bytes: int
    max_backlog_age_seconds: float
    max_backlog_emails: int
    max_emails_per_second: int
    max_waiters: int
    model_batch_emails: int
    model_batch_bytes: int
    engine: str
    torch_device: str
    torch_batch_tokens: int
    spot_check_share: float
    golden_set: Path | None
    retrain_work: Path
    retrain_strategy: str
    retrain_labels: int
    retrain_accuracy: float
    retrain_days: float
    retrain_drift: bool
    retrain_promotes: bool
    retrain_train_seconds: float
    retrain_step_seconds: float
    retrain_schedule: str | None
    alert_addresses: tuple[str, ...]
    webhook_secret: str | None = field(repr=False)
    webhook_allow_http: bool
    webhook_private_networks: tuple[Network, ...]
    webhook_max_attempts: int
    lmtp_listen: str
    lmtp_client: str
    lmtp_threads: int
    lmtp_max_connections: int
    lmtp_max_recipients: int
    lmtp_idle_seconds: float
    smtp_url: str | None = field(repr=False)
    smtp_sender: str | None
    smtp_seconds: float
    reinject_max_attempts: int
    reinject_max_hops: int
    console_url: str | None
    console_local_accounts: bool
    console_idle_seconds: float
    console_session_seconds: float
    oidc_issuer: str | None
    oidc_client_id: str | None
    oidc_client_secret: str | None = field(repr=False)
    oidc_scopes: str
    oidc_groups_claim: str
    oidc_roles: Mapping[str, frozenset[str]]
    oidc_mailboxes: Mapping[str, frozenset[str]]
    oidc_queues: Mapping[str, frozenset[str]]


def from_environment(*, own_servers: bool = False) -> Settings:
    """Read `os.environ`.

    With `own_servers`, DATABASE_URL and REDIS_URL may be missing: who asks starts the servers.

    Raises:
        StartupError: naming every variable that is missing, unknown or wrong.

    """
    _refuse_unknown(os.environ)
    env = FileAwareEnv(eager=False, strip_whitespace=True)
    values = {**_places(env, _OWN_SERVERS if own_servers else {}), **_limits(env), **_engine(env)}
    values |= {**_webhooks(env), **_lmtp(env), **_smtp(env), **console_values(env)}
    values |= retraining_values(env)
    try:
        env.seal()
    except EnvError as error:
        raise StartupError(f"Configuration is wrong: {error}") from error
    settings = Settings(**values)  # type: ignore[arg-type]  # names are checked by a test
    _check_urls(settings)
    if settings.oidc_issuer and not (settings.oidc_client_id and settings.console_url):
        raise StartupError(
            "Configuration is wrong: AIGUILLEUR_OIDC_ISSUER needs AIGUILLEUR_OIDC_CLIENT_ID and "
            "AIGUILLEUR_CONSOLE_URL as well"
        )
    if settings.max_waiters >= settings.http_threads:
        raise StartupError(
            "Configuration is wrong: AIGUILLEUR_MAX_WAITERS must be below AIGUILLEUR_HTTP_THREADS, "
            "or long polls could take every thread"
        )
    return settings


def _places(env: FileAwareEnv, missing: Mapping[str, str]) -> dict[str, object]:
    def url(name: str) -> str | None:
        return env.str(name, missing[name]) if name in missing else env.str(name)

    port = validate.Range(0, 65535)
    levels = validate.OneOf(["debug", "info", "warning", "error"])
    return {
        "database_url": url("DATABASE_URL"),
        "redis_url": url("REDIS_URL"),
        "model_path": env.path("MODEL_PATH", ROOT / "model" / "default"),
        "model_store": env.str("AIGUILLEUR_MODEL_STORE", None),
        "model_cache": env.path(
            "AIGUILLEUR_MODEL_CACHE", Path(tempfile.gettempdir()) / "aiguilleur-models"
        ),
        "routing_path": env.path("ROUTING_PATH", ROOT / "routing.yaml"),
        "http_host": env.str("AIGUILLEUR_HTTP_HOST", "127.0.0.1"),
        "http_port": env.int("AIGUILLEUR_HTTP_PORT", 8080, validate=port),
        "metrics_host": env.str("AIGUILLEUR_METRICS_HOST", "127.0.0.1"),
        "metrics_port": env.int("AIGUILLEUR_METRICS_PORT", 9100, validate=port),
        "log_level": env.str("AIGUILLEUR_LOG_LEVEL", "info", validate=levels),
    }


def _limits(env: FileAwareEnv) -> dict[str, object]:
    def count(name: str, default: int, least: int = 1) -> int | None:
        return env.int(f"AIGUILLEUR_{name}", default, validate=validate.Range(min=least))

    def seconds(name: str, default: float) -> float | None:
        return env.float(f"AIGUILLEUR_{name}", default, validate=validate.Range(min=0.1))

    return {
        "http_workers": count("HTTP_WORKERS", 2),
        "http_threads": count("HTTP_THREADS", 32, 2),
        "lease_seconds": seconds("LEASE_SECONDS", 12.0),
        "sweep_seconds": seconds("SWEEP_SECONDS", 2.0),
        "wake_up_seconds": seconds("WAKE_UP_SECONDS", 10.0),
        "stuck_seconds": seconds("STUCK_SECONDS", 120.0),
        "max_request_bytes": count("MAX_REQUEST_BYTES", 32_000_000, 1_000),
        "max_message_bytes": count("MAX_MESSAGE_BYTES", 25_000_000, 1_000),
        "max_backlog_age_seconds": seconds("MAX_BACKLOG_AGE_SECONDS", 86_400.0),
        "max_backlog_emails": count("MAX_BACKLOG_EMAILS", 1_000_000),
        "max_emails_per_second": count("MAX_EMAILS_PER_SECOND", 0, 0),
        "max_waiters": count("MAX_WAITERS", 20, 0),
        "model_batch_emails": count("MODEL_BATCH_EMAILS", 32),
        "model_batch_bytes": count("MODEL_BATCH_BYTES", 8_000_000, 1_000),
    }


def _engine(env: FileAwareEnv) -> dict[str, object]:
    return {
        "engine": env.str("AIGUILLEUR_ENGINE", "onnx", validate=validate.OneOf(["onnx", "torch"])),
        "torch_device": env.str("AIGUILLEUR_TORCH_DEVICE", "cuda", validate=validate.Length(1, 20)),
        "torch_batch_tokens": env.int(
            "AIGUILLEUR_TORCH_BATCH_TOKENS", 32_768, validate=validate.Range(min=1)
        ),
        "spot_check_share": env.float(
            "AIGUILLEUR_SPOT_CHECK_SHARE", 0.01, validate=validate.Range(0.0, 1.0)
        ),
    }


def _webhooks(env: FileAwareEnv) -> dict[str, object]:
    cidrs: list[str] | None = env.list(
        "AIGUILLEUR_WEBHOOK_PRIVATE_NETWORKS", [], validate=_all_networks
    )
    return {
        "webhook_secret": env.str("AIGUILLEUR_WEBHOOK_SECRET", None),
        "webhook_allow_http": env.bool("AIGUILLEUR_WEBHOOK_ALLOW_HTTP", False),
        "webhook_private_networks": tuple(
            ipaddress.ip_network(cidr) for cidr in cidrs or () if _is_network(cidr)
        ),
        "webhook_max_attempts": env.int(
            "AIGUILLEUR_WEBHOOK_MAX_ATTEMPTS", 20, validate=validate.Range(min=1)
        ),
    }


def _lmtp(env: FileAwareEnv) -> dict[str, object]:
    at_least_1 = validate.Range(min=1)
    return {
        "lmtp_listen": env.str(
            "AIGUILLEUR_LMTP_LISTEN",
            "127.0.0.1:8024",
            validate=validate.Regexp(
                f"(?:{_LISTEN})\\Z", error="must look like 127.0.0.1:8024 or unix:/run/lmtp.sock"
            ),
        ),
        "lmtp_client": env.str("AIGUILLEUR_LMTP_CLIENT", "lmtp", validate=validate.Length(1, 100)),
        "lmtp_threads": env.int("AIGUILLEUR_LMTP_THREADS", 4, validate=at_least_1),
        "lmtp_max_connections": env.int("AIGUILLEUR_LMTP_MAX_CONNECTIONS", 50, validate=at_least_1),
        "lmtp_max_recipients": env.int("AIGUILLEUR_LMTP_MAX_RECIPIENTS", 1000, validate=at_least_1),
        "lmtp_idle_seconds": env.float(
            "AIGUILLEUR_LMTP_IDLE_SECONDS", 300.0, validate=validate.Range(min=0.1)
        ),
    }


def _smtp(env: FileAwareEnv) -> dict[str, object]:
    return {
        "smtp_url": env.str("AIGUILLEUR_SMTP_URL", None),
        "smtp_sender": env.str("AIGUILLEUR_SMTP_SENDER", None),
        "smtp_seconds": env.float(
            "AIGUILLEUR_SMTP_SECONDS", 60.0, validate=validate.Range(min=0.1)
        ),
        "reinject_max_attempts": env.int(
            "AIGUILLEUR_REINJECT_MAX_ATTEMPTS", 24, validate=validate.Range(min=1)
        ),
        "reinject_max_hops": env.int(
            "AIGUILLEUR_REINJECT_MAX_HOPS", 25, validate=validate.Range(min=1)
        ),
    }


def _is_network(cidr: str) -> bool:
    try:
        ipaddress.ip_network(cidr)
    except ValueError:
        return False
    return True


def _all_networks(cidrs: list[str]) -> None:
    for cidr in cidrs:
        if not _is_network(cidr):
            raise ValidationError(f"{cidr!r} is not a network such as 10.0.0.0/8")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {f"AIGUILLEUR_{f.name.upper()}" for f in fields(Settings)} | _OTHER_NAMES
    unknown = sorted(
        name
        for name in environ
        if name.startswith("AIGUILLEUR_") and name.removesuffix("_FILE") not in known
    )
    if unknown:
        raise StartupError(f"Configuration is wrong: unknown variable {', '.join(unknown)}")


def _check_urls(settings: Settings) -> None:
    for name, url in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        try:
            _ = urlsplit(url).port
        except ValueError as error:  # its text would name the password of a URL without host
            raise StartupError(f"Configuration is wrong: {name} is no URL") from error
    if not settings.database_url.startswith(("postgresql://", "postgres://")):
        raise StartupError("Configuration is wrong: DATABASE_URL must begin with postgresql://")
    if not settings.redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise StartupError(
            "Configuration is wrong: REDIS_URL must begin with redis://, rediss:// or unix://"
        )
