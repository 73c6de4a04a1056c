"""Service level objectives and their burn rates, over several windows at once.

A burn rate is how many times faster than allowed the error budget goes. An alert needs it over a
long window, so that a blip wakes nobody, and over a short one, so that it ends soon after the fault
(Google, The Site Reliability Workbook, chapter 5, table 5-8).
"""

from dataclasses import dataclass

from monitoring.rules import BY, PAGE, TICKET, Alert, Recording

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


@dataclass(frozen=True, slots=True)
class Objective:
    """A share of good events. `bad` and `all` count events; WINDOW stands for the window."""

    name: str
    share: float
    bad: str
    all: str
    means: str

    @property
    def alert(self) -> str:
        """How its alerts' names begin."""
        return "Aiguilleur" + "".join(part.title() for part in self.name.split("_"))


@dataclass(frozen=True, slots=True)
class Burn:
    """How fast over which windows, and what is done about it."""

    rate: float
    long: str
    short: str
    lasts: str
    severity: str


BURNS = (
    Burn(14.4, "1h", "5m", "2m", PAGE),
    Burn(6, "6h", "30m", "15m", PAGE),
    Burn(3, "1d", "2h", "1h", TICKET),
    Burn(1, "3d", "6h", "3h", TICKET),
)

_POSTS = 'method="POST",url_rule=~"/v1/(emails|batches)"'
_ANSWERS = "flask_http_request_duration_seconds_count"
_DECIDED = "aiguilleur_end_to_end_seconds"
_PROMPT = 'priority!="low"'  # mail of low priority gives way to all other for an hour

OBJECTIVES = (
    Objective(
        "accept_errors",
        0.999,
        f'sum {BY} (rate({_ANSWERS}{{{_POSTS},status=~"5.."}}[WINDOW]))',
        f"sum {BY} (rate({_ANSWERS}{{{_POSTS}}}[WINDOW]))",
        "requests that post mail are answered without a server error",
    ),
    Objective(
        "slow_decisions",
        0.99,
        f"sum {BY} (rate({_DECIDED}_count{{{_PROMPT}}}[WINDOW])) "
        f'- sum {BY} (rate({_DECIDED}_bucket{{{_PROMPT},le="60.0"}}[WINDOW]))',
        f"sum {BY} (rate({_DECIDED}_count{{{_PROMPT}}}[WINDOW]))",
        "mails of no low priority are decided within a minute of their acceptance",
    ),
)


def recordings(objective: Objective) -> list[Recording]:
    """The share of bad events by window; no value where nothing happened."""
    return [
        Recording(
            ratio(objective, window),
            f"(({objective.bad}) or 0 * {objective.all}) / ({objective.all} > 0)".replace(
                "WINDOW", window
            ),
        )
        for window in WINDOWS
    ]


def alerts(objective: Objective) -> list[Alert]:
    """Two that page and two that wait for the morning."""
    return [_alert(objective, burn) for burn in BURNS]


def ratio(objective: Objective, window: str) -> str:
    """The name under which the share of bad events is recorded."""
    return f"aiguilleur:{objective.name}:ratio_rate{window}"


def _alert(objective: Objective, burn: Burn) -> Alert:
    budget = f"{burn.rate:g} * {1 - objective.share:g}"
    return Alert(
        f"{objective.alert}Burn",
        f"{ratio(objective, burn.long)} > {budget} and {ratio(objective, burn.short)} > {budget}",
        burn.lasts,
        burn.severity,
        f"{{{{ $value | humanizePercentage }}}} of events miss the objective that "
        f"{objective.share:.1%} of {objective.means}: {burn.rate:g} times faster than allowed over "
        f"{burn.long}.",
        {"window": burn.long},
    )
