"""View: a mail's HTML in a document of its own, for a sandboxed frame.

The document may run nothing, fetch nothing, send nothing and be framed by the console alone; it has
an origin of its own, so that it reaches neither the page around it nor the session.
"""

import base64
import hashlib
from uuid import UUID

from flask import Blueprint, Response, render_template

from service.console.parts import parts
from service.console.safe_html import safe_html
from service.console.session import by, who
from service.errors import NotFound

_STYLE = (
    "html{font:15px/1.55 system-ui,sans-serif;color:#1a2233;background:#fff;padding:12px}"
    "body{margin:0;overflow-wrap:anywhere}img{border:1px dashed #8290a6;padding:2px 6px}"
    "table{border-collapse:collapse;max-width:100%}td,th{padding:2px 6px;vertical-align:top}"
    "blockquote{border-left:3px solid #dde3ec;margin:8px 0;padding-left:12px}"
    "pre{white-space:pre-wrap}a{color:#2348b5}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def register(blueprint: Blueprint) -> None:
    """Add the view."""
    blueprint.add_url_rule("/mails/<uuid:email_id>/html", "html", html)


def html(email_id: UUID) -> Response:
    """The mail as it was sent, without what acts or fetches."""
    found = parts().team.look.as_sent(who(), by(), email_id)
    if found is None:
        raise NotFound
    page = render_template("as_sent.html", style=_STYLE, html=safe_html(found))
    answer = Response(page)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
