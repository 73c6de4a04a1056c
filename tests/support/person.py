"""Somebody at the console with a browser that runs no script: cookies, pages, forms."""

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
import urllib3
from urllib3._collections import HTTPHeaderDict

_TOKEN = re.compile(r'(?:name="form_token" value="|"X-Form-Token": ")([^"]+)"')
PASSWORD = "correct horse battery"


@dataclass
class Page:
    """One answer."""

    status: int
    headers: HTTPHeaderDict
    text: str

    @property
    def place(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("Location", "") or self.headers.get("HX-Redirect", "")

    @property
    def events(self) -> dict[str, Any]:
        """What it tells the page's script."""
        return dict(orjson.loads(self.headers.get("HX-Trigger", "{}")))


@dataclass
class Person:
    """One browser at one console."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    form_token: str = ""

    def ask(
        self,
        method: str,
        path: str,
        form: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Page:
        """One request with the cookies; a redirect is not followed."""
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **(headers or {})}
        address = path if path.startswith("http") else self.url + path
        answer = urllib3.request(
            method,
            address,
            body=None if form is None else _encoded(form),
            headers={**sent, "Content-Type": "application/x-www-form-urlencoded"},
            redirect=False,
            retries=False,
            timeout=20,
        )
        for cookie in answer.headers.getlist("Set-Cookie"):
            self._keep(cookie)
        page = Page(answer.status, answer.headers, answer.data.decode("utf-8", "replace"))
        if found := _TOKEN.search(page.text):
            self.form_token = found[1]
        return page

    def get(self, path: str, **headers: str) -> Page:
        """See a page."""
        return self.ask("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path: str, **form: Any) -> Page:
        """Send a form as the page's script does, with its token."""
        return self.ask("POST", path, form, {"X-Form-Token": self.form_token, "HX-Request": "true"})

    def sign_in(self, login: str, password: str = PASSWORD) -> Page:
        """Fill in the sign-in form; then a page, for its token."""
        self.get("/console/sign-in")
        form = {"login": login, "password": password, "form_token": self.form_token}
        answer = self.ask("POST", "/console/sign-in", form)
        if answer.status == 303:
            self.get("/console/queues/claims")
        return answer

    def _keep(self, cookie: str) -> None:
        name, _, rest = cookie.partition("=")
        value = rest.partition(";")[0]
        if value:
            self.cookies[name] = value
        else:
            self.cookies.pop(name, None)


def words(page: Page) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def _encoded(form: dict[str, Any]) -> bytes:
    return urlencode(form, doseq=True).encode()
