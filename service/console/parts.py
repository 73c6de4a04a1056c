"""The running parts that the console's views use, reached through the app they belong to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Engine

from service.console.oidc import Provider
from service.domain.routing import Routing
from service.flow.agents.overview import Overview
from service.flow.agents.team import Team
from service.flow.ask import Desk
from service.flow.explain import Explanations
from service.flow.registry import Registry
from service.flow.signing_in import SigningIn

_NAME = "aiguilleur-console"


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What the console is made of; built by the composition root.

    `registry` opens the store of models, where this process has one.
    """

    engine: Engine
    registry: Callable[[], Registry] | None
    team: Team
    desk: Desk
    explanations: Explanations
    overview: Overview
    routing: Routing
    signing_in: SigningIn
    provider: Provider | None
    local_accounts: bool
    url: str | None

    @property
    def secure(self) -> bool:
        """Whether browsers reach the console by https, so that its cookies go no other way."""
        return bool(self.url and self.url.startswith("https://"))


def attach(app: Flask, made: ConsoleParts) -> None:
    """Give an app its parts."""
    app.extensions[_NAME] = made


def parts() -> ConsoleParts:
    """The parts of the app that serves this request."""
    return cast("ConsoleParts", current_app.extensions[_NAME])
