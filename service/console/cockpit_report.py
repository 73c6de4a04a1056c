"""The cockpit as one HTML file that needs nothing else: the console's templates and styles."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.console.cockpit_page import Wanted, shown
from service.console.language import Tongue
from service.flow.cockpit import MOST_MODELS, Cockpit

_HERE = Path(__file__).parent
_STYLES = ("console.css", "cockpit.css")


def page(seen: Cockpit, tongue: Tongue, titles: Callable[[str], str], now: datetime) -> str:
    """The page, with every model that is known in one table."""
    made = Environment(
        autoescape=True, loader=FileSystemLoader(_HERE / "templates"), undefined=StrictUndefined
    )
    style = "".join((_HERE / "static" / name).read_text(encoding="utf-8") for name in _STYLES)
    return made.get_template("cockpit_report.html").render(
        say=tongue.say,
        language=tongue.name,
        live=False,
        style=Markup(style),  # noqa: S704  # a file of our own
        **shown(seen, tongue, titles, Wanted(models=MOST_MODELS), now),
    )
