"""An OpenID Connect provider on this machine, of Authlib's server side; it lies where asked to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from tests.support.processes import free_port

CLIENT, SECRET = "aiguilleur", "the client's own secret"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # Authlib has no types
    """One authorization code."""

    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Registered(ClientMixin):  # type: ignore[misc]
    """The one client that the provider knows; it proves itself by HTTP Basic."""

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class IdentityProvider:
    """Signs in `person` whenever asked; `lie` changes an ID token's claims or its key."""

    issuer: str
    client: Registered
    person: dict[str, Any] = field(default_factory=dict)
    lie: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k"}))

    def app(self) -> Flask:
        """Discovery, keys, authorization, token."""
        app = Flask("provider")
        app.config["SECRET_KEY"] = "x"
        server = AuthorizationServer(
            app,
            query_client=lambda name: self.client if name == CLIENT else None,
            save_token=lambda token, asked: None,
        )
        server.register_grant(self._grant(), [self._id_token(), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def discovery() -> Response:
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            places = {name: f"{self.issuer}/{path}" for name, path in names.items()}
            return jsonify(issuer=self.issuer, jwks_uri=f"{self.issuer}/keys", **places)

        @app.get("/keys")
        def keys() -> Response:
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.get("/authorize")
        def authorize() -> Any:
            user = SimpleNamespace(get_user_id=lambda: self.person["sub"])
            grant = server.get_consent_grant(end_user=user)
            return server.create_authorization_response(grant_user=user, grant=grant)

        app.add_url_rule("/token", "token", server.create_token_response, methods=["POST"])
        return app

    def _grant(self) -> Any:
        provider = self

        class Grant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012

            def save_authorization_code(self, code: str, asked: Any) -> None:
                data = asked.payload.data
                provider.codes[code] = Code(
                    data["redirect_uri"],
                    data["scope"],
                    data["nonce"],
                    data["code_challenge"],
                    data["code_challenge_method"],
                )

            def query_authorization_code(self, code: str, client: Any) -> Code | None:
                return provider.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                kept = provider.codes.items()
                provider.codes = {
                    name: code for name, code in kept if code is not authorization_code
                }

            def authenticate_user(self, authorization_code: Code) -> Any:
                return SimpleNamespace(get_user_id=lambda: provider.person["sub"])

        return Grant

    def _id_token(self) -> OpenIDCode:
        provider = self

        class IdToken(OpenIDCode):  # type: ignore[misc]
            def exists_nonce(self, nonce: str, asked: Any) -> bool:
                return False

            def resolve_client_private_key(self, client: Any) -> RSAKey:
                return provider.other_key if provider.lie.get("key") else provider.key

            def get_client_claims(self, client: Any) -> dict[str, Any]:
                return {"iss": provider.issuer, "aud": [client.get_client_id()]}

            def generate_user_info(self, user: Any, scope: str) -> UserInfo:
                lies = {name: value for name, value in provider.lie.items() if name != "key"}
                return UserInfo(**{**provider.person, **lies})

        return IdToken(require_nonce=True)


@contextmanager
def identity_provider(redirect_uri: str) -> Iterator[IdentityProvider]:
    """A provider that listens on a free port, until the block ends."""
    port = free_port()
    made = IdentityProvider(f"http://127.0.0.1:{port}", Registered(redirect_uri))
    server = make_server("127.0.0.1", port, made.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
