"""Views: the sign-in page, the way through the identity provider, the way out."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for

from service.console import session
from service.console.oidc import ProviderError
from service.console.parts import parts
from service.domain.accounts import Denial

_STATUS = {Denial.TOO_MANY: 429, Denial.NO_ROLE: 403, Denial.DISABLED: 403}


def register(blueprint: Blueprint) -> frozenset[str]:
    """Add the views; returns the names of those that need no session."""
    blueprint.add_url_rule("/sign-in", "sign_in", sign_in)
    blueprint.add_url_rule("/sign-in", "enter", enter, methods=["POST"])
    blueprint.add_url_rule("/sign-in/provider", "to_provider", to_provider, methods=["POST"])
    blueprint.add_url_rule("/sign-in/answer", "from_provider", from_provider)
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    return frozenset({"sign_in", "enter", "to_provider", "from_provider"})


def sign_in() -> Response:
    """The page; who is signed in already goes on."""
    if g.account:
        return _home()
    return _page()


def enter() -> Response:
    """A login and its password."""
    if not parts().local_accounts:
        return _page("no_passwords", 403)
    attempt = parts().signing_in.by_password(
        request.form.get("login", ""), request.form.get("password", "")
    )
    if attempt.token is None:
        assert attempt.denial is not None
        return _page(attempt.denial, _STATUS.get(attempt.denial, 401))
    return session.enter(attempt.token)


def to_provider() -> Response:
    """Send the browser to the provider; a cookie binds its answer to this browser."""
    provider = parts().provider
    if provider is None:
        return _page("no_provider", 404)
    try:
        url, state, asked = provider.begin()
    except ProviderError:
        return _page("provider", 502)
    parts().signing_in.ask(state, asked)
    # by a page: a redirect would be held against the form's `form-action`, at each of its steps
    answer = Response(render_template("passing.html", url=url))
    session.remember_state(answer, state)
    return answer


def from_provider() -> Response:
    """The provider's answer: what it says of whom counts, once."""
    provider, state = parts().provider, request.args.get("state", "")
    if provider is None or not session.is_own_state(state):
        return _page("provider", 400)
    asked = parts().signing_in.answered(state)
    code = request.args.get("code")
    if asked is None or not code:
        return _page("provider", 400)
    try:
        attempt = parts().signing_in.by_provider(provider.finish(code, asked))
    except ProviderError:
        return _page("provider", 502)
    if attempt.token is None:
        assert attempt.denial is not None
        return _page(attempt.denial, _STATUS.get(attempt.denial, 403))
    return session.enter(attempt.token)


def sign_out() -> Response:
    """End the session."""
    parts().signing_in.out(session.token() or "", session.account())
    return session.leave()


def _page(denial: str = "", status: int = 200) -> Response:
    page = render_template(
        "sign_in.html",
        denial=denial,
        local=parts().local_accounts,
        provider=parts().provider is not None,
    )
    return Response(page, status)


def _home() -> Response:
    answer = redirect(url_for("console.home"), 303)
    assert isinstance(answer, Response)
    return answer
