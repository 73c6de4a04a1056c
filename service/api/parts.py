"""The running parts that the views use, reached through the app they belong to."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Engine

from service.api.submissions import Rules
from service.config import Settings
from service.flow.accept import Intake
from service.flow.agents.team import Team
from service.flow.ask import Desk, WaitingRoom
from service.flow.explain import Explanations
from service.flow.keyring import Keyring
from service.jobs import Waker

_NAME = "aiguilleur"


@dataclass(frozen=True, slots=True)
class ApiParts:
    """What the HTTP side is made of; built by the composition root."""

    settings: Settings
    engine: Engine
    waker: Waker
    keyring: Keyring
    intake: Intake
    desk: Desk
    waiting_room: WaitingRoom
    rules: Rules
    agents: Team
    explanations: Explanations


def attach(app: Flask, made: ApiParts) -> None:
    """Give an app its parts."""
    app.extensions[_NAME] = made


def parts() -> ApiParts:
    """The parts of the app that serves this request."""
    return cast("ApiParts", current_app.extensions[_NAME])
