"""OpenID Connect, authorization code flow with PKCE: to the provider, and back with who it is.

Core 1.0 and Discovery 1.0, by Authlib; what is asked and must come back lies with the session's
tables, so that the answer may reach another process than the one that asked.
"""

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service import log
from service.domain.accounts import Grants, Identity, identity
from service.store.sessions import Asked

_log = log.get(__name__)
_SECONDS = 5.0
_REMEMBER_SECONDS = 3600.0
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class ProviderError(Exception):
    """The provider does not answer, or answers what cannot be believed."""


@dataclass(frozen=True, slots=True)
class Client:
    """The service as the provider knows it."""

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str
    redirect_uri: str
    grants: Grants


class Provider:
    """One identity provider; its metadata and keys are fetched when first needed, then hourly."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._fetched: tuple[float, Mapping[str, Any], Any] | None = None

    def begin(self) -> tuple[str, str, Asked]:
        """Where to send the browser, the state that comes back, what must come back with it.

        Raises:
            ProviderError: the provider does not answer.

        """
        metadata, _ = self._metadata()
        asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        with self._session() as session:
            url, state = session.create_authorization_url(
                metadata["authorization_endpoint"], nonce=asked.nonce, code_verifier=asked.verifier
            )
        return str(url), str(state), asked

    def finish(self, code: str, asked: Asked) -> Identity:
        """Whom the provider means by a code.

        Raises:
            ProviderError: the code or the token is not good.

        """
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415

        metadata, keys = self._metadata()
        try:
            with self._session() as session:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    code=code,
                    code_verifier=asked.verifier,
                    timeout=_SECONDS,
                    allow_redirects=False,
                )
            claims = self._believed(token["id_token"], keys, asked.nonce)
        except (OAuthError, JoseError, RequestException, KeyError, ValueError) as error:
            _log.warning("oidc_refused", error=type(error).__name__)
            raise ProviderError from error
        return identity(self._client.issuer, claims, self._client.grants)

    def _believed(self, token: str, keys: Any, nonce: str) -> Mapping[str, object]:
        from joserfc.errors import BadSignatureError, InvalidKeyIdError  # noqa: PLC0415

        try:
            return self._claims(token, keys, nonce)
        except (BadSignatureError, InvalidKeyIdError):
            # the provider may have new keys
            return self._claims(token, self._metadata(anew=True)[1], nonce)

    def _claims(self, token: str, keys: Any, nonce: str) -> Mapping[str, object]:
        """The claims of an ID token that is for us, of now, and of this sign-in."""
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.jwt import ClaimsOption  # noqa: PLC0415

        claims: dict[str, object] = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        must = ClaimsOption(essential=True)
        registry = jwt.JWTClaimsRegistry(
            leeway=60,
            iss=ClaimsOption(essential=True, value=self._client.issuer),
            aud=ClaimsOption(essential=True, value=self._client.client_id),
            sub=must,
            exp=must,
            iat=must,
            nonce=ClaimsOption(essential=True, value=nonce),
        )
        registry.validate(claims)
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._client.client_id:
            raise ValueError("the token was made for another")
        return claims

    def _session(self) -> Any:
        # loaded where a provider is configured: the library is large, most processes have none
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415

        return OAuth2Session(
            self._client.client_id,
            self._client.client_secret,
            scope=self._client.scopes,
            redirect_uri=self._client.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=(
                "client_secret_basic" if self._client.client_secret else "none"
            ),
        )

    def _metadata(self, *, anew: bool = False) -> tuple[Mapping[str, Any], Any]:
        with self._lock:
            if (
                not anew
                and self._fetched
                and time.monotonic() - self._fetched[0] < _REMEMBER_SECONDS
            ):
                return self._fetched[1:]
            metadata, keys = self._fetch()
            self._fetched = (time.monotonic(), metadata, keys)
            return metadata, keys

    def _fetch(self) -> tuple[Mapping[str, Any], Any]:
        import requests  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        well_known = self._client.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            metadata = requests.get(well_known, timeout=_SECONDS).json()
            if metadata["issuer"] != self._client.issuer:
                raise ValueError("the metadata is another issuer's")
            keys = requests.get(metadata["jwks_uri"], timeout=_SECONDS).json()
            return metadata, KeySet.import_key_set(keys)
        except (requests.RequestException, KeyError, TypeError, ValueError) as error:
            _log.warning("oidc_unreachable", error=type(error).__name__)
            raise ProviderError from error
