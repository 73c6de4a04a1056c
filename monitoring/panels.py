"""What a dashboard shows, as values: pages of rows of panels of queries.

In a query, `HERE` stands for the release that is looked at and `RATE` for Grafana's own window.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and what its lines are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture. `says` is what it tells and when to worry; `limit` is drawn as a line.

    `figure`: the newest value, large, in place of lines over time. `stacked`: lines add up.
    """

    title: str
    says: str
    unit: str
    queries: Sequence[Query]
    width: int = 8
    figure: bool = False
    stacked: bool = False
    limit: float | None = None
    top: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard."""

    uid: str
    title: str
    says: str
    rows: Sequence[Row]

    def panels(self) -> list[Panel]:
        """All of them, in order."""
        return [panel for row in self.rows for panel in row.panels]


def quantiles(
    metric: str, *, by: str = "", places: Sequence[float] = (0.5, 0.95, 0.99)
) -> list[Query]:
    """The quantiles of a histogram over time."""
    inner = f"sum by (le{', ' + by if by else ''}) (rate({metric}_bucket{{HERE}}[RATE]))"
    label = f" {{{{{by}}}}}" if by else ""
    return [
        Query(f"histogram_quantile({place}, {inner})", f"p{place * 100:g}{label}")
        for place in places
    ]


def mean(metric: str, legend: str) -> Query:
    """The mean of a histogram over time."""
    return Query(
        f"sum(rate({metric}_sum{{HERE}}[RATE])) / sum(rate({metric}_count{{HERE}}[RATE]))", legend
    )


def rates(metric: str, by: str, more: str = "") -> Query:
    """A counter's rate by a label."""
    chosen = f"HERE,{more}" if more else "HERE"
    return Query(f"sum by ({by}) (rate({metric}{{{chosen}}}[RATE]))", f"{{{{{by}}}}}")
