"""`/docs`: the API's documentation, browsable; every file is served from here."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

_FOLDER = Path(__file__).parent / "vendor" / "swagger-ui"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aiguilleur API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#api", deepLinking: true});\n'
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'"
)

blueprint = Blueprint("docs", __name__, url_prefix="/docs")


@blueprint.get("")
def page() -> Response:
    """The page."""
    return Response(_PAGE, content_type="text/html; charset=utf-8")


@blueprint.get("/start.js")
def start() -> Response:
    """What starts it; a file of its own, so that inline script stays forbidden."""
    return Response(_START, content_type="text/javascript; charset=utf-8")


@blueprint.get("/<any('swagger-ui.css', 'swagger-ui-bundle.js'):name>")
def vendored(name: str) -> Response:
    """The vendored viewer."""
    return send_from_directory(_FOLDER, name, max_age=86_400)


@blueprint.after_request
def _policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response
